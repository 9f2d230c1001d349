"""What `kiwerk diff` has to say, in the form asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.report.comparison_junit import format_comparison_junit
from kiwerk.report.comparison_markdown import format_comparison_markdown, format_comparison_summary
from kiwerk.report.comparison_text import format_comparison_text

if TYPE_CHECKING:
    from kiwerk.record.comparison import Comparison


def format_comparison(comparison: Comparison, style: str, *, colour: bool, page: str | None = None) -> str:
    """The report as `text`, `json`, `markdown` (a comment), `summary` (of a job), `html` or `junit`.

    `page` is the address of the page, where it is published; comment and summary link to it.
    """
    if style == "json":
        return comparison.model_dump_json(indent=2) + "\n"
    if style == "html":
        # brings a template engine, which nobody else needs
        from kiwerk.report.comparison_page import format_comparison_page

        return format_comparison_page(comparison)
    if style == "junit":
        return format_comparison_junit(comparison)
    if style == "markdown":
        return format_comparison_markdown(comparison, page)
    if style == "summary":
        return format_comparison_summary(comparison, page)
    return format_comparison_text(comparison, colour=colour)
