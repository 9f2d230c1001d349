from __future__ import annotations

from typing import Any

import pytest

from kiwerk.record import Source, Status, Unseen, sum_status
from kiwerk.score.judge import score_transcript
from kiwerk.score.scope import World
from kiwerk.score.seen import NEEDED
from kiwerk.spec import Process
from kiwerk.spec.expectation import EXPECTATION_KINDS, Expectation
from tests.support.transcripts import agent, call, transcript, user

ALL: tuple[Unseen, ...] = ("calls", "outcomes", "results", "state")


def judge(entry: dict[str, Any], unseen: tuple[Unseen, ...], *calls: Any) -> Status:
    held = transcript(user(), agent("Gern.", *calls)).model_copy(
        update={"source": Source(origin="endpoint", unseen=unseen)}
    )
    world = World(handovers=frozenset({"a.b"}), writes=frozenset({"a.b"}))
    [score] = score_transcript(held, [(None, Expectation.model_validate(entry))], {}, world=world)
    return score.status


@pytest.mark.parametrize(
    "entry",
    [
        {"called": {"tool": "a.b"}},
        {"called": {"tool": "a.b"}, "not": True},
        {"calls": {"tool": "a.b", "max": 1}},
        {"order": ["a.b", "a.c"], "not": True},
        {"writes": []},
        {"handover": True, "not": True},
        {"state": {"a": {"x": 1}}, "not": True},
        {"facts": True},
    ],
    ids=str,
)
def test_nothing_passes_because_it_was_not_seen(entry: dict[str, Any]) -> None:
    assert judge(entry, ALL) is Status.SKIPPED
    assert judge(entry, ()) is not Status.SKIPPED


def test_words_are_judged_all_the_same() -> None:
    assert judge({"contains": "Gern"}, ALL) is Status.PASSED
    assert judge({"contains": "Gern", "not": True}, ALL) is Status.FAILED


@pytest.mark.parametrize(
    ("entry", "unseen"),
    [
        ({"called": {"tool": "a.b"}}, ("outcomes", "results", "state")),
        ({"handover": True}, ("results", "state")),
        ({"writes": [{"a.b": {}}]}, ("results", "state")),
    ],
)
def test_what_was_told_is_judged(entry: dict[str, Any], unseen: tuple[Unseen, ...]) -> None:
    assert judge(entry, unseen, call("a.b:ok")) is Status.PASSED


RULES = Process.model_validate(
    {
        "kind": "Process",
        "title": "P",
        "goal": "G",
        "owner": "o",
        "reviewed": "2026-11-02",
        "review_every": "90d",
        "steps": [{"id": "a", "call": "a.b", "end": "fertig"}],
        "ends": {"fertig": {"after": "a.b"}},
        "rules": [{"id": "bare", "absence": ["a.b", 2]}, {"id": "ok", "absence": ["a.b:ok", 2]}],
    }
)


@pytest.mark.parametrize(
    ("unseen", "expected"),
    [
        (ALL, [Status.SKIPPED, Status.SKIPPED]),
        (("outcomes", "results", "state"), [Status.PASSED, Status.SKIPPED]),
        (("state",), [Status.PASSED, Status.PASSED]),
    ],
)
def test_rules_against_calls_hold_only_where_calls_are_told(unseen: tuple[Unseen, ...], expected: list[Status]) -> None:
    held = transcript(user(), agent("Gern.", call("a.b:ok"))).model_copy(
        update={"source": Source(origin="endpoint", unseen=unseen)}
    )
    scores = score_transcript(held, [], {"p": RULES})
    assert [score.status for score in scores] == expected
    assert sum_status(scores) is (Status.SKIPPED if unseen == ALL else Status.PASSED)


def test_every_kind_that_reads_calls_or_state_is_known() -> None:
    words = {"contains", "any_of", "all_of", "equals", "matches", "json_schema", "language", "address", "disclosure"}
    figures = {"length", "speakable", "turns", "tokens", "cost", "latency", "judge"}
    assert set(NEEDED) == set(EXPECTATION_KINDS) - words - figures, "a new kind: does it look at calls or state?"
