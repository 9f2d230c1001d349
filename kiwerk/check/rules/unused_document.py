"""Something was written that nothing refers to.

What it does:
    Warns about facts, toolsets and processes of a company that none of its agents names, about phrases of the
    organization that are no agent's opening and that no prompt reads, about personas of a suite that no case plays, and
    about judges that no case asks. Documents in `shared/` are left alone, since they may be there for a company that
    comes later. Where an agent of the company, or a suite, could not be read, it may be the one that uses them, and
    nothing is said.

Why:
    Left-over documents are reviewed, kept up to date and searched for the error that is somewhere else. Sometimes the
    opposite is meant: a process was written, and no agent was told to follow it.

Example:
    ```yaml
    # agents/praxis-weber/empfang.yaml, beside agents/praxis-weber/schliesstage.yaml
    facts: [oeffnungszeiten]
    ```

Instead:
    ```yaml
    facts: [oeffnungszeiten, schliesstage]
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.prompts import compile_agent_prompt
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Severity
from kiwerk.load.project import SHARED
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.spec import Facts, Judge, Process, Toolset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent, Organization, Suite
    from kiwerk.spec import Document as Spec

RULE = Rule("unused-document", Severity.WARNING)

_NAMED_BY_AGENTS: tuple[tuple[str, type[Spec]], ...] = (("facts", Facts), ("tools", Toolset), ("processes", Process))


def check_unused_documents(project: Project, _now: datetime) -> Iterator[Finding]:
    """What a company has and none of its agents uses."""
    by_company: dict[str, list[Loaded[Agent]]] = {}
    for agent in project.agents.values():
        by_company.setdefault(agent.company, []).append(agent)
    unclear = {
        item.identity.company for item in project.broken if item.kind in (None, "Agent") and item.identity.company
    }
    for field, model in _NAMED_BY_AGENTS:
        used = _find_named(project, field, model)
        for loaded in project.of_kind(model).values():
            if loaded.id not in used and loaded.company not in (SHARED, *unclear):
                yield Finding(
                    RULE.name,
                    f"No agent names {'these' if model is Facts else 'this'} {model.__name__.lower()}",
                    loaded.span("kind"),
                    help=f"Add '{loaded.name}' to an agent's {field}, or remove the file",
                )
    for organization in project.organizations.values():
        if organization.company not in unclear:
            yield from _unused_phrases(organization, by_company.get(organization.company, []))
    for suite in project.suites.values():
        yield from _unused_personas(suite)
    yield from _unused_judges(project)


def _find_named(project: Project, field: str, model: type[Spec]) -> set[str]:
    """Ids of the documents of a kind that agents name."""
    found = (
        resolve_document(project, model, name, agent.company)
        for agent in project.agents.values()
        for name in getattr(agent.spec, field)
    )
    return {loaded.id for loaded in found if not isinstance(loaded, Unresolved)}


def _unused_phrases(organization: Loaded[Organization], agents: list[Loaded[Agent]]) -> Iterator[Finding]:
    used = {agent.spec.opening for agent in agents}
    for agent in agents:
        template = compile_agent_prompt(agent)
        paths = template.reads_of("phrases") if template is not None else {(): 1}
        if () in paths:
            # computed, or unknown: it may be any
            return
        used |= {path[0] for path in paths}
    for name in organization.spec.phrases:
        if name not in used:
            yield Finding(
                RULE.name,
                f"Nobody says '{name}'",
                organization.document.span(("phrases", name), key=True),
                help="Let an agent open with it, or take it out",
            )


def _unused_judges(project: Project) -> Iterator[Finding]:
    if not project.judges:
        return
    asked = {
        found.id
        for suite in project.suites.values()
        for case in suite.spec.cases
        for _, entry in case.expectations
        if entry.judge
        and not isinstance(found := resolve_document(project, Judge, entry.judge, suite.company), Unresolved)
    }
    unclear = {item.identity.company for item in project.broken if item.kind in (None, "Suite")}
    for judge in project.judges.values():
        if judge.id not in asked and judge.company not in (SHARED, *unclear):
            yield Finding(
                RULE.name,
                "No case asks this judge",
                judge.span("kind"),
                help=f"Expect `judge: {judge.name}` of a case, or remove the file",
            )


def _unused_personas(suite: Loaded[Suite]) -> Iterator[Finding]:
    played = {case.simulate.persona for case in suite.spec.cases if case.simulate is not None}
    for name in suite.spec.personas:
        if name not in played:
            yield Finding(
                RULE.name,
                f"No case is played by '{name}'",
                suite.document.span(("personas", name), key=True),
                help="Let a case simulate it, or take it out",
            )
