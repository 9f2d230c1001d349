from __future__ import annotations

from typing import Any

import pytest

from kiwerk.record import Score, Status, sum_status
from kiwerk.score import Route, score_transcript
from kiwerk.spec import Process
from kiwerk.spec.expectation import Expectation
from kiwerk.spec.suite import Case
from tests.support.transcripts import agent, call, transcript, user


def _process(*rules: dict[str, Any]) -> Process:
    return Process.model_validate(
        {
            "kind": "Process",
            "title": "Terminvereinbarung",
            "reviewed": "2026-11-02",
            "review_every": "90d",
            "goal": "Ein Termin.",
            "steps": [{"id": "pruefen", "call": "kalender.pruefen", "end": "resolved"}],
            "ends": {"resolved": {"after": "kalender.buchen:ok"}},
            "rules": list(rules),
        }
    )


FIRST = {
    "id": "erst-pruefen",
    "precedence": ["kalender.pruefen:frei", "kalender.buchen"],
    "where": {"same": ["beginn"]},
}
ONCE = {"id": "nur-einmal", "absence": ["kalender.buchen:ok", 2], "severity": "warn"}
INIT = {"id": "zuerst", "init": "patienten.finden"}
FOLLOW = {"id": "danach", "response": ["kalender.stornieren", "kalender.pruefen"]}


def _brief(scores: tuple[Score, ...]) -> list[tuple[str, str, int | None]]:
    return [(score.name, str(score.status), score.activations) for score in scores]


def test_expectations_come_first_and_rules_of_every_process_after_them() -> None:
    talk = transcript(user(), agent("Gebucht.", call("kalender.buchen", beginn="09:00")))
    scores = score_transcript(
        talk,
        [(0, Expectation.model_validate({"contains": "gebucht", "id": "sagt-es", "severity": "warn", "weight": 2}))],
        {"a/termin": _process(FIRST, ONCE), "a/storno": _process(FOLLOW)},
    )
    assert _brief(scores) == [
        ("sagt-es", "passed", None),
        ("erst-pruefen", "failed", 1),
        ("nur-einmal", "passed", 1),
        ("danach", "passed", 0),
    ]
    assert [(score.kind, score.turn, score.severity, score.weight) for score in scores[:3]] == [
        ("contains", 1, "warn", 2),
        ("rule", None, "block", 1),
        ("rule", None, "warn", 1),
    ]


def test_without_a_named_process_its_init_rule_is_not_judged() -> None:
    talk = transcript(user(), agent("Gebucht.", call("kalender.buchen")))
    processes = {"a/termin": _process(INIT, ONCE), "a/storno": _process(INIT, FOLLOW)}
    assert _brief(score_transcript(talk, [], processes)) == [("nur-einmal", "passed", 1), ("danach", "passed", 0)]
    assert _brief(score_transcript(talk, [], processes, case_process="a/storno")) == [
        ("zuerst", "failed", 1),
        ("danach", "passed", 0),
    ]


def test_named_process_decides_which_end_is_meant() -> None:
    talk = transcript(user(), agent("Gebucht.", call("kalender.buchen")))
    end = [(None, Expectation.model_validate({"process": {"end": "resolved"}}))]
    processes = {"a/termin": _process(), "a/storno": _process()}
    assert _brief(score_transcript(talk, end, processes)) == [("process", "errored", None)]
    assert _brief(score_transcript(talk, end, processes, case_process="a/storno")) == [("process", "passed", None)]


def test_conversation_that_broke_off_has_errored_rules_without_activations() -> None:
    talk = transcript(user(), agent("Gebucht.", call("kalender.buchen")), error="no connection")
    scores = score_transcript(talk, [], {"a/termin": _process(FIRST, ONCE)})
    assert _brief(scores) == [("erst-pruefen", "errored", None), ("nur-einmal", "errored", None)]
    assert sum_status(scores) == Status.ERRORED


@pytest.mark.parametrize(
    ("calls", "status"),
    [((), "passed"), (("kalender.stornieren",), "failed"), (("kalender.stornieren", "kalender.pruefen"), "passed")],
)
def test_open_demand_fails_a_conversation_in_which_the_user_had_the_last_word(
    calls: tuple[str, ...], status: str
) -> None:
    talk = transcript(user(), agent("Gut.", *map(call, calls)), user("Und weiter?"))
    (score,) = score_transcript(talk, [], {"a/storno": _process(FOLLOW)})
    assert score.status == status
    assert score.message.endswith("and the conversation was not finished.")


def test_what_did_not_pass_says_where_it_is_written() -> None:
    def place(route: Route, process: str | None = None) -> str:
        return f"{process or 'case'}:{'.'.join(map(str, route))}"

    case = Case.model_validate(
        {
            "id": "dienstag",
            "conversation": [
                {"user": "Guten Tag.", "expect": [{"contains": "a"}, {"contains": "b"}]},
                {"user": "Ja.", "expect": [{"contains": "c"}]},
            ],
            "expect": [{"address": "sie"}, {"turns": {"max": 4}}],
        }
    )
    talk = transcript(user(), agent("a"), user(), agent("du"))
    processes = {"a/termin": _process(INIT, ONCE)}
    scores = score_transcript(talk, case.expectations, processes, place=place)
    assert [score.place for score in scores] == [
        None,
        "case:conversation.0.expect.1",
        "case:conversation.1.expect.0",
        "case:expect.0",
        None,
        None,
    ]
    broken = score_transcript(transcript(user(), error="kein Strom"), (), processes, place=place)
    assert [score.place for score in broken] == ["a/termin:rules.1"]


def test_without_a_place_a_score_has_none() -> None:
    (score,) = score_transcript(transcript(user(), agent()), [], {"a/b": _process(ONCE)})
    assert score.place is None


def test_agent_without_processes_and_expectations_has_no_scores_and_is_errored_as_a_whole() -> None:
    scores = score_transcript(transcript(user(), agent()), [], {})
    assert scores == ()
    assert sum_status(scores) == Status.ERRORED
