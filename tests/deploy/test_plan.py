from __future__ import annotations

import pytest

from kiwerk.deploy.evidence import evidence_path, write_evidence
from kiwerk.deploy.keys import make_key_pair
from kiwerk.deploy.plan import DeployPlan
from kiwerk.errors import KiwerkError
from kiwerk.render.bundle import ships_digest
from tests.deploy.world import AGENT, COMPANY, NOW, World, make_bundle, make_samples

ONE, TWO = make_bundle("Eins."), make_bundle("Zwei.")
POST = make_bundle("Post.", agent=f"{COMPANY}/post")


def messages(plan: DeployPlan) -> list[str]:
    assert not plan.accepted
    assert all(reason.remedy for _, reason in plan.reasons)
    return [f"{agent}: {reason.message}" if agent else reason.message for agent, reason in plan.reasons]


def test_good_evidence_makes_an_accepted_plan(world: World) -> None:
    world.vouch(ONE, POST)
    plan = world.plan(POST, ONE)
    assert plan.accepted
    assert plan.reasons == ()
    assert not plan.unchanged
    assert [agent.agent for agent in plan.agents] == [AGENT, f"{COMPANY}/post"]
    assert all(agent.current is None for agent in plan.agents)


def test_planning_changes_nothing(world: World) -> None:
    world.vouch(ONE)
    world.plan(ONE)
    assert not world.folder().exists()


def test_the_record_says_when_and_from_what(world: World) -> None:
    world.vouch(ONE)
    deployment = world.plan(ONE).deployment
    assert deployment.agents == {AGENT: ships_digest(ONE)}
    assert (deployment.action, deployment.at, deployment.revision, deployment.engine) == (
        "deploy",
        NOW,
        "4f2c1d0",
        "0.1.0",
    )


def test_one_agent_without_evidence_stops_the_whole_company(world: World) -> None:
    world.vouch(ONE)
    (message,) = messages(world.plan(ONE, POST))
    assert message.startswith("praxis-weber/post: There is no evidence for praxis-weber/post")


def test_evidence_for_another_prompt_does_not_count(world: World) -> None:
    world.vouch(ONE)
    (message,) = messages(world.plan(TWO))
    assert "There is no evidence" in message


def test_evidence_that_was_moved_to_another_digest_does_not_count(world: World) -> None:
    write_evidence(world.evidence, AGENT, ships_digest(TWO), world.sign(bundle=ONE))
    (message,) = messages(world.plan(TWO))
    assert "about other contents" in message


def test_a_bad_file_is_a_reason_and_the_others_are_judged(world: World) -> None:
    world.vouch(POST)
    path = evidence_path(world.evidence, AGENT, ships_digest(ONE))
    path.parent.mkdir(parents=True)
    path.write_text("{")
    plan = world.plan(ONE, POST)
    (message,) = messages(plan)
    assert message.startswith(f"{AGENT}: {path}: The file is not JSON")
    assert plan.agents[1].evidence.accepted


def test_an_unknown_key_refuses(world: World) -> None:
    world.vouch(ONE, keys=make_key_pair())
    (message,) = messages(world.plan(ONE))
    assert "not among the signers" in message


def test_loopback_samples_refuse_under_the_canonical_policy(world: World) -> None:
    write_evidence(world.evidence, AGENT, ships_digest(ONE), world.sign(make_samples(provider="loopback"), ONE))
    (message,) = messages(world.plan(ONE))
    assert "come from loopback" in message


def test_an_environment_without_target_refuses(world: World) -> None:
    world.vouch(ONE)
    assert messages(world.plan(ONE, target=None)) == ["Environment staging has no target"]


@pytest.mark.parametrize("variables", [{}, {"API_KEY": "", "OTHER": "x"}])
def test_missing_credentials_refuse_and_are_named(world: World, variables: dict[str, str]) -> None:
    world.vouch(ONE)
    credentials = {"api": "API_KEY", "account": "ACCOUNT"}
    plan = world.plan(ONE, credentials=credentials, variables=variables)
    assert messages(plan) == ["Credentials are missing: ACCOUNT, API_KEY"]


def test_no_credential_stands_in_the_plan(world: World) -> None:
    world.vouch(ONE)
    plan = world.plan(ONE, credentials={"api": "API_KEY"}, variables={"API_KEY": "geheim-7731"})
    assert plan.accepted
    assert "geheim-7731" not in repr(plan)


def test_agents_of_two_companies_are_no_release(world: World) -> None:
    with pytest.raises(KiwerkError, match="not of praxis-weber"):
        world.plan(ONE, make_bundle(agent="anwalt/empfang"))


def test_a_company_without_agents_is_no_release(world: World) -> None:
    with pytest.raises(KiwerkError, match="has no agent to release"):
        world.plan()


def test_what_changes_is_told_agent_by_agent(world: World) -> None:
    world.deploy(ONE, POST)
    world.vouch(TWO)
    plan = world.plan(TWO)
    assert plan.agents[0].current == ships_digest(ONE)
    assert plan.removed == (f"{COMPANY}/post",)


def test_the_target_of_another_environment_refuses(world: World) -> None:
    world.deploy(ONE)
    world.vouch(TWO)
    plan = world.plan(TWO, name="production", target={"directory": "build/staging/{company}"})
    assert "The target holds the release of praxis-weber in staging" in messages(plan)


def test_promotion_needs_exactly_this_in_the_environment_before(world: World) -> None:
    world.vouch(ONE, TWO)
    source = world.destination("staging")

    def promote() -> DeployPlan:
        return world.plan(ONE, name="production", promote_from="staging", source=source)

    assert messages(promote()) == ["Nothing of praxis-weber is deployed to staging"]
    world.deploy(TWO)
    plan = promote()
    assert messages(plan) == ["praxis-weber/empfang: not what is deployed to staging now"]
    assert "kiwerk deploy staging" in plan.reasons[0][1].remedy
    world.deploy(ONE)
    assert promote().accepted
    world.deploy(TWO)
    assert not promote().accepted, "what was there once is not there now"


def test_every_agent_has_to_be_in_the_environment_before(world: World) -> None:
    world.deploy(ONE)
    world.vouch(POST)
    plan = world.plan(ONE, POST, name="production", promote_from="staging", source=world.destination("staging"))
    assert messages(plan) == ["praxis-weber/post: not what is deployed to staging now"]


def test_what_was_changed_in_the_environment_before_is_not_promoted(world: World) -> None:
    world.deploy(ONE)
    bundle = next(world.folder().glob("releases/*/agents/*.json"))
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b"Eins.", b"Drei."))
    plan = world.plan(ONE, name="production", promote_from="staging", source=world.destination("staging"))
    assert any("What is deployed to staging was changed there" in message for message in messages(plan))


@pytest.mark.parametrize("source", [None, "development"])
def test_an_environment_before_that_was_not_looked_at_is_an_error(world: World, source: str | None) -> None:
    world.vouch(ONE)
    other = None if source is None else world.destination(source)
    with pytest.raises(KiwerkError, match="promoted from staging, which was not looked at"):
        world.plan(ONE, name="production", promote_from="staging", source=other)


def test_an_environment_before_without_target_holds_nothing(world: World) -> None:
    world.vouch(ONE)
    source = world.destination("staging", target=None)
    plan = world.plan(ONE, name="production", promote_from="staging", source=source)
    assert messages(plan) == ["Nothing of praxis-weber is deployed to staging"]
