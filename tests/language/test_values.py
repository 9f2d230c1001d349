from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.language.values import Values, read_values
from kiwerk.render.german import betrag, format_moment

EXPRESSIONS = Path(__file__).parents[2].parent / "shared" / "data" / "german" / "time_expressions.json"
"""ctparse (Comtravo, MIT): 819 expressions from German travel requests with reference time and gold parse."""
FRIDAY = date(2026, 11, 27)


def _brief(values: Values) -> list[list[str]]:
    return [
        [values.quote(value) for value in found] for found in (values.days, values.times, values.amounts, values.phones)
    ]


def test_each_passage_is_read_once() -> None:
    text = "Am 01.12. um 10.10 Uhr, 12.50 Euro, Tel. 030 23125\u00a0042, 0930-1045."
    assert _brief(read_values(text, FRIDAY)) == [
        ["01.12."],
        ["0930-1045", "0930-1045", "10.10"],
        ["12.50 Euro"],
        ["030 23125 042"],
    ]


def test_empty_text_has_no_values() -> None:
    assert _brief(read_values("", FRIDAY)) == [[], [], [], []]


@given(st.dates(date(2026, 9, 1), date(2027, 8, 1)), st.times())
def test_moment_written_by_a_prompt_is_read_back(day: date, clock: time) -> None:
    moment = datetime.combine(day, clock.replace(second=0, microsecond=0))
    for language in ("de", "en", "fr"):
        values = read_values(f"Also {format_moment(moment, 'datetime', language)}, gut.", FRIDAY)
        assert [found.days for found in values.days] == [{day}]
        assert [found.times for found in values.times] == [{(moment.hour, moment.minute)}]
        assert (values.amounts, values.phones) == ((), ())


@given(cents=st.integers(0, 10**9), alone=st.booleans())
def test_amount_written_by_a_prompt_is_read_back(cents: int, *, alone: bool) -> None:
    text = betrag(f"{cents // 100}.{cents % 100:02}")
    values = read_values(text if alone else f"Das kostet {text}, gut.", FRIDAY)
    assert [amount.euros for amount in values.amounts] == [Decimal(cents) / 100]
    assert (values.days, values.times, values.phones) == ((), (), ())


@given(st.text(), st.one_of(st.none(), st.dates(date(1970, 1, 1), date(2100, 1, 1))))
def test_any_text_is_read_and_every_value_lies_in_it(text: str, today: date | None) -> None:
    values = read_values(text, today)
    for found in (values.days, values.times, values.amounts, values.phones):
        assert all(0 <= value.start < value.end <= len(values.text) for value in found)


@pytest.mark.skipif(not EXPRESSIONS.is_file(), reason="the time expressions are not beside this project")
def test_time_expressions_written_by_customers_are_read() -> None:
    """Floors just under what was measured, each text right only with every day and time of the gold parse and no other.

    Explicit dates 718 of 733; days of the week and relative days 45 of 51; times 407 of 413, of which those said by
    the twelve-hour clock count as right with both halves of the day; no time where there is none 405 of 406. 35 texts
    name a day in a way that is not read ("Kalenderwoche 32", "am 18.") or not at all. Most misses are typing errors
    or a gold parse that knew more than the text. Word lists and patterns were completed on this data.
    """
    counts: Counter[str] = Counter()
    for entry in json.loads(EXPRESSIONS.read_text(encoding="utf-8")):
        gold_days = {date.fromisoformat(day) for day in re.findall(r"(\d{4}-\d\d-\d\d) ", entry["gold_parse"])}
        gold_times = {(int(hour), int(minute)) for hour, minute in re.findall(r" (\d\d):(\d\d) ", entry["gold_parse"])}
        values = read_values(entry["text"], date.fromisoformat(entry["ref_time"][:10]))
        days, times = [day.days for day in values.days], [clock.times for clock in values.times]
        explicit = any(day.kind == "absolute" for day in values.days)
        kind = "explicit" if explicit else "relative" if days else "no day"
        counts[kind] += 1
        counts[f"{kind} right"] += gold_days <= set().union(*days) and all(found & gold_days for found in days)
        kind = "times" if gold_times else "no time"
        counts[kind] += 1
        counts[f"{kind} right"] += gold_times <= set().union(*times) and all(found & gold_times for found in times)
    assert counts["explicit"] + counts["relative"] + counts["no day"] == 819
    assert counts["no day"] <= 36
    assert counts["explicit right"] >= 715
    assert counts["relative right"] >= 44
    assert counts["times right"] >= 404
    assert counts["no time"] - counts["no time right"] <= 2
