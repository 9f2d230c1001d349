"""An agent deals with dates and times and is not told which day it is.

What it does:
    Warns about agents without a hole of type `date` or `datetime` in `runtime` if one of their processes has a slot of
    type `date`, `time` or `datetime`, or if their prompt reads facts that hold dates, such as closing days. Dates that
    say who somebody is (`pii: identity`, such as a date of birth) do not count, nor do dates in facts that were over
    long before the facts' last valid day, such as when a shop was founded.

Why:
    "Next Tuesday", "in an hour" and "tomorrow" need a day to start from. A model that is not told takes one from its
    training, and books for a year that is long over. "Are you open tomorrow?" needs it just as much.

Example:
    ```yaml
    processes: [terminvereinbarung]        # with wunschtermin: {type: datetime}
    prompt: |
      Du bist der {{ agent.title }}.
    ```

Instead:
    ```yaml
    runtime: {heute: date}
    prompt: |
      Du bist der {{ agent.title }}. Heute ist {{ runtime.heute }}.
    ```
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from kiwerk.check.literals import find_fact_literals
from kiwerk.check.prompts import compile_agent_prompt
from kiwerk.check.rule import Rule
from kiwerk.check.uses import find_processes
from kiwerk.finding import Finding, Related, Severity
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.render.bundle import template_name
from kiwerk.spec import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.check.literals import Literal
    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent, Process

RULE = Rule("no-current-date", Severity.WARNING)

_HELP = "Add runtime: {heute: date}, and write {{ runtime.heute }} into the prompt"


def check_current_dates(project: Project, _now: datetime) -> Iterator[Finding]:
    """Agents that reckon with time and know no date."""
    for agent in project.agents.values():
        # whether the prompt writes it is another rule's matter
        if {"date", "datetime"}.isdisjoint(agent.spec.runtime.values()):
            found = next(chain(_find_in_processes(project, agent), _find_in_facts(project, agent)), None)
            if found is not None:
                yield found


def _find_in_processes(project: Project, agent: Loaded[Agent]) -> Iterator[Finding]:
    for number, process in find_processes(project, agent):
        slot = _find_moment(process)
        if slot is not None:
            yield Finding(
                RULE.name,
                f"The process asks for '{slot}', and this agent does not know which day it is",
                agent.span("processes", number),
                help=_HELP,
                related=(Related(process.document.span(("slots", slot), key=True), "Asked for here"),),
            )


def _find_moment(process: Loaded[Process]) -> str | None:
    """The first slot that is reckoned from today."""
    for name, slot in process.spec.slots.items():
        if slot.type in ("date", "time", "datetime") and slot.pii != "identity":
            return name
    return None


def _find_in_facts(project: Project, agent: Loaded[Agent]) -> Iterator[Finding]:
    template = compile_agent_prompt(agent) if agent.spec.facts else None
    paths = template.reads_of("facts") if template else ()
    for number, name in enumerate(agent.spec.facts if paths else ()):
        facts = resolve_document(project, Facts, name, agent.company)
        if isinstance(facts, Unresolved):
            continue
        for route, literal in find_fact_literals(facts.spec.values, (template_name(name.rpartition("/")[2]),)):
            read = any(path == tuple(map(str, route[: len(path)])) for path in paths)
            if read and literal.kind == "date" and _is_recent(literal, facts.spec):
                yield Finding(
                    RULE.name,
                    f"The prompt reads '{literal.text}' from these facts, and this agent does not know which day it is",
                    agent.span("facts", number),
                    help=_HELP,
                    related=(Related(facts.span("values", *route[1:]), "Held here"),),
                )


def _is_recent(literal: Literal, facts: Facts) -> bool:
    """Whether a date can be reckoned from today: it is of any year, or of about the time for which the facts hold."""
    year = literal.value[:-6]
    return not year or int(year) >= facts.valid_until.year - 1
