"""An agent may use a toolset that none of its processes mentions.

What it does:
    Warns about every entry of an agent's `tools` of which no operation stands in a step, an end or a rule of the
    agent's processes.

Why:
    Each tool is something the agent can do, and a model does what it can: a tool that no process governs has no order
    rules, no confirmation and no coverage. Usually it was left behind when a process was changed.

Example:
    ```yaml
    processes: [terminvereinbarung]             # speaks of `kalender` and `uebergabe`
    tools: [kalender, rezepte, shared/uebergabe]
    ```

Instead:
    ```yaml
    processes: [terminvereinbarung]
    tools: [kalender, shared/uebergabe]
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.uses import find_processes, find_uses
from kiwerk.finding import Finding, Severity
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.spec import Toolset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("unused-tool", Severity.WARNING)


def check_unused_tools(project: Project, _now: datetime) -> Iterator[Finding]:
    """Toolsets granted to an agent whose processes do not speak of them."""
    used_by_process = {
        process.id: frozenset(use.toolset for use in find_uses(project, process))
        for process in project.processes.values()
    }
    for agent in project.agents.values():
        processes = [process for _, process in find_processes(project, agent)]
        if len(processes) < len(agent.spec.processes):
            # one of them could not be read and may speak of anything
            continue
        used = frozenset[str]().union(*(used_by_process[process.id] for process in processes))
        for number, name in enumerate(agent.spec.tools):
            toolset = resolve_document(project, Toolset, name, agent.company)
            if not isinstance(toolset, Unresolved) and toolset.name not in used:
                yield Finding(
                    RULE.name,
                    f"No process of this agent uses '{name}'",
                    agent.span("tools", number),
                    help="Take it away, or let a process say when it is called",
                )
