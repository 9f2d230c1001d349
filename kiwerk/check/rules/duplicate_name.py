"""Two things have the same name where one is meant.

What it does:
    Reports, at the second of the two: documents of a kind with the same local name in a company; a toolset of a company
    with the name of one in `shared/`; a second Organization; entries that an agent lists twice; the ids of steps and
    rules in a process, of branches in a step, of cases in an agent's suites, of expectations and counterexamples in a
    case; and an entry of `trips` that fits several expectations or rules.

Why:
    One of them would be used, and a reader cannot know which.

Example:
    ```yaml
    # agents/praxis-weber/uebergabe.yaml and agents/shared/uebergabe.yaml are both toolsets:
    # which one is `uebergabe.mensch`?
    ```

Instead:
    Rename one of them; with `formerly: old-name` a document or case keeps its history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.duplicates_in_suite import find_doubled, find_duplicates_in_suites
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related
from kiwerk.load.project import SHARED
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.spec import Facts, Process, Toolset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.finding import Span
    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent
    from kiwerk.spec import Document as Spec
    from kiwerk.spec.walk import Route

RULE = Rule("duplicate-name", essential=True)


def check_duplicate_names(project: Project, _now: datetime) -> Iterator[Finding]:
    """Names that stand for two things."""
    yield from _documents(project)
    for agent in project.agents.values():
        yield from _lists(project, agent)
    for process in project.processes.values():
        yield from _steps_and_rules(process)
    for item in find_duplicates_in_suites(project):
        yield _duplicate(item.span, item.message, item.first, item.help)


def _documents(project: Project) -> Iterator[Finding]:
    seen: dict[tuple[str, str, str], Loaded[Spec]] = {}
    for loaded in project.all():
        kind = type(loaded.spec).__name__
        one = kind == "Organization"
        first = seen.setdefault((kind, loaded.company, "" if one else loaded.name), loaded)
        if first is not loaded:
            what = f"The company '{loaded.company}' has" if one else f"'{loaded.name}' names"
            yield _duplicate(loaded.span("kind"), f"{what} two documents of kind {kind}", first.span("kind"))
    for toolset in project.toolsets.values():
        common = seen.get(("Toolset", SHARED, toolset.name))
        if common is not None and toolset.company != SHARED:
            message = f"'{toolset.name}' names a toolset of the company and one in {SHARED}/"
            yield _duplicate(toolset.span("kind"), message, common.span("kind"))


def _lists(project: Project, agent: Loaded[Agent]) -> Iterator[Finding]:
    for field, model in (("processes", Process), ("tools", Toolset), ("facts", Facts)):
        seen: dict[str, int] = {}
        for number, name in enumerate(getattr(agent.spec, field)):
            found = resolve_document(project, model, name, agent.company)
            first = seen.setdefault(name if isinstance(found, Unresolved) else found.id, number)
            if first != number:
                yield _duplicate(agent.span(field, number), f"'{name}' is listed twice", agent.span(field, first))


def _steps_and_rules(process: Loaded[Process]) -> Iterator[Finding]:
    steps = process.spec.steps
    named: list[tuple[str, list[tuple[Route, str]]]] = [
        ("steps", [(("steps", number, "id"), step.id) for number, step in enumerate(steps)]),
        ("rules", [(("rules", number, "id"), rule.id) for number, rule in enumerate(process.spec.rules)]),
    ]
    for number, step in enumerate(steps):
        branches = step.next if isinstance(step.next, list) else ()
        words: list[tuple[Route, str]] = [
            (("steps", number, "next", place, "when"), branch.when)
            for place, branch in enumerate(branches)
            if branch.when is not None
        ]
        named.append(("branches of this step", words))
    for what, names in named:
        for route, name, first in find_doubled(names):
            yield _duplicate(process.span(*route), f"'{name}' names two {what}", process.span(*first))


def _duplicate(span: Span, message: str, first: Span, help_: str = "Rename one of them") -> Finding:
    return Finding(RULE.name, message, span, help=help_, related=(Related(first, "The first one"),))
