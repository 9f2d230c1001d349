"""Every kind of expectation on small conversations: passed, failed or errored, plain and with `not`."""

from __future__ import annotations

from typing import Any

import pytest

from kiwerk.record import Score, Transcript
from kiwerk.score import score_transcript
from kiwerk.score.kinds import KINDS
from kiwerk.spec import Process
from kiwerk.spec.expectation import EXPECTATION_KINDS, Expectation
from tests.support.transcripts import agent, call, transcript, user

PROCESS = Process.model_validate(
    {
        "kind": "Process",
        "title": "Terminvereinbarung",
        "reviewed": "2026-11-02",
        "review_every": "90d",
        "goal": "Ein Termin.",
        "steps": [{"id": "pruefen", "call": "kalender.pruefen", "end": "resolved"}],
        "ends": {"resolved": {"after": "kalender.buchen:ok"}, "escalated": {"after": "uebergabe.mensch"}},
        "rules": [
            {"id": "erst-pruefen", "precedence": ["kalender.pruefen:frei", "kalender.buchen"]},
            {"id": "nie-loeschen", "absence": ["kalender.loeschen", 1]},
        ],
    }
)
PROCESSES = {"praxis-weber/termin": PROCESS}

TALK = transcript(
    user("Einen Termin am Dienstag."),
    agent(
        "Dienstag, 1. Dezember, 14:30\u00a0Uhr ist frei.\nSoll ich buchen?",
        call("kalender.pruefen:frei", beginn="2026-12-01T14:30"),
    ),
    user("Ja."),
    agent(
        "Ihr Termin in der Straße ist gebucht.",
        call("kalender.buchen", beginn="2026-12-01T14:30", gast={"name": "Erika", "alter": 42}, tags=["a", "b"]),
        call("sms.senden:error", text="Hallo"),
    ),
    opening=[agent("Praxis Dr. Weber, du sprichst mit der KI.")],
    state={"kalender": {"termine": [{"beginn": "2026-12-01T14:30", "name": "Erika"}]}},
)


def _score(
    expectation: dict[str, Any],
    talk: Transcript = TALK,
    turn: int | None = None,
    processes: dict[str, Process] | None = None,
) -> Score:
    judged = PROCESSES if processes is None else processes
    return score_transcript(talk, [(turn, Expectation.model_validate(expectation))], judged)[0]


def test_every_kind_of_expectation_has_its_judge_and_a_test_of_broken_conversations() -> None:
    assert set(KINDS) == set(EXPECTATION_KINDS) == {next(iter(expectation)) for expectation in EVERY_KIND}


