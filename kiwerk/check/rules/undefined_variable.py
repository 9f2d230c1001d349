"""A template or an expression reads something that does not exist.

What it does:
    Compares what every agent's prompt reads, in branches that nobody takes as well, with what there is: `agent`,
    `organization`, `phrases`, the facts the agent names, `processes`, and the holes it declares in `runtime`. What is
    read with a default, or only asked whether it is defined, may be missing. Expressions of mocks may read `args`,
    `state` and `now`, and of `args` what the operation's parameters name.

Why:
    Most template languages write nothing where a variable is missing: the agent would be told that the practice is open
    from to.

Example:
    ```yaml
    prompt: |
      Sprechzeiten: {{ facts.oeffnungszeiten.sprechzeiten }}.
    ```

Instead:
    ```yaml
    prompt: |
      Sprechzeiten: {{ facts.oeffnungszeiten.sprechzeit }}.
    ```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from kiwerk.check.expressions import find_mock_expressions
from kiwerk.check.lost import known_arguments
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.load.suggest import suggest
from kiwerk.render.bundle import (
    Unrendered,
    compile_prompt,
    prompt_context,
    render_agent,
    template_finding,
    template_name,
)
from kiwerk.render.expression import compile_expression
from kiwerk.render.problem import TemplateProblem
from kiwerk.spec import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent, Toolset

RULE = Rule("undefined-variable", essential=True)

_MOCK_NAMES = ("args", "now", "state")


def check_undefined_variables(project: Project, _now: datetime) -> Iterator[Finding]:
    """Reads of what is not there, in prompts and in expressions of mocks."""
    for agent in project.agents.values():
        yield from tuple(_unknown_reads(project, agent)) or _from_rendering(project, agent)
    for toolset in project.toolsets.values():
        yield from _in_expressions(toolset)


def _unknown_reads(project: Project, agent: Loaded[Agent]) -> Iterator[Finding]:
    """Reads that the template's text shows, without running it."""
    try:
        template = compile_prompt(agent.spec.prompt)
    except TemplateProblem:
        return
    for name, line in template.holes:
        if name not in agent.spec.runtime:
            help_ = suggest(name, agent.spec.runtime) or f"Declare it: runtime: {{{name}: text}}"
            yield _finding(agent, ("runtime", name), line, help_)
    context, unknown = _context(project, agent)
    for read in template.reads:
        if read.optional or read.path[:1] in unknown or read.path[:2] in unknown:
            continue
        value: Any = context
        for depth, key in enumerate(read.path, 1):
            if not isinstance(value, Mapping):
                break
            if key not in value:
                advice = _advice(project, agent, read.path[:depth]) or suggest(key, value)
                yield _finding(agent, read.path[:depth], read.line, advice)
                break
            value = value[key]


def _context(project: Project, agent: Loaded[Agent]) -> tuple[dict[str, Any], set[tuple[str, ...]]]:
    """What the prompt may read, and the paths about which nothing is known."""
    found = [(name, resolve_document(project, Facts, name, agent.company)) for name in agent.spec.facts]
    facts = [item for _, item in found if not isinstance(item, Unresolved)]
    unknown: set[tuple[str, ...]] = {
        ("facts", template_name(name.rpartition("/")[2])) for name, item in found if isinstance(item, Unresolved)
    }
    organization = project.organization(agent.company)
    if organization is None:
        return {"facts": {}}, {("agent",), ("organization",), ("phrases",), ("facts",), ("processes",)}
    return prompt_context(agent.spec, organization.spec, facts, []), unknown


def _advice(project: Project, agent: Loaded[Agent], path: tuple[str, ...]) -> str | None:
    """What to do about facts that exist but are not the agent's."""
    if len(path) != 2 or path[0] != "facts":  # noqa: PLR2004  # facts.<name>
        return None
    for facts in project.facts.values():
        if facts.company == agent.company and template_name(facts.name) == path[1]:
            return f"Add '{facts.name}' to the agent's facts"
    return None


def _finding(agent: Loaded[Agent], path: tuple[str, ...], line: int, help_: str | None) -> Finding:
    """The finding, at the variable itself where its line writes it out."""
    name = ".".join(path)
    finding = template_finding(agent, TemplateProblem(f"`{name}` is not defined", line, help_, is_undefined=True))
    span = finding.span
    text = agent.document.text.split("\n")[span.line - 1]
    begin = text.find(name) + 1
    if begin:
        finding = replace(finding, span=replace(span, column=begin, end_column=begin + len(name)))
    return finding


def _from_rendering(project: Project, agent: Loaded[Agent]) -> Iterator[Finding]:
    """What only running shows: computed keys, and the keys of what a loop goes through."""
    rendered = render_agent(project, agent)
    if isinstance(rendered, Unrendered):
        yield from (finding for finding in rendered.findings if finding.rule == RULE.name)


def _in_expressions(toolset: Loaded[Toolset]) -> Iterator[Finding]:
    for found in find_mock_expressions(toolset.spec):
        try:
            expression = compile_expression(found.text)
        except TemplateProblem:
            continue
        operation = toolset.spec.operations.get(found.operation)
        arguments = known_arguments(operation) if operation else None
        for read in expression.reads:
            name, *keys = read.path
            if name not in _MOCK_NAMES:
                help_ = suggest(name, _MOCK_NAMES) or f"Known: {', '.join(_MOCK_NAMES)}"
                yield Finding(RULE.name, f"`{name}` is not defined", toolset.span(*found.route), help=help_)
            elif name == "args" and keys and arguments is not None and keys[0] not in arguments:
                message = f"`args.{keys[0]}` is not defined"
                yield Finding(RULE.name, message, toolset.span(*found.route), help=suggest(keys[0], arguments))
