"""The goal of a simulated user says something else than what it knows.

What it does:
    Reads the days, times, amounts of euros and phone numbers in a simulation's `goal`. Where `knows` has values of the
    same sort, each of them must be among these.

Why:
    The model that plays the user has two answers to one question and gives now the one, now the other. The agent is
    judged by one of them, and fails by the toss of a coin.

Example:
    ```yaml
    simulate: {persona: eilig, goal: Termin am Montag um zehn, max_turns: 8, knows: {wunschtermin: 2026-11-30T09:00}}
    ```

Instead:
    ```yaml
    simulate: {persona: eilig, goal: Termin am Montag um neun, max_turns: 8, knows: {wunschtermin: 2026-11-30T09:00}}
    ```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Severity
from kiwerk.language.known import Known, find_unknown
from kiwerk.language.phones import EMERGENCY
from kiwerk.language.values import read_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("contradictory-goal", Severity.WARNING)


def check_contradictory_goals(project: Project, _now: datetime) -> Iterator[Finding]:
    """Goals with a value that is not among those the user knows."""
    for suite in project.suites.values():
        for number, case in enumerate(suite.spec.cases):
            if case.simulate is None:
                continue
            moment = case.given.now or suite.spec.given.now
            known = Known(moment.date() if moment else None)
            known.add_data(_without_numbers(case.simulate.knows), timely=True)
            if found := find_unknown(read_values(case.simulate.goal, known.today), known, _sorts(known)):
                yield Finding(
                    RULE.name,
                    f"The goal says '{found[0]}', which the user does not know ({found[1]})",
                    suite.span("cases", number, "simulate", "goal"),
                    help="Let goal and knows say the same",
                )


def _sorts(known: Known) -> list[str]:
    """The sorts of values of which something is known."""
    there: Mapping[str, object] = {
        "date": known.days | known.weekdays,
        "time": known.times,
        "amount": known.amounts,
        "phone": known.phones - EMERGENCY,
    }
    return [sort for sort, values in there.items() if values]


def _without_numbers(data: object) -> object:
    """Data without plain numbers, which are rather a number of persons than an amount of euros."""
    if isinstance(data, dict):
        return {key: _without_numbers(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_without_numbers(value) for value in data]
    return data if isinstance(data, str) and not re.fullmatch(r"\d{1,5}", data) else ""
