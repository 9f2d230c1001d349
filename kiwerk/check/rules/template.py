"""A template or an expression that cannot be carried out.

What it does:
    Compiles every agent's prompt and renders it with the facts and processes that it names, and compiles every
    expression of a mock. Reported are syntax errors, unknown filters, holes that are more than a bare
    `{{ runtime.name }}`, operations that do not fit their values, everything that reaches for Python or passes a limit,
    and conditions of mocks that are text: without `=` they are always true.

Why:
    An agent that cannot be rendered cannot be evaluated or deployed, and a mock whose condition always holds tests
    nothing.

Example:
    ```yaml
    prompt: |
      Heute ist {{ runtime.heute | upper }}.
    ```

Instead:
    ```yaml
    prompt: |
      Heute ist {{ runtime.heute }}.
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.expressions import find_clauses, find_mock_expressions
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding
from kiwerk.render.bundle import Unrendered, compile_prompt, render_agent, template_finding
from kiwerk.render.expression import compile_expression, is_expression
from kiwerk.render.problem import TemplateProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent, Toolset

RULE = Rule("template", essential=True)


def check_templates(project: Project, _now: datetime) -> Iterator[Finding]:
    """Prompts and mock expressions that cannot be carried out, undefined variables left out."""
    for agent in project.agents.values():
        yield from _prompt(project, agent)
    for toolset in project.toolsets.values():
        yield from _expressions(toolset)
        yield from _conditions(toolset)


def _prompt(project: Project, agent: Loaded[Agent]) -> Iterator[Finding]:
    try:
        compile_prompt(agent.spec.prompt)
    except TemplateProblem as problem:
        yield template_finding(agent, problem)
        return
    rendered = render_agent(project, agent)
    if isinstance(rendered, Unrendered):
        yield from (finding for finding in rendered.findings if finding.rule == RULE.name)


def _expressions(toolset: Loaded[Toolset]) -> Iterator[Finding]:
    for found in find_mock_expressions(toolset.spec):
        try:
            compile_expression(found.text)
        except TemplateProblem as problem:
            yield Finding(RULE.name, problem.message, toolset.span(*found.route), help=problem.help)


def _conditions(toolset: Loaded[Toolset]) -> Iterator[Finding]:
    for _, route, clause in find_clauses(toolset.spec):
        if isinstance(clause.when, str) and not is_expression(clause.when):
            yield Finding(
                RULE.name,
                "This condition is text, and so always true",
                toolset.span(*route, "when"),
                help="Begin it with =",
            )
