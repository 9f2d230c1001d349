"""An agent deals with dates and times and is not told which day it is.

What it does:
    Warns about agents without a hole of type `date` or `datetime` in `runtime` if one of their processes has a slot of
    type `date`, `time` or `datetime`. Dates that say who somebody is (`pii: identity`, such as a date of birth) do not
    count.

Why:
    "Next Tuesday", "in an hour" and "tomorrow" need a day to start from. A model that is not told takes one from its
    training, and books for a year that is long over.

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

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.uses import find_processes
from kiwerk.finding import Finding, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Process

RULE = Rule("no-current-date", Severity.WARNING)


def check_current_dates(project: Project, _now: datetime) -> Iterator[Finding]:
    """Agents that reckon with time and know no date."""
    for agent in project.agents.values():
        if not {"date", "datetime"}.isdisjoint(agent.spec.runtime.values()):
            # whether the prompt writes it is another rule's matter
            continue
        for number, process in find_processes(project, agent):
            slot = _find_moment(process)
            if slot is not None:
                yield Finding(
                    RULE.name,
                    f"The process asks for '{slot}', and this agent does not know which day it is",
                    agent.span("processes", number),
                    help="Add runtime: {heute: date}, and write {{ runtime.heute }} into the prompt",
                    related=(Related(process.document.span(("slots", slot), key=True), "Asked for here"),),
                )
                break


def _find_moment(process: Loaded[Process]) -> str | None:
    """The first slot that is reckoned from today."""
    for name, slot in process.spec.slots.items():
        if slot.type in ("date", "time", "datetime") and slot.pii != "identity":
            return name
    return None
