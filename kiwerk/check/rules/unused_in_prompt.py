"""A prompt leaves out what the agent declares: a process, facts, or a hole.

What it does:
    Compares an agent's `processes`, `facts` and `runtime` with what its prompt reads, in branches that nobody takes as
    well. A loop over `processes` reads all of them; what is computed (`facts[name]`) may be any.
    While the prompt reads facts or holes that are not declared, nothing is said about unused ones: it may be a typo.

Why:
    A process that is not written into the prompt is one that the agent does not know, although its cases are judged by
    it. Facts and holes that nobody reads are left over; a target would be asked for values in vain.

Example:
    ```yaml
    processes: [terminvereinbarung]
    facts: [oeffnungszeiten]
    prompt: |
      Du bist der {{ agent.title }}. Termine gibt es von 8 bis 17 Uhr.
    ```

Instead:
    ```yaml
    prompt: |
      Du bist der {{ agent.title }}. Sprechzeiten: {{ facts.oeffnungszeiten.sprechzeit }}.
      {% for process in processes %}{{ process | sop }}{% endfor %}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.prompts import compile_agent_prompt
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Severity
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.render.bundle import template_name
from kiwerk.spec import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.render.sandbox import Template
    from kiwerk.spec import Agent

RULE = Rule("unused-in-prompt", Severity.WARNING)


def check_unused_in_prompts(project: Project, _now: datetime) -> Iterator[Finding]:
    """What an agent has and its prompt does not read."""
    for agent in project.agents.values():
        template = compile_agent_prompt(agent)
        if template is not None:
            yield from _compare(project, agent, template)


def _compare(project: Project, agent: Loaded[Agent], template: Template) -> Iterator[Finding]:
    if agent.spec.processes and not template.reads_of("processes"):
        yield Finding(
            RULE.name,
            "The prompt does not say how the processes go",
            agent.document.span(("processes",), key=True),
            help="Write {% for process in processes %}{{ process | sop }}{% endfor %} into the prompt",
        )
    paths = template.reads_of("facts")
    read = {path[0] for path in paths if path}
    declared = {template_name(name.rpartition("/")[2]) for name in agent.spec.facts}
    # what is read and not declared is told elsewhere, and may be one of these with another spelling
    unclear = () in paths or not read <= declared
    for number, name in enumerate(() if unclear else agent.spec.facts):
        variable = template_name(name.rpartition("/")[2])
        if variable not in read and not isinstance(resolve_document(project, Facts, name, agent.company), Unresolved):
            yield Finding(
                RULE.name,
                f"The prompt reads nothing of '{name}'",
                agent.span("facts", number),
                help=f"Write {{{{ facts.{variable}.… }}}}, or take them away",
            )
    holes = {name for name, _ in template.holes}
    for name in agent.spec.runtime if holes <= agent.spec.runtime.keys() else ():
        if name not in holes:
            yield Finding(
                RULE.name,
                f"The prompt has no hole '{name}'",
                agent.document.span(("runtime", name), key=True),
                help=f"Write {{{{ runtime.{name} }}}}, or take it away",
            )
