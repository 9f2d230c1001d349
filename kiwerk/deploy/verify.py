"""Whether evidence holds today: every reason why it does not, each in a sentence with its remedy.

The signature comes first; not a byte of the payload is read before it is known whose it is. Whatever the evidence says
about its own result is passed over: the samples in it are judged again, under today's policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kiwerk.deploy.envelope import Envelope, explain_signature, find_signer
from kiwerk.deploy.evidence import Evidence, parse_statement
from kiwerk.deploy.reason import Reason
from kiwerk.gate import CLOCK_SKEW, COMPLETE, Deployed, ExpectedCase, decide_verdict
from kiwerk.language.phrase import format_duration, join_names
from kiwerk.record import Decision, SampleScore, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.finding import Finding
    from kiwerk.spec.environment import Environment
    from kiwerk.spec.policy import Policy, Samples

_EVALUATE = "Evaluate with `kiwerk eval` against the model, then run `kiwerk attest`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What the evidence for one agent is held against today."""

    environment_id: str
    environment: Environment
    policy_id: str
    policy: Policy
    cases: Sequence[ExpectedCase]
    """Every case of the agent, as it stands today."""
    findings: Sequence[Finding]
    """About what would ship."""
    formerly: str | None = None
    """Id that the agent had before."""
    deployed: Deployed | None = None
    """What is deployed there now; absent where nobody looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceVerdict:
    """Whether the evidence for one agent holds."""

    agent: str
    ships: str
    reasons: tuple[Reason, ...]
    """What speaks against it."""
    signer: str | None = None
    """Whose signature it carries; absent where nobody's was found."""
    oldest: datetime | None = None
    """When the oldest sample was taken."""
    verdict: Verdict | None = None
    """What the gate says today; absent where it was not asked."""

    @property
    def accepted(self) -> bool:
        """Whether a signature was found and nothing speaks against it."""
        return self.signer is not None and not self.reasons


def verify_evidence(
    envelope: Envelope | None, demand: Demand, *, agent: str, ships: str, now: datetime
) -> EvidenceVerdict:
    """Whether the evidence allows these contents for this agent to be deployed at `now`."""
    sealed, evidence = _open(envelope, demand.environment_id, demand.environment, agent, ships)
    if evidence is None:
        return sealed
    verdict = decide_verdict(
        demand.policy,
        policy_id=demand.policy_id,
        agent=agent,
        environment=demand.environment_id,
        ships=ships,
        cases=demand.cases,
        samples=evidence.samples,
        findings=demand.findings,
        now=now,
        calibrations=evidence.calibrations,
        deployed=demand.deployed,
        baselines=evidence.baselines,
    )
    about_samples = [
        *_check_sources(evidence.samples, demand.policy),
        *_check_coverage(evidence.samples, demand.cases),
        *(_explain_times(evidence.samples, demand.policy, now) if verdict.decision != Decision.PASSED else ()),
    ]
    about_verdict = _check_verdict(verdict, demand, known=bool(about_samples))
    return EvidenceVerdict(
        agent=agent,
        ships=ships,
        reasons=(*sealed.reasons, *about_samples, *about_verdict),
        signer=sealed.signer,
        oldest=sealed.oldest,
        verdict=verdict,
    )


def verify_seal(
    envelope: Envelope | None, *, environment_id: str, environment: Environment, agent: str, ships: str
) -> EvidenceVerdict:
    """Whether signature, subject and revocation allow a return to these contents: all that a rollback asks."""
    return _open(envelope, environment_id, environment, agent, ships)[0]


def _open(
    envelope: Envelope | None, environment_id: str, environment: Environment, agent: str, ships: str
) -> tuple[EvidenceVerdict, Evidence | None]:
    """What can be said without judging, and the evidence where it is about this agent and this digest."""
    revoked = [
        Reason(
            f"{agent} is revoked in this form: {entry.reason}",
            "Change the agent, or take the entry out of `revoked` in a reviewed change",
        )
        for entry in environment.revoked
        if entry.ships == ships
    ]

    def answer(*reasons: Reason, signer: str | None = None, oldest: datetime | None = None) -> EvidenceVerdict:
        return EvidenceVerdict(agent=agent, ships=ships, reasons=(*revoked, *reasons), signer=signer, oldest=oldest)

    if envelope is None:
        return answer(Reason(f"There is no evidence for {agent} as it would ship ({ships[:12]})", _EVALUATE)), None
    signer = find_signer(envelope, environment.signers)
    if signer is None:
        return answer(explain_signature(envelope, environment.signers, environment_id)), None
    try:
        evidence = parse_statement(envelope.payload)
    except ValueError as error:
        return answer(Reason(f"The evidence {error}", _EVALUATE), signer=signer.name), None
    oldest = evidence.oldest.sampled if evidence.oldest else None
    foreign = tuple(_check_subject(evidence, agent, ships))
    return answer(*foreign, signer=signer.name, oldest=oldest), None if foreign else evidence


