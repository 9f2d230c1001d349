"""What every document of kiwerk's content model has in common: strictness, value types, marked references."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """A part of a document: unknown keys are refused, types are not converted, nothing changes after loading."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        use_attribute_docstrings=True,
        validate_by_alias=True,
        validate_by_name=False,
    )


class Document(Model):
    """What a file holds: its kind decides the model, its path decides its id."""

    description: str | None = Field(default=None, examples=["Seit dem Umzug zuständig für beide Standorte."])
    """A note for colleagues; never shipped, changes no digest."""
    formerly: str | None = Field(default=None, examples=["praxis-weber/telefon"])
    """The id this document had before it was renamed, so that its history goes on."""


@dataclass(frozen=True, slots=True)
class RefersTo:
    """Marks a string field as the name of something else, so that references are found by walking the model.

    `target` is a kind (`Agent`, `Toolset`, …) or one of the things that live inside a document: `Operation`, `Event`
    (an operation, maybe with an outcome), `Person`, `Phrase`.
    """

    target: str


@dataclass(frozen=True, slots=True)
class FreeForm:
    """Marks data whose shape the author chooses: a number whose text would change (`1.10`) is refused inside it."""


AgentRef = Annotated[str, RefersTo("Agent")]
ToolsetRef = Annotated[str, RefersTo("Toolset")]
FactsRef = Annotated[str, RefersTo("Facts")]
ProcessRef = Annotated[str, RefersTo("Process")]
EnvironmentRef = Annotated[str, RefersTo("Environment")]
PolicyRef = Annotated[str, RefersTo("Policy")]
JudgeRef = Annotated[str, RefersTo("Judge")]
PersonRef = Annotated[str, RefersTo("Person")]
PhraseRef = Annotated[str, RefersTo("Phrase")]
OperationRef = Annotated[str, RefersTo("Operation")]
EventRef = Annotated[str, RefersTo("Event")]

Data = Annotated[dict[str, Any], FreeForm()]

SEGMENT = "[a-z0-9]+(?:-[a-z0-9]+)*"
"""One part of an id, as a regular expression: what a file or folder may be called, and what a slug is."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""A name in ids, selectors and reports: `dienstag-halb-drei`."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
"""A name in templates and expressions: `ki_hinweis`; two underscores would separate toolset and operation."""

NonEmpty = Annotated[str, StringConstraints(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]

_DURATION = re.compile(r"(\d{1,6})(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=36525)
FIRST_YEAR, LAST_YEAR = 1970, 2200


def parse_duration(text: str) -> timedelta:
    """Duration from a whole number and a unit: seconds `s`, minutes `m`, hours `h` or days `d`.

    Raises:
        ValueError: the text has another form, or means more than 100 years.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        message = f"'{text}' is not a duration"
        raise ValueError(message)
    duration = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if duration > _LONGEST:
        message = f"'{text}' is longer than 100 years"
        raise ValueError(message)
    return duration


def is_reckoned_with(moment: date) -> bool:
    """Whether a moment lies in the years 1970 to 2200, in which nothing that is added to it overflows."""
    return FIRST_YEAR <= moment.year <= LAST_YEAR


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    try:
        return parse_duration(value if isinstance(value, str) else "")
    except ValueError:
        raise PydanticCustomError(
            "duration", "Expected a duration up to 100 years: a whole number and s, m, h or d, such as 90d"
        ) from None


def _date(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise PydanticCustomError("date", "No such day: {reason}", {"reason": str(error)}) from None
    if isinstance(value, date):
        return value
    raise PydanticCustomError("date", "Expected a date: YYYY-MM-DD")


def _moment(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?([+-]\d{2}:\d{2}|Z)?", value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise PydanticCustomError("moment", "No such moment: {reason}", {"reason": str(error)}) from None
        if not is_reckoned_with(moment):
            raise PydanticCustomError("moment", "Expected a moment in the years 1970 to 2200")
        return moment
    if isinstance(value, datetime):
        return value
    raise PydanticCustomError("moment", "Expected a date and time: YYYY-MM-DDThh:mm, maybe with an offset")


Duration = Annotated[
    timedelta, BeforeValidator(_duration), WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,6}[smhd]$"})
]
Day = Annotated[
    date, BeforeValidator(_date), WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?([+-][0-9]{2}:[0-9]{2}|Z)?$",
        }
    ),
]
"""A point in time; without an offset it is meant in the organization's time zone."""


def one_of(model: BaseModel, names: tuple[str, ...], what: str) -> str:
    """Name of the one field among `names` that is set.

    Raises:
        PydanticCustomError: none or several are set.
    """
    # of the many kinds that an expectation may have it has one, and this is asked for each
    given = [name for name in model.model_fields_set.intersection(names) if getattr(model, name) is not None]
    if len(given) != 1:
        given.sort(key=names.index)
        found = f"found {' and '.join(given)}" if given else "found none"
        raise PydanticCustomError(
            "one_of",
            "{what} needs exactly one of {names}; {found}",
            {"what": what, "names": ", ".join(names), "found": found},
        )
    return given[0]
