"""Names that live inside a process: steps, slots, words of branches, ends, arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.lost import Lost, find_lost, find_lost_arguments
from kiwerk.load.resolve import ResolvedOperation, Unresolved, resolve_event, resolve_operation
from kiwerk.spec.process import BRANCH_WORDS, STEP_KINDS
from kiwerk.spec.toolset import ERROR_OUTCOME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Process
    from kiwerk.spec.process import Step
    from kiwerk.spec.walk import Route


def find_lost_in_process(project: Project, process: Loaded[Process]) -> Iterator[Lost]:
    """Names that lead nowhere inside the process or in the operations that it calls."""
    spec = process.spec
    ids = [step.id for step in spec.steps]
    for number, step in enumerate(spec.steps):
        route: Route = ("steps", number)
        for field, slots in (("collect", step.collect), ("confirm", step.confirm)):
            for place, slot in enumerate(slots or ()):
                yield from find_lost((*route, field, place), slot, spec.slots, "slot")
        for argument, slot in step.arguments.items():
            yield from find_lost((*route, "with", argument), slot, spec.slots, "slot")
        operation = resolve_operation(project, step.call, process.company) if step.call else None
        if isinstance(operation, ResolvedOperation):
            yield from find_lost_arguments((*route, "with"), step.arguments, operation)
        if not isinstance(operation, Unresolved):
            yield from _lost_words(step, route, operation)
        yield from _lost_steps(step, route, ids)
        if step.end is not None:
            yield from find_lost((*route, "end"), step.end, spec.ends, "end")
    yield from _lost_correlations(project, process)


def _lost_steps(step: Step, route: Route, ids: list[str]) -> Iterator[Lost]:
    if isinstance(step.next, str):
        yield from find_lost((*route, "next"), step.next, ids, "step")
        return
    for place, branch in enumerate(step.next or ()):
        key = "else" if branch.when is None else "then"
        yield from find_lost((*route, "next", place, key), branch.target, ids, "step")


def _lost_words(step: Step, route: Route, operation: ResolvedOperation | None) -> Iterator[Lost]:
    kind = next(name for name in STEP_KINDS if getattr(step, name) is not None)
    words = (*operation.operation.outcomes, ERROR_OUTCOME) if operation else BRANCH_WORDS.get(kind, ())
    for place, branch in enumerate(step.next if isinstance(step.next, list) else ()):
        if branch.when is None or branch.when in words:
            continue
        if words:
            holder = f"'{operation.label}' has" if operation else f"A step with {kind} has"
            yield from find_lost((*route, "next", place, "when"), branch.when, words, "outcome", holder=holder)
        else:
            why = Unresolved(
                "missing", f"A step with {kind} results in nothing, so '{branch.when}' never holds", "Use else alone"
            )
            yield Lost((*route, "next", place, "when"), why)


def _lost_correlations(project: Project, process: Loaded[Process]) -> Iterator[Lost]:
    for number, rule in enumerate(process.spec.rules):
        if rule.where is None:
            continue
        told = set()
        for event in rule.events:
            found = resolve_event(project, event, process.company)
            if isinstance(found, ResolvedOperation):
                route = ("rules", number, "where", "same")
                for lost in find_lost_arguments(route, rule.where.same, found, are_keys=False):
                    if lost.route not in told:
                        told.add(lost.route)
                        yield lost
