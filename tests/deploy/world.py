"""A small world to deploy in: one company, its agents, a signer, an environment, and samples that pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kiwerk.deploy.apply import apply_deploy
from kiwerk.deploy.envelope import Envelope, sign_envelope
from kiwerk.deploy.evidence import Configuration, attest, format_statement, write_evidence
from kiwerk.deploy.keys import SIGNING_KEY, KeyPair, load_signer, make_key_pair
from kiwerk.deploy.plan import Candidate, DeployPlan, Destination, Stamp, plan_deploy
from kiwerk.deploy.verify import Demand, EvidenceVerdict, verify_evidence
from kiwerk.finding import Finding
from kiwerk.gate import ExpectedCase, decide_verdict
from kiwerk.record import (
    Bundle,
    Origin,
    SampleScore,
    Segment,
    ShippedLimits,
    ShippedModel,
    ShippedTool,
    Source,
    Status,
    Verdict,
)
from kiwerk.render.bundle import ships_digest
from kiwerk.render.canonical import canonical_json
from kiwerk.spec.environment import Environment
from kiwerk.spec.policy import Policy

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
COMPANY = "praxis-weber"
AGENT = f"{COMPANY}/empfang"
CASES = ("dienstag-halb-drei", "storno", "notfall")
MODEL = "mistral:mistral-small-2506"
CONFIGURATION = Configuration(engine="0.1.0", policy="a" * 64, suites={AGENT: "b" * 64})
STAMP = Stamp(at=NOW, revision="4f2c1d0", engine="0.1.0")


def make_bundle(prompt: str = "Du bist der Telefonempfang.", agent: str = AGENT) -> Bundle:
    return Bundle(
        agent=agent,
        language="de",
        prompt=(Segment(text=prompt), Segment(hole="heute")),
        holes={"heute": "date"},
        opening="Guten Tag. Sie sprechen mit der KI-Assistentin der Praxis.",
        model=ShippedModel(name=MODEL, temperature=0.2),
        tools=(ShippedTool(name="kalender__pruefen", description="Prüft.", parameters={"type": "object"}),),
        limits=ShippedLimits(turns=30, tool_calls=10),
    )


def make_sample(
    case: str = CASES[0],
    *,
    agent: str = AGENT,
    repetition: int = 0,
    status: Status = Status.PASSED,
    sampled: datetime = NOW - timedelta(days=1),
    origin: Origin = "model",
    provider: str = "mistral",
) -> SampleScore:
    source = Source(
        origin=origin, provider=provider, host="api.mistral.ai", model=MODEL, reported="mistral-small-2506-hotfix"
    )
    return SampleScore(
        case=f"{agent}#{case}",
        tags=("critical",) if case == CASES[0] else (),
        stimulus=f"stimulus-{case}",
        oracle=f"oracle-{case}",
        repetition=repetition,
        sampled=sampled,
        source=source,
        status=status,
        failed=() if status == Status.PASSED else ("called",),
    )


def make_samples(cases: Sequence[str] = CASES, repeats: int = 5, **changes: Any) -> list[SampleScore]:
    return [make_sample(case, repetition=number, **changes) for case in cases for number in range(repeats)]


def make_cases(cases: Sequence[str] = CASES, agent: str = AGENT) -> list[ExpectedCase]:
    return [
        ExpectedCase(
            agent=agent,
            case=f"{agent}#{case}",
            suite=agent,
            tags=("critical",) if case == CASES[0] else (),
            process=None,
            stimulus=f"stimulus-{case}",
            oracle=f"oracle-{case}",
        )
        for case in cases
    ]


def make_policy(**samples: Any) -> Policy:
    require = {"origin": "model", "providers": ["mistral"], "max_age": "14d", **samples}
    return Policy.model_validate(
        {
            "kind": "Policy",
            "repeats": {"critical": 5, "other": 3},
            "rules": [
                {"id": "kritisch", "select": "tag:critical", "require": {"failures": {"max": 0}}},
                {"id": "gesamt", "require": {"pass_rate": {"min": 0.9}}},
                {"id": "herkunft", "require": {"samples": require}},
            ],
        }
    )


@dataclass
class World:
    """One company with its key; what a test changes is an attribute."""

    root: Path
    keys: KeyPair = field(default_factory=make_key_pair)
    policy: Policy = field(default_factory=make_policy)
    cases: tuple[str, ...] = CASES
    findings: list[Finding] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    """What the environment says besides."""

    @property
    def evidence(self) -> Path:
        return self.root / "evidence"

    def environment(self, **settings: Any) -> Environment:
        base = {
            "kind": "Environment",
            "policy": "standard",
            "target": {"directory": "build/{company}"},
            "signers": [{"name": "ci", "ed25519": self.keys.public}],
        }
        return Environment.model_validate(base | self.settings | settings)

    def destination(self, name: str = "staging", **settings: Any) -> Destination:
        settings = {"target": {"directory": f"build/{name}/{{company}}"}} | settings
        return Destination(company=COMPANY, id=name, environment=self.environment(**settings), root=self.root)

    def folder(self, name: str = "staging") -> Path:
        return self.root / "build" / name / COMPANY

    def demand(self, name: str = "staging", agent: str = AGENT, **settings: Any) -> Demand:
        return Demand(
            environment_id=name,
            environment=self.environment(**settings),
            policy_id="standard",
            policy=self.policy,
            cases=make_cases(self.cases, agent),
            findings=self.findings,
        )

    def judge(self, samples: Sequence[SampleScore], bundle: Bundle, now: datetime = NOW) -> Verdict:
        return decide_verdict(
            self.policy,
            policy_id="standard",
            agent=bundle.agent,
            environment="staging",
            ships=ships_digest(bundle),
            cases=make_cases(self.cases, bundle.agent),
            samples=samples,
            findings=self.findings,
            now=now,
        )

    def sign(
        self, samples: Sequence[SampleScore] | None = None, bundle: Bundle | None = None, keys: KeyPair | None = None
    ) -> Envelope:
        bundle = bundle or make_bundle()
        samples = make_samples(agent=bundle.agent) if samples is None else samples
        signer = load_signer({SIGNING_KEY: (keys or self.keys).private})
        return attest(self.judge(samples, bundle), samples, CONFIGURATION, signer)

    def statement(self, samples: Sequence[SampleScore] | None = None, bundle: Bundle | None = None) -> dict[str, Any]:
        samples = make_samples() if samples is None else samples
        return format_statement(self.judge(samples, bundle or make_bundle()), samples, CONFIGURATION)

    def sign_statement(self, statement: Mapping[str, Any]) -> Envelope:
        return self.sign_payload(canonical_json(statement))

    def sign_payload(self, payload: bytes) -> Envelope:
        return sign_envelope(payload, load_signer({SIGNING_KEY: self.keys.private}))

    def verify(self, envelope: Envelope | None, *, now: datetime = NOW, **settings: Any) -> EvidenceVerdict:
        ships = ships_digest(make_bundle())
        return verify_evidence(envelope, self.demand(**settings), agent=AGENT, ships=ships, now=now)

    def vouch(self, *bundles: Bundle, keys: KeyPair | None = None) -> None:
        """Writes good evidence for the bundles."""
        for bundle in bundles:
            envelope = self.sign(bundle=bundle, keys=keys)
            write_evidence(self.evidence, bundle.agent, ships_digest(bundle), envelope)

    def plan(
        self,
        *bundles: Bundle,
        name: str = "staging",
        source: Destination | None = None,
        variables: Mapping[str, str] | None = None,
        stamp: Stamp = STAMP,
        **settings: Any,
    ) -> DeployPlan:
        candidates = [
            Candidate(bundle=bundle, demand=self.demand(name, bundle.agent, **settings)) for bundle in bundles
        ]
        return plan_deploy(
            self.destination(name, **settings),
            candidates,
            evidence=self.evidence,
            source=source,
            variables=variables or {},
            stamp=stamp,
        )

    def deploy(self, *bundles: Bundle, name: str = "staging", **options: Any) -> str:
        """Deploys the bundles with good evidence; the digest of the release."""
        self.vouch(*bundles)
        return apply_deploy(self.plan(*bundles, name=name, **options)).deployment.release

    def make_current_by_hand(self, bundle: Bundle) -> None:
        """Uploads a good release, then moves the link past kiwerk."""
        self.vouch(bundle)
        plan = self.plan(bundle)
        assert plan.target is not None
        with plan.target.exclusive():
            plan.target.receive(plan.package)
        link = self.folder() / "current"
        link.unlink()
        link.symlink_to(f"releases/{plan.deployment.release}")
