"""What a deploy or a rollback would do, and everything that speaks against it; nothing is changed yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from kiwerk.deploy.baseline import find_deployed_agent
from kiwerk.deploy.evidence import load_evidence
from kiwerk.deploy.reason import Reason
from kiwerk.deploy.release import Installed, Package, digest_release, make_release
from kiwerk.deploy.targets import Target, open_target
from kiwerk.deploy.verify import Demand, EvidenceVerdict, verify_evidence, verify_seal
from kiwerk.errors import KiwerkError, Refused
from kiwerk.language.phrase import join_names
from kiwerk.record import Bundle, Deployment, Release

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from kiwerk.deploy.envelope import Envelope
    from kiwerk.spec.environment import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """An environment, as far as one company is concerned."""

    company: str
    id: str
    """Of the environment."""
    environment: Environment
    root: Path
    """Of the repository; relative targets count from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One agent as it would ship, and what its evidence is held against."""

    bundle: Bundle
    demand: Demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When, from which revision and by which kiwerk something is deployed."""

    at: datetime
    """With offset; the age of samples is counted up to here."""
    revision: str | None
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPlan:
    """What would become of one agent."""

    agent: str
    ships: str
    current: str | None
    """What is deployed of it now; absent where it is new."""
    evidence: EvidenceVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployPlan:
    """What `apply_deploy` will do, unless something speaks against it."""

    destination: Destination
    deployment: Deployment
    """As it will be written down."""
    package: Package
    agents: tuple[AgentPlan, ...]
    removed: tuple[str, ...]
    """Agents that are deployed now and would not be any more."""
    current: Installed | None
    """What is deployed now, maybe damaged."""
    missing: tuple[Reason, ...]
    """What the command lacks to be carried out at all: a target, credentials."""
    obstacles: tuple[Reason, ...]
    """What else speaks against it, evidence aside."""
    target: Target | None
    notes: tuple[str, ...] = ()
    """What whoever decides should know and nothing refuses: expired facts on a rollback."""

    @property
    def reasons(self) -> tuple[tuple[str | None, Reason], ...]:
        """Everything that speaks against it, each with the agent it is about."""
        about_agents = ((plan.agent, reason) for plan in self.agents for reason in plan.evidence.reasons)
        return (*((None, reason) for reason in (*self.missing, *self.obstacles)), *about_agents)

    @property
    def accepted(self) -> bool:
        """Whether every agent's evidence holds and nothing else is in the way."""
        return bool(self.agents) and not self.reasons and all(plan.evidence.accepted for plan in self.agents)

    @property
    def unchanged(self) -> bool:
        """Whether exactly this is deployed already, and intact."""
        return is_deployed(self.current, self.deployment.release)


def is_deployed(current: Installed | None, release: str) -> bool:
    """Whether this release is what is current, and intact."""
    return current is not None and current.digest == release and not current.differences


def plan_deploy(
    destination: Destination,
    candidates: Sequence[Candidate],
    *,
    evidence: Path,
    source: Destination | None,
    variables: Mapping[str, str],
    stamp: Stamp,
) -> DeployPlan:
    """What deploying these agents, all of the company's, would do.

    `evidence` is the folder of the envelopes, `source` the environment that `promote_from` names. Of the environment
    `variables`, only those that the credentials name are looked at, and only whether they are set.

    Raises:
        KiwerkError: there are no agents, they are of several companies, or the target cannot be read.
        Refused: something else than a release is current at the target.
    """
    release = make_release(destination.company, destination.id, [candidate.bundle for candidate in candidates])
    target, current = read_current(destination)
    envelopes: dict[str, Envelope] = {}
    agents = []
    for candidate in sorted(candidates, key=lambda candidate: candidate.bundle.agent):
        agent = candidate.bundle.agent
        deployed = find_deployed_agent(destination.id, target, current, agent, candidate.demand.formerly)
        demand = replace(candidate.demand, deployed=deployed)
        envelope, verdict = _judge(evidence, demand, agent, release.agents[agent], stamp.at)
        if envelope is not None:
            envelopes[agent] = envelope
        agents.append(plan_agent(verdict, current))
    return DeployPlan(
        destination=destination,
        deployment=make_deployment(release, "deploy", stamp),
        package=Package(release, {item.bundle.agent: item.bundle for item in candidates}, envelopes),
        agents=tuple(agents),
        removed=find_removed(release, current),
        current=current,
        missing=tuple(check_destination(destination, variables)),
        obstacles=(*check_owner(destination, current), *_check_promotion(destination, release, source)),
        target=target,
    )


