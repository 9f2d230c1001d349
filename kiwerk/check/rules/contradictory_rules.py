"""Order rules that exclude each other, or a step that a rule forbids.

What it does:
    Tries all conversations of up to four events against every two rules of a process that speak of the same
    operations, and reports rules of which no conversation keeps both while it triggers both: each is kept only as long
    as what it is about never happens. A rule that excludes itself, such as `response: [a, a]`, is reported as well, and
    an `absence` of 1 for an operation that a step calls.

Why:
    Such rules look strict and test nothing, or every conversation that does its work breaks one of them.

Example:
    ```yaml
    rules:
      - {id: erst-pruefen, precedence: [kalender.pruefen, kalender.buchen]}
      - {id: erst-buchen, precedence: [kalender.buchen, kalender.pruefen]}
    ```

Instead:
    Keep the one that is meant. Where both directions are meant, they are about different outcomes:
    ```yaml
    rules:
      - {id: erst-pruefen, precedence: ["kalender.pruefen:frei", kalender.buchen]}
      - {id: nach-fehlschlag, response: ["kalender.buchen:belegt", kalender.pruefen]}
    ```
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from kiwerk.check.contradiction import can_hold_together
from kiwerk.check.flow import find_reachable
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related
from kiwerk.load.resolve import Unresolved, resolve_event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Process
    from kiwerk.spec.process import OrderRule

RULE = Rule("contradictory-rules")


def check_contradictory_rules(project: Project, _now: datetime) -> Iterator[Finding]:
    """Rules that cannot be kept while they matter."""
    for process in project.processes.values():
        sound = []
        forbidding = dict(_find_forbidding(process))
        for number, rule in enumerate(process.spec.rules):
            if any(isinstance(resolve_event(project, event, process.company), Unresolved) for event in rule.events):
                continue
            if number in forbidding:
                yield forbidding[number]
            elif can_hold_together([rule]):
                sound.append((number, rule))
            else:
                yield Finding(
                    RULE.name,
                    f"'{rule.id}' cannot be kept once '{rule.events[-1]}' happens",
                    process.span("rules", number, rule.template),
                    help="Name two different events, such as two outcomes",
                )
        for one, other in combinations(sound, 2):
            yield from _compare(process, one, other)


def _compare(process: Loaded[Process], one: tuple[int, OrderRule], other: tuple[int, OrderRule]) -> Iterator[Finding]:
    (first, earlier), (second, later) = one, other
    if _can_meet(earlier, later) and not can_hold_together([earlier, later]):
        yield Finding(
            RULE.name,
            f"'{later.id}' and '{earlier.id}' exclude each other: no conversation can trigger and keep both",
            process.span("rules", second, "id"),
            help="Keep the one that is meant, or let them speak of different outcomes",
            related=(Related(process.span("rules", first, "id"), "The other rule"),),
        )


def _can_meet(one: OrderRule, other: OrderRule) -> bool:
    """Whether two rules can get into each other's way: they share an operation, or one is about the first event."""
    operations = [{event.partition(":")[0] for event in rule.events} for rule in (one, other)]
    return bool(operations[0] & operations[1]) or "init" in (one.template, other.template)


def _find_forbidding(process: Loaded[Process]) -> Iterator[tuple[int, Finding]]:
    """Rules by position that let an operation happen never, though a step that can be reached calls it."""
    reachable = {step.id for step in find_reachable(process.spec)}
    calls: dict[str, int] = {}
    for number, step in enumerate(process.spec.steps):
        if step.call is not None and step.id in reachable:
            calls.setdefault(step.call, number)
    for number, rule in enumerate(process.spec.rules):
        if rule.absence is not None and rule.absence[1] == 1 and rule.absence[0] in calls:
            place = calls[rule.absence[0]]
            yield (
                number,
                Finding(
                    RULE.name,
                    f"'{rule.id}' forbids what the step '{process.spec.steps[place].id}' does",
                    process.span("rules", number, "absence"),
                    help="Take the step out, or allow more",
                    related=(Related(process.span("steps", place, "call"), "The step"),),
                ),
            )