@pytest.mark.parametrize(
    ("expectation", "turn", "passes"),
    [
        ({"contains": "14:30 Uhr"}, None, True),
        ({"contains": "14:30 UHR IST"}, None, True),
        ({"contains": "frei. Soll"}, None, True),
        ({"contains": "STRASSE"}, None, True),
        ({"contains": "stra\u00dfe"}, None, True),
        ({"contains": "15:30 Uhr"}, None, False),
        ({"contains": "KI"}, None, False),  # said in the opening only
        ({"contains": "gebucht"}, 0, False),
        ({"contains": "gebucht"}, 1, True),
        ({"contains": "14:30"}, 1, False),
        ({"equals": "Ihr Termin in der Straße ist gebucht."}, None, True),
        ({"equals": " Ihr  Termin in der Straße ist gebucht. "}, None, True),
        ({"equals": "ihr Termin in der Straße ist gebucht."}, None, False),
        ({"equals": "Ihr Termin"}, None, False),
        ({"equals": "Ihr Termin in der Straße ist gebucht."}, 0, False),
        ({"matches": r"gebucht|eingetragen"}, None, True),
        ({"matches": r"^Ihr Termin"}, None, True),
        ({"matches": r"^Termin"}, None, False),
        ({"matches": "GEBUCHT"}, None, False),
        ({"matches": "(?i)GEBUCHT"}, None, True),
        ({"matches": "Stra\u00dfe"}, 1, True),
        ({"called": {"tool": "kalender.pruefen"}}, None, True),
        ({"called": {"tool": "kalender.pruefen", "with": {"beginn": "2026-12-01T14:30"}}}, 0, True),
        ({"called": {"tool": "kalender.pruefen"}}, 1, False),
        ({"called": {"tool": "kalender.pruefen", "with": {"beginn": "2026-12-01T15:00"}}}, None, False),
        ({"called": {"tool": "kalender.buchen", "with": {"gast": {"name": "Erika"}}}}, None, True),
        ({"called": {"tool": "kalender.buchen", "with": {"gast": {"name": "Max"}}}}, None, False),
        ({"called": {"tool": "kalender.buchen", "with": {"tags": ["a", "b"]}}}, None, True),
        ({"called": {"tool": "kalender.buchen", "with": {"tags": ["a"]}}}, None, False),
        ({"called": {"tool": "kalender.buchen", "with": {"tags": ["b", "a"]}}}, None, False),
        ({"called": {"tool": "kalender.buchen", "with": {"telefon": "030"}}}, None, False),
        ({"called": {"tool": "sms.senden"}}, None, True),
        ({"called": {"tool": "uebergabe.mensch"}}, None, False),
        ({"state": {"kalender": {"termine": [{"name": "Erika"}]}}}, None, True),
        ({"state": {"kalender": {"termine": [{"name": "Erika"}]}}}, 1, True),
        ({"state": {"kalender": {"termine": []}}}, None, False),
        ({"state": {"sms": {}}}, None, False),
        ({"process": {"end": "resolved"}}, None, True),
        ({"process": {"end": "resolved"}}, 0, False),
        ({"process": {"end": "abandoned"}}, 0, True),
        ({"process": {"end": "escalated"}}, None, False),
        ({"process": {"rules": ["erst-pruefen"]}}, None, True),
        ({"process": {"rules": ["erst-pruefen"]}}, 0, False),  # holds, and was not activated yet
        ({"process": {"rules": ["nie-loeschen"]}}, None, False),
        ({"process": {"end": "resolved", "rules": ["erst-pruefen"]}}, None, True),
        ({"process": {"end": "escalated", "rules": ["erst-pruefen"]}}, None, False),
        ({"process": {"end": "resolved", "rules": ["erst-pruefen", "nie-loeschen"]}}, None, False),
        ({"address": "sie"}, None, True),
        ({"address": "du"}, None, False),
        ({"address": "du"}, 0, True),  # neutral
        ({"turns": {"max": 2}}, None, True),
        ({"turns": {"min": 2}}, None, True),
        ({"turns": {"max": 1}}, None, False),
        ({"turns": {"min": 3}}, None, False),
        ({"turns": {"min": 2, "max": 2}}, None, True),
        ({"turns": {"max": 1}}, 0, True),
    ],
)
def test_expectation_is_judged_in_its_scope(expectation: dict[str, Any], turn: int | None, *, passes: bool) -> None:
    assert _score(expectation, turn=turn).status == ("passed" if passes else "failed")
    if "address" not in expectation:
        assert _score({**expectation, "not": True}, turn=turn).status == ("failed" if passes else "passed")


@pytest.mark.parametrize("form", ["sie", "du"])
@pytest.mark.parametrize("turn", [None, 0, 1])
def test_negated_address_is_the_other_form(form: str, turn: int | None) -> None:
    other = {"sie": "du", "du": "sie"}[form]
    assert _score({"address": form, "not": True}, turn=turn).status == _score({"address": other}, turn=turn).status


def test_address_must_hold_in_every_reply_and_names_the_one_where_it_does_not() -> None:
    talk = transcript(user(), agent("Ihr Termin?"), user(), agent("Dein Termin ist gebucht."))
    score = _score({"address": "sie"}, talk)
    assert score.status == "failed"
    assert score.message == (
        "Expected every reply in the conversation to address people as Sie; "
        "found 'Dein' in the reply to user turn 2: 'Dein Termin ist gebucht.'."
    )


