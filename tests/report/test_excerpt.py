from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.finding import Span
from kiwerk.report.cells import count_cells
from kiwerk.report.excerpt import WIDTH, cut_excerpt


def span(column: int, end_column: int, *, end_line: int = 1) -> Span:
    return Span("a.yaml", 1, column, end_line, end_column)


@pytest.mark.parametrize(
    ("text", "place", "line", "indent", "length"),
    [
        pytest.param("a: bcd", span(4, 7), "a: bcd", 3, 3, id="a stretch"),
        pytest.param("a:", span(3, 3), "a:", 2, 1, id="an empty stretch at the end"),
        pytest.param("", span(1, 1), "", 0, 1, id="an empty line"),
        pytest.param("a: b", span(90, 95), "a: b", 4, 1, id="behind the line"),
        pytest.param("a: b", span(4, 2), "a: b", 3, 1, id="the wrong way round"),
        pytest.param("a:\tb", span(4, 5), "a:  b", 4, 1, id="behind a tab"),
        pytest.param("\ta", span(1, 2), "    a", 0, 4, id="a tab"),
        pytest.param("ä: ö", span(4, 5), "ä: ö", 3, 1, id="umlauts"),
        pytest.param("日本: 語", span(5, 6), "日本: 語", 6, 2, id="wide characters"),
        pytest.param("a\u0308: b", span(5, 6), "a\u0308: b", 3, 1, id="a combining character"),
        pytest.param("a: b", span(1, 2, end_line=3), "a: b", 0, 4, id="several lines, to the end of the first"),
        pytest.param("a: \x1b[2J", span(4, 5), "a: <U+001B>[2J", 3, 8, id="a control character"),
        pytest.param("a: b   ", span(4, 5), "a: b", 3, 1, id="blanks at the end"),
    ],
)
def test_stretch_is_underlined(text: str, place: Span, line: str, indent: int, length: int) -> None:
    excerpt = cut_excerpt(text, place)
    assert (excerpt.line, excerpt.indent, excerpt.length) == (line, indent, length)


def test_long_line_is_cut_behind_the_stretch() -> None:
    excerpt = cut_excerpt("key: " + "x" * 500, span(1, 4))
    assert excerpt.line == "key: " + "x" * (WIDTH - 5) + "…"
    assert (excerpt.indent, excerpt.length) == (0, 3)


def test_long_line_is_cut_on_both_sides_of_the_stretch() -> None:
    excerpt = cut_excerpt("x" * 300 + "KEY" + "y" * 300, span(301, 304))
    assert excerpt.line.startswith("…x")
    assert excerpt.line.endswith("y…")
    assert excerpt.line[excerpt.indent :][: excerpt.length] == "KEY"


def test_stretch_longer_than_the_page_is_underlined_as_far_as_it_is_shown() -> None:
    excerpt = cut_excerpt("a" * 50 + "b" * 1000, span(51, 1051))
    assert excerpt.line[excerpt.indent] == "b"
    assert excerpt.indent + excerpt.length == count_cells(excerpt.line) - 1


@given(st.text(st.characters(exclude_characters="\r\n"), max_size=300), st.integers(1, 320), st.integers(1, 320))
def test_excerpt_fits_and_is_underlined_within(text: str, column: int, end_column: int) -> None:
    excerpt = cut_excerpt(text, span(column, end_column))
    widest = 9  # one shown character, as <U+10FFFF> would be
    assert count_cells(excerpt.line) <= WIDTH + 2 + widest
    assert excerpt.length >= 1
    assert 0 <= excerpt.indent <= WIDTH + 2
