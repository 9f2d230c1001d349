from __future__ import annotations

import pytest

from kiwerk.language import bounded
from kiwerk.record import Status
from tests.support.judging import assert_judged, judge


@pytest.mark.parametrize(("reply", "passes"), [("um 14:30 Uhr", True), ("um halb drei", False), ("", False)])
def test_expression_is_found_in_a_reply(reply: str, *, passes: bool) -> None:
    assert_judged({"matches": r"\d\d:\d\d"}, reply, passes=passes)


@pytest.mark.parametrize("negated", [{}, {"not": True}])
def test_search_without_end_is_errored_and_names_the_expression(
    negated: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "SECONDS", 0.05)
    score = judge({"matches": "^(a|a)*$", **negated}, "a" * 60 + "b")
    assert (score.status, "looking for /^(a|a)*$/ takes too long" in score.message) == (Status.ERRORED, True)
