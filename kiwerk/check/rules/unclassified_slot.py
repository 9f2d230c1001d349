"""Personal data is asked for and not marked as such.

What it does:
    Warns about slots that some step collects, that have no `pii`, and that are personal data by their type (`phone`,
    `email`) or by their name: name, geburtsdatum, anschrift, iban, diagnose and the like, alone or as a part
    (`name_des_kunden`).

Why:
    Retention, redaction and the record of processing go by the class: what is not marked is kept and shown like the
    weather. Health data is a special category (GDPR Art. 9).

Example:
    ```yaml
    slots:
      rueckruf: {type: phone, required: true}
    ```

Instead:
    ```yaml
    slots:
      rueckruf: {type: phone, required: true, pii: contact, retention: 30d}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project
    from kiwerk.spec.process import Slot

RULE = Rule("unclassified-slot", Severity.WARNING)

_BY_TYPE = {"phone": "contact", "email": "contact"}
_BY_NAME = {
    "identity": (
        "name vorname nachname familienname geburtsname geburtsdatum geburtstag geburtsort ausweisnummer"
        " personalausweis versichertennummer versicherungsnummer krankenversichertennummer patientennummer steuernummer"
        " first_name last_name birthday birthdate birth"
    ),
    "contact": (
        "anschrift adresse postanschrift strasse hausnummer wohnort telefon telefonnummer rufnummer handy handynummer"
        " mobilnummer mobil rueckrufnummer email mail mailadresse phone address street"
    ),
    "financial": (
        "iban bic konto kontonummer kontoinhaber bankverbindung kreditkarte kreditkartennummer gehalt einkommen"
    ),
    "health": (
        "diagnose diagnosen symptom symptome medikament medikamente befund befunde krankheit allergie allergien"
        " vorerkrankung vorerkrankungen krankenkasse medication diagnosis symptoms"
    ),
}
_CLASSES = {word: pii for pii, words in _BY_NAME.items() for word in words.split()}
_THINGS = frozenset({"produkt", "firma", "firmen", "datei", "projekt", "artikel", "geraet", "objekt", "marke", "ware"})
"""Beside one of these words, a name or an address is no person's."""


def check_unclassified_slots(project: Project, _now: datetime) -> Iterator[Finding]:
    """Slots with personal data and without its class."""
    for process in project.processes.values():
        collected = {slot for step in process.spec.steps for slot in step.collect or ()}
        for name, slot in process.spec.slots.items():
            pii = _guess_class(name, slot) if slot.pii is None and name in collected else None
            if pii is not None:
                yield Finding(
                    RULE.name,
                    f"'{name}' is personal data and has no pii",
                    process.document.span(("slots", name), key=True),
                    help=f"Add pii: {pii} and retention",
                )


def _guess_class(name: str, slot: Slot) -> str | None:
    """The class that a slot should have, or None where it seems to hold no personal data."""
    words = name.split("_")
    if _THINGS.isdisjoint(words):
        # the most sensitive one, should there be several
        found = {_CLASSES[word] for word in (name, *words) if word in _CLASSES}
        for pii in ("health", "financial", "identity", "contact"):
            if pii in found:
                return pii
    return _BY_TYPE.get(slot.type)
