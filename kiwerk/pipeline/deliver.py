"""Attest, verify, deploy, roll back: what happens after a verdict, company by company."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kiwerk import __version__
from kiwerk.deploy.apply import Applied, apply_deploy
from kiwerk.deploy.evidence import Configuration, attest, load_evidence, write_evidence
from kiwerk.deploy.keys import load_signer
from kiwerk.deploy.plan import Candidate, DeployPlan, Destination, Stamp, plan_deploy
from kiwerk.deploy.release import digest_release, make_release
from kiwerk.deploy.rollback import plan_rollback
from kiwerk.deploy.status import Status, read_status
from kiwerk.deploy.targets import find_deployed
from kiwerk.deploy.verify import Demand, EvidenceVerdict, verify_evidence
from kiwerk.errors import KiwerkError
from kiwerk.load.project import SHARED
from kiwerk.pipeline.baseline import Baselines, find_asking_gates
from kiwerk.pipeline.calibrate import load_calibrations
from kiwerk.pipeline.evaluate import read_revision
from kiwerk.pipeline.judge import find_against, judge_agent
from kiwerk.pipeline.score import pool_samples
from kiwerk.pipeline.torn import find_torn, refuse_torn
from kiwerk.pipeline.workspace import Gate, Workspace, check, find_gate, load_environment
from kiwerk.providers.secret import keep_secret
from kiwerk.record import Decision, Release, Verdict
from kiwerk.render.canonical import digest
from kiwerk.store import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from kiwerk.load.project import Project
    from kiwerk.render.bundle import Rendered
    from kiwerk.spec import Environment


def evidence_folder(root: Path) -> Path:
    """Where envelopes lie unless told otherwise."""
    return root / FOLDER / "evidence"


def find_companies(workspace: Workspace, company: str | None) -> tuple[str, ...]:
    """The companies that have agents, or the one that was named.

    Raises:
        KiwerkError: the named company has no agents, or none has.
    """
    companies = tuple(dict.fromkeys(rendered.agent.company for rendered in workspace.agents.values()))
    if company is not None and company not in companies:
        message = f"The company '{company}' has no agents"
        raise KiwerkError(message, remedy=f"Companies here: {', '.join(companies) or 'none'}")
    if not companies:
        message = "There are no agents"
        raise KiwerkError(message, path="agents", remedy="Write one: `kiwerk new agent COMPANY/NAME`")
    return companies if company is None else (company,)


def build_releases(workspace: Workspace, gate: Gate, company: str | None) -> tuple[tuple[str, Release], ...]:
    """What would be deployed: each company's release with its digest."""
    releases = [
        make_release(name, gate.name, [rendered.bundle for rendered in _agents_of(workspace, name)])
        for name in find_companies(workspace, company)
    ]
    return tuple((digest_release(release), release) for release in releases)


def attest_agents(
    workspace: Workspace, gate: Gate, variables: Mapping[str, str], folder: Path
) -> tuple[tuple[Verdict, Path | None], ...]:
    """Signed evidence for every agent that passes the gate: verdict and file, None for those that do not.

    Raises:
        KiwerkError: the signing key is missing or the evidence cannot be written.
    """
    keep_secret(variables.get(name) for name in gate.environment.credentials.values())
    signer = load_signer(variables)
    pooled, baselines, torn = pool_samples(workspace, gate), Baselines(workspace), find_torn(workspace)
    written: list[tuple[Verdict, Path | None]] = []
    for agent in workspace.agents:
        judged = judge_agent(workspace, gate, agent, pooled[agent], baselines=baselines)
        [verdict] = refuse_torn((judged,), torn)
        path = None
        if verdict.decision is Decision.PASSED:
            cases = _demand(workspace, gate, agent).cases
            calibrations = load_calibrations(workspace, gate, cases)
            # beside what every environment has: a promotion takes the same evidence along
            compared = baselines.compare(find_asking_gates(workspace), agent, cases)
            configuration = _configuration(workspace, gate, agent)
            envelope = attest(verdict, pooled[agent], configuration, signer, calibrations, compared)
            path = write_evidence(folder, agent, verdict.ships, envelope)
        written.append((verdict, path))
    return tuple(written)


def verify_agents(workspace: Workspace, gate: Gate, folder: Path) -> tuple[EvidenceVerdict, ...]:
    """Whether the evidence there is allows a deploy, agent by agent."""
    baselines = Baselines(workspace)
    return tuple(
        verify_evidence(
            load_evidence(folder, agent, rendered.ships),
            replace(_demand(workspace, gate, agent), deployed=baselines.find_deployed(gate, agent)),
            agent=agent,
            ships=rendered.ships,
            now=workspace.now_at(agent),
        )
        for agent, rendered in workspace.agents.items()
    )


