"""The page in a real browser."""

from __future__ import annotations

from kiwerk.report.comparison_page import format_comparison_page as page
from tests.support.comparisons import make_case as case
from tests.support.comparisons import make_comparison as compare


def test_verdict_stands_before_everything_else() -> None:
    text = page(compare(case("a/b#c")))
    assert "Refused" in text
    assert text.index("1 regressed") < text.index("What agents may do") < text.index("Cases <")
