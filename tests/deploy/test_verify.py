from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kiwerk.deploy import evidence, verify
from kiwerk.deploy.envelope import Envelope, EnvelopeSignature
from kiwerk.deploy.keys import make_key_pair
from kiwerk.deploy.verify import EvidenceVerdict, verify_seal
from kiwerk.finding import Finding, Severity, Span
from kiwerk.record import Decision, Status
from kiwerk.render.bundle import ships_digest
from kiwerk.render.canonical import canonical_json
from tests.deploy.world import AGENT, CASES, NOW, World, make_bundle, make_policy, make_sample, make_samples

SHIPS = ships_digest(make_bundle())


def only_reason(verdict: EvidenceVerdict) -> str:
    """The one reason; a refusal that says everything twice helps nobody."""
    assert not verdict.accepted
    assert len(verdict.reasons) == 1, [str(reason) for reason in verdict.reasons]
    assert verdict.reasons[0].remedy
    return verdict.reasons[0].message


def alter(envelope: Envelope, old: bytes, new: bytes) -> Envelope:
    assert old in envelope.payload
    return Envelope(envelope.payload.replace(old, new), envelope.signatures)


def test_good_evidence_is_accepted(world: World) -> None:
    verdict = world.verify(world.sign())
    assert verdict.reasons == ()
    assert verdict.accepted
    assert verdict.signer == "ci"
    assert verdict.oldest == NOW - timedelta(days=1)
    assert verdict.verdict is not None
    assert verdict.verdict.decision == Decision.PASSED


def test_missing_evidence_is_refused(world: World) -> None:
    assert "There is no evidence for praxis-weber/empfang" in only_reason(world.verify(None))


def test_an_unsigned_envelope_is_refused(world: World) -> None:
    assert "is not signed" in only_reason(world.verify(Envelope(world.sign().payload, ())))


def test_a_key_that_is_not_among_the_signers_is_refused(world: World) -> None:
    verdict = world.verify(world.sign(keys=make_key_pair()))
    assert "a key that is not among the signers of environment staging (ci)" in only_reason(verdict)
    assert verdict.signer is None


@pytest.mark.parametrize(("old", "new"), [(b'"failed"', b'"passed"'), (SHIPS.encode(), b"0" * 64), (b"{", b" {")])
def test_an_altered_payload_is_refused(world: World, old: bytes, new: bytes) -> None:
    samples = [*make_samples(), make_sample(repetition=9, status=Status.FAILED)]
    envelope = alter(world.sign(samples), old, new)
    assert "was altered after it was signed" in only_reason(world.verify(envelope))


def test_the_key_id_of_a_signer_does_not_make_a_stranger_one(world: World) -> None:
    good, stranger = world.sign(), world.sign(keys=make_key_pair())
    posing = Envelope(good.payload, (EnvelopeSignature(good.signatures[0].keyid, stranger.signatures[0].value),))
    assert not world.verify(posing).accepted


def test_not_a_byte_of_the_payload_is_read_before_the_signature_is_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(payload: bytes) -> None:
        raise AssertionError(payload)

    monkeypatch.setattr(verify, "parse_statement", explode)
    monkeypatch.setattr(evidence, "parse_json", explode)
    assert not world.verify(world.sign(keys=make_key_pair())).accepted
    assert not world.verify(Envelope(b"\xff\x00 not even text", world.sign().signatures)).accepted
    assert not world.verify(Envelope(b"{}", ())).accepted


@pytest.mark.parametrize("key", ["<base64 public key>", "AAAA", "x" * 44, f"{'A' * 43}="])
def test_a_placeholder_never_verifies_and_is_named(world: World, key: str) -> None:
    verdict = world.verify(world.sign(), signers=[{"name": "ci", "ed25519": key}])
    message = only_reason(verdict)
    assert "no key that evidence could be checked with" in message
    assert f"the key of ci, {key!r}" in message


def test_a_placeholder_beside_a_key_is_named_as_well(world: World) -> None:
    signers = [{"name": "team", "ed25519": "<base64 public key>"}, {"name": "ci", "ed25519": world.keys.public}]
    assert world.verify(world.sign(), signers=signers).accepted
    assert "the key of team" in only_reason(world.verify(world.sign(keys=make_key_pair()), signers=signers))


def test_an_environment_without_signers_accepts_nothing(world: World) -> None:
    assert "it names no signers" in only_reason(world.verify(world.sign(), signers=[]))


def test_each_of_several_signers_counts(world: World) -> None:
    other = make_key_pair()
    signers = [{"name": "ci", "ed25519": world.keys.public}, {"name": "lead", "ed25519": other.public}]
    assert world.verify(world.sign(keys=other), signers=signers).signer == "lead"


def test_evidence_for_another_agent_is_refused(world: World) -> None:
    """Even where it would ship exactly the same."""
    twin = make_bundle(agent="praxis-weber/twin")
    assert ships_digest(twin) == SHIPS
    assert "about another agent, 'praxis-weber/twin'" in only_reason(world.verify(world.sign(bundle=twin)))