@pytest.mark.parametrize(
    ("expectation", "message"),
    [
        (
            {"contains": "09:00"},
            (
                "Expected a reply that contains '09:00' in the conversation; "
                "found none in 2 replies, the last of them 'Ihr Termin in der Straße ist gebucht.'."
            ),
        ),
        (
            {"contains": "gebucht", "not": True},
            (
                "Expected no reply that contains 'gebucht' in the conversation; "
                "found 'Ihr Termin in der Straße ist gebucht.'."
            ),
        ),
        (
            {"matches": "x+"},
            (
                "Expected a reply that matches /x+/ in the conversation; "
                "found none in 2 replies, the last of them 'Ihr Termin in der Straße ist gebucht.'."
            ),
        ),
        (
            {"called": {"tool": "kalender.pruefen", "with": {"beginn": "2026"}}},
            (
                'Expected a call of kalender.pruefen with {"beginn": "2026"} in the conversation; '
                "found 1 call of it, in the last beginn: expected '2026', found '2026-12-01T14:30'."
            ),
        ),
        (
            {"called": {"tool": "uebergabe.mensch"}},
            (
                "Expected a call of uebergabe.mensch in the conversation; "
                "found only kalender.pruefen, kalender.buchen, sms.senden."
            ),
        ),
        (
            {"called": {"tool": "sms.senden"}, "not": True},
            'Expected no call of sms.senden in the conversation; found sms.senden with {"text": "Hallo"}.',
        ),
        (
            {"state": {"kalender": {"termine": [{"name": "Erika Beispiel"}]}}},
            "In the final state, kalender.termine[0].name: expected 'Erika Beispiel', found 'Erika'.",
        ),
        (
            {"state": {"kalender": {"termine": [{"name": "Max", "beginn": "09:00"}], "frei": []}}},
            (
                "In the final state, kalender.termine[0].name: expected 'Max', found 'Erika'; "
                "kalender.termine[0].beginn: expected '09:00', found '2026-12-01T14:30'; "
                "kalender.frei: expected [], found nothing."
            ),
        ),
        (
            {"state": dict.fromkeys("abcdefg", 1)},
            (
                "In the final state, a: expected 1, found nothing; b: expected 1, found nothing; c: expected 1, found "
                "nothing; d: expected 1, found nothing; e: expected 1, found nothing; and 2 more."
            ),
        ),
        (
            {"state": {"kalender": {"termine": [{"name": "Erika"}]}}, "not": True},
            'Expected a final state other than {"kalender": {"termine": [{"name": "Erika"}]}}; found just that.',
        ),
        (
            {"process": {"end": "escalated"}},
            (
                "Expected the end 'escalated' in the conversation; "
                "found the end 'resolved' after kalender.buchen:ok in turn 2."
            ),
        ),
        (
            {"process": {"end": "resolved", "rules": ["nie-loeschen"]}},
            (
                "Expected the end 'resolved' and rule nie-loeschen activated and kept in the conversation; "
                "found rule nie-loeschen never activated."
            ),
        ),
        ({"turns": {"max": 1}}, "Expected at most 1 agent turns in the conversation; found 2."),
        ({"turns": {"min": 3, "max": 4}}, "Expected 3 to 4 agent turns in the conversation; found 2."),
    ],
)
def test_failed_expectation_says_what_was_expected_and_what_was_found(
    expectation: dict[str, Any], message: str
) -> None:
    score = _score(expectation)
    assert (score.status, score.message) == ("failed", message)


