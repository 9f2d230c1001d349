"""Exactly what ships for one agent, and the digest that evidence is about.

Building is a pure function of the documents: no clock, no environment variables, no network. What is known only in
a call stays a hole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kiwerk.finding import Finding, Span
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.record import Bundle, Segment, ShippedLimits, ShippedModel, ShippedTool
from kiwerk.render.canonical import digest
from kiwerk.render.problem import Misuse, TemplateProblem
from kiwerk.render.procedure import render_procedure, wire_name
from kiwerk.render.sandbox import Hole, Template, compile_template
from kiwerk.spec import Agent, Facts, Organization, Process, Toolset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.load.project import Loaded, Project, S


@dataclass(frozen=True)
class Rendered:
    """An agent as it would ship."""

    agent: Loaded[Agent]
    bundle: Bundle

    @cached_property
    def ships(self) -> str:
        """SHA-256 of the bundle, in hexadecimal; a check never asks."""
        return ships_digest(self.bundle)


@dataclass(frozen=True, slots=True)
class Unrendered:
    """Why an agent cannot be rendered."""

    agent: Loaded[Agent]
    findings: tuple[Finding, ...]
    """Empty where the reason is a reference that leads nowhere, which a check tells."""


def ships_digest(bundle: Bundle) -> str:
    """Digest of what ships; the agent's id and the record's version are no part of it."""
    return digest(bundle.model_dump(mode="json", exclude={"agent", "version"}))


def render_agent(project: Project, agent: Loaded[Agent]) -> Rendered | Unrendered:
    """The agent as it would ship, or why it cannot; an agent of a project is rendered once."""
    known = project.once(_start_renderings)
    if agent.id not in known or known[agent.id].agent is not agent:
        known[agent.id] = _render_agent(project, agent)
    return known[agent.id]


def _start_renderings(_project: Project) -> dict[str, Rendered | Unrendered]:
    """By agent, filled as they are asked for."""
    return {}


def _render_agent(project: Project, agent: Loaded[Agent]) -> Rendered | Unrendered:
    spec = agent.spec
    toolsets = resolve_all(project, agent, Toolset, spec.tools)
    facts = resolve_all(project, agent, Facts, spec.facts)
    processes = resolve_all(project, agent, Process, spec.processes)
    organization = project.organization(agent.company)
    if toolsets is None or facts is None or processes is None or organization is None:
        return Unrendered(agent, ())
    phrases = organization.spec.phrases
    if spec.opening is not None and spec.opening not in phrases:
        return Unrendered(agent, ())
    clashes = tuple(_find_clashes(agent, facts))
    if clashes:
        return Unrendered(agent, clashes)
    context = prompt_context(spec, organization.spec, facts, processes)
    try:
        segments = compile_prompt(spec.prompt).render(context, spec.runtime)
    except TemplateProblem as problem:
        return Unrendered(agent, (template_finding(agent, problem),))
    bundle = Bundle(
        agent=agent.id,
        language=spec.language,
        prompt=tuple(
            Segment(hole=segment.name) if isinstance(segment, Hole) else Segment(text=segment.text)
            for segment in segments
        ),
        holes=dict(spec.runtime),
        opening=phrases[spec.opening] if spec.opening else None,
        model=ShippedModel(**spec.model.model_dump()),
        tools=tuple(_tools(toolsets)),
        limits=ShippedLimits(**spec.limits.model_dump()),
    )
    return Rendered(agent, bundle)


def prompt_context(
    agent: Agent, organization: Organization, facts: Sequence[Loaded[Facts]], processes: Sequence[Loaded[Process]]
) -> dict[str, Any]:
    """The variables that a prompt may read."""
    scope = {"in": agent.scope.inside, "out": agent.scope.outside} if agent.scope else {"in": [], "out": []}
    return {
        "agent": {
            "title": agent.title,
            "channel": agent.channel,
            "language": agent.language,
            "address": agent.address or "",
            "scope": scope,
        },
        "organization": {"title": organization.title, "timezone": organization.timezone},
        "phrases": organization.phrases,
        "facts": {template_name(loaded.name): loaded.spec.values for loaded in facts},
        "processes": [_process(loaded.spec, agent.language) for loaded in processes],
    }


def resolve_all(project: Project, agent: Loaded[Agent], model: type[S], names: list[str]) -> list[Loaded[S]] | None:
    """The documents an agent names, or None where one of them leads nowhere."""
    found = []
    for name in names:
        loaded = resolve_document(project, model, name, agent.company)
        if isinstance(loaded, Unresolved):
            return None
        found.append(loaded)
    return found


def template_name(name: str) -> str:
    """A local name as templates write it: hyphens are underscores there."""
    return name.replace("-", "_")


def template_finding(agent: Loaded[Agent], problem: TemplateProblem) -> Finding:
    """A problem of an agent's prompt, at the line of the file in which it stands."""
    line = agent.document.template_line(("prompt",), problem.line)
    text = agent.document.text.split("\n")[line - 1].rstrip("\r")
    begin = len(text) - len(text.lstrip()) + 1
    span = Span(agent.document.path, line, begin, line, max(len(text) + 1, begin + 1))
    rule = "undefined-variable" if problem.is_undefined else "template"
    return Finding(rule, problem.message, span, help=problem.help)


def compile_prompt(prompt: str) -> Template:
    """The template of an agent's prompt, with the filters that agents have.

    Raises:
        TemplateProblem: it cannot be compiled.
    """
    return compile_template(prompt, FILTERS)


def _sop(value: object) -> str:
    if isinstance(value, dict) and isinstance(procedure := value.get("procedure"), str):
        return procedure
    raise Misuse("sop writes a process", "Write {% for process in processes %}{{ process | sop }}{% endfor %}")


FILTERS = {"sop": _sop}
"""What prompts have beside the filters of all templates."""


def _process(process: Process, language: str) -> dict[str, Any]:
    return {"title": process.title, "goal": process.goal, "procedure": render_procedure(process, language)}


def _tools(toolsets: list[Loaded[Toolset]]) -> Iterator[ShippedTool]:
    for loaded in toolsets:
        for name, operation in loaded.spec.operations.items():
            yield ShippedTool(
                name=wire_name(f"{loaded.name}.{name}"),
                description=operation.description,
                parameters=operation.parameters,
            )


def _find_clashes(agent: Loaded[Agent], facts: list[Loaded[Facts]]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for number, loaded in enumerate(facts):
        name = template_name(loaded.name)
        if name in seen:
            yield Finding(
                "name-clash",
                f"'{seen[name]}' and '{loaded.id}' are both facts.{name} in the prompt",
                agent.span("facts", number),
                help="Rename one of the two documents",
            )
        seen[name] = loaded.id