def test_evidence_for_other_contents_is_refused(world: World) -> None:
    envelope = world.sign(bundle=make_bundle("Du bist jemand anderes."))
    assert "about other contents" in only_reason(world.verify(envelope))


def with_predicate(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda statement: statement | {"predicate": statement["predicate"] | changes}


def without_samples(statement: dict[str, Any]) -> dict[str, Any]:
    rest = [entry for entry in statement["predicate"]["configuration"] if entry["name"] != "samples"]
    return with_predicate(configuration=rest)(statement)


def with_samples(**annotations: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return with_predicate(configuration=[{"name": "samples", "annotations": {"version": 1} | annotations}])


PERFECT = make_sample().model_dump(mode="json", exclude_none=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda it: it | {"_type": "https://in-toto.io/Statement/v0.1"}, "is not an in-toto Statement v1"),
        (lambda it: it | {"predicateType": "https://slsa.dev/provenance/v1"}, "is not a test result"),
        (lambda it: it | {"predicateType": None}, "is not a test result"),
        (lambda it: it | {"subject": it["subject"] * 2}, "has not exactly one subject"),
        (lambda it: it | {"subject": []}, "has not exactly one subject"),
        (lambda it: it | {"subject": ["x"]}, "has no subject"),
        (lambda it: it | {"subject": [{"name": AGENT, "digest": {"sha512": SHIPS}}]}, "without name or sha256"),
        (lambda it: it | {"subject": [{"digest": {"sha256": SHIPS}}]}, "without name or sha256"),
        (lambda it: it | {"subject": [{"name": AGENT, "digest": {"sha256": "x"}}]}, "without name or sha256"),
        (lambda it: it | {"subject": [{"name": AGENT, "digest": SHIPS}]}, "has no subject's digest"),
        (lambda it: it | {"predicate": []}, "has no predicate"),
        (with_predicate(result="OK"), "has no result but 'OK'"),
        (with_predicate(configuration=None), "has no configuration"),
        (with_predicate(configuration=[{"name": "samples"}] * 2), "does not carry its samples once"),
        (without_samples, "does not carry its samples once"),
        (with_samples(version=2), "in a form that this kiwerk does not know"),
        (with_samples(), "a sample that cannot be read"),
        (with_samples(samples=[{}]), "a sample that cannot be read"),
        (with_samples(samples=[PERFECT | {"repetition": "0"}]), "a sample that cannot be read: 0.repetition"),
        (with_samples(samples=[PERFECT | {"status": "fine"}]), "a sample that cannot be read: 0.status"),
        (with_samples(samples=[PERFECT | {"extra": 1}]), "a sample that cannot be read: 0.extra"),
        (with_samples(samples=[PERFECT | {"sampled": "2026-11-27T10:00:00"}]), "whose time has no offset"),
    ],
)
def test_what_is_no_test_result_is_refused(
    world: World, change: Callable[[dict[str, Any]], dict[str, Any]], message: str
) -> None:
    verdict = world.verify(world.sign_statement(change(world.statement())))
    assert message in only_reason(verdict)
    assert verdict.signer == "ci"


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "is not JSON"),
        (b"\xff", "is not UTF-8"),
        (b"[]", "has no statement"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"subject": [], "subject": []}', "has the key 'subject' twice"),
    ],
    ids=range(5),
)
def test_a_signed_payload_that_cannot_be_read_is_refused(world: World, payload: bytes, message: str) -> None:
    assert message in only_reason(world.verify(world.sign_payload(payload)))


def test_a_second_subject_in_front_of_the_first_is_refused(world: World) -> None:
    """Readers that take the last of two keys would see another agent than those that take the first."""
    payload = canonical_json(world.statement())
    doubled = payload[:-1] + b',"subject":[]}'
    assert "has the key 'subject' twice" in only_reason(world.verify(world.sign_payload(doubled)))


def test_fields_of_a_later_version_are_passed_over(world: World) -> None:
    statement = world.statement() | {"later": True}
    assert world.verify(world.sign_statement(statement)).accepted


def test_a_revoked_digest_is_refused(world: World) -> None:
    revoked = [{"ships": SHIPS, "reason": "Nennt einen falschen Preis"}]
    message = only_reason(world.verify(world.sign(), revoked=revoked))
    assert "is revoked in this form: Nennt einen falschen Preis" in message


def test_samples_that_no_model_gave_are_refused(world: World) -> None:
    statement = world.statement([*make_samples(), make_sample(repetition=9, origin="reference")])
    assert "samples that no model gave (reference)" in only_reason(world.verify(world.sign_statement(statement)))


@pytest.mark.parametrize("provider", ["loopback", "openai"])
def test_a_provider_that_is_not_on_the_list_is_refused(world: World, provider: str) -> None:
    message = only_reason(world.verify(world.sign(make_samples(provider=provider))))
    assert message == f"The samples come from {provider}, and the policy counts mistral only"


