"""The sentence that explains what an order rule said about a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.rules import Event, Judgement, Terms, Truth

if TYPE_CHECKING:
    from collections.abc import Callable

_PROVISIONAL = (Truth.POSSIBLY_SATISFIED, Truth.POSSIBLY_VIOLATED)


def format_judgement(template: str, terms: Terms, judgement: Judgement) -> str:
    """One sentence: what the rule expects, and what was found."""
    expected, found = _SENTENCES[template](terms, judgement)
    unfinished = ", and the conversation was not finished" if judgement.truth in _PROVISIONAL else ""
    return f"Expected {expected}; found {found}{unfinished}."


def _precedence(terms: Terms, judgement: Judgement) -> tuple[str, str]:
    first, second = terms.labels
    if judgement.culprit is not None:
        found = f"{_place(judgement.culprit, terms.same)} without one"
    else:
        found = _count(judgement.activations, str(second))
    return f"{first} before each {second}{_same(terms.same)}", found


def _response(terms: Terms, judgement: Judgement) -> tuple[str, str]:
    first, second = terms.labels
    if judgement.culprit is not None:
        found = f"none after {_place(judgement.culprit, terms.same)}"
    else:
        found = _count(judgement.activations, str(first))
    return f"{second} after each {first}{_same(terms.same)}", found


def _absence(terms: Terms, judgement: Judgement) -> tuple[str, str]:
    label = terms.labels[0]
    expected = f"no {label}" if terms.count == 1 else f"{label} fewer than {terms.count} times"
    found = _count(judgement.activations, str(label))
    if judgement.culprit is not None:
        found += f", too many from turn {judgement.culprit.turn} on"
    return expected, found


def _init(terms: Terms, judgement: Judgement) -> tuple[str, str]:
    expected = f"{terms.labels[0]} as the first event"
    if judgement.culprit is not None:
        return expected, _place(judgement.culprit, ())
    return expected, "it" if judgement.activations else "no event"


_SENTENCES: dict[str, Callable[[Terms, Judgement], tuple[str, str]]] = {
    "absence": _absence,
    "init": _init,
    "precedence": _precedence,
    "response": _response,
}


def _same(arguments: tuple[str, ...]) -> str:
    return f" with the same {' and '.join(arguments)}" if arguments else ""


def _count(number: int, label: str) -> str:
    return f"no {label}" if number == 0 else f"{number} × {label}"


def _place(event: Event, arguments: tuple[str, ...]) -> str:
    values = ", ".join(f"{name} {_value(event, name)}" for name in arguments)
    return f"{event} in turn {event.turn}" + (f" ({values})" if values else "")


def _value(event: Event, name: str) -> str:
    return repr(event.arguments[name]) if name in event.arguments else "missing"
