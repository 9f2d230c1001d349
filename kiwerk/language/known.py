"""What an agent may say is so: the values of its facts, of what the tools returned, of the user's words, and now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kiwerk.language.days import WEEKDAYS, find_spans
from kiwerk.language.numbers import parse_decimal
from kiwerk.language.phones import EMERGENCY
from kiwerk.language.values import read_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kiwerk.language.days import Day
    from kiwerk.language.values import Values

_LONGEST_SPAN = 62
"""Days of a stretch, such as holidays, whose days in between are known too."""
_WEEK = 7
"""Days ahead within which a date may be called by its day of the week."""
_MOST_SHOWN = 6
_APPOSITION = re.compile(r"\s*[,(–-]?\s*(?:also|das ist|den|dem|der|am)?\s*", re.IGNORECASE)
"""What stands between two names of one day: "morgen, den 28. November"."""
_PLAIN_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d+)?")


@dataclass(slots=True)
class Known:
    """Values gathered from everything that may be repeated."""

    today: date | None
    days: set[date] = field(default_factory=set)
    weekdays: set[int] = field(default_factory=set)
    times: set[tuple[int, int]] = field(default_factory=set)
    amounts: set[Decimal] = field(default_factory=set)
    phones: set[str] = field(default_factory=lambda: set(EMERGENCY))
    impossible: set[str] = field(default_factory=set)
    """Days that do not exist, as somebody wrote them: whoever is asked for one may say so."""

    def add_text(self, text: str, *, timely: bool) -> None:
        """Take in a text.

        Args:
            text: the text.
            timely: whether "Dienstag" in it is a certain day, as when somebody asks for it, and not every Tuesday, as
                in opening hours.
        """
        values = read_values(text, self.today)
        for day in values.days:
            if day.kind == "absolute" and not day.days:
                self.impossible.add(values.quote(day).lower())
            if day.weekday is not None:
                self.weekdays.add(day.weekday)
            if timely or day.kind == "absolute":
                self.days |= day.days
            if timely:
                self.weekdays |= {one.weekday() for one in day.days}
        self._add_between(values)
        self.times |= {time for clock in values.times for time in clock.times}
        self.amounts |= {amount.euros for amount in values.amounts}
        self.phones |= {phone.digits for phone in values.phones}

    def add_data(self, data: object, *, timely: bool) -> None:
        """Take in data: its texts, and its numbers, which may be amounts."""
        if isinstance(data, str):
            self.add_text(data, timely=timely)
            if _PLAIN_NUMBER.fullmatch(data):
                self.amounts.add(parse_decimal(data))
        elif isinstance(data, Mapping):
            for value in data.values():
                self.add_data(value, timely=timely)
        elif isinstance(data, list | tuple):
            for value in data:
                self.add_data(value, timely=timely)
        elif isinstance(data, int | float) and not isinstance(data, bool):
            self.amounts.add(Decimal(str(data)))

    def _add_between(self, values: Values) -> None:
        """Days within "Montag bis Freitag" and "24. bis 27. Dezember"."""
        for first, last in find_spans(values.text, list(values.days)):
            if first.kind == last.kind == "weekday" and first.weekday is not None and last.weekday is not None:
                self.weekdays |= {(first.weekday + step) % 7 for step in range((last.weekday - first.weekday) % 7 + 1)}
            elif first.days and last.days:
                begin, length = min(first.days), (min(last.days) - min(first.days)).days
                if 0 < length <= _LONGEST_SPAN:
                    self.days |= {begin + timedelta(days=step) for step in range(length)}


def find_unknown(values: Values, known: Known, sorts: Iterable[str]) -> tuple[str, str] | None:
    """The first value of a reply that does not come from what is known: its passage, and why not; None where all do."""
    for sort in sorts:
        for passage, reason in _CHECKS[sort](values, known):
            return passage, reason
    return None


def _unknown_days(values: Values, known: Known) -> Iterable[tuple[str, str]]:
    # what is reckoned from now follows from now, and so does its date or day of the week said beside it
    reckoned = {one for day in values.days if day.kind == "relative" for one in day.days}
    days = known.days | reckoned
    near = {one for one in days if known.today and 0 <= (one - known.today).days <= _WEEK}
    named = known.weekdays | {one.weekday() for one in near | reckoned}
    for number, day in enumerate(values.days):
        contradiction = _find_contradiction(values, number)
        if not day.days and values.quote(day).lower() in known.impossible:
            continue
        if contradiction is not None:
            yield values.quote(day), contradiction
        elif day.kind == "weekday":
            if day.weekday not in named:
                yield values.quote(day), _only(WEEKDAYS[day.weekday or 0], [WEEKDAYS[one] for one in sorted(named)])
        elif day.kind == "absolute" and not day.days & days:
            said = min(day.days)
            nearest = sorted(days, key=lambda one: abs((one - said).days))
            yield values.quote(day), _only(str(said), [str(one) for one in nearest])


def _find_contradiction(values: Values, number: int) -> str | None:
    """Why a day contradicts itself or the one said right before it, or None."""
    day = values.days[number]
    if day.kind == "absolute" and not day.days:
        return "there is no such day"
    if day.kind == "absolute" and day.weekday is not None and day.weekday not in {one.weekday() for one in day.days}:
        one = min(day.days)
        return f"{one} is a {WEEKDAYS[one.weekday()]}"
    before = values.days[number - 1] if number else None
    if before is None or before.kind == day.kind or not _APPOSITION.fullmatch(values.text, before.end, day.start):
        return None
    if before.days and not before.days & day.days:
        return f"'{values.quote(before)}' is {_format_days(before)}"
    return None


def _unknown_times(values: Values, known: Known) -> Iterable[tuple[str, str]]:
    for clock in values.times:
        if not clock.times & known.times:
            said = max(clock.times)
            nearest = sorted(known.times, key=lambda one: abs(one[0] * 60 + one[1] - said[0] * 60 - said[1]))
            yield values.quote(clock), _only(_format_time(said), [_format_time(one) for one in nearest])


def _unknown_amounts(values: Values, known: Known) -> Iterable[tuple[str, str]]:
    for amount in values.amounts:
        if amount.euros not in known.amounts:
            yield values.quote(amount), _only(str(amount.euros), [str(one) for one in sorted(known.amounts)])


def _unknown_phones(values: Values, known: Known) -> Iterable[tuple[str, str]]:
    for phone in values.phones:
        if phone.digits not in known.phones:
            yield values.quote(phone), _only(phone.digits, sorted(known.phones - EMERGENCY))


_CHECKS = {"date": _unknown_days, "time": _unknown_times, "amount": _unknown_amounts, "phone": _unknown_phones}


def _only(said: str, known: list[str]) -> str:
    """What was read, and the nearest of what is known."""
    if not known:
        return f"{said}, and none is known"
    more = f" and {len(known) - _MOST_SHOWN} more" if len(known) > _MOST_SHOWN else ""
    return f"{said}; known: {', '.join(known[:_MOST_SHOWN])}{more}"


def _format_time(time: tuple[int, int]) -> str:
    return f"{time[0]:02}:{time[1]:02}"


def _format_days(day: Day) -> str:
    return " or ".join(map(str, sorted(day.days)))