def test_one_foreign_sample_among_good_ones_is_enough(world: World) -> None:
    samples = [*make_samples(), make_sample(repetition=9, provider="loopback")]
    assert "come from loopback" in only_reason(world.verify(world.sign(samples)))


def test_a_policy_that_counts_loopback_accepts_it(world: World) -> None:
    world.policy = make_policy(providers=["loopback"])
    assert world.verify(world.sign(make_samples(provider="loopback"))).accepted


def test_samples_that_are_too_old_are_refused(world: World) -> None:
    envelope = world.sign(make_samples(sampled=NOW - timedelta(days=14)))
    assert world.verify(envelope).accepted
    message = only_reason(world.verify(envelope, now=NOW + timedelta(seconds=1)))
    assert message == "The oldest sample is from 2026-11-13 10:00 and older than the policy allows (14 days)"


def test_samples_from_the_future_are_refused(world: World) -> None:
    """They would stay young for ever."""
    envelope = world.sign(make_samples(sampled=NOW + timedelta(days=365)))
    assert "dated in the future" in only_reason(world.verify(envelope))
    assert world.verify(world.sign(make_samples(sampled=NOW + timedelta(minutes=1)))).accepted


def test_a_case_of_today_without_samples_is_refused(world: World) -> None:
    envelope = world.sign()
    world.cases = (*CASES, "neuer-fall")
    assert "no samples of praxis-weber/empfang#neuer-fall as they stand today" in str(
        [reason.message for reason in world.verify(envelope).reasons]
    )


@pytest.mark.parametrize("field", ["stimulus", "oracle"])
def test_a_case_that_was_edited_since_is_one_without_samples(world: World, field: str) -> None:
    samples = [
        sample.model_copy(update={field: "before"}) if sample.case.endswith("#storno") else sample
        for sample in make_samples()
    ]
    reasons = [reason.message for reason in world.verify(world.sign(samples)).reasons]
    assert "The evidence has no samples of praxis-weber/empfang#storno as they stand today" in reasons


def test_an_agent_without_cases_is_refused(world: World) -> None:
    envelope = world.sign()
    world.cases = ()
    assert not world.verify(envelope).accepted


def test_what_passed_under_a_milder_policy_is_refused_under_todays(world: World) -> None:
    samples = make_samples()
    samples[0] = make_sample(status=Status.FAILED)
    strict = world.policy
    data = strict.model_dump(mode="json", by_alias=True, exclude_none=True)
    data["rules"] = [rule for rule in data["rules"] if rule["id"] != "kritisch"]
    data["rules"][-1]["require"]["samples"]["max_age"] = "14d"
    world.policy = type(strict).model_validate(data)
    envelope = world.sign(samples)
    assert world.verify(envelope).accepted
    world.policy = strict
    assert "The gate refuses by rule kritisch" in only_reason(world.verify(envelope))


def test_the_result_in_the_evidence_is_not_believed(world: World) -> None:
    samples = [*make_samples(), make_sample(repetition=9, status=Status.FAILED)]
    statement = with_predicate(result="PASSED", failedTests=[])(world.statement(samples))
    assert "The gate refuses by rule kritisch" in only_reason(world.verify(world.sign_statement(statement)))


def test_what_went_stale_by_waiting_is_refused(world: World) -> None:
    envelope = world.sign()
    span = Span("agents/praxis-weber/oeffnungszeiten.yaml", 3, 1, 3, 5)
    world.findings = [Finding("expired-fact", "expired", span, Severity.WARNING, blocks_deploy=True)]
    verdict = world.verify(envelope)
    assert not verdict.accepted
    assert verdict.reasons


def test_every_reason_is_told_at_once(world: World) -> None:
    envelope = world.sign(make_samples(cases=CASES[:2], provider="loopback", sampled=NOW - timedelta(days=90)))
    messages = [reason.message for reason in world.verify(envelope, revoked=[{"ships": SHIPS, "reason": "x"}]).reasons]
    for part in ("revoked", "loopback", "oldest sample", "no samples of"):
        assert any(part in message for message in messages), part


def test_a_seal_asks_neither_age_nor_policy(world: World) -> None:
    envelope = world.sign(make_samples(provider="loopback", sampled=NOW - timedelta(days=900)))

    def seal(**settings: Any) -> EvidenceVerdict:
        environment = world.environment(**settings)
        return verify_seal(envelope, environment_id="staging", environment=environment, agent=AGENT, ships=SHIPS)

    assert seal().accepted
    assert "revoked" in only_reason(seal(revoked=[{"ships": SHIPS, "reason": "x"}]))
    assert "not among the signers" in only_reason(seal(signers=[{"name": "new", "ed25519": make_key_pair().public}]))


def test_no_signer_is_no_acceptance() -> None:
    assert not EvidenceVerdict(agent=AGENT, ships=SHIPS, reasons=()).accepted
