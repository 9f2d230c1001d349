"""The comment on a pull request, rendered by GitHub's own Markdown library."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import cmarkgfm  # type: ignore[import-untyped]
import pytest
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]

from kiwerk.report.comparison_markdown import (
    KEY,
    LIMIT,
    SUMMARY_LIMIT,
    format_comparison_markdown,
    format_comparison_summary,
)
from tests.support.comparisons import HOSTILE
from tests.support.comparisons import make_case as case
from tests.support.comparisons import make_comparison as compare


class Tags(HTMLParser):
    """Collects what a browser would make of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def render(text: str) -> Tags:
    tags = Tags()
    tags.feed(cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))
    return tags


def test_verdict_and_counts_stand_in_the_first_line_below_the_key() -> None:
    lines = format_comparison_markdown(compare(case("a/b#c"))).splitlines()
    assert lines[0] == KEY
    assert lines[1].startswith("### kiwerk: 1 regressed, agents may do more in 1 way")


def test_regressions_are_open_and_the_rest_is_folded() -> None:
    text = format_comparison_markdown(compare(case("a/b#c"), case("a/b#d", "flaky")))
    assert "<details open><summary>✗ regressed" in text
    assert "<details><summary>~ flaky" in text
    assert text.index("What agents may do") < text.index("Regressions") < text.index("Documents")


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_was_said_becomes_markup(said: str) -> None:
    harmless, hostile = (
        render(format_comparison_markdown(compare(case("a/b#c", said=text), said=text))) for text in ("x", said)
    )
    assert hostile.tags == harmless.tags
    texts = "\n".join(hostile.texts)
    assert re.search(r"@\w", texts) is None or all(not re.search(r"@\w", text) for text in hostile.texts)
    assert not any(re.search(r"#\d", text) for text in hostile.texts)
    assert not any(sign in "".join(hostile.texts) for sign in ("\x1b", "\x07", "\x00", "\u202e"))


def test_comment_fits_and_counts_what_it_leaves_out() -> None:
    text = format_comparison_markdown(
        compare(*(case(f"a/b#fall-{number}", said="wort " * 200) for number in range(500)))
    )
    assert len(text) <= LIMIT
    left = re.search(r"… and (\d+) more", text)
    assert left is not None
    assert text.count("<details open>") + int(left[1]) == 500
    assert render(text).tags.count("details") == text.count("<details")
    assert text.count("<details") == text.count("</details>")


def test_summary_of_a_job_has_room_for_a_mebibyte_and_counts_bytes() -> None:
    cases = [case(f"a/b#{number}", said="Über den Wolken, so öde: " * 20) for number in range(2_000)]
    text = format_comparison_summary(compare(*cases))
    assert SUMMARY_LIMIT - 10_000 < len(text.encode()) <= SUMMARY_LIMIT
    assert len(format_comparison_markdown(compare(*cases))) <= LIMIT
    assert re.search(r"… and \d+ more", text)


@pytest.mark.parametrize("limit", [300, 1_000, 5_000, 20_000])
def test_a_smaller_limit_is_kept_as_well(limit: int) -> None:
    text = format_comparison_markdown(compare(case("a/b#c")), limit=limit)
    assert len(text) <= limit
    assert text.count("<details") == text.count("</details>")


def test_section_without_any_room_is_named_with_its_number() -> None:
    found = compare(case("a/b#c"), case("a/b#d"))
    whole = format_comparison_markdown(found)
    titles = re.findall(r"^(?:#### |<details><summary>)([^<\n]+)", whole, re.MULTILINE)
    for limit in range(800, len(whole), 100):
        text = format_comparison_markdown(found, limit=limit)
        assert len(text) <= limit
        assert [title for title in titles if title not in text] == []
    assert "No room for: " in format_comparison_markdown(found, limit=800)


def test_page_is_linked_where_there_is_one() -> None:
    assert "(https://example.org/page)" in format_comparison_markdown(compare(), "https://example.org/page")


def test_name_of_a_case_is_read_as_it_is_written() -> None:
    text = format_comparison_markdown(compare(case("praxis-weber/empfang#dienstag-14")))
    assert "praxis-weber/empfang#dienstag-14" in "".join(render(text).texts)
