"""The way back to what was deployed before: signature, digest and revocation are checked; age and policy are not."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from kiwerk.deploy.envelope import Envelope, parse_envelope
from kiwerk.deploy.evidence import load_evidence
from kiwerk.deploy.plan import (
    DeployPlan,
    Destination,
    Stamp,
    check_destination,
    check_owner,
    find_removed,
    make_deployment,
    plan_agent,
    read_current,
    seal_verdict,
)
from kiwerk.deploy.release import Installed, Package
from kiwerk.errors import KiwerkError, Refused
from kiwerk.language.phrase import join_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kiwerk.deploy.verify import EvidenceVerdict
    from kiwerk.record import Deployment


def plan_rollback(
    destination: Destination,
    *,
    to: str | None,
    evidence: Path,
    variables: Mapping[str, str],
    stamp: Stamp,
    notes: Sequence[str] = (),
) -> DeployPlan:
    """What going back would do; `apply_deploy` carries it out.

    `to` is the digest of a release that was deployed here, or the beginning of it; by default the one before. What
    the target keeps vouches for it, or else what lies in the folder `evidence`. `notes` are facts that have expired
    since, and the like, to be shown.

    Raises:
        Refused: there is no such release, or it is damaged.
        KiwerkError: the environment has no target, or it cannot be read.
    """
    target, current = read_current(destination)
    if target is None:
        raise KiwerkError(
            f"Environment {destination.id} has no target", remedy="Say where releases go: `target: {directory: ...}`"
        )
    history = target.history()
    digest = find_previous(history, current.digest if current else None) if to is None else _find(history, to)
    installed = target.read_back(digest)
    if installed is None or installed.release is None or installed.differences:
        differences = [] if installed is None else list(installed.differences)
        raise Refused(
            f"The release {digest[:12]} is not what it was: {join_names(differences)}",
            remedy="Roll back to another one with --to",
        )
    release = installed.release
    envelopes: dict[str, Envelope] = {}
    agents = []
    for agent in release.agents:
        envelope, verdict = _choose(destination, installed, agent, evidence)
        if envelope is not None:
            envelopes[agent] = envelope
        agents.append(plan_agent(verdict, current))
    return DeployPlan(
        destination=destination,
        deployment=make_deployment(release, "rollback", stamp),
        package=Package(release, installed.bundles, envelopes),
        agents=tuple(agents),
        removed=find_removed(release, current),
        current=current,
        missing=tuple(check_destination(destination, variables)),
        obstacles=tuple(check_owner(destination, installed)),
        target=target,
        notes=tuple(notes),
    )


def find_previous(history: Sequence[Deployment], current: str | None) -> str:
    """Digest of the release to go back to: a second rollback goes back further, never forward again.

    Raises:
        Refused: nothing was deployed before.
    """
    line: list[str] = []
    for deployment in history:
        if deployment.action == "rollback" and deployment.release in line:
            while line[-1] != deployment.release:
                line.pop()
        else:
            line.append(deployment.release)
    earlier = [release for release in line if release != current]
    if not earlier:
        raise Refused("Nothing was deployed here before", remedy="Deploy a release that is right")
    return earlier[-1]


def _find(history: Sequence[Deployment], beginning: str) -> str:
    known = list(dict.fromkeys(deployment.release for deployment in reversed(history)))
    found = [release for release in known if release.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} releases deployed here begin" if found else "No release deployed here begins"
    names = ", ".join(release[:12] for release in (found or known)[:5])
    raise Refused(f"{what} with {beginning!r:.80}", remedy=f"Name one of {names}" if names else "Deploy one first")


def _choose(
    destination: Destination, installed: Installed, agent: str, folder: Path
) -> tuple[Envelope | None, EvidenceVerdict]:
    """The envelope that holds today: the target's own, or else the repository's, as after a change of keys."""
    answers = [
        (envelope, seal_verdict(destination, envelope, agent, installed.agents[agent]))
        for envelope in _load_envelopes(installed, agent, folder)
    ]
    return next((answer for answer in answers if answer[1].accepted), answers[0])


def _load_envelopes(installed: Installed, agent: str, folder: Path) -> tuple[Envelope | None, ...]:
    own: Envelope | None = None
    newer: Envelope | None = None
    with suppress(ValueError):
        own = parse_envelope(installed.evidence[agent])
    with suppress(Refused):
        newer = load_evidence(folder, agent, installed.agents[agent])
    return own, newer
