"""Briefs of simulated users for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiwerk.rules import parse_label
from kiwerk.run.user_errors import Brief

NOW = datetime(2026, 11, 27, 10, 0)  # noqa: DTZ001 - a Friday, in the organization's time
KNOWS = {
    "wunschtermin": "2026-11-30T09:00",
    "name": "Max Muster",
    "rueckruf": "03023125077",
    "mail": "max@beispiel.example",
    "kundennummer": "K-2026-4711",
    "betrag": 89.5,
}


def make_brief(**changes: Any) -> Brief:
    """The brief of somebody who wants an appointment on Monday at nine."""
    known = {
        "goal": "Termin am Montag um neun",
        "knows": KNOWS,
        "now": NOW,
        "acts": frozenset({"kalender.buchen", "uebergabe.mensch"}),
        "handovers": frozenset({"uebergabe.mensch"}),
        "ends": (parse_label("kalender.buchen:ok"), parse_label("uebergabe.mensch")),
        "names_process": True,
    }
    return Brief(**{**known, **changes})
