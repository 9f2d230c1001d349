"""Releases, evidence, deploys and what is deployed, to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from kiwerk.deploy.reason import Reason
from kiwerk.report.layout import draw, hang

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.deploy.apply import Applied
    from kiwerk.deploy.plan import DeployPlan
    from kiwerk.deploy.status import Status
    from kiwerk.deploy.verify import EvidenceVerdict
    from kiwerk.record import Release

_SHORT = 12
"""Characters of a digest that are shown: enough to tell releases apart and to name one with --to."""

LEFT_OVER = Reason(
    "The repository has no agents of this company any more, and these still answer",
    "Bring them back, or take them out of service: move the company's folder at the target away",
)


def format_releases(releases: Sequence[tuple[str, Release]], *, colour: bool) -> str:
    """Releases with their agents."""
    return draw(*_releases(releases), colour=colour)


def format_evidence(verdicts: Sequence[EvidenceVerdict], environment: str, *, colour: bool) -> str:
    """Whether the evidence allows a deploy, and why not."""
    return draw(*_evidence(verdicts, environment), colour=colour)


def format_plan(plan: DeployPlan, *, colour: bool) -> str:
    """What speaks against a plan, and what it would change."""
    return draw(*_plan(plan), colour=colour)


def format_applied(applied: Applied, *, colour: bool) -> str:
    """What is current now."""
    deployment = applied.deployment
    verb = {"deploy": "deployed", "rollback": "rolled back"}[deployment.action]
    done = f"{verb}, read back and compared" if applied.changed else "already deployed, read back and compared"
    line = Text.assemble(
        ("✓ ", "green"),
        f"{deployment.company} in {deployment.environment}: release {deployment.release[:_SHORT]} {done}",
    )
    return draw(line, colour=colour)


def format_left_over(companies: Sequence[str], environment: str, *, colour: bool) -> str:
    """A warning for each company that is deployed and has no agents in the repository any more."""
    lines = [
        Text(
            f"{name} is still deployed to {environment}, and the repository has no agents of it any more; "
            f"see kiwerk status {environment} --company {name}",
            style="yellow",
        )
        for name in companies
    ]
    return draw(*lines, colour=colour) if lines else ""


def format_statuses(statuses: Sequence[Status], *, colour: bool) -> str:
    """What is deployed."""
    return draw(*_statuses(statuses), colour=colour)


def _releases(releases: Sequence[tuple[str, Release]]) -> Iterator[Text]:
    for digest, release in releases:
        yield Text.assemble((f"{release.company} in {release.environment}", "bold"), f"  release {digest}")
        for agent, ships in release.agents.items():
            yield Text(f"  {agent}  ships {ships}")


def _evidence(verdicts: Sequence[EvidenceVerdict], environment: str) -> Iterator[Text]:
    for verdict in verdicts:
        mark = ("✓", "green") if verdict.accepted else ("✗", "red")
        since = f", oldest sample {verdict.oldest:%Y-%m-%d %H:%M}" if verdict.oldest else ""
        signed = f"  signed by {verdict.signer}{since}" if verdict.signer else ""
        yield Text.assemble(mark, f" {verdict.agent}  ships {verdict.ships[:_SHORT]}", (signed, "dim"))
        for reason in verdict.reasons:
            yield from _reason(reason)
    accepted = sum(verdict.accepted for verdict in verdicts)
    yield Text(f"\n{accepted} of {len(verdicts)} agents have evidence that holds in {environment}")


def _plan(plan: DeployPlan) -> Iterator[Text]:
    deployment = plan.deployment
    mark = ("✓", "green") if plan.accepted else ("✗", "red")
    verdict = "may go" if plan.accepted else "impossible" if plan.missing else "refused"
    yield Text.assemble(
        mark,
        f" {deployment.action} of {deployment.company} to {deployment.environment}: {verdict}",
        (f"  release {deployment.release[:_SHORT]}", "dim"),
    )
    for agent in plan.agents:
        change = "unchanged" if agent.current == agent.ships else "changed" if agent.current else "new"
        yield Text(f"  {agent.agent}  {change}", style="dim")
    yield from (Text(f"  {agent}  removed", style="yellow") for agent in plan.removed)
    for about, reason in plan.reasons:
        yield from _reason(reason, f"{about}: " if about else "")
    yield from (Text(f"  note: {note}", style="yellow") for note in plan.notes)


def _statuses(statuses: Sequence[Status]) -> Iterator[Text]:
    for status in statuses:
        where = f"{status.company} in {status.environment}"
        if status.release is None:
            yield Text.assemble(("–", "yellow"), f" {where}: nothing is deployed")
            continue
        mark = ("✓", "green") if status.intact else ("✗", "red")
        deployment = status.deployment
        since = f" since {deployment.at:%Y-%m-%d %H:%M %Z}" if deployment else ""
        revision = f", revision {_shorten(deployment.revision)}" if deployment and deployment.revision else ""
        action = " by rollback" if deployment and deployment.action == "rollback" else ""
        yield Text.assemble(mark, f" {where}: release {status.release[:_SHORT]}{since}{action}{revision}")
        if status.left_over:
            yield from _reason(LEFT_OVER)
        yield from (Text(f"    drift: {difference}", style="red") for difference in status.differences)
        for agent in status.agents:
            oldest = f", oldest sample {agent.oldest:%Y-%m-%d %H:%M}" if agent.oldest else ""
            signed = f"signed by {agent.signer}{oldest}" if agent.signer else "no evidence that holds"
            yield Text.assemble(f"  {agent.agent}  ships {agent.ships[:_SHORT]}  ", (signed, "dim"))
            yield from (Text(f"    {reason.message}", style="red") for reason in agent.reasons)


def _shorten(revision: str) -> str:
    """The beginning of a commit, and the sign that what was deployed is in no commit."""
    return revision[:_SHORT] + ("+ (not committed)" if revision.endswith("+") else "")


def _reason(reason: Reason, about: str = "") -> Iterator[Text]:
    yield hang(f"{about}{reason.message}", indent=4)
    yield hang((f"help: {reason.remedy}", "dim"), indent=6)
