"""A phone number, price or date stands in a prompt although facts hold it already.

What it does:
    Looks in the text of every prompt, outside of braces, for phone numbers, prices and dates, and compares them with
    the values of the company's facts and of the shared facts that the agent names. How something is written makes no
    difference: `030 23125042` is `+49 30 23125-042`, `1.234,50 €` is `1234,5 Euro`, `24. Dezember` is `2026-12-24`.
    Numbers without a unit count as prices where their key says so, such as `euro: 15`.

Why:
    What stands in two places is changed in one of them. The facts have a source and a day on which somebody looks
    again; the copy in the prompt has neither, and the agent tells both.

Example:
    ```yaml
    # facts: {praxis: {telefon: "030 23125 042"}}
    prompt: |
      Für Rückfragen nennst du die 030/23125042.
    ```

Instead:
    ```yaml
    prompt: |
      Für Rückfragen nennst du die {{ facts.praxis.telefon }}.
    ```
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.check.literals import find_fact_literals, find_literals
from kiwerk.check.prompts import blank_tags, find_in_prompt
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related, Severity
from kiwerk.load.project import SHARED
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.render.bundle import template_name
from kiwerk.spec import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.check.literals import Literal
    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent
    from kiwerk.spec.walk import Route

RULE = Rule("hard-coded-fact", Severity.WARNING)


class _Known(NamedTuple):
    facts: Loaded[Facts]
    route: Route
    literal: Literal


def check_hard_coded_facts(project: Project, _now: datetime) -> Iterator[Finding]:
    """Copies of facts in prompts."""
    known: defaultdict[str, list[_Known]] = defaultdict(list)
    for facts in project.facts.values():
        place = facts.id if facts.company == SHARED else facts.company
        for route, literal in find_fact_literals(facts.spec.values, ("values",)):
            known[place].append(_Known(facts, route, literal))
    for agent in project.agents.values():
        candidates = list(known[agent.company])
        for name in agent.spec.facts:
            found = resolve_document(project, Facts, name, agent.company)
            if not isinstance(found, Unresolved) and found.company == SHARED:
                candidates += known[found.id]
        if candidates:
            yield from _find_copies(agent, candidates)


def _find_copies(agent: Loaded[Agent], candidates: list[_Known]) -> Iterator[Finding]:
    for line, text in enumerate(blank_tags(agent.spec.prompt).split("\n"), 1):
        for literal in find_literals(text):
            held = next((known for known in candidates if known.literal.means(literal)), None)
            if held is not None:
                keys = (template_name(held.facts.name), *held.route[1:])
                yield Finding(
                    RULE.name,
                    f"The {literal.kind} '{literal.text}' stands in the facts '{held.facts.name}' already",
                    find_in_prompt(agent, literal.text, line),
                    help=_advise(keys),
                    related=(Related(held.facts.span(*held.route), "Held here"),),
                )


def _advise(keys: Route) -> str:
    if all(isinstance(key, str) and key.isidentifier() for key in keys):
        return f"Write {{{{ facts.{'.'.join(map(str, keys))} }}}}"
    return f"Read it from facts.{keys[0]}"
