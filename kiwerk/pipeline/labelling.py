"""Label: what there is for people to judge, and their answers on their way into the store."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from kiwerk.errors import KiwerkError
from kiwerk.pipeline.calibrate import find_judge
from kiwerk.record import Answer, Label
from kiwerk.record.label import name_person
from kiwerk.render.judging import Exhibit, digest_question, render_exhibit
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from kiwerk.load.project import Loaded
    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.record import Transcript
    from kiwerk.spec import Judge

COLUMNS = ("transcript", "answer", "by", "turn", "reason")
"""Of a file with answers; the last two may be left out."""


@dataclass(frozen=True, slots=True)
class Item:
    """A conversation that a judge is asked about, for a person to judge."""

    transcript_id: str
    transcript: Transcript
    exhibit: Exhibit


class Labelling:
    """A judge's conversations and people's answers; use it as a context manager around one sitting."""

    def __init__(self, workspace: Workspace, judge: str) -> None:
        """Look the judge up.

        Raises:
            KiwerkError: there is no such judge.
        """
        self.judge: Loaded[Judge] = find_judge(workspace.project, judge)
        self.question = digest_question(self.judge.spec)
        self._store = Store(workspace.project.root)
        self._places: dict[str, list[int | None]] = {}
        for _, situation in workspace.cases:
            for turn, entry in situation.expectations:
                if entry.judge is not None and situation.judges[entry.judge].id == self.judge.id:
                    self._places.setdefault(situation.id, []).append(turn)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.__exit__()

    def find_items(self, run: str | None, case: str | None, by: str) -> tuple[Item, ...]:
        """What a person has not judged yet, in an order that says nothing about where it comes from.

        Conversations in which the same was said and done are shown once.

        Args:
            run: id of a run or the beginning of it; the newest without it.
            case: id of a case, with or without its suite; all of them without it.
            by: who judges.

        Raises:
            KiwerkError: there is no such run, or it has nothing this judge is asked about.
        """
        found = self._store.load_run(run)
        items = {
            item.exhibit.digest: item
            # of conversations in which the same was said a model's is kept: it counts for more
            for result in sorted(found.results, key=lambda result: result.conversation.origin == "model")
            if result.transcript and (case is None or case in _names(result.conversation.case))
            for item in self._show(result.transcript, self._store.load_transcript(result.transcript))
        }
        if not items:
            message = f"Run {found.id} has no conversation that '{self.judge.id}' is asked about"
            raise KiwerkError(message, remedy="Name another --run or --case, or evaluate with `kiwerk eval`")
        done = {
            label.exhibit
            for label in self._store.load_labels()
            if (label.question, label.person) == (self.question, name_person(by))
        }
        return tuple(items[key] for key in sorted(items) if key not in done)

    def find_item(self, transcript: str, turn: int | None) -> Item:
        """What is asked about one conversation.

        Args:
            transcript: its id, or the beginning of it.
            turn: the user turn from 1 that the question stands at; None for the whole conversation, or where the case
                asks at one place only.

        Raises:
            KiwerkError: there is no such conversation, or the judge is not asked there.
        """
        name = self._store.find_transcript(transcript)
        items = list(self._show(name, self._store.load_transcript(name)))
        fitting = [item for item in items if item.exhibit.turn == turn] or (items if turn is None else [])
        if len(fitting) == 1:
            return fitting[0]
        places = ", ".join("the whole" if item.exhibit.turn is None else f"turn {item.exhibit.turn}" for item in items)
        message = f"'{self.judge.id}' is not asked {f'at turn {turn} of' if turn else 'about'} transcript {name[:12]}"
        remedy = f"It is asked at: {places}; name one with --turn" if items else "Its case has no expectation with it"
        raise KiwerkError(message, remedy=remedy)

    def describe(self, item: Item, answer: Answer, by: str, reason: str | None) -> Label:
        """A person's answer, of now."""
        return Label(
            judge=self.judge.id,
            question=self.question,
            exhibit=item.exhibit.digest,
            transcript=item.transcript_id,
            turn=item.exhibit.turn,
            answer=answer,
            reason=reason or None,
            by=by,
            at=datetime.now(UTC),
        )

    def parse_answer(self, text: str) -> Answer | None:
        """The answer somebody typed; None where it is none: `y`, `yes`, `n`, `no`, or a grade."""
        spec = self.judge.spec
        given = text.strip().lower()
        answer: Answer | None = None
        if spec.scale is None:
            answer = "yes" if given in ("y", "yes", "j", "ja") else "no" if given in ("n", "no", "nein") else None
        elif given.isascii() and given.isdigit():
            answer = int(given[:3])
        return answer if spec.is_on_scale(answer) else None

    def must_parse(self, text: str) -> Answer:
        """The answer somebody gave.

        Raises:
            KiwerkError: it is none.
        """
        answer = self.parse_answer(text)
        if answer is None:
            scale = self.judge.spec.scale
            wanted = "yes or no" if scale is None else f"a grade from 1 to {scale.points}"
            raise KiwerkError(f"'{text}' is no answer to '{self.judge.id}'", remedy=f"Answer with {wanted}")
        return answer

    def keep(self, labels: Sequence[Label]) -> None:
        """Write answers down, all or none."""
        self._store.add_labels(labels)

    def read_file(self, path: Path) -> tuple[Label, ...]:
        """The answers in a file of JSON lines, or of comma-separated values with a line of headings.

        Raises:
            KiwerkError: it cannot be read, or one of its lines is no answer to this judge, or a second one of the same
                person about the same; the first is named.
        """
        labels: dict[tuple[str, str], Label] = {}
        lines: dict[tuple[str, str], int] = {}
        for number, row in _read_rows(path):
            try:
                label = self._read_row(row)
                key = label.person, label.exhibit
                if key in labels:
                    message = f"{label.by} has answered about the same in line {lines[key]}"
                    raise KiwerkError(message, remedy="Leave one of the two out; a later file may change an answer")  # noqa: TRY301 - told with its line
                labels[key], lines[key] = label, number
            except KiwerkError as error:
                raise KiwerkError(f"Line {number}: {error.message}", path=path, remedy=error.remedy) from None
        if not labels:
            raise KiwerkError("There are no answers in it", path=path, remedy=f"Write {', '.join(COLUMNS)}")
        return tuple(labels.values())

    def _read_row(self, row: Mapping[str, Any]) -> Label:
        values = {key: "" if value is None else str(value).strip() for key, value in row.items()}
        unknown = [str(key) for key in values if key not in COLUMNS]
        missing = [key for key in COLUMNS[:3] if not values.get(key)]
        if unknown or missing:
            message = f"it has no {missing[0]}" if missing else f"it has something called {unknown[0]}"
            raise KiwerkError(message, remedy=f"Fields are {', '.join(COLUMNS)}; turn and reason may be left out")
        turn = values.get("turn") or None
        if turn is not None and not (turn.isascii() and turn.isdigit()):
            raise KiwerkError(f"'{turn}' is no turn", remedy="Number user turns from 1")
        item = self.find_item(values["transcript"], int(turn[:4]) if turn else None)
        return self.describe(item, self.must_parse(values["answer"]), values["by"], values.get("reason"))

    def _show(self, name: str, transcript: Transcript) -> Iterator[Item]:
        if transcript.error is not None:
            return
        users = sum(turn.role == "user" for turn in transcript.turns)
        for turn in dict.fromkeys(self._places.get(transcript.conversation.case, ())):
            if turn is None or turn < users:
                yield Item(name, transcript, render_exhibit(transcript, turn))


def _names(case: str) -> tuple[str, str]:
    return case, case.rpartition("#")[2]


def _read_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Lines of a file by their numbers from 1."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KiwerkError("The file cannot be read", path=path, remedy="Name a file of UTF-8 text") from error
    if not text.lstrip().startswith("{"):
        yield from enumerate(csv.DictReader(text.splitlines()), 2)
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise KiwerkError(f"Line {number} is no JSON object", path=path, remedy="Write one answer a line")
        yield number, row
