from __future__ import annotations

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.tools.offer import Offer, describe_offer, name_offers, name_operation


@pytest.mark.parametrize(
    ("tool", "operation"),
    [
        ("pruefen", "pruefen"),
        ("termin_buchen", "termin_buchen"),
        ("Termin.Buchen", "termin_buchen"),
        ("terminBuchen", "termin_buchen"),
        ("HTTPAbruf2", "http_abruf2"),
        ("kalender/termin-buchen", "kalender_termin_buchen"),
        ("__init__", "init"),
        ("Öffnen_für", "oeffnen_fuer"),
    ],
)
def test_name_becomes_that_of_an_operation(tool: str, operation: str) -> None:
    assert name_operation(tool) == operation


@pytest.mark.parametrize("tool", ["2fa", "...", "予約"])
def test_name_without_a_letter_to_begin_with_is_refused(tool: str) -> None:
    with pytest.raises(KiwerkError, match="No operation can be called like"):
        name_offers([Offer(tool, "", {})])


def test_two_tools_of_one_name_are_refused() -> None:
    with pytest.raises(KiwerkError, match=r"'a.b' and 'aB' would both be called a_b"):
        name_offers([Offer("a.b", "", {}), Offer("aB", "", {})])


@pytest.mark.parametrize(
    ("description", "text"),
    [
        ("  Bucht.  ", "Bucht."),
        ("\n    Bucht.\r\n\n      - gleich  \n    ", "Bucht.\n\n  - gleich"),
        ("a\x07b\tc", "a b     c"),
        (" \n ", "buchen"),
    ],
)
def test_description_is_what_a_document_can_hold(description: str, text: str) -> None:
    assert describe_offer(Offer("buchen", description, {})) == text