def _check_subject(evidence: Evidence, agent: str, ships: str) -> Iterator[Reason]:
    if evidence.agent != agent:
        yield Reason(f"The evidence is about another agent, {evidence.agent!r:.80}, not about {agent}", _EVALUATE)
    if evidence.ships != ships:
        yield Reason(
            f"The evidence is about other contents ({evidence.ships[:12]}) than what would ship ({ships[:12]})",
            _EVALUATE,
        )


def _check_sources(samples: Sequence[SampleScore], policy: Policy) -> Iterator[Reason]:
    """Samples that count under no rule of the policy; what a rule says about its own cases is for the gate."""
    origins = sorted({sample.source.origin for sample in samples} - {"model"})
    if origins:
        yield Reason(f"The evidence holds samples that no model gave ({', '.join(origins)})", _EVALUATE)
    allowed = {provider for rule in _sample_rules(policy) for provider in rule.providers}
    foreign = sorted({sample.source.provider or "unknown" for sample in samples} - allowed)
    if foreign:
        yield Reason(
            f"The samples come from {join_names(foreign)}, and the policy counts {join_names(sorted(allowed))} only",
            "Evaluate against an endpoint of a provider on the list; it is known by its host",
        )


def _explain_times(samples: Sequence[SampleScore], policy: Policy, now: datetime) -> Iterator[Reason]:
    """Why samples do not count any more, or not yet; whether there are enough others is for the gate to say."""
    if any(sample.sampled > now + CLOCK_SKEW for sample in samples):
        yield Reason(
            "The evidence holds samples dated in the future", "Set the clocks right, evaluate and attest again"
        )
    oldest = min((sample.sampled for sample in samples), default=None)
    most = max((rule.max_age for rule in _sample_rules(policy)), default=timedelta())
    if oldest is not None and now - oldest > most:
        yield Reason(
            f"The oldest sample is from {oldest:%Y-%m-%d %H:%M} and older than the policy allows "
            f"({format_duration(most)})",
            "Evaluate with `kiwerk eval --fresh`, then run `kiwerk attest`",
        )


def _check_coverage(samples: Sequence[SampleScore], cases: Sequence[ExpectedCase]) -> Iterator[Reason]:
    """Cases of today that nothing in the evidence is about: new ones, and those that were edited since."""
    sampled = {(sample.case, sample.stimulus, sample.oracle) for sample in samples}
    missing = [case.case for case in cases if (case.case, case.stimulus, case.oracle) not in sampled]
    if missing:
        yield Reason(f"The evidence has no samples of {join_names(missing)} as they stand today", _EVALUATE)


def _check_verdict(verdict: Verdict, demand: Demand, *, known: bool) -> Iterator[Reason]:
    """What the gate refuses today, without what follows from samples that do not count, where that is `known`."""
    if verdict.decision == Decision.PASSED:
        return
    refused = [rule for rule in verdict.rules if rule.decision != Decision.PASSED]
    if known:
        said = {COMPLETE, *(rule.id for rule in demand.policy.rules if rule.require.samples or not verdict.samples)}
        refused = [rule for rule in refused if rule.rule not in said]
    for rule in refused:
        yield Reason(f"The gate refuses by rule {rule.rule}: {rule.message.removesuffix('.')}", "See `kiwerk gate`")
    if not refused and not known:
        yield Reason(f"The gate says {verdict.decision.value} under policy {demand.policy_id}", "See `kiwerk gate`")


def _sample_rules(policy: Policy) -> list[Samples]:
    return [rule.require.samples for rule in policy.rules if rule.require.samples is not None]
