from __future__ import annotations

import pytest

from kiwerk.finding import Finding, Related, Span
from kiwerk.load.source import Source
from kiwerk.report.findings import FINDING_STYLES, format_findings

SECRET = "ghp_" + "a1B2c3D4" * 5
PLACE = Span("a.yaml", 1, 7, 1, 7 + len(SECRET))


@pytest.mark.parametrize("style", FINDING_STYLES)
def test_no_report_repeats_a_secret_whatever_it_is_about(style: str) -> None:
    finding = Finding(
        "unknown-kind",
        f"Unknown kind '{SECRET}'",
        PLACE,
        help=f"Not {SECRET}",
        related=(Related(PLACE, f"As in {SECRET}"),),
    )
    report = format_findings([finding], {"a.yaml": Source("a.yaml", f"kind: {SECRET}\n")}, style)
    assert "ghp_***" in report
    assert SECRET[4:] not in report
