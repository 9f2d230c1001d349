"""What can be wrong with a template or an expression, and the near miss that was probably meant."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Undefined

COMPARED_NAMES = 1000
"""Finding the nearest of very many names takes longer than a reader would wait for the hint."""

QUOTED_CHARACTERS = 50


class TemplateProblem(Exception):
    """One thing that is wrong with a template, and the line of it.

    Args:
        message: one terse sentence, without a full stop.
        line: 1-based, in the source of the template or expression.
        help: what to do, in one sentence.
        route: keys and indexes that lead to the expression, where it stood inside a nested value.
        is_undefined: what is wrong is that something is used that does not exist.
    """

    def __init__(
        self,
        message: str,
        line: int,
        help: str | None = None,  # noqa: A002  # the word that findings use
        route: tuple[str | int, ...] = (),
        *,
        is_undefined: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message[:1].upper() + message[1:]
        self.line = line
        self.help = help
        self.route = route
        self.is_undefined = is_undefined

    def __str__(self) -> str:
        remedy = f" ({self.help})" if self.help else ""
        return f"line {self.line}: {self.message}{remedy}"


class Misuse(Exception):
    """A value or an operation that a template may not have, raised where its line is not known.

    Filters raise it for bad input; whoever renders adds the line and makes it a `TemplateProblem`.
    """

    def __init__(self, message: str, help: str | None = None) -> None:  # noqa: A002  # the word that findings use
        super().__init__(message)
        self.message = message
        self.help = help


class MissingValue(Exception):
    """Something undefined was used; whoever renders knows the names that exist."""

    def __init__(self, undefined: Undefined) -> None:
        super().__init__("undefined value")
        self.undefined = undefined


def suggest_name(name: str, known: Iterable[object]) -> str | None:
    """Question with the known name nearest to `name`, or None where nothing is near."""
    names = [item for item in islice(known, COMPARED_NAMES) if isinstance(item, str)]
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else None


def quote(text: str) -> str:
    """Text in quotes for a message, cut where it is long."""
    return repr(text) if len(text) <= QUOTED_CHARACTERS else f"{text[:QUOTED_CHARACTERS]!r}…"
