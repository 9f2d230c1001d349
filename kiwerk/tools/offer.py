"""One tool of a live system, and what it is called and says in a Toolset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from kiwerk.errors import KiwerkError
from kiwerk.load.source import UNFIT_CHARACTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Offer:
    """One tool, as its server describes it."""

    name: str
    description: str
    """Empty where it has none."""
    parameters: Mapping[str, Any]
    """JSON Schema of the arguments."""
    reads_only: bool | None = None
    """What the server says about it, if it says anything; nobody has proven it."""


def name_offers(offers: Iterable[Offer]) -> dict[str, Offer]:
    """The offers by the names that their operations get, in the order of the server.

    Raises:
        KiwerkError: a name says nothing that an operation could be called, or two would be called alike.
    """
    named: dict[str, Offer] = {}
    for offer in offers:
        name = name_operation(offer.name)
        if not _IDENTIFIER.fullmatch(name):
            message = f"No operation can be called like the server's tool {offer.name!r}"
            raise KiwerkError(message, remedy="Let the server give it a name that begins with a letter")
        if name in named:
            message = f"The server's tools {named[name].name!r} and {offer.name!r} would both be called {name}"
            raise KiwerkError(message, remedy="Let the server name one of them otherwise")
        named[name] = offer
    return named


def name_operation(tool: str) -> str:
    """What a tool's operation is called: `Termin.buchenFuer` is `termin_buchen_fuer`."""
    return re.sub(r"[^a-z0-9]+", "_", _HUMP.sub("_", tool).lower().translate(_UMLAUTS)).strip("_")


def describe_offer(offer: Offer) -> str:
    """The description as a document can hold it; the tool's own name where it has none."""
    text = cleandoc(UNFIT_CHARACTER.sub(" ", offer.description.replace("\r", "").expandtabs()))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip() or offer.name
