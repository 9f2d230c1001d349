"""tokens, cost and latency: figures unless a severity is written, and nothing where no model spoke."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kiwerk.prices import Price, PriceTable
from kiwerk.record import Score, Source, Transcript, Turn, Usage, sum_status
from kiwerk.score import score_transcript
from kiwerk.score.counterexample import find_failing_reference, find_trip_mismatches
from kiwerk.score.scope import World
from kiwerk.spec.expectation import Expectation
from tests.support.transcripts import agent, transcript, user

PRICES = PriceTable(
    (),
    (Price("mistral", ("klein",), 1.0, 10.0, 0.5, None, date(2025, 10, 1), "Liste", "-"),),
)
SOURCE = Source(origin="model", provider="mistral", model="mistral:klein")


def took(tokens: int, words: int, seconds: float, first: float | None = None) -> Turn:
    usage = Usage(input_tokens=tokens, output_tokens=words)
    update = {"usage": usage, "latency_seconds": seconds, "first_token_seconds": first}
    return agent("Gern.").model_copy(update=update)


def live(*turns: Turn, source: Source = SOURCE, error: str | None = None) -> Transcript:
    return transcript(*turns, error=error).model_copy(update={"source": source})


TALK = live(user(), took(1000, 10, 1.0, 0.2), user(), took(2000, 20, 3.0, 0.4))


def judge(expectation: dict[str, Any], talk: Transcript = TALK, turn: int | None = None) -> Score:
    parsed = Expectation.model_validate(expectation)
    return score_transcript(talk, [(turn, parsed)], {}, world=World(prices=PRICES))[0]


LIMITS = [
    ({"tokens": {"max_input": 3000}}, None, True),
    ({"tokens": {"max_input": 2999}}, None, False),
    ({"tokens": {"max_output": 30}}, None, True),
    ({"tokens": {"max_output": 29}}, None, False),
    ({"tokens": {"max": 3030}}, None, True),
    ({"tokens": {"max": 3029}}, None, False),
    ({"tokens": {"max": 3030, "max_output": 29}}, None, False),
    ({"tokens": {"max_input": 1000}}, 0, True),
    ({"tokens": {"max_input": 1000}}, 1, False),
    ({"cost": {"max": 0.0033}}, None, True),
    ({"cost": {"max": 0.00329}}, None, False),
    ({"cost": {"max": 0.0011}}, 0, True),
    ({"latency": {"max_seconds": 3}}, None, True),
    ({"latency": {"max_seconds": 2.99}}, None, False),
    ({"latency": {"max_seconds": 2.99}}, 0, True),
    ({"latency": {"first_token_max_seconds": 0.4}}, None, True),
    ({"latency": {"first_token_max_seconds": 0.3}}, None, False),
    ({"latency": {"max_seconds": 3, "first_token_max_seconds": 0.3}}, None, False),
]


@pytest.mark.parametrize(("expectation", "turn", "keeps"), LIMITS)
@pytest.mark.parametrize("negated", [False, True])
def test_limit_gates_where_a_severity_is_written(
    expectation: dict[str, Any], turn: int | None, *, keeps: bool, negated: bool
) -> None:
    more = {"not": True} if negated else {}
    score = judge({**expectation, **more, "severity": "block"}, turn=turn)
    assert score.status == ("passed" if keeps is not negated else "failed")
    assert score.severity == "block"


@pytest.mark.parametrize(("expectation", "turn", "keeps"), LIMITS)
def test_without_a_severity_it_is_a_figure_that_fails_nothing(
    expectation: dict[str, Any], turn: int | None, *, keeps: bool
) -> None:
    score = judge(expectation, turn=turn)
    assert (score.status, score.severity) == ("measured", "warn")
    assert score.figure is not None
    assert score.figure.kept is keeps
    passed = judge({"contains": "Gern"})
    assert sum_status([score, passed]) == "passed"
    assert sum_status([score]) == "errored"  # nothing was shown


def test_figures_have_their_units() -> None:
    figures = [
        judge(entry).figure for entry in ({"tokens": {"max": 1}}, {"cost": {"max": 1}}, {"latency": {"max_seconds": 1}})
    ]
    assert [(round(figure.value, 6), figure.unit) for figure in figures if figure] == [
        (3030, "tokens"),
        (0.0033, "EUR"),
        (3.0, "s"),
    ]


KINDS = [{"tokens": {"max": 1}}, {"cost": {"max": 0.0001}}, {"latency": {"max_seconds": 1}}]


@pytest.mark.parametrize("severity", [{}, {"severity": "block"}])
@pytest.mark.parametrize("negated", [{}, {"not": True}])
@pytest.mark.parametrize("expectation", KINDS)
def test_where_no_model_spoke_it_is_skipped(
    expectation: dict[str, Any], severity: dict[str, Any], negated: dict[str, Any]
) -> None:
    authored = transcript(user(), agent())
    score = judge({**expectation, **severity, **negated}, authored)
    assert (score.status, score.message) == ("skipped", "It was not measured: no model spoke.")
    span: Any = None
    shown = judge({"contains": "Gern"}, authored)
    assert list(find_failing_reference("fall", [score, shown], span)) == []
    [mismatch] = find_trip_mismatches("fall, anders", [score.name], [score, shown], span)
    assert "does not trip" in mismatch.message


@pytest.mark.parametrize("negated", [{}, {"not": True}])
@pytest.mark.parametrize(
    ("expectation", "talk", "reason"),
    [
        ({"tokens": {"max": 9999}}, live(user(), took(0, 0, 1.0)), "does not tell the tokens of every reply"),
        ({"cost": {"max": 99}}, live(user(), took(0, 0, 1.0)), "does not tell the tokens of every reply"),
        (
            {"cost": {"max": 99}},
            live(user(), took(9, 9, 1.0), source=Source(origin="model", provider="loopback", model="x:klein")),
            "no price is known for loopback x:klein",
        ),
        ({"latency": {"first_token_max_seconds": 9}}, live(user(), took(9, 9, 1)), "took until its first piece"),
        ({"latency": {"max_seconds": 9}}, live(user()), "did not answer"),
        ({"tokens": {"max": 9999}}, live(user(), took(9, 9, 1.0), error="der Endpunkt schwieg"), "was not finished"),
        ({"cost": {"max": 9999}}, live(user(), took(9, 9, 1.0), error="der Endpunkt schwieg"), "was not finished"),
        ({"latency": {"max_seconds": 99}}, live(user(), took(9, 9, 1), error="Stille"), "was not finished"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_errored_negated_or_not(
    expectation: dict[str, Any], talk: Transcript, reason: str, negated: dict[str, Any]
) -> None:
    score = judge({**expectation, **negated, "severity": "block"}, talk)
    assert (score.status, score.severity) == ("errored", "block")
    assert reason in score.message
    # what is only measured never keeps a case from being judged
    assert judge({**expectation, **negated}, talk).severity == "warn"


@pytest.mark.parametrize("empty", [{"tokens": {}}, {"latency": {}}, {"cost": {}}, {"cost": {"max": 0}}])
def test_limit_that_says_nothing_is_refused(empty: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"tokens needs|latency needs|Field required|greater than 0"):
        Expectation.model_validate(empty)
