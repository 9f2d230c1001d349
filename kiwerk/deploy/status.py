"""What is deployed now, since when, from which revision, and whether it is still what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.deploy.envelope import parse_envelope
from kiwerk.deploy.plan import Destination, read_current, seal_verdict
from kiwerk.deploy.reason import Reason
from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from datetime import datetime

    from kiwerk.deploy.release import Installed
    from kiwerk.record import Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStatus:
    """One agent as it is deployed."""

    agent: str
    ships: str
    signer: str | None
    """Who vouched for it, going by today's signers; absent where none of them did."""
    oldest: datetime | None
    """When the oldest sample of its evidence was taken; absent where the evidence cannot be trusted."""
    reasons: tuple[Reason, ...]
    """Why its evidence does not hold any more, revocation included; age and policy are not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What one company has in one environment."""

    company: str
    environment: str
    release: str | None
    """Digest of what is current; absent where nothing is."""
    deployment: Deployment | None
    """When and from which revision it became current; absent where kiwerk did not make it so."""
    differences: tuple[str, ...]
    """How it differs from what was sent; empty where it is intact."""
    agents: tuple[AgentStatus, ...]
    left_over: bool = False
    """Whether the repository has no agents of the company any more, though some are deployed."""

    @property
    def intact(self) -> bool:
        """Whether what is deployed is exactly what kiwerk sent, vouched for, not revoked, and still looked after."""
        return not (self.differences or self.left_over or any(agent.reasons for agent in self.agents))


def read_status(destination: Destination) -> Status:
    """What is deployed, read back from the target.

    Raises:
        KiwerkError: the environment has no target, or it cannot be read.
        Refused: something else than a release is current there.
    """
    target, current = read_current(destination)
    if target is None:
        raise KiwerkError(
            f"Environment {destination.id} has no target", remedy="Say where releases go: `target: {directory: ...}`"
        )
    if current is None:
        return Status(
            company=destination.company,
            environment=destination.id,
            release=None,
            deployment=None,
            differences=(),
            agents=(),
        )
    deployments = [entry for entry in target.history() if entry.release == current.digest]
    by_hand = () if deployments else ("it was made current by something else than kiwerk",)
    return Status(
        company=destination.company,
        environment=destination.id,
        release=current.digest,
        deployment=deployments[-1] if deployments else None,
        differences=(*current.differences, *by_hand),
        agents=tuple(_agent(destination, current, agent) for agent in current.agents),
    )


def _agent(destination: Destination, current: Installed, agent: str) -> AgentStatus:
    ships = current.agents[agent]
    try:
        envelope = parse_envelope(current.evidence[agent]) if agent in current.evidence else None
    except ValueError as error:
        broken = (Reason(f"The evidence kept with the release {error}", "Find out who changed it and deploy again"),)
        return AgentStatus(agent=agent, ships=ships, signer=None, oldest=None, reasons=broken)
    verdict = seal_verdict(destination, envelope, agent, ships)
    return AgentStatus(agent=agent, ships=ships, signer=verdict.signer, oldest=verdict.oldest, reasons=verdict.reasons)
