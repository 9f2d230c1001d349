"""A document holds data that names or reaches somebody who may exist.

What it does:
    Looks through every file, comments included, for e-mail addresses, phone numbers (also spoken ones, such as
    "null drei null ..."), IBANs, tax and VAT ids, numbers of the German pension insurance and credit cards. Phone
    numbers must be possible in their country, all others have the right check digits. Left out are addresses at
    `example.org` and the like, numbers reserved for fiction, published test accounts, and services such as 0800. What
    is called a number of something else ("Bestellnummer 030-2026-11", "Vorgang 0171-2026-4711") is no phone number.
    What a Facts document of the company says is published: there, and wherever the company's documents repeat it,
    e-mail addresses, phone numbers, IBANs and VAT ids are fine.

Why:
    A case copied from a real call tells a stranger's number to everybody who reads the repository, its history and its
    reports, for ever. And a model that calls an invented number may ring at somebody's.

Example:
    ```yaml
    - user: Rufen Sie mich zurück unter 0171 2345678.
    ```

Instead:
    ```yaml
    - user: Rufen Sie mich zurück unter 0171 39200 42.
    ```
    Reserved for fiction are `030 23125 000` to `999`, `069 90009 000` to `999`, `0171 39200 00` to `99` and others. The
    company's own number goes into a Facts document, where it has a source and a last valid day.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from kiwerk.check.personal_data import DataKind, find_personal_data
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding
from kiwerk.load.content import MAX_FINDINGS
from kiwerk.load.project import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.check.personal_data import PersonalData
    from kiwerk.load.project import Project

RULE = Rule("personal-data")

_PUBLIC = frozenset({DataKind.EMAIL, DataKind.PHONE, DataKind.IBAN, DataKind.VAT})
"""What a company publishes of itself."""

_OWN = "the company's own belongs into its facts"
_INSTEAD = {
    DataKind.EMAIL: f"Use an address at example.org; {_OWN}",
    DataKind.PHONE: f"Use a number reserved for fiction, such as 030 23125 042; {_OWN}",
    DataKind.IBAN: f"Use DE89 3704 0044 0532 0130 00; {_OWN}",
    DataKind.VAT: f"Use one with a wrong check digit, such as DE123456789; {_OWN}",
    DataKind.TAX: "Use one with a wrong check digit, such as 12 345 678 901",
    DataKind.INSURANCE: "Use one with a wrong check digit, such as 12 010190 M 001",
    DataKind.CARD: "Use a test card, such as 4111 1111 1111 1111",
}


def check_personal_data(project: Project, _now: datetime) -> Iterator[Finding]:
    """What may name or reach somebody, and is neither reserved for fiction nor among the company's facts."""
    published = {(_company(path), found.normal) for path, found in _find_published(project)}
    for path, source in project.sources.items():
        facts = _is_facts(project, path)
        private = (
            found
            for found in find_personal_data(source.text)
            if found.kind not in _PUBLIC
            or not (facts or {(_company(path), found.normal), (SHARED, found.normal)} & published)
        )
        for found in islice(private, MAX_FINDINGS):
            article = "An" if found.kind in (DataKind.EMAIL, DataKind.IBAN) else "A"
            yield Finding(
                RULE.name,
                f"{article} {found.kind} that may be somebody's",
                source.span_of(found.start, found.end),
                help=_INSTEAD[found.kind],
            )


def _find_published(project: Project) -> Iterator[tuple[str, PersonalData]]:
    for path, source in project.sources.items():
        if _is_facts(project, path):
            for found in find_personal_data(source.text):
                yield path, found


def _is_facts(project: Project, path: str) -> bool:
    """Whether a file says that it holds facts, even where something else in it is wrong."""
    document = project.documents.get(path)
    data = document.data if document else None
    return isinstance(data, dict) and data.get("kind") == "Facts"


def _company(path: str) -> str:
    """First folder of an id; environments and policies have one that no company has."""
    return path.split("/")[1]
