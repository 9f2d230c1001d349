from __future__ import annotations

import pytest

from kiwerk.record import Decision, SampleScore, Status
from tests.support.gate import find_rule, judge, make_case, make_policy, make_sample


def erred(name: str, number: int) -> SampleScore:
    return make_sample(name, repetition=number).model_copy(update={"status": Status.ERRORED, "fault": "user"})


@pytest.mark.parametrize(("errors", "decision"), [(0, "passed"), (3, "passed"), (4, "refused")])
def test_users_errors_count_nowhere_until_they_are_more_than_what_counts(errors: int, decision: str) -> None:
    samples = [make_sample("a", repetition=number) for number in range(3)]
    verdict = judge(make_policy(), [make_case("a")], [*samples, *(erred("a", 10 + number) for number in range(errors))])
    assert find_rule(verdict, "complete")[0] == decision
    assert verdict.samples == 3
    assert ("in which the simulated user erred" in find_rule(verdict, "complete")[1]) is bool(errors)


def test_users_errors_alone_show_nothing() -> None:
    verdict = judge(make_policy(), [make_case("a")], [erred("a", number) for number in range(3)])
    assert verdict.decision is Decision.REFUSED
    assert "0 of" in find_rule(verdict, "complete")[1]
