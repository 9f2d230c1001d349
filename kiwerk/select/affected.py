"""Which cases a change can affect: those with another digest than at the base, with the line that made it so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.finding import Severity
from kiwerk.language.phrase import join_names
from kiwerk.load.parts import COMMON, part_of
from kiwerk.record import LeftOutCase, SelectedCase
from kiwerk.render.bundle import Rendered, Unrendered, render_agent
from kiwerk.render.situation import find_situations
from kiwerk.select.causes import Causes, Shipped
from kiwerk.select.documents import Pairs, find_case_edits, find_documents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from kiwerk.load.project import Project
    from kiwerk.record.selection import Part
    from kiwerk.render.situation import Situation

UNTOUCHED = "no digest changed"


@dataclass(frozen=True, slots=True)
class Base:
    """A repository as it was, as far as its cases could be built."""

    project: Project
    name: str
    """How messages call it."""
    situations: Mapping[str, Situation]
    """By `suite#case`."""
    problems: Mapping[str, str]
    """By part: what keeps its cases from being compared."""


def build_base(project: Project, name: str) -> Base:
    """The cases of a repository as it was; what is wrong with it is told with the cases it concerns."""
    problems: dict[str, str] = {}
    for finding in project.findings:
        if finding.severity is Severity.ERROR:
            problems.setdefault(
                part_of(finding.span.path), f"{finding.span.path}:{finding.span.line}: {finding.message}"
            )
    situations: dict[str, Situation] = {}
    for suite in project.suites.values():
        try:
            situations.update({situation.id: situation for situation in find_situations(project, (suite,))})
        except KiwerkError as error:
            problems.setdefault(suite.company, f"{error.path}: {error.message}")
    return Base(project, name, situations, problems)


class Comparison:
    """Compares cases with what they were, one by one."""

    def __init__(self, project: Project, agents: Mapping[str, Rendered], base: Base, touched: Collection[str]) -> None:
        """Prepare.

        Args:
            project: the repository today.
            agents: every agent as it would ship, by id.
            base: what is compared with.
            touched: companies in which a case may differ at all.
        """
        self._project = project
        self._agents = agents
        self._base = base
        self._touched = touched
        self._pairs = Pairs(base.project)
        self._causes = Causes(project, base.project, self._pairs)

    def judge(self, situation: Situation) -> SelectedCase | LeftOutCase:
        """Whether the change can affect a case, and why."""
        agent, case = situation.agent.id, situation.id
        if situation.suite.company not in self._touched:
            return LeftOutCase(agent=agent, case=case, reason=UNTOUCHED)
        before = self._find_before(situation)
        rendered = render_agent(self._base.project, before.agent) if before else None
        if before is None or rendered is None or isinstance(rendered, Unrendered):
            return SelectedCase(agent=agent, case=case, note=self._explain_absence(situation, rendered))
        shipped = Shipped(self._agents[agent], rendered, self._project, self._base.project)
        differs = tuple(_find_differing(situation, before, shipped))
        if not differs:
            return LeftOutCase(agent=agent, case=case, reason=self._explain_sameness(situation, before))
        return SelectedCase(
            agent=agent,
            case=case,
            differs=differs,
            formerly=before.id if before.id != case else None,
            causes=tuple(self._causes.find(situation, before, shipped, differs)),
        )

    def _find_before(self, situation: Situation) -> Situation | None:
        """The case at the base, by its id or the one it or its suite had formerly."""
        known = self._base.situations
        return next((known[name] for name in situation.names if name in known), None)

    def _explain_absence(self, situation: Situation, rendered: Unrendered | Rendered | None) -> str:
        company = situation.suite.company
        problem = self._base.problems.get(company) or self._base.problems.get(COMMON)
        if isinstance(rendered, Unrendered):
            finding = next(iter(rendered.findings), None)
            what = f"{finding.span.path}:{finding.span.line}: {finding.message}" if finding else problem
            return f"cannot be compared: the agent cannot be rendered at {self._base.name} ({what})"
        if problem is not None:
            return f"cannot be compared: at {self._base.name}, {problem}"
        return "new"

    def _explain_sameness(self, situation: Situation, before: Situation) -> str:
        edits = [*find_case_edits(self._pairs, situation, before)]
        for loaded in find_documents(self._project, situation.agent):
            edits += self._pairs.find_edits(loaded)
        if not edits:
            return UNTOUCHED
        lines = [f"{edit.document.document.path}:{edit.line} {edit.key}" for edit in edits]
        return f"{UNTOUCHED} by {join_names(lines, most=3)}"


def _find_differing(situation: Situation, before: Situation, shipped: Shipped) -> Iterator[Part]:
    if shipped.agent.ships != shipped.before.ships:
        yield "ships"
    if situation.stimulus != before.stimulus:
        yield "stimulus"
    if situation.oracle != before.oracle:
        yield "oracle"
    now, then = situation.case, before.case
    if (now.reference, now.counterexamples) != (then.reference, then.counterexamples):
        yield "script"
