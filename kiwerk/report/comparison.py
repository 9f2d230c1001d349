"""What `kiwerk diff` has to say, in the form asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.report.comparison_github import format_comparison_github
from kiwerk.report.comparison_junit import format_comparison_junit
from kiwerk.report.comparison_markdown import format_comparison_markdown, format_comparison_summary
from kiwerk.report.comparison_sarif import format_comparison_sarif
from kiwerk.report.comparison_text import format_comparison_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiwerk.record.comparison import Comparison

_OTHERS: dict[str, Callable[[Comparison], str]] = {
    "junit": format_comparison_junit,
    "sarif": format_comparison_sarif,
    "github": format_comparison_github,
}


def format_comparison(comparison: Comparison, style: str, *, colour: bool, page: str | None = None) -> str:
    """The report, `text` unless another style is named.

    Args:
        comparison: what was found.
        style: `json`, `markdown` (a comment), `summary` (of a job), `html`, `junit`, `sarif`, `github` (annotations).
        colour: whether text may have colours.
        page: address of the page, where it is published; comment and summary link to it.
    """
    if style == "json":
        return comparison.model_dump_json(indent=2) + "\n"
    if style == "html":
        # brings a template engine, which nobody else needs
        from kiwerk.report.comparison_page import format_comparison_page

        return format_comparison_page(comparison)
    if style in ("markdown", "summary"):
        write = format_comparison_markdown if style == "markdown" else format_comparison_summary
        return write(comparison, page)
    if style in _OTHERS:
        return _OTHERS[style](comparison)
    return format_comparison_text(comparison, colour=colour)
