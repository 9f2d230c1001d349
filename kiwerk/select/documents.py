"""The documents a case hangs on, each beside what it was at the base, with what they say differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.load.differences import Difference, find_differences
from kiwerk.render.bundle import resolve_all
from kiwerk.spec import Facts, Process, Toolset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.content import Route
    from kiwerk.load.project import Loaded, Project
    from kiwerk.render.situation import Situation
    from kiwerk.spec import Agent
    from kiwerk.spec import Document as Spec


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference between a document now and at the base."""

    kind: str
    document: Loaded[Spec]
    """As it is now; as it was, where the key is gone."""
    route: Route
    gone: bool
    line: int
    """The first that differs, in `document`."""
    last_line: int

    @property
    def key(self) -> str:
        """The keys that lead to it, items of lists by their id where they have one."""
        words: list[str] = []
        data = self.document.document.data
        for part in self.route:
            data = data[part] if isinstance(data, (dict, list)) else None  # type: ignore[index]
            name = data.get("id") if isinstance(data, dict) and isinstance(part, int) else None
            words.append(str(name or (part + 1 if isinstance(part, int) else part)))
        return ".".join(words)


class Pairs:
    """Documents of today with their counterparts at the base; each pair is compared once."""

    def __init__(self, base: Project) -> None:
        self._base = base
        self._known: dict[str, tuple[Edit, ...]] = {}

    def find_counterpart(self, loaded: Loaded[Spec]) -> Loaded[Spec] | None:
        """What a document was at the base: of the same id, or of the id it says it had formerly."""
        documents = self._base.of_kind(type(loaded.spec))
        return documents.get(loaded.id) or documents.get(loaded.spec.formerly or "")

    def find_edits(self, loaded: Loaded[Spec]) -> tuple[Edit, ...]:
        """What a document says otherwise than at the base; a new one as a whole."""
        path = loaded.document.path
        if path not in self._known:
            before = self.find_counterpart(loaded)
            if before is None:
                self._known[path] = (_edit(loaded, (), gone=False),)
            elif before.document.digest == loaded.document.digest:
                self._known[path] = ()
            else:
                self._known[path] = tuple(_compare(before, loaded))
        return self._known[path]


def find_documents(project: Project, agent: Loaded[Agent]) -> Iterator[Loaded[Spec]]:
    """What an agent is made of: itself, its organization, facts, processes and toolsets."""
    yield agent
    organization = project.organization(agent.company)
    if organization is not None:
        yield organization
    yield from resolve_all(project, agent, Facts, agent.spec.facts) or ()
    yield from resolve_all(project, agent, Process, agent.spec.processes) or ()
    yield from resolve_all(project, agent, Toolset, agent.spec.tools) or ()


def find_judging(project: Project, situation: Situation) -> Iterator[Loaded[Spec]]:
    """What a case is judged by beside its suite and its agent's documents: judges, and prices where cost is asked."""
    yield from situation.judges.values()
    if situation.prices is not None:
        yield from project.prices.values()


def find_case_edits(pairs: Pairs, situation: Situation, before: Situation) -> Iterator[Edit]:
    """What a case's suite says otherwise about it, other cases left out."""
    renamed = situation.case.id != before.case.id
    for edit in pairs.find_edits(situation.suite):
        index = (before if edit.gone else situation).index
        if edit.route[:1] != ("cases",) or (edit.route[1:2] == (index,) and not renamed):
            yield edit
    if renamed:
        # a list's items are known by their ids
        for difference in find_differences(_data(before), _data(situation)):
            yield from _edits(before.suite, situation.suite, _below(difference, before.index, situation.index))


def _data(situation: Situation) -> object:
    data = situation.suite.document.data
    return data["cases"][situation.index] if isinstance(data, dict) else None


def _below(difference: Difference, before: int, after: int) -> Difference:
    return Difference(
        None if difference.before is None else ("cases", before, *difference.before),
        None if difference.after is None else ("cases", after, *difference.after),
    )


def _compare(before: Loaded[Spec], after: Loaded[Spec]) -> Iterator[Edit]:
    for difference in find_differences(before.document.data, after.document.data):
        yield from _edits(before, after, difference)


def _edits(before: Loaded[Spec], after: Loaded[Spec], difference: Difference) -> Iterator[Edit]:
    if difference.after is None:
        yield _edit(before, difference.before or (), gone=True)
    elif difference.before is None:
        yield _edit(after, difference.after, gone=False)
    else:
        old, new = _value(before, difference.before), _value(after, difference.after)
        yield _edit(after, difference.after, gone=False, first=_find_first_line(old, new))


def _edit(loaded: Loaded[Spec], route: Route, *, gone: bool, first: int | None = None) -> Edit:
    document = loaded.document
    span = document.span(route)
    line = document.template_line(route, first) if first else document.span(route, key=True).line
    return Edit(type(loaded.spec).__name__, loaded, route, gone, line, max(span.end_line, line))


def _value(loaded: Loaded[Spec], route: Route) -> object:
    data = loaded.document.data
    for part in route:
        data = data[part] if isinstance(data, (dict, list)) else None  # type: ignore[index]
    return data


def _find_first_line(before: object, after: object) -> int | None:
    """The first line, from 1, that a text of several lines has otherwise; None for anything else."""
    if not isinstance(before, str) or not isinstance(after, str) or "\n" not in after.rstrip("\n"):
        return None
    old, new = before.split("\n"), after.split("\n")
    equal = next((place for place, (one, two) in enumerate(zip(old, new, strict=False)) if one != two), len(old))
    return min(equal, len(new) - 1) + 1
