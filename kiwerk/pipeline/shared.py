"""Suites whose cases are the same situations in two versions, so that they need not be made ready twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.spec import Agent

if TYPE_CHECKING:
    from kiwerk.load.project import Loaded, Project

_TOLD = {"prompt": "-", "title": "-", "owner": None, "description": None}
"""What an agent's document says and no situation depends on, with what may stand in its place."""


def find_shared_suites(base: Project, head: Project) -> frozenset[str]:
    """Ids of suites of which every case meets and is judged by the same on both sides.

    Sure of it one is only where nothing differs but agents, and these in nothing but what they are told.
    """
    if not _differ_in_agents_alone(base, head):
        return frozenset()
    told = {
        name
        for name, loaded in base.agents.items()
        if name in head.agents and _without_words(loaded) == _without_words(head.agents[name])
    }
    found = set()
    for name, suite in base.suites.items():
        agent = resolve_document(base, Agent, suite.spec.agent, suite.company)
        if name in head.suites and not isinstance(agent, Unresolved) and agent.id in told:
            found.add(name)
    return frozenset(found)


def _differ_in_agents_alone(base: Project, head: Project) -> bool:
    agents = {loaded.document.path for project in (base, head) for loaded in project.agents.values()}
    sides = [
        {path: source.text for path, source in project.sources.items() if path not in agents}
        for project in (base, head)
    ]
    return sides[0] == sides[1]


def _without_words(agent: Loaded[Agent]) -> Agent:
    return agent.spec.model_copy(update=_TOLD)