def read_current(destination: Destination) -> tuple[Target | None, Installed | None]:
    """The environment's target, where it has one, and what is current there."""
    if destination.environment.target is None:
        return None, None
    target = open_target(destination.environment.target, destination.company, destination.root)
    return target, target.read_back()


def check_destination(destination: Destination, variables: Mapping[str, str]) -> Iterator[Reason]:
    """What the environment lacks before anything can be sent there."""
    if destination.environment.target is None:
        yield Reason(f"Environment {destination.id} has no target", "Say where releases go: `target: {directory: ...}`")
    missing = sorted(name for name in destination.environment.credentials.values() if not variables.get(name))
    if missing:
        yield Reason(
            f"Credentials are missing: {', '.join(missing)}", "Set these environment variables, in CI as secrets"
        )


def check_owner(destination: Destination, installed: Installed | None) -> Iterator[Reason]:
    """Whether what the target holds is this company's, for this environment."""
    found = None if installed is None else installed.release
    if found is not None and (found.company, found.environment) != (destination.company, destination.id):
        yield Reason(
            f"The target holds the release of {found.company} in {found.environment}",
            "Give every environment and company a target of its own",
        )


def plan_agent(verdict: EvidenceVerdict, current: Installed | None) -> AgentPlan:
    """One agent's line of a plan."""
    deployed = {} if current is None else current.agents
    return AgentPlan(agent=verdict.agent, ships=verdict.ships, current=deployed.get(verdict.agent), evidence=verdict)


def seal_verdict(destination: Destination, envelope: Envelope | None, agent: str, ships: str) -> EvidenceVerdict:
    """Whether the environment trusts an envelope to be about these contents, whatever their age."""
    return verify_seal(
        envelope, environment_id=destination.id, environment=destination.environment, agent=agent, ships=ships
    )


def find_removed(release: Release, current: Installed | None) -> tuple[str, ...]:
    """Agents that are deployed now and are not in the release."""
    return () if current is None else tuple(sorted(current.agents.keys() - release.agents.keys()))


def make_deployment(release: Release, action: Literal["deploy", "rollback"], stamp: Stamp) -> Deployment:
    """The record of one switch."""
    return Deployment(
        release=digest_release(release),
        company=release.company,
        environment=release.environment,
        agents=release.agents,
        action=action,
        at=stamp.at,
        revision=stamp.revision,
        engine=stamp.engine,
    )


def _judge(
    folder: Path, demand: Demand, agent: str, ships: str, now: datetime
) -> tuple[Envelope | None, EvidenceVerdict]:
    """The agent's envelope, and whether it holds; a file that is no envelope is a reason like any other."""
    try:
        envelope = load_evidence(folder, agent, ships)
    except Refused as error:
        reason = Reason(f"{error.path}: {error.message}", error.remedy or "")
        return None, EvidenceVerdict(agent=agent, ships=ships, reasons=(reason,))
    return envelope, verify_evidence(envelope, demand, agent=agent, ships=ships, now=now)


def _check_promotion(destination: Destination, release: Release, source: Destination | None) -> Iterator[Reason]:
    """Whether exactly this is deployed, intact, in the environment it has to come from."""
    name = destination.environment.promote_from
    if name is None:
        return
    first = f"Deploy to {name} first: `kiwerk deploy {name}`"
    if source is None or source.id != name or source.company != destination.company:
        raise KiwerkError(f"Environment {destination.id} is promoted from {name}, which was not looked at")
    _, installed = read_current(source)
    if installed is None:
        yield Reason(f"Nothing of {destination.company} is deployed to {name}", first)
        return
    if installed.differences:
        yield Reason(
            f"What is deployed to {name} was changed there: {join_names(installed.differences)}",
            f"Find out who changed it and deploy to {name} again",
        )
    other = [agent for agent, ships in release.agents.items() if installed.agents.get(agent) != ships]
    if other:
        yield Reason(f"{join_names(other)}: not what is deployed to {name} now", first)
