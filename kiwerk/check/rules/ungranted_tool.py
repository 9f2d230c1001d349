"""A process or a case speaks of an operation that the agent has not been granted.

What it does:
    Compares the operations in an agent's processes (steps, ends, rules) and in its suites (references, counterexamples,
    `called`) with the agent's `tools`. An agent with a tool that does not exist is left out: once its name is right,
    the rest will show.

Why:
    The prompt tells the model to call a function that it does not have: it will make one up, or say that it has done
    what it could not do. An expectation about such a call says nothing.

Example:
    ```yaml
    processes: [terminvereinbarung]             # calls `kalender.buchen`
    tools: [shared/uebergabe]
    ```

Instead:
    ```yaml
    processes: [terminvereinbarung]
    tools: [kalender, shared/uebergabe]
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.check.rule import Rule
from kiwerk.check.uses import find_processes, find_suite_agent, find_uses, granted_toolsets
from kiwerk.finding import Finding, Related
from kiwerk.load.resolve import Unresolved, resolve_document, resolve_event
from kiwerk.spec import Toolset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.check.uses import Use
    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent

RULE = Rule("ungranted-tool", essential=True)


def check_ungranted_tools(project: Project, _now: datetime) -> Iterator[Finding]:
    """Operations spoken of without the toolset being granted, each toolset once for a process and once for a suite."""
    uses_by_process = {process.id: _first_uses(project, process) for process in project.processes.values()}
    for agent in project.agents.values():
        if not _are_tools_known(project, agent):
            continue
        granted = granted_toolsets(agent)
        for number, process in find_processes(project, agent):
            for name, use in uses_by_process[process.id].items():
                if name not in granted:
                    yield Finding(
                        RULE.name,
                        f"The process uses '{use.operation}', and this agent has no '{name}'",
                        agent.span("processes", number),
                        help=f"Add '{name}' to tools",
                        related=(Related(use.span, "Used here"),),
                    )
    for suite in project.suites.values():
        tested = find_suite_agent(project, suite)
        if tested is None or not _are_tools_known(project, tested):
            continue
        granted = granted_toolsets(tested)
        for name, use in _first_uses(project, suite).items():
            if name not in granted:
                yield Finding(
                    RULE.name,
                    f"The agent '{tested.id}' has no '{name}'",
                    use.span,
                    help=f"Add '{name}' to the agent's tools, or expect something else",
                    related=(_place_of_tools(tested),),
                )


def _are_tools_known(project: Project, agent: Loaded[Agent]) -> bool:
    """Whether every entry of `tools` leads somewhere; one that does not may be the one that is missed."""
    return not any(
        isinstance(resolve_document(project, Toolset, name, agent.company), Unresolved) for name in agent.spec.tools
    )


def _first_uses(project: Project, source: Loaded[Any]) -> dict[str, Use]:
    """The first use of each toolset in a document, where it is one of an operation that exists."""
    first: dict[str, Use] = {}
    for use in find_uses(project, source):
        if use.toolset not in first and not isinstance(resolve_event(project, use.label, source.company), Unresolved):
            first[use.toolset] = use
    return first


def _place_of_tools(agent: Loaded[Agent]) -> Related:
    if agent.spec.tools:
        return Related(agent.document.span(("tools",), key=True), "The agent's tools")
    return Related(agent.document.span(("title",), key=True), "The agent has no tools")
