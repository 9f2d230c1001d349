"""One run as it is now: while it goes on, what it has held so far; once it is finished, what that came to.

Asked again and again, so what is known already is not read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.diff.alignment import Judged, align
from kiwerk.errors import KiwerkError
from kiwerk.record import Status
from kiwerk.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from kiwerk.record import Conversation, Result, Run, Transcript
    from kiwerk.record.comparison import SideBySide


@dataclass(frozen=True, slots=True)
class Held:
    """One conversation in the list of a run."""

    conversation: Conversation
    transcript: str | None
    """Id of the stored transcript; absent for a skipped case."""
    status: Status | None
    """Absent while it is not judged yet."""
    reason: str | None
    tags: tuple[str, ...] = ()


class Follower:
    """A run that may go on."""

    def __init__(self, root: Path, name: str | None) -> None:
        """Find the run.

        Args:
            root: the repository's root.
            name: id of the run or the beginning of it; the newest without one.

        Raises:
            KiwerkError: there is no such run.
        """
        self._root = root
        self._seen: dict[int, Held] = {}
        self._results: dict[str, Result] = {}
        with Store(root, reading=True) as store:
            self.run: Run = store.load_run(name)
        self._settle()

    @property
    def held(self) -> tuple[Held, ...]:
        """The conversations in the order of their results, or, while it goes on, in that in which they were seen."""
        return tuple(self._seen.values())

    def look(self) -> None:
        """See what there is by now."""
        if self.run.finished is not None:
            return
        with Store(self._root, reading=True) as store:
            # first what it holds: a run that ends in between is read with its results then
            names = store.find_conversations(self.run.id)
            self.run = store.load_run(self.run.id)
            if self.run.finished is None:
                for position in names.keys() - self._seen.keys():
                    transcript = store.load_transcript(names[position])
                    status = Status.ERRORED if transcript.is_broken_off else None
                    self._seen[position] = Held(transcript.conversation, names[position], status, transcript.error)
        self._settle()

    def show(self, name: str) -> SideBySide:
        """One conversation of it with its judgements.

        Raises:
            KiwerkError: it has none of this id.
        """
        if all(item.transcript != name for item in self._seen.values()):
            raise KiwerkError(f"Run {self.run.id} has no transcript {name}")
        with Store(self._root, reading=True) as store:
            transcript = store.load_transcript(name)
        shown = align(None, _judge(name, transcript, self._results.get(name)))
        if shown is None:
            message = "one side is always there"
            raise RuntimeError(message)
        return shown

    def _settle(self) -> None:
        if self.run.finished is None:
            return
        self._results = {result.transcript: result for result in self.run.results if result.transcript}
        self._seen = {
            position: Held(result.conversation, result.transcript, result.status, result.reason, result.tags)
            for position, result in enumerate(self.run.results)
        }


def _judge(name: str, transcript: Transcript, result: Result | None) -> Judged:
    if result is None:
        return Judged(name, transcript, Status.ERRORED if transcript.is_broken_off else Status.MEASURED, ())
    return Judged(name, transcript, result.status, result.scores)
