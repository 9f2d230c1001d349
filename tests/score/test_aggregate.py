from __future__ import annotations

import pytest

from kiwerk.record import Status
from kiwerk.score import average_pass_rate, count_cases, pass_rate_interval

PASSED, FAILED, ERRORED = Status.PASSED, Status.FAILED, Status.ERRORED


def test_each_case_counts_once_however_often_it_was_sampled() -> None:
    samples = [("a", PASSED)] * 9 + [("a", FAILED)] + [("b", FAILED)]
    summary = average_pass_rate(count_cases(samples))
    assert summary is not None
    assert summary.rate == pytest.approx((0.9 + 0) / 2)
    assert summary.cases == 2
    assert summary.interval == pass_rate_interval(0.45, 2)


def test_conversation_that_could_not_be_judged_is_in_no_rate_and_is_counted() -> None:
    (case,) = count_cases([("a", PASSED), ("a", ERRORED), ("a", Status.SKIPPED), ("a", Status.MEASURED)])
    assert (case.passed, case.failed, case.errored, case.scored, case.rate) == (1, 0, 1, 1, 1.0)


@pytest.mark.parametrize("samples", [[], [("a", ERRORED)], [("a", Status.SKIPPED)]])
def test_without_a_judged_case_there_is_no_rate(samples: list[tuple[str, Status]]) -> None:
    assert average_pass_rate(count_cases(samples)) is None


def test_case_without_a_judged_conversation_does_not_widen_or_narrow_the_interval() -> None:
    summary = average_pass_rate(count_cases([("a", PASSED), ("b", ERRORED)]))
    assert summary is not None
    assert summary.cases == 1


def test_cases_keep_the_order_in_which_they_appear() -> None:
    cases = count_cases([("b", PASSED), ("a", PASSED), ("b", FAILED)])
    assert [(case.case, case.rate) for case in cases] == [("b", 0.5), ("a", 1.0)]