def plan_deploys(
    workspace: Workspace, gate: Gate, company: str | None, variables: Mapping[str, str], folder: Path
) -> tuple[DeployPlan, ...]:
    """What a deploy would do, company by company."""
    # references are held for it, whose mocks may be a person's Python
    keep_secret(variables.get(name) for name in gate.environment.credentials.values())
    source = find_gate(workspace, gate.environment.promote_from) if gate.environment.promote_from else None
    return tuple(
        plan_deploy(
            _destination(workspace, gate, name),
            [
                Candidate(bundle=rendered.bundle, demand=_demand(workspace, gate, rendered.agent.id))
                for rendered in _agents_of(workspace, name)
            ],
            evidence=folder,
            source=_destination(workspace, source, name) if source else None,
            variables=variables,
            stamp=make_stamp(workspace.project.root),
        )
        for name in find_companies(workspace, company)
    )


def plan_rollbacks(
    root: Path, environment: str, company: str | None, to: str | None, variables: Mapping[str, str], folder: Path
) -> tuple[DeployPlan, ...]:
    """What a rollback would do, company by company; expired facts are noted, not refused.

    Nothing but the environment has to be right in the repository.
    """
    project, spec = load_environment(root, environment)
    stamp = make_stamp(root)
    _, findings = check(root, stamp.at)
    return tuple(
        plan_rollback(
            Destination(company=name, id=environment, environment=spec, root=root),
            to=to,
            evidence=folder,
            variables=variables,
            stamp=stamp,
            notes=[
                f"{finding.span.path}: {finding.message}"
                for finding in findings
                if finding.blocks_deploy and finding.span.path.split("/")[1:2] == [name]
            ],
        )
        for name in _find_owners(project, company)
    )


def apply_plans(plans: Sequence[DeployPlan]) -> Iterator[Applied]:
    """Carry plans out one after the other; all of them were accepted before the first is touched."""
    for plan in plans:
        yield apply_deploy(plan)


def read_statuses(root: Path, environment: str, company: str | None) -> tuple[Status, ...]:
    """What is deployed, company by company. Nothing but the environment has to be right in the repository.

    At the end come companies that have no agents here any more.
    """
    project, spec = load_environment(root, environment)
    left_over = [name for name in find_left_over(project, spec) if company in (None, name)]
    known = () if company and left_over else _find_owners(project, company)
    statuses = {
        name: read_status(Destination(company=name, id=environment, environment=spec, root=root))
        for name in (*known, *left_over)
    }
    return tuple(replace(status, left_over=name in left_over) for name, status in statuses.items())


def find_left_over(project: Project, environment: Environment) -> tuple[str, ...]:
    """Companies whose agents are deployed to an environment, and that have no agents here any more."""
    if environment.target is None:
        return ()
    owners = _find_owners(project, None)
    return tuple(name for name in find_deployed(environment.target, project.root) if name not in owners)


def _find_owners(project: Project, company: str | None) -> tuple[str, ...]:
    """The companies that have agents, those with unreadable files included, or the one that was named."""
    named = [agent.company for agent in project.agents.values()]
    unreadable = [broken.identity.company for broken in project.broken if broken.kind in (None, "Agent")]
    found = tuple(dict.fromkeys(name for name in (*named, *unreadable) if name and name != SHARED))
    if company is None:
        return found
    if company not in found:
        message = f"The company '{company}' has no agents"
        raise KiwerkError(message, remedy=f"Companies here: {', '.join(found) or 'none'}")
    return (company,)


def _agents_of(workspace: Workspace, company: str) -> list[Rendered]:
    return [rendered for rendered in workspace.agents.values() if rendered.agent.company == company]


def _destination(workspace: Workspace, gate: Gate, company: str) -> Destination:
    return Destination(company=company, id=gate.name, environment=gate.environment, root=workspace.project.root)


def _demand(workspace: Workspace, gate: Gate, agent: str) -> Demand:
    return Demand(
        environment_id=gate.name,
        environment=gate.environment,
        policy_id=gate.policy_id,
        policy=gate.policy,
        cases=[case for case, _ in workspace.cases if case.agent == agent],
        findings=find_against(workspace, agent),
        formerly=workspace.agents[agent].agent.spec.formerly,
    )


def _configuration(workspace: Workspace, gate: Gate, agent: str) -> Configuration:
    suites = {case.suite for case, _ in workspace.cases if case.agent == agent}
    return Configuration(
        engine=__version__,
        policy=digest(gate.policy.model_dump(mode="json")),
        suites={name: digest(workspace.project.suites[name].spec.model_dump(mode="json")) for name in suites},
    )


def make_stamp(root: Path) -> Stamp:
    """When, from which revision and by which kiwerk: what is written down is what the clock says."""
    return Stamp(at=datetime.now(UTC), revision=read_revision(root), engine=__version__)
