"""docs/expectations.md: every kind has an example, and what it says there is what it says."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest

from kiwerk.load.document import load_document
from kiwerk.load.source import Source as Code
from kiwerk.prices import Price, PriceTable
from kiwerk.record import Score, Source, Transcript, Usage, Vote
from kiwerk.score import score_transcript
from kiwerk.score.ballot import Ballot
from kiwerk.score.scope import World
from kiwerk.spec import Judge, Process
from kiwerk.spec.expectation import EXPECTATION_KINDS, Expectation
from tests.support.transcripts import agent, call, transcript, user

PAGE = Path(__file__).parents[2] / "docs" / "expectations.md"
_EXAMPLE = re.compile(r"### `(\w+)`\n.*?```yaml\n(.*?)```\n\n```text\n(.*?)```\n", re.DOTALL)
DAY = date(2025, 10, 1)
JUDGE = Judge.model_validate(
    {
        "kind": "Judge",
        "rubric": "Geht der Agent auf die Sorge des Anrufers ein, bevor er nach Daten fragt?",
        "model": {"name": "mistral:mistral-large-2411"},
        "votes": 3,
    }
)


def _vote(answer: Literal["yes", "no"], reason: str) -> Vote:
    return Vote(
        judge="",
        exhibit="",
        asked=datetime(2026, 11, 27, 10, tzinfo=UTC),
        source=Source(origin="model"),
        text="",
        answer=answer,
        reason=reason,
    )


VOTES = (
    _vote("no", "Er fragt sofort nach dem Geburtsdatum."),
    _vote("yes", "Er ist höflich."),
    _vote("no", "Auf die Angst geht er nicht ein."),
)
CHECKS = """
def nennt_preis(conversation, given):
    named = sum("Euro" in reply["text"] for reply in conversation["replies"])
    return named <= given["hoechstens"], f"{named} replies that name a price"
"""
WORLD = World(
    ballots={("geht-auf-sorgen-ein", None): Ballot(JUDGE, VOTES)},
    handovers=frozenset({"uebergabe.mensch"}),
    reads=frozenset({"kalender.pruefen"}),
    writes=frozenset({"kalender.buchen"}),
    facts={"oeffnungszeiten": {"sprechzeit": "Montag bis Freitag 08:00 bis 17:00 Uhr"}},
    now=datetime(2026, 11, 27, 10, 0),  # noqa: DTZ001 - in the organization's time
    checks={"pruefungen.py": Code("evals/a/pruefungen.py", CHECKS)},
    prices=PriceTable((), (Price("mistral", ("mistral-small-2506",), 0.085, 0.255, 0.085, None, DAY, "Liste", "-"),)),
)
PROCESS = Process.model_validate(
    {
        "kind": "Process",
        "title": "Terminvereinbarung",
        "reviewed": "2026-11-02",
        "review_every": "90d",
        "goal": "Ein Termin.",
        "steps": [{"id": "pruefen", "call": "kalender.pruefen", "end": "resolved"}],
        "ends": {"resolved": {"after": "kalender.buchen:ok"}},
    }
)


class Example(NamedTuple):
    """One kind as the page shows it."""

    kind: str
    yaml: str
    message: str


def _read_examples() -> list[Example]:
    return [Example(*found) for found in _EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))]


def _judge(example: Example, folder: Path) -> Score:
    path = folder / "example.yaml"
    path.write_text(example.yaml, encoding="utf-8")
    document = load_document(path, path.name).document
    assert document is not None
    data: Any = document.data
    expectation = Expectation.model_validate(data["expect"])
    assert expectation.kind == example.kind
    return score_transcript(_hold(data), [(None, expectation)], {"a/termin": PROCESS}, world=WORLD)[0]


def _hold(data: dict[str, Any]) -> Transcript:
    turns = [
        turn
        for entry in data["conversation"]
        for turn in (
            user(entry["user"]),
            agent(
                entry["agent"],
                *(call(label, **given) for made in entry.get("calls", ()) for label, given in made.items()),
            ).model_copy(update=_measured(entry)),
        )
    ]
    source = Source(origin="model", provider="mistral", model="mistral:mistral-small-2506")
    return transcript(*turns, state=data.get("state")).model_copy(update={"source": source})


def _measured(entry: dict[str, Any]) -> dict[str, Any]:
    """What a turn of a live model has beside its words: the page says it as `took`."""
    if "took" not in entry:
        return {}
    tokens, words, seconds = entry["took"]
    return {"usage": Usage(input_tokens=tokens, output_tokens=words), "latency_seconds": seconds}


def test_every_kind_has_an_example() -> None:
    assert sorted(example.kind for example in _read_examples()) == sorted(EXPECTATION_KINDS)


@pytest.mark.skipif("UPDATE_SNAPSHOTS" in os.environ, reason="the messages are being written")
@pytest.mark.parametrize("example", _read_examples(), ids=lambda example: example.kind)
def test_example_fails_with_the_message_beside_it(example: Example, tmp_path: Path) -> None:
    score = _judge(example, tmp_path)
    assert (score.status, score.message) == ("failed", example.message.strip()), (
        "run UPDATE_SNAPSHOTS=1 pytest tests/score/test_documentation.py and read what changed"
    )


@pytest.mark.skipif("UPDATE_SNAPSHOTS" not in os.environ, reason="only where messages are to be written")
def test_messages_are_written(tmp_path: Path) -> None:
    def write(found: re.Match[str]) -> str:
        message = _judge(Example(*found.groups()), tmp_path).message
        return f"{found[0][: found.start(3) - found.start()]}{message}\n```\n"

    PAGE.write_text(_EXAMPLE.sub(write, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
