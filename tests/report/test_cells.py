from __future__ import annotations

import pytest

from kiwerk.report.cells import count_cells, show_character, show_text


@pytest.mark.parametrize(
    ("text", "cells"),
    [("", 0), ("abc", 3), ("äöü", 3), ("a\u0308", 1), ("日本", 4), ("🙂", 2), ("a\u200db", 2), ("…", 1), ("ﬁ", 1)],
)
def test_cells_are_what_a_terminal_takes(text: str, cells: int) -> None:
    assert count_cells(text) == cells


@pytest.mark.parametrize(("cell", "blanks"), [(0, 4), (1, 3), (3, 1), (4, 4)])
def test_tab_reaches_to_the_next_stop(cell: int, blanks: int) -> None:
    assert show_character("\t", cell) == " " * blanks


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "<U+001B>[2J"),
        ("a\u202eb", "a<U+202E>b"),
        ("a\x00", "a<U+0000>"),
        ("a\nb\r\tc", "a b  c"),
        ("\u2028", "<U+2028>"),
        ("\ud800", "<U+D800>"),
        ("Grüße 🙂", "Grüße 🙂"),
    ],
)
def test_what_cannot_be_seen_is_shown_by_its_number(text: str, shown: str) -> None:
    assert show_text(text) == shown
