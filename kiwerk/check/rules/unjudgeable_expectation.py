"""An expectation that can be judged neither way where it stands.

What it does:
    Reports `state` at a user turn before the last one, since the state of the mocks is recorded at the end of a
    conversation; `handover` for an agent that has no operation with `effect: handover`; `writes` for an agent that has
    none with `effect: write`, and of an operation that has another effect; `process` in a case that does not say which
    process, where the agent has none, several with an `end`, or several with the rule.

Why:
    Such an expectation is neither passed nor failed but errored, whatever the agent does, and an errored case is not
    green.

Example:
    ```yaml
    conversation:
      - user: Dienstag um halb drei, bitte.
        expect: [{state: {kalender: {termine: []}}}]
      - user: Ja, das passt.
    ```

Instead:
    ```yaml
    conversation:
      - user: Dienstag um halb drei, bitte.
        expect: [{not: true, called: {tool: kalender.buchen}}]
      - user: Ja, das passt.
        expect: [{state: {kalender: {termine: [{beginn: 2026-12-01T14:30}]}}}]
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.trips import find_expectations, find_judged_processes
from kiwerk.check.uses import find_suite_agent
from kiwerk.finding import Finding
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.spec import Toolset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent, Suite
    from kiwerk.spec.expectation import Expectation, ProcessExpectation
    from kiwerk.spec.toolset import Effect
    from kiwerk.spec.walk import Route

RULE = Rule("unjudgeable-expectation")

_SAY_WHICH = "Add process to the case, as the one that it is about"


def check_unjudgeable_expectations(project: Project, _now: datetime) -> Iterator[Finding]:
    """Expectations whose answer nobody can know."""
    for suite in project.suites.values():
        agent = find_suite_agent(project, suite)
        effects = _find_effects(project, agent) if agent else None
        for number, case in enumerate(suite.spec.cases):
            last = len(case.conversation) - 1
            for route, expectation in find_expectations(suite, number):
                turn = route[3] if "conversation" in route else last
                if expectation.state is not None and turn != last:
                    yield Finding(
                        RULE.name,
                        f"The state after user turn {int(turn) + 1} is not recorded, only that at the end",
                        suite.span(*route, "state"),
                        help="Move it to the last turn or the case, or expect a call here",
                    )
                if agent is not None and effects is not None:
                    yield from _check_effects(suite, agent, effects, route, expectation)
                if expectation.process is not None and agent is not None:
                    yield from _check_process(project, suite, agent, number, route, expectation.process)


def _find_effects(project: Project, agent: Loaded[Agent]) -> dict[str, Effect] | None:
    """The effect of each of the agent's operations by label; None where one of its toolsets could not be read."""
    effects: dict[str, Effect] = {}
    for name in agent.spec.tools:
        toolset = resolve_document(project, Toolset, name, agent.company)
        if isinstance(toolset, Unresolved):
            return None
        effects |= {f"{toolset.name}.{name}": operation.effect for name, operation in toolset.spec.operations.items()}
    return effects


def _check_effects(
    suite: Loaded[Suite], agent: Loaded[Agent], effects: Mapping[str, Effect], route: Route, expectation: Expectation
) -> Iterator[Finding]:
    """Expectations of what the agent's operations cannot do."""
    wanted: dict[str, Effect] = {"handover": "handover", "writes": "write"}
    for kind, effect in wanted.items():
        if expectation.kind == kind and effect not in effects.values():
            yield Finding(
                RULE.name,
                f"The agent '{agent.id}' has no operation with effect: {effect}",
                suite.span(*route, kind),
                help="Give it one, or expect something else",
            )
            return
    for place, call in enumerate(expectation.writes or ()):
        for label in call:
            if effects.get(label, "write") != "write":
                yield Finding(
                    RULE.name,
                    f"'{label}' has effect: {effects[label]}, so it writes nothing",
                    suite.span(*route, "writes", place, label, key=True),
                    help="Expect it with called",
                )


def _check_process(
    project: Project, suite: Loaded[Suite], agent: Loaded[Agent], number: int, route: Route, wanted: ProcessExpectation
) -> Iterator[Finding]:
    processes = find_judged_processes(project, suite, agent, number)
    if processes is None:
        return
    if wanted.end is not None and len(processes) != 1:
        names = ", ".join(f"'{process.id}'" for process in processes)
        message = f"The end of which process? The agent has {names or 'none'}"
        yield Finding(RULE.name, message, suite.span(*route, "process", "end"), help=_SAY_WHICH)
    for place, name in enumerate(wanted.rules):
        owners = [process.id for process in processes for rule in process.spec.rules if rule.id == name]
        if len(set(owners)) > 1:
            message = f"The rule '{name}' of which process? {' and '.join(owners)} have one"
            yield Finding(RULE.name, message, suite.span(*route, "process", "rules", place), help=_SAY_WHICH)
