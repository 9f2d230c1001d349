"""invented: the user says a value that it cannot know.

Looked for are days, times, amounts of euros, phone numbers, e-mail addresses, numbers of four digits and more, and the
name by which the user calls itself. Known is what stands in `knows` and `goal`, what the agent has said, and now.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kiwerk.language.known import Known, find_unknown
from kiwerk.language.values import Values, read_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.record import Turn
    from kiwerk.run.user_errors.brief import Brief

_SORTS = ("date", "time", "amount", "phone")
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_FIGURE = re.compile(r"\d{4,}")
_TITLE = r"(?:(?i:herr|frau|dr\.?|prof\.?|mrs?\.?|ms\.?)|von|van|zu|de|der)\s+"
_NAME = r"[A-ZÄÖÜ][\w’'-]*"
_NAMED = re.compile(
    r"\b(?i:mein name ist|ich hei(?:ß|ss)e|my name is)\s+"
    rf"(?:{_TITLE})*(?P<name>{_NAME}(?:\s+(?:{_TITLE})*{_NAME})*)"
)
_WORD = re.compile(r"[^\W\d_]+")


def find_invented(turns: Sequence[Turn], brief: Brief) -> str | None:
    """The first value in the user's newest words that comes from nowhere."""
    said = turns[-1].text
    sources = [
        *_find_texts(brief.goal),
        *_find_texts(brief.knows),
        *(turn.text for turn in turns if turn.role == "agent"),
    ]
    today = brief.now.date() if brief.now else None
    values = read_values(said, today)
    if unknown := find_unknown(values, _gather(turns, brief), _SORTS):
        return f"says '{unknown[0]}', which it cannot know ({unknown[1]})"
    invented = next(_find_invented_texts(values, "\n".join(sources)), None)
    return f"says '{invented}', which it cannot know" if invented else None


def _gather(turns: Sequence[Turn], brief: Brief) -> Known:
    known = Known(brief.now.date() if brief.now else None)
    if brief.now:
        known.days.add(brief.now.date())
        known.times.add((brief.now.hour, brief.now.minute))
    known.add_text(brief.goal, timely=True)
    known.add_data(brief.knows, timely=True)
    for turn in turns:
        if turn.role == "agent":
            known.add_text(turn.text, timely=True)
    return known


def _find_invented_texts(values: Values, known: str) -> Iterator[str]:
    """Addresses, figures and names in what was said that the known texts do not have."""
    words = {word.casefold() for word in _WORD.findall(known)}
    for found in _EMAIL.finditer(values.text):
        if found[0].casefold() not in known.casefold():
            yield found[0]
    digits = re.sub(r"[^\d\n]", "", known)
    for found in _FIGURE.finditer(values.rest):
        if found[0] not in digits:
            yield found[0]
    for found in _NAMED.finditer(values.text):
        if any(word.casefold() not in words for word in _WORD.findall(found["name"]) if word[0].isupper()):
            yield found["name"]


def _find_texts(data: object) -> Iterator[str]:
    if isinstance(data, Mapping):
        for value in data.values():
            yield from _find_texts(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _find_texts(value)
    else:
        yield str(data)
