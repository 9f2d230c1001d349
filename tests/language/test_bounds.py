from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest

from kiwerk.language.disclosure import find_disclosure
from kiwerk.language.identify import identify_language
from kiwerk.language.sentences import count_sentences
from kiwerk.language.speakable import find_obstacle
from kiwerk.language.values import read_values

READERS: dict[str, Callable[[str], object]] = {
    "values": lambda text: read_values(text, date(2026, 11, 27)),
    "obstacle": find_obstacle,
    "sentences": count_sentences,
    "language": identify_language,
    "disclosure": find_disclosure,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "piece",
    ["0", "0 ", "um ", "null ", "1.", "01.12. ", "20 bis ", "a", "ein", "hundert", " ", "x@", "-", "www.", "\0 um "],
)
def test_no_text_takes_long(reader: str, piece: str) -> None:
    """A model's words are anybody's. The bound is far above what the slowest takes, so that only explosions fail."""
    text = piece * (8000 // len(piece))
    begin = time.process_time()
    READERS[reader](text)
    assert time.process_time() - begin < 20