SILENT = transcript(user())
EVERY_KIND: list[dict[str, Any]] = [
    {"contains": "a"},
    {"equals": "a"},
    {"matches": "a"},
    {"called": {"tool": "a.b"}},
    {"state": {"a": 1}},
    {"process": {"end": "resolved"}},
    {"address": "sie"},
    {"turns": {"max": 1}},
    {"any_of": ["a", "b"]},
    {"all_of": ["a", "b"]},
    {"json_schema": {"type": "object"}},
    {"language": "de"},
    {"disclosure": True},
    {"length": {"max_words": 1}},
    {"speakable": True},
    {"order": ["a.b", "a.c"]},
    {"calls": {"tool": "a.b", "max": 1}},
    {"handover": True},
    {"facts": True},
    {"writes": []},
    {"python": {"file": "a.py", "function": "a"}},
    {"tokens": {"max": 1}},
    {"cost": {"max": 1}},
    {"latency": {"max_seconds": 1}},
    {"judge": "freundlich"},
]


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("expectation", EVERY_KIND, ids=lambda expectation: next(iter(expectation)))
def test_conversation_that_broke_off_is_errored_whatever_was_expected(
    expectation: dict[str, Any], *, negated: bool
) -> None:
    broken = transcript(user(), agent("Hallo."), error="the mock has no answer to kalender.buchen")
    score = _score({**expectation, "not": negated}, broken)
    assert score.status == "errored"
    assert score.message == (
        "It could not be judged: the conversation was not finished: the mock has no answer to kalender.buchen."
    )


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize(
    ("expectation", "turn", "reason"),
    [
        ({"contains": "a"}, None, "the agent did not answer in the conversation"),
        ({"equals": "a"}, None, "the agent did not answer in the conversation"),
        ({"matches": "a"}, 0, "the agent did not answer after user turn 1"),
        ({"called": {"tool": "a.b"}}, None, "the agent did not answer in the conversation"),
        ({"address": "du"}, None, "the agent did not answer in the conversation"),
        ({"any_of": ["a", "b"]}, None, "the agent did not answer in the conversation"),
        ({"all_of": ["a", "b"]}, None, "the agent did not answer in the conversation"),
        ({"json_schema": {}}, None, "the agent did not answer in the conversation"),
        ({"language": "de"}, None, "the agent did not answer in the conversation"),
        ({"disclosure": True}, None, "the agent did not answer in the conversation"),
        ({"length": {"max_words": 1}}, None, "the agent did not answer in the conversation"),
        ({"speakable": True}, None, "the agent did not answer in the conversation"),
        ({"order": ["a.b", "a.c"]}, None, "the agent did not answer in the conversation"),
        ({"calls": {"tool": "a.b", "max": 1}}, None, "the agent did not answer in the conversation"),
        ({"facts": True}, None, "the agent did not answer in the conversation"),
        ({"contains": "a"}, 1, "the conversation has no user turn 2, it ended after 1"),
        ({"turns": {"max": 9}}, 1, "the conversation has no user turn 2, it ended after 1"),
    ],
)
def test_silence_is_errored_and_never_passes_for_restraint(
    expectation: dict[str, Any], turn: int | None, reason: str, *, negated: bool
) -> None:
    score = _score({**expectation, "not": negated}, SILENT, turn)
    assert (score.status, score.message) == ("errored", f"It could not be judged: {reason}.")


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize(
    ("expectation", "turn", "processes", "reason"),
    [
        (
            {"state": {"kalender": {}}},
            0,
            PROCESSES,
            "the state is recorded only at the end of the conversation, not after user turn 1",
        ),
        ({"process": {"end": "resolved"}}, None, {}, "the agent has no process"),
        (
            {"process": {"end": "resolved"}},
            None,
            {"a/b": PROCESS, "a/c": PROCESS},
            "the agent has several processes (a/b, a/c), and the case does not say which with 'process'",
        ),
        (
            {"process": {"end": "resolvd"}},
            None,
            PROCESSES,
            "the process has no end 'resolvd'; did you mean 'resolved'",
        ),
        ({"process": {"end": "xyz"}}, None, PROCESSES, "the process has no end 'xyz'"),
        (
            {"process": {"rules": ["erst-prufen"]}},
            None,
            PROCESSES,
            "there is no rule 'erst-prufen'; did you mean 'erst-pruefen'",
        ),
        ({"process": {"rules": ["erst-pruefen"]}}, None, {}, "there is no rule 'erst-pruefen'"),
        (
            {"process": {"rules": ["erst-pruefen"]}},
            None,
            {"a/b": PROCESS, "a/c": PROCESS},
            "several processes have a rule 'erst-pruefen', and the case does not say which with 'process'",
        ),
    ],
)
def test_what_cannot_be_judged_is_errored_even_when_negated(
    expectation: dict[str, Any], turn: int | None, processes: dict[str, Process], reason: str, *, negated: bool
) -> None:
    score = _score({**expectation, "not": negated}, TALK, turn, processes)
    assert (score.status, score.message) == ("errored", f"It could not be judged: {reason}.")


def test_empty_reply_is_a_reply() -> None:
    talk = transcript(user(), agent(""))
    assert _score({"contains": "a"}, talk).status == "failed"
    assert _score({"contains": "a", "not": True}, talk).status == "passed"


def test_composed_and_decomposed_umlauts_are_the_same_text() -> None:
    talk = transcript(user(), agent("Scho\u0308n."))
    for kind in ("contains", "equals", "matches"):
        assert _score({kind: "Sch\u00f6n."}, talk).status == "passed"


def test_end_at_a_turn_is_the_one_reached_until_then() -> None:
    talk = transcript(
        user(),
        agent("Gebucht.", call("kalender.buchen")),
        user(),
        agent("Ich verbinde.", call("uebergabe.mensch")),
    )
    assert _score({"process": {"end": "resolved"}}, talk, 0).status == "passed"
    assert _score({"process": {"end": "escalated"}}, talk, 1).status == "passed"
    assert _score({"process": {"end": "escalated"}}, talk).status == "passed"


def test_of_several_calls_the_last_one_shows_what_differs() -> None:
    talk = transcript(user(), agent("Nein.", call("k.pruefen", beginn="09:00"), call("k.pruefen", beginn="10:00")))
    score = _score({"called": {"tool": "k.pruefen", "with": {"beginn": "11:00"}}}, talk)
    assert score.message.endswith("found 2 calls of it, in the last beginn: expected '11:00', found '10:00'.")


def test_end_and_rule_that_both_differ_are_both_named() -> None:
    talk = transcript(user(), agent("Gebucht.", call("kalender.buchen")))
    score = _score({"process": {"end": "escalated", "rules": ["erst-pruefen"]}}, talk)
    assert score.message == (
        "Expected the end 'escalated' and rule erst-pruefen activated and kept in the conversation; "
        "found the end 'resolved' after kalender.buchen:ok in turn 1 and rule erst-pruefen broken (Expected "
        "kalender.pruefen:frei before each kalender.buchen; found kalender.buchen:ok in turn 1 without one)."
    )
