from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiwerk.diff.prompts import compare_texts

texts = st.lists(
    st.sampled_from(["Guten", "Tag", ",", "\n", " ", "{{ runtime.heute }}", "Uhr", "8", "ä"]), max_size=40
).map("".join)


@given(texts, texts)
def test_pieces_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    pieces = compare_texts(before, after)
    assert "".join(piece.text for piece in pieces if piece.what != "added") == before
    assert "".join(piece.text for piece in pieces if piece.what != "removed") == after
    assert all(piece.text for piece in pieces)


@given(texts)
def test_equal_texts_are_one_piece(text: str) -> None:
    assert [piece.what for piece in compare_texts(text, text)] == (["same"] if text else [])


def test_one_word_is_one_word() -> None:
    pieces = compare_texts("Montag bis Freitag 08:00 bis 17:00 Uhr\n", "Montag bis Freitag 08:00 bis 18:00 Uhr\n")
    assert [(piece.what, piece.text) for piece in pieces if piece.what != "same"] == [
        ("removed", "17"),
        ("added", "18"),
    ]


def test_hole_is_one_word() -> None:
    pieces = compare_texts("Heute ist {{ runtime.heute }}.", "Heute ist {{ runtime.morgen }}.")
    assert [piece.text for piece in pieces if piece.what == "added"] == ["{{ runtime.morgen }}"]
