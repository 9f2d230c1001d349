"""Cover: which cases test the changed parts of processes and toolsets, before and after.

Every reference of the agents that use a changed document is held once more on both sides: what it calls, with which
outcome, and which rules it sets off is what its case tests. A rule is tested as well by a counterexample that trips
it. Steps that nobody can observe (`collect`, `confirm`, `instruct`) are left out; coverage of whole processes, edges
and slots has a place here when it comes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.diff.agents import Side
from kiwerk.errors import KiwerkError
from kiwerk.language.phrase import join_names
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.pipeline.checked_out import NOT_HERE, CheckedOut
from kiwerk.pipeline.rehearse import rehearse
from kiwerk.record.comparison import CoveredPart, Line
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.situation import find_situations
from kiwerk.run.plan import plan_conversations
from kiwerk.spec import Agent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.load.project import Loaded, Project
    from kiwerk.pipeline.sides import Sides
    from kiwerk.record.comparison import Change
    from kiwerk.run.plan import Planned
    from kiwerk.spec import Process, Toolset

Tests = dict[tuple[str, str, str], set[str]]
"""Ids of cases by kind of the document, its id, and the part that they test."""

_KINDS = ("Toolset", "Process")
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of which cases test what was changed."""

    parts: tuple[CoveredPart, ...] = ()
    left_out: tuple[str, ...] = ()
    """What is not known, and why."""


def cover(sides: Sides, changes: Sequence[Change]) -> Coverage:
    """The changed operations, outcomes, rules and steps, with the cases that test them on both sides."""
    changed = [change for change in changes if change.kind in _KINDS and change.what != "moved"]
    if not changed:
        return Coverage()
    documents = {(change.kind, change.id) for change in changed}
    here = CheckedOut(sides.head.root)
    unheld: tuple[list[Planned], list[Planned]] = [], []
    before = _find_tests(sides.base, documents, here, unheld[0])
    after = _find_tests(sides.head, documents, here, unheld[1])
    parts: dict[tuple[str, str, str], Line | None] = {}
    for change in changed:
        for part in _find_parts(sides.head, change):
            parts.setdefault((change.kind, change.id, part), change.head)
    covered = tuple(
        CoveredPart(
            document=f"{kind.lower()}:{name}",
            part=part,
            before=tuple(sorted(before[kind, name, part])),
            after=tuple(sorted(after[kind, name, part])),
            head=line,
        )
        for (kind, name, part), line in parts.items()
    )
    left_out = [_explain(side, items, here) for side, items in zip(("base", "head"), unheld, strict=True) if items]
    return Coverage(covered, tuple(left_out))


def _explain(side: str, unheld: Sequence[Planned], here: CheckedOut) -> str:
    files = {
        path
        for item in unheld
        for path in here.find_others([*item.situation.code.values(), *item.situation.checks.values()])
    }
    names = join_names([item.conversation.case for item in unheld], most=_MOST_NAMED)
    return f"what {names} tests at {side}: the reference {NOT_HERE} ({join_names(sorted(files), most=_MOST_NAMED)})"


def _find_parts(head: Project, change: Change) -> Iterator[str]:
    """What a change touches that is still there and that a conversation can show."""
    if change.kind == "Toolset" and (toolset := head.toolsets.get(change.id)) is not None:
        yield from _parts_of_toolset(toolset, change.route)
    elif change.kind == "Process" and (process := head.processes.get(change.id)) is not None:
        yield from _parts_of_process(process, change.route)


def _parts_of_toolset(toolset: Loaded[Toolset], route: tuple[str, ...]) -> Iterator[str]:
    wanted = route[1] if route[:1] == ("operations",) and route[1:] else None
    if route and wanted is None:
        return
    for name, operation in toolset.spec.operations.items():
        if wanted in (None, name):
            yield f"operation {toolset.name}.{name}"
            yield from (f"outcome {toolset.name}.{name}:{outcome}" for outcome in operation.outcomes)


def _parts_of_process(process: Loaded[Process], route: tuple[str, ...]) -> Iterator[str]:
    wanted = route[1] if route[1:] else None
    if not route or route[:1] == ("rules",):
        yield from (f"rule {rule.id}" for rule in process.spec.rules if wanted in (None, rule.id))
    if not route or route[:1] == ("steps",):
        yield from (f"step {step.id}" for step in process.spec.steps if step.call and wanted in (None, step.id))


def _find_tests(project: Project, documents: set[tuple[str, str]], here: CheckedOut, unheld: list[Planned]) -> Tests:
    tests: Tests = defaultdict(set)
    for agent in project.agents.values():
        side, rendered = Side(project, agent), render_agent(project, agent)
        used = {("Toolset", loaded.id) for loaded in side.toolsets.values()}
        used |= {("Process", loaded.id) for loaded in side.processes.values()}
        if not used & documents or not isinstance(rendered, Rendered):
            continue
        for case, shown, rules in _hold_references(project, rendered, here, unheld):
            for part in (*_shown_of_toolsets(side, shown), *_shown_of_processes(side, shown, rules)):
                tests[part].add(case)
    return tests


def _shown_of_toolsets(side: Side, shown: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    for event in shown:
        toolset = side.toolsets.get(event.partition(".")[0])
        if toolset is not None:
            yield "Toolset", toolset.id, f"{'outcome' if ':' in event else 'operation'} {event}"


def _shown_of_processes(side: Side, shown: frozenset[str], rules: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    for process in side.processes.values():
        yield from (("Process", process.id, f"step {step.id}") for step in process.spec.steps if step.call in shown)
        yield from (("Process", process.id, f"rule {rule.id}") for rule in process.spec.rules if rule.id in rules)


def _hold_references(
    project: Project, rendered: Rendered, here: CheckedOut, unheld: list[Planned]
) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """Each case of an agent with the events its reference shows, and the rules that it or a counterexample sets off.

    Those that would run other Python than what is checked out are not held.
    """
    suites = [
        suite
        for suite in project.suites.values()
        if not isinstance(agent := resolve_document(project, Agent, suite.spec.agent, suite.company), Unresolved)
        and agent.id == rendered.agent.id
    ]
    try:
        situations = list(find_situations(project, suites))
    except KiwerkError:
        # which suite is broken, and why, is told where behaviour is compared
        return
    plan = plan_conversations(situations, {rendered.agent.id: rendered}, lambda _: 0)
    written = [item for item in plan if item.conversation.origin == "reference" and not item.skipped]
    references = [item for item in written if here.may_hold(item.situation)]
    unheld.extend(item for item in written if not here.may_hold(item.situation))
    for item, held in zip(references, rehearse(references), strict=True):
        events = {
            event
            for turn in held.transcript.turns
            for call in turn.calls
            for event in (call.operation, f"{call.operation}:{call.outcome}")
        }
        activated = {score.name for score in held.result.scores if score.kind == "rule" and score.activations}
        yield item.conversation.case, frozenset(events), frozenset(activated | _find_trips(item))


def _find_trips(item: Planned) -> set[str]:
    return {name for variant in item.situation.case.counterexamples for name in variant.trips}
