"""What is deployed of one agent: the baseline that what would be deployed is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.deploy.envelope import find_signer, parse_envelope
from kiwerk.deploy.evidence import parse_statement
from kiwerk.gate import Deployed
from kiwerk.language.phrase import join_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.deploy.release import Installed
    from kiwerk.deploy.targets import Target
    from kiwerk.spec.environment import Signer


def find_deployed_agent(
    environment: str, target: Target | None, current: Installed | None, agent: str, formerly: str | None
) -> Deployed:
    """What is deployed of an agent, under the name it had before where it has a new one.

    What a damaged target should have is told from its history, with the trouble.

    Raises:
        KiwerkError: the history cannot be read.
    """
    history = () if target is None else target.history()
    if current is None:
        trouble = "nothing is current there, though something was deployed" if history else None
        expected: Mapping[str, str] = history[-1].agents if history else {}
    else:
        recorded = [entry.agents for entry in history if entry.release == current.digest]
        expected = recorded[-1] if recorded else current.agents
        trouble = join_names(current.differences) if current.differences else None
        if not recorded and not trouble:
            trouble = "it was made current by something else than kiwerk"
    ships = expected.get(agent) or (expected.get(formerly) if formerly else None)
    return Deployed(environment, ships, trouble)


def find_situations_shown(
    current: Installed | None, agent: str, formerly: str | None, signers: Sequence[Signer]
) -> frozenset[str] | None:
    """Digests of the situations in which what is deployed was sampled; None where nobody vouches for what says so."""
    kept = None if current is None else current.evidence.get(agent) or current.evidence.get(formerly or "")
    if kept is None:
        return None
    try:
        envelope = parse_envelope(kept)
        if find_signer(envelope, signers) is None:
            return None
        return frozenset(sample.stimulus for sample in parse_statement(envelope.payload).samples)
    except ValueError:
        return None
