"""Load, check, render, select: a repository made ready for everything that costs time or money."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiwerk.check import check_project
from kiwerk.check.configuration import apply_configuration, load_configuration
from kiwerk.check.ignores import apply_ignores
from kiwerk.errors import KiwerkError, Refused
from kiwerk.finding import Finding, Severity
from kiwerk.gate import ExpectedCase, ExpectedJudge, count_repeats
from kiwerk.graph import Graph, Node, build_graph
from kiwerk.language.phrase import count
from kiwerk.load.code import code_path
from kiwerk.load.project import Project, load_project
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.render.bundle import Rendered, Unrendered, render_agent
from kiwerk.render.judging import digest_verdict
from kiwerk.render.situation import Situation, find_situations
from kiwerk.select.selector import SelectorProblem, parse_selector
from kiwerk.spec import KINDS, Environment, Policy, Process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Workspace:
    """A repository, checked, rendered and ready: it has no findings of severity error."""

    project: Project
    findings: tuple[Finding, ...]
    """Warnings."""
    agents: Mapping[str, Rendered]
    cases: tuple[tuple[ExpectedCase, Situation], ...]
    graph: Graph
    now: datetime

    def now_at(self, agent: str) -> datetime:
        """The moment in the time zone of the agent's company, by which a last day ends."""
        organization = self.project.organization(self.agents[agent].agent.company)
        return self.now.astimezone(ZoneInfo(organization.spec.timezone)) if organization else self.now

    def sources(self, agent: str) -> frozenset[str]:
        """Paths of the documents an agent is made of and tested by, however indirectly, and of what may lie beside."""
        first = [Node("Agent", agent), *(Node("Suite", case.suite) for case, _ in self.cases if case.agent == agent)]
        found: dict[Node, None] = dict.fromkeys(first)
        queue = list(found)
        while queue:
            more = [node for node in self.graph.targets(queue.pop()) if node not in found]
            found.update(dict.fromkeys(more))
            queue += more
        paths = {self.project.of_kind(KINDS[node.kind])[node.id].document.path for node in found}
        return frozenset((*paths, *map(code_path, paths)))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A repository with findings of severity error: nothing can be built from it."""

    project: Project
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """An environment with its policy: what must hold before anything is deployed there."""

    name: str
    environment: Environment
    policy_id: str
    policy: Policy

    @property
    def max_age(self) -> timedelta:
        """Age up to which a sample may count; which of them do, the gate decides rule by rule."""
        return max(rule.require.samples.max_age for rule in self.policy.rules if rule.require.samples)

    def repeats(self, case: ExpectedCase) -> int:
        """Number of samples the policy wants of a case."""
        return count_repeats(self.policy, case)


def check(root: Path, now: datetime) -> tuple[Project, tuple[Finding, ...]]:
    """Everything that is wrong with a repository, as far as its comments and its configuration let it count."""
    project = load_project(root)
    configuration = load_configuration(root)
    findings = apply_ignores(check_project(project, now), project.sources)
    if configuration.source is not None:
        sources = {**project.sources, configuration.source.path: configuration.source}
        project = replace(project, sources=sources)
    return project, apply_configuration(findings, configuration)


def prepare(root: Path, now: datetime) -> Workspace | Refusal:
    """The repository checked and every agent rendered, or what is wrong with it."""
    project, findings = check(root, now)
    if any(finding.severity is Severity.ERROR for finding in findings):
        return Refusal(project, findings)
    agents = {}
    for name, agent in project.agents.items():
        rendered = render_agent(project, agent)
        if isinstance(rendered, Unrendered):
            return Refusal(project, (*findings, *rendered.findings))
        agents[name] = rendered
    cases = tuple((_expected(project, situation), situation) for situation in find_situations(project))
    return Workspace(project, findings, agents, cases, build_graph(project), now)


def must_prepare(root: Path, now: datetime) -> Workspace:
    """The repository, ready.

    Raises:
        Refused: it has findings of severity error.
    """
    workspace = prepare(root, now)
    if isinstance(workspace, Refusal):
        errors = sum(finding.severity is Severity.ERROR for finding in workspace.findings)
        message = f"The repository has {count(errors, 'error')}"
        raise Refused(message, path=root, remedy="Run `kiwerk check` to see them")
    return workspace


def find_gate(workspace: Workspace, environment: str) -> Gate:
    """The gate of an environment.

    Raises:
        KiwerkError: there is no such environment.
    """
    environments = workspace.project.environments
    if environment not in environments:
        known = ", ".join(environments) or "none"
        message = f"There is no environment '{environment}'"
        raise KiwerkError(message, path="agents/environments", remedy=f"Known: {known}")
    loaded = environments[environment]
    policy = resolve_document(workspace.project, Policy, loaded.spec.policy, loaded.company)
    if isinstance(policy, Unresolved):
        raise KiwerkError(policy.message, path=loaded.document.path, remedy="Run `kiwerk check`")
    return Gate(environment, loaded.spec, policy.id, policy.spec)


def load_environment(root: Path, name: str) -> tuple[Project, Environment]:
    """An environment, whatever is wrong with the other files: a way back must not wait for them.

    Raises:
        KiwerkError: there is no such environment, or its own file cannot be read.
    """
    project = load_project(root)
    if name not in project.environments:
        own = [item for item in project.findings if item.span.path == f"agents/environments/{name}.yaml"]
        message = own[0].message if own else f"There is no environment '{name}'"
        known = ", ".join(project.environments) or "none"
        remedy = "Run `kiwerk check`" if own else f"Known: {known}"
        raise KiwerkError(message, path=f"agents/environments/{name}.yaml", remedy=remedy)
    return project, project.environments[name].spec


def find_sampling_gate(workspace: Workspace) -> Gate:
    """The gate whose policy says how often a model is sampled where no environment was named.

    Raises:
        KiwerkError: there is no environment, or their policies differ.
    """
    gates = [find_gate(workspace, name) for name in workspace.project.environments]
    if len({gate.policy_id for gate in gates}) == 1:
        return gates[0]
    message = "The environments have different policies" if gates else "There is no environment, so there is no policy"
    raise KiwerkError(
        message, path="agents/environments", remedy="Name one with --env: its policy says how often to sample"
    )


def select_cases(workspace: Workspace, selector: str | None) -> tuple[tuple[ExpectedCase, Situation], ...]:
    """The cases a selector names; all of them without one.

    Raises:
        KiwerkError: it cannot be read, or names nothing.
    """
    if selector is None:
        return workspace.cases
    try:
        chosen = parse_selector(selector)
    except SelectorProblem as problem:
        message = f"{problem.message}\n  {selector}\n  {' ' * problem.offset}^"
        raise KiwerkError(message, remedy="See `kiwerk eval --help` for the forms of a selector") from None
    cases = tuple(item for item in workspace.cases if chosen.matches(item[0]))
    for group in selector.split():
        alone = parse_selector(group.removeprefix("!"))
        if not any(alone.matches(case) for case, _ in workspace.cases):
            raise KiwerkError(f"The selector '{group}' matches no case", remedy=_suggest_selector(workspace, group))
    if not cases:
        raise KiwerkError(f"The selector '{selector}' leaves no case", remedy="Leave less out")
    return cases


def _suggest_selector(workspace: Workspace, group: str) -> str:
    prefix, _, name = group.rpartition(":")
    known = {
        "": list(workspace.agents),
        "agent": list(workspace.agents),
        "suite": [case.suite for case, _ in workspace.cases],
        "case": [case.case.rpartition("#")[2] for case, _ in workspace.cases],
        "tag": [tag for case, _ in workspace.cases for tag in case.tags],
        "process": [case.process for case, _ in workspace.cases if case.process],
        "path": [case.path for case, _ in workspace.cases],
    }.get(prefix.removeprefix("!"), [])
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    if near:
        return f"Did you mean '{prefix}{':' if prefix else ''}{near[0]}'?"
    return (
        f"Known: {', '.join(dict.fromkeys(known))}" if known else "See `kiwerk eval --help` for the forms of a selector"
    )


def _expected(project: Project, situation: Situation) -> ExpectedCase:
    case, suite = situation.case, situation.suite
    process = resolve_document(project, Process, case.process, suite.company) if case.process else None
    return ExpectedCase(
        agent=situation.agent.id,
        case=situation.id,
        suite=suite.id,
        tags=tuple(case.tags),
        process=process.id if process is not None and not isinstance(process, Unresolved) else None,
        stimulus=situation.stimulus,
        oracle=situation.oracle,
        path=suite.document.path,
        judges=tuple(ExpectedJudge(judge.id, digest_verdict(judge.spec)) for judge in situation.judges.values()),
        is_simulated=case.simulate is not None,
    )
