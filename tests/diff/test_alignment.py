from __future__ import annotations

from datetime import UTC, datetime

from kiwerk.diff.alignment import Judged, align, choose_pair
from kiwerk.record import Conversation, Score, Source, Status, ToolCall, Transcript, Turn


def judged(name: str, status: Status, *turns: tuple[str, str], scores: tuple[Score, ...] = ()) -> Judged:
    transcript = Transcript(
        conversation=Conversation(agent="a/b", case="a/b#c", origin="model", subject="s", stimulus="t"),
        source=Source(origin="model"),
        started=datetime(2026, 11, 25, tzinfo=UTC),
        turns=tuple(Turn.model_validate({"role": role, "text": text}) for role, text in turns),
        state={},
    )
    return Judged(name, transcript, status, scores)


OPENING = ("agent", "Praxis Dr. Weber, guten Tag.")


def test_first_turn_that_differs_is_named() -> None:
    base = judged(
        "x", Status.PASSED, OPENING, ("user", "Guten Tag."), ("agent", "Gern."), ("user", "Ja."), ("agent", "Gebucht.")
    )
    head = judged(
        "y", Status.FAILED, OPENING, ("user", "Guten Tag."), ("agent", "Gern. "), ("user", "Ja."), ("agent", "Nein.")
    )
    found = align(base, head)
    assert found is not None
    assert (found.diverges, [turn.differs for turn in found.turns]) == (2, [False, False, True])


def test_other_calls_differ_though_the_words_are_the_same() -> None:
    call = ToolCall(operation="kalender.buchen", arguments={}, outcome="ok", result=None)
    base = judged("x", Status.PASSED, ("user", "Ja."), ("agent", "Gebucht."))
    turn = base.transcript.turns[1].model_copy(update={"calls": (call,)})
    transcript = base.transcript.model_copy(update={"turns": (base.transcript.turns[0], turn)})
    found = align(base, Judged("y", transcript, Status.PASSED, ()))
    assert found is not None
    assert found.diverges == 1


def test_shorter_side_has_nothing_where_the_other_goes_on() -> None:
    base = judged("x", Status.PASSED, ("user", "Ja."), ("agent", "Gern."), ("user", "Danke."), ("agent", "Tschüs."))
    head = judged("y", Status.ERRORED, ("user", "Ja."), ("agent", "Gern."))
    found = align(base, head)
    assert found is not None
    last = found.turns[-1]
    assert (last.user_base, last.user_head, last.head, last.differs) == ("Danke.", None, (), True)


def test_failures_stand_at_their_turns() -> None:
    at_turn = Score(name="called", kind="called", turn=1, status=Status.FAILED, message="nicht gerufen")
    whole = Score(name="state", kind="state", status=Status.FAILED, message="anders")
    fine = Score(name="address", kind="address", status=Status.PASSED, message="siezt")
    found = align(None, judged("y", Status.FAILED, ("user", "Ja."), ("agent", "Hm."), scores=(at_turn, whole, fine)))
    assert found is not None
    assert found.turns[0].failed_head == (at_turn,)
    assert found.whole_head == (whole,)


def test_failure_of_head_stands_beside_a_success_of_base() -> None:
    good, bad = judged("good", Status.PASSED), judged("bad", Status.FAILED)
    assert choose_pair([bad, good, bad], [good, bad, good]) == (good, bad)
    assert choose_pair([good, bad], [good]) == (bad, good)
    assert choose_pair([], [good]) == (None, good)


def test_nothing_beside_nothing_is_nothing() -> None:
    assert align(None, None) is None


def test_what_was_passed_stands_at_its_turn_on_its_side() -> None:
    base = judged("x", Status.PASSED, OPENING, ("user", "Ja."), ("agent", "Gern."))
    head = judged("y", Status.PASSED, OPENING, ("user", "Ja."), ("agent", "Nein."))
    found = align(base, head, lambda talk: [(1, "step pruefen")] if talk is base.transcript else [])
    assert found is not None
    assert [turn.passed_base for turn in found.turns] == [(), ("step pruefen",)]
    assert [turn.passed_head for turn in found.turns] == [(), ()]
