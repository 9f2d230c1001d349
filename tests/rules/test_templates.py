"""Every template against its definition as a formula over the trace, and against every way the trace may go on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.rules import TEMPLATES, Event, Judgement, Label, Terms, Truth, parse_label
from tests.support import ltlf

OPERATIONS = ("k.a", "k.b")
OUTCOMES = ("ok", "error")
VALUES: tuple[dict[str, object], ...] = ({}, {"v": 1}, {"v": 2})
FRESH: dict[str, object] = {"v": 3}
"""A value that no trace holds, as the next call may always bring."""

EVENTS = [Event(*parts) for parts in itertools.product(OPERATIONS, OUTCOMES, VALUES)]
CONTINUATIONS = [*EVENTS, *(Event(*parts, FRESH) for parts in itertools.product(OPERATIONS, OUTCOMES))]
TRACES = st.lists(st.sampled_from(EVENTS), max_size=6)
LABELS = st.builds(Label, st.sampled_from(OPERATIONS), st.sampled_from((None, *OUTCOMES)))
SAME = st.sampled_from(((), ("v",)))
TERMS = {
    "absence": st.builds(lambda label, count: Terms((label,), count), LABELS, st.integers(1, 3)),
    "init": st.builds(lambda label: Terms((label,)), LABELS),
    "precedence": st.builds(lambda one, two, same: Terms((one, two), same=same), LABELS, LABELS, SAME),
    "response": st.builds(lambda one, two, same: Terms((one, two), same=same), LABELS, LABELS, SAME),
}
DEPTHS = {"absence": 2, "init": 1, "precedence": 1, "response": 2}
"""How many more events it takes to change what can change: two values may wait for an answer, two calls be missing."""


def _is(label: Label, **arguments: object) -> ltlf.Formula:
    """An event of this label, with these arguments; `v=None` means without the argument."""

    def holds(event: object) -> bool:
        assert isinstance(event, Event)
        return label.matches(event) and all(event.arguments.get(name) == value for name, value in arguments.items())

    return ltlf.atom(holds)


def _precedence(one: ltlf.Formula, two: ltlf.Formula) -> ltlf.Formula:
    return ltlf.weak_until(ltlf.negate(two), ltlf.both(one, ltlf.negate(two)))


def _response(one: ltlf.Formula, two: ltlf.Formula) -> ltlf.Formula:
    return ltlf.always(ltlf.implies(one, ltlf.strong_next(ltlf.eventually(two))))


def _at_least(label: Label, count: int) -> ltlf.Formula:
    more = ltlf.strong_next(_at_least(label, count - 1)) if count > 1 else ltlf.atom(lambda _: True)
    return ltlf.eventually(ltlf.both(_is(label), more))


def _holds(name: str, terms: Terms, trace: Sequence[Event]) -> bool:
    """The definition: for correlated rules, the formula for each value, and no trigger without one."""
    if name == "absence":
        assert terms.count is not None
        return not _at_least(terms.labels[0], terms.count)(trace, 0)
    if name == "init":
        return not trace or _is(terms.labels[0])(trace, 0)
    build = {"precedence": _precedence, "response": _response}[name]
    one, two = terms.labels
    if not terms.same:
        return build(_is(one), _is(two))(trace, 0)
    trigger = {"precedence": two, "response": one}[name]
    return ltlf.always(ltlf.negate(_is(trigger, v=None)))(trace, 0) and all(
        build(_is(one, v=value), _is(two, v=value))(trace, 0) for value in (1, 2, 3)
    )


def _truth(name: str, terms: Terms, trace: Sequence[Event], depth: int) -> Truth:
    """RV-LTL by brute force: what holds now, and whether some continuation changes it."""
    now = _holds(name, terms, trace)
    changes = any(
        _holds(name, terms, [*trace, *more]) is not now
        for length in range(1, depth + 1)
        for more in itertools.product(CONTINUATIONS, repeat=length)
    )
    if changes:
        return Truth.POSSIBLY_SATISFIED if now else Truth.POSSIBLY_VIOLATED
    return Truth.SATISFIED if now else Truth.VIOLATED


@pytest.mark.parametrize("name", TEMPLATES)
@given(data=st.data(), trace=TRACES)
def test_finished_conversation_is_judged_by_the_definition(name: str, data: st.DataObject, trace: list[Event]) -> None:
    terms = data.draw(TERMS[name])
    truth = TEMPLATES[name](terms, trace, finished=True).truth
    assert truth == (Truth.SATISFIED if _holds(name, terms, trace) else Truth.VIOLATED)


@pytest.mark.parametrize("name", TEMPLATES)
@given(data=st.data(), trace=st.lists(st.sampled_from(EVENTS), max_size=4))
def test_unfinished_conversation_is_judged_by_every_continuation(
    name: str, data: st.DataObject, trace: list[Event]
) -> None:
    terms = data.draw(TERMS[name].filter(lambda terms: (terms.count or 1) <= DEPTHS[name]))
    assert TEMPLATES[name](terms, trace, finished=False).truth == _truth(name, terms, trace, DEPTHS[name])


@pytest.mark.parametrize("name", TEMPLATES)
@given(data=st.data(), trace=TRACES)
def test_culprit_is_an_event_of_the_trace_exactly_when_the_rule_does_not_hold(
    name: str, data: st.DataObject, trace: list[Event]
) -> None:
    judgement = TEMPLATES[name](data.draw(TERMS[name]), trace, finished=False)
    holds = judgement.truth in (Truth.SATISFIED, Truth.POSSIBLY_SATISFIED)
    assert (judgement.culprit is None) is holds
    assert judgement.culprit is None or judgement.culprit in trace
    assert holds or judgement.activations > 0


@pytest.mark.parametrize("name", TEMPLATES)
@given(data=st.data(), trace=TRACES, more=TRACES)
def test_settled_answer_never_changes(name: str, data: st.DataObject, trace: list[Event], more: list[Event]) -> None:
    terms = data.draw(TERMS[name])
    before = TEMPLATES[name](terms, trace, finished=False).truth
    if before in (Truth.SATISFIED, Truth.VIOLATED):
        assert TEMPLATES[name](terms, [*trace, *more], finished=False).truth == before


def _judge(name: str, labels: str, trace: str, same: tuple[str, ...] = (), count: int | None = None) -> Judgement:
    """Judge a trace such as `a:ok=1 b:ok`, unfinished; `=1` is the argument `v`."""
    events = []
    for turn, word in enumerate(trace.split(), 1):
        label, _, value = word.partition("=")
        operation, _, outcome = label.partition(":")
        events.append(Event(f"k.{operation}", outcome or "ok", {"v": value} if value else {}, turn))
    terms = Terms(tuple(parse_label(f"k.{label}") for label in labels.split()), count, same)
    return TEMPLATES[name](terms, events, finished=False)


@pytest.mark.parametrize(
    ("name", "labels", "trace", "same", "count", "truth", "activations", "culprit_turn"),
    [
        ("precedence", "a b", "", (), None, Truth.POSSIBLY_SATISFIED, 0, None),
        ("precedence", "a b", "a", (), None, Truth.SATISFIED, 0, None),
        ("precedence", "a b", "a b b", (), None, Truth.SATISFIED, 2, None),
        ("precedence", "a b", "b a b", (), None, Truth.VIOLATED, 2, 1),
        ("precedence", "a:ok b", "a:error b", (), None, Truth.VIOLATED, 1, 2),
        ("precedence", "a b", "a=1 b=1", ("v",), None, Truth.POSSIBLY_SATISFIED, 1, None),
        ("precedence", "a b", "a=1 b=2", ("v",), None, Truth.VIOLATED, 1, 2),
        ("precedence", "a b", "a=1 b", ("v",), None, Truth.VIOLATED, 1, 2),
        ("precedence", "a a", "a", (), None, Truth.VIOLATED, 1, 1),
        ("response", "a b", "", (), None, Truth.POSSIBLY_SATISFIED, 0, None),
        ("response", "a b", "b a", (), None, Truth.POSSIBLY_VIOLATED, 1, 2),
        ("response", "a b", "a a b", (), None, Truth.POSSIBLY_SATISFIED, 2, None),
        ("response", "a b", "a=1 a=2 b=2", ("v",), None, Truth.POSSIBLY_VIOLATED, 2, 1),
        ("response", "a b", "a=1 a b=1", ("v",), None, Truth.VIOLATED, 2, 2),
        ("response", "a a", "a a", (), None, Truth.VIOLATED, 2, 2),
        ("absence", "a", "", (), 1, Truth.POSSIBLY_SATISFIED, 0, None),
        ("absence", "a", "b a", (), 1, Truth.VIOLATED, 1, 2),
        ("absence", "a", "a a a", (), 2, Truth.VIOLATED, 3, 2),
        ("absence", "a:ok", "a:error a:ok", (), 2, Truth.POSSIBLY_SATISFIED, 1, None),
        ("init", "a", "", (), None, Truth.POSSIBLY_SATISFIED, 0, None),
        ("init", "a", "a b", (), None, Truth.SATISFIED, 1, None),
        ("init", "a", "b a", (), None, Truth.VIOLATED, 1, 1),
    ],
)
def test_template_says_truth_activations_and_culprit(  # noqa: PLR0913, PLR0917 - the columns of the table
    name: str,
    labels: str,
    trace: str,
    same: tuple[str, ...],
    count: int | None,
    truth: Truth,
    activations: int,
    culprit_turn: int | None,
) -> None:
    judgement = _judge(name, labels, trace, same, count)
    assert (judgement.truth, judgement.activations) == (truth, activations)
    assert (judgement.culprit and judgement.culprit.turn) == culprit_turn


@pytest.mark.parametrize("count", [None, 0, -1])
def test_absence_without_a_count_is_refused(count: int | None) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        TEMPLATES["absence"](Terms((parse_label("k.a"),), count), [], finished=True)
