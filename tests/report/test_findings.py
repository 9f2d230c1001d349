from __future__ import annotations

import pytest

from kiwerk.finding import Finding, Span
from kiwerk.report.findings import FINDING_STYLES, format_findings

FINDING = Finding("a-rule", "Something", Span("a.yaml", 1, 1, 1, 2))


@pytest.mark.parametrize(
    ("style", "beginning"),
    [
        ("text", "error[a-rule] "),
        ("json", '{\n  "version": 1'),
        ("github", "::error file="),
        ("sarif", '{\n  "$schema"'),
    ],
)
def test_style_is_the_one_asked_for(style: str, beginning: str) -> None:
    assert format_findings([FINDING], {}, style).startswith(beginning)
    assert style in FINDING_STYLES


def test_colours_are_for_text_alone() -> None:
    for style in FINDING_STYLES:
        assert ("\x1b" in format_findings([FINDING], {}, style, colour=True)) is (style == "text")


def test_unknown_style_is_an_error_of_the_program() -> None:
    with pytest.raises(ValueError, match="no style 'xml'"):
        format_findings([FINDING], {}, "xml")
