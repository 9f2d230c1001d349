from __future__ import annotations

from typing import Any

import pytest

from kiwerk.conformance import judge_process
from kiwerk.rules import Event, Truth
from kiwerk.spec import Process


def _process(**changes: Any) -> Process:
    document: dict[str, Any] = {
        "kind": "Process",
        "title": "Terminvereinbarung",
        "reviewed": "2026-11-02",
        "review_every": "90d",
        "goal": "Ein Termin.",
        "steps": [{"id": "pruefen", "call": "kalender.pruefen", "end": "resolved"}],
        "ends": {
            "resolved": {"after": "kalender.buchen:ok"},
            "escalated": {"after": ["uebergabe.mensch", "uebergabe.rueckruf:ok"]},
        },
    }
    return Process.model_validate(document | changes)


def _events(words: str) -> list[Event]:
    """Events such as `kalender.pruefen:frei=09:00`, one per turn; behind `=` the argument `beginn`."""
    events = []
    for turn, word in enumerate(words.split(), 1):
        label, _, beginn = word.partition("=")
        operation, _, outcome = label.partition(":")
        events.append(Event(operation, outcome or "ok", {"beginn": beginn} if beginn else {}, turn))
    return events


@pytest.mark.parametrize(
    ("words", "end", "turn"),
    [
        ("", "abandoned", None),
        ("kalender.pruefen", "abandoned", None),
        ("kalender.buchen:error", "abandoned", None),
        ("kalender.buchen", "resolved", 1),
        ("uebergabe.mensch:nicht_erreichbar", "escalated", 1),
        ("uebergabe.rueckruf:error", "abandoned", None),
        ("uebergabe.rueckruf", "escalated", 1),
        ("kalender.buchen uebergabe.mensch", "escalated", 2),
        ("uebergabe.mensch kalender.buchen kalender.pruefen", "resolved", 2),
        ("kalender.buchen kalender.buchen", "resolved", 2),
    ],
)
def test_end_is_the_one_whose_event_occurred_last(words: str, end: str, turn: int | None) -> None:
    verdict = judge_process(_process(), _events(words), finished=True)
    assert (verdict.end, verdict.after and verdict.after.turn) == (end, turn)


def test_of_two_ends_with_one_event_the_first_written_wins() -> None:
    process = _process(ends={"first": {"after": "a.b"}, "second": {"after": "a.b:ok"}})
    assert judge_process(process, _events("a.b"), finished=True).end == "first"


PRECEDENCE = {"id": "erst-pruefen", "precedence": ["k.pruefen:frei", "k.buchen"], "where": {"same": ["beginn"]}}
RESPONSE = {"id": "danach", "response": ["k.stornieren:ok", "k.pruefen"]}
ABSENCE = {"id": "nur-einmal", "absence": ["k.buchen:ok", 2]}
NEVER = {"id": "nie", "absence": ["k.loeschen", 1]}
INIT = {"id": "zuerst", "init": "p.finden"}


@pytest.mark.parametrize(
    ("rule", "words", "holds", "activations", "sentence"),
    [
        (
            PRECEDENCE,
            "k.pruefen:frei=09:00 k.buchen=10:00",
            False,
            1,
            (
                "Expected k.pruefen:frei before each k.buchen with the same beginn; "
                "found k.buchen:ok in turn 2 (beginn '10:00') without one."
            ),
        ),
        (
            PRECEDENCE,
            "k.pruefen:frei=09:00 k.buchen",
            False,
            1,
            (
                "Expected k.pruefen:frei before each k.buchen with the same beginn; "
                "found k.buchen:ok in turn 2 (beginn missing) without one."
            ),
        ),
        (
            PRECEDENCE,
            "k.pruefen:frei=09:00 k.buchen=09:00",
            True,
            1,
            "Expected k.pruefen:frei before each k.buchen with the same beginn; found 1 × k.buchen.",
        ),
        (
            PRECEDENCE,
            "",
            True,
            0,
            "Expected k.pruefen:frei before each k.buchen with the same beginn; found no k.buchen.",
        ),
        (
            RESPONSE,
            "k.pruefen k.stornieren",
            False,
            1,
            "Expected k.pruefen after each k.stornieren:ok; found none after k.stornieren:ok in turn 2.",
        ),
        (
            RESPONSE,
            "k.stornieren k.pruefen",
            True,
            1,
            "Expected k.pruefen after each k.stornieren:ok; found 1 × k.stornieren:ok.",
        ),
        (
            ABSENCE,
            "k.buchen k.buchen k.buchen",
            False,
            3,
            "Expected k.buchen:ok fewer than 2 times; found 3 × k.buchen:ok, too many from turn 2 on.",
        ),
        (NEVER, "k.buchen", True, 0, "Expected no k.loeschen; found no k.loeschen."),
        (INIT, "k.buchen", False, 1, "Expected p.finden as the first event; found k.buchen:ok in turn 1."),
        (INIT, "p.finden k.buchen", True, 1, "Expected p.finden as the first event; found it."),
        (INIT, "", True, 0, "Expected p.finden as the first event; found no event."),
    ],
)
def test_rule_is_judged_with_a_sentence(
    rule: dict[str, Any], words: str, *, holds: bool, activations: int, sentence: str
) -> None:
    (judged,) = judge_process(_process(rules=[rule]), _events(words), finished=True).rules
    assert judged.holds is holds
    assert judged.judgement.truth == (Truth.SATISFIED if holds else Truth.VIOLATED)
    assert judged.judgement.activations == activations
    assert judged.sentence == sentence


def test_open_demand_of_an_unfinished_conversation_is_not_kept() -> None:
    (judged,) = judge_process(_process(rules=[RESPONSE]), _events("k.stornieren"), finished=False).rules
    assert judged.judgement.truth == Truth.POSSIBLY_VIOLATED
    assert not judged.holds
    assert judged.sentence == (
        "Expected k.pruefen after each k.stornieren:ok; found none after k.stornieren:ok in turn 1, "
        "and the conversation was not finished."
    )


def test_rule_that_may_still_be_broken_holds_and_says_that_it_is_provisional() -> None:
    (judged,) = judge_process(_process(rules=[ABSENCE]), _events("k.buchen"), finished=False).rules
    assert judged.judgement.truth == Truth.POSSIBLY_SATISFIED
    assert judged.holds
    assert judged.sentence.endswith("found 1 × k.buchen:ok, and the conversation was not finished.")


def test_rules_keep_the_order_written() -> None:
    verdict = judge_process(_process(rules=[NEVER, INIT, ABSENCE]), [], finished=True)
    assert [judged.rule.id for judged in verdict.rules] == ["nie", "zuerst", "nur-einmal"]
