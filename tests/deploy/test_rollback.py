from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kiwerk.deploy.apply import Applied, apply_deploy
from kiwerk.deploy.keys import make_key_pair
from kiwerk.deploy.plan import DeployPlan
from kiwerk.deploy.rollback import find_previous, plan_rollback
from kiwerk.deploy.targets.directory import DirectoryTarget
from kiwerk.errors import KiwerkError, Refused
from kiwerk.record import Deployment
from kiwerk.render.bundle import ships_digest
from tests.deploy.world import AGENT, COMPANY, NOW, STAMP, World, make_bundle, make_policy

ONE, TWO, THREE = make_bundle("Eins."), make_bundle("Zwei."), make_bundle("Drei.")
LATER = replace(STAMP, at=NOW + timedelta(days=400))


def plan_back(world: World, to: str | None = None, **settings: Any) -> DeployPlan:
    return plan_rollback(world.destination(**settings), to=to, evidence=world.root / "none", variables={}, stamp=LATER)


def roll_back(world: World, to: str | None = None) -> Applied:
    return apply_deploy(plan_back(world, to))


def current_of(world: World) -> str:
    installed = DirectoryTarget(world.folder()).read_back()
    assert installed is not None
    return installed.digest


def test_a_rollback_returns_to_what_was_there_before(world: World) -> None:
    first = world.deploy(ONE)
    world.deploy(TWO)
    applied = roll_back(world)
    assert applied.changed
    assert current_of(world) == first == applied.deployment.release
    assert DirectoryTarget(world.folder()).history()[-1].action == "rollback"


def test_neither_age_nor_policy_stands_in_the_way(world: World) -> None:
    world.deploy(ONE)
    world.deploy(TWO)
    world.policy = make_policy(providers=["anthropic"], max_age="1d")
    assert plan_back(world).accepted


def test_a_second_rollback_goes_further_back(world: World) -> None:
    releases = [world.deploy(bundle) for bundle in (ONE, TWO, THREE)]
    assert roll_back(world).deployment.release == releases[1]
    assert roll_back(world).deployment.release == releases[0]
    with pytest.raises(Refused, match="Nothing was deployed here before"):
        roll_back(world)


def record(letter: str, action: str = "deploy") -> Deployment:
    return Deployment.model_validate(
        {
            "release": letter,
            "company": COMPANY,
            "environment": "staging",
            "agents": {},
            "action": action,
            "at": NOW,
            "revision": None,
            "engine": "0.1.0",
        }
    )


@pytest.mark.parametrize(
    ("history", "current", "previous"),
    [
        ("ab", "b", "a"),
        ("abc", "c", "b"),
        ("abc<b", "b", "a"),
        ("abc<a", "a", None),
        ("abc<bd", "d", "b"),
        ("aba", "a", "b"),
        ("abac<a", "a", "b"),
        ("ab<ab", "b", "a"),
        ("ab", "x", "b"),
        ("ab", None, "b"),
        ("a", "a", None),
        ("", None, None),
    ],
)
def test_the_release_before_is_the_one_deployed_before(history: str, current: str | None, previous: str | None) -> None:
    letters = history.replace("<", " <").replace(" ", "")
    records = [
        record(letter, "rollback" if letters[number - 1 : number] == "<" else "deploy")
        for number, letter in enumerate(letters)
        if letter != "<"
    ]
    if previous is None:
        with pytest.raises(Refused, match="Nothing was deployed here before"):
            find_previous(records, current)
    else:
        assert find_previous(records, current) == previous


def test_a_digest_names_any_earlier_release(world: World) -> None:
    releases = [world.deploy(bundle) for bundle in (ONE, TWO, THREE)]
    assert roll_back(world, releases[0][:10]).deployment.release == releases[0]


def test_a_release_that_never_was_current_is_refused(world: World) -> None:
    known = world.deploy(ONE)
    world.vouch(TWO)
    plan = world.plan(TWO)
    target = DirectoryTarget(world.folder())
    with target.exclusive():
        target.receive(plan.package)
    with pytest.raises(Refused, match="No release deployed here begins with") as caught:
        plan_back(world, plan.deployment.release)
    assert known[:12] in str(caught.value.remedy)


def test_a_beginning_of_several_digests_is_refused(world: World) -> None:
    world.deploy(ONE)
    world.deploy(TWO)
    with pytest.raises(Refused, match="2 releases deployed here begin with ''"):
        plan_back(world, "")


def test_a_revoked_digest_is_not_returned_to(world: World) -> None:
    world.deploy(ONE)
    second = world.deploy(TWO)
    plan = plan_back(world, revoked=[{"ships": ships_digest(ONE), "reason": "Nennt einen falschen Preis"}])
    assert not plan.accepted
    with pytest.raises(Refused, match="is revoked in this form: Nennt einen falschen Preis"):
        apply_deploy(plan)
    assert current_of(world) == second


def test_a_signer_of_yesterday_does_not_count_today(world: World) -> None:
    world.deploy(ONE)
    world.deploy(TWO)
    plan = plan_back(world, signers=[{"name": "new", "ed25519": make_key_pair().public}])
    assert not plan.accepted
    assert "not among the signers" in plan.reasons[0][1].message


def test_new_evidence_by_todays_signer_opens_the_way(world: World) -> None:
    world.deploy(ONE)
    world.deploy(TWO)
    new = make_key_pair()
    world.vouch(ONE, keys=new)
    destination = world.destination(signers=[{"name": "new", "ed25519": new.public}])
    plan = plan_rollback(destination, to=None, evidence=world.evidence, variables={}, stamp=LATER)
    assert plan.accepted
    assert apply_deploy(plan).changed


def test_a_damaged_release_is_not_returned_to(world: World) -> None:
    first = world.deploy(ONE)
    world.deploy(TWO)
    bundle = next((world.folder() / "releases" / first / "agents").iterdir())
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b"Eins.", b"Vier."))
    with pytest.raises(Refused, match=r"is not what it was: .*holds other contents"):
        plan_back(world)


def test_altered_evidence_is_not_believed(world: World) -> None:
    first = world.deploy(ONE)
    world.deploy(TWO)
    kept = next((world.folder() / "releases" / first / "evidence").iterdir())
    kept.chmod(0o644)
    kept.write_bytes(world.evidence.joinpath("praxis-weber__empfang", f"{ships_digest(TWO)}.dsse.json").read_bytes())
    plan = plan_back(world)
    assert plan.reasons[0][1].message.startswith("The evidence is about other contents")
    kept.write_bytes(b"nonsense")
    assert "There is no evidence" in plan_back(world).reasons[0][1].message


def test_a_damaged_current_release_does_not_stop_a_rollback(world: World) -> None:
    first = world.deploy(ONE)
    world.deploy(TWO)
    for path in (world.folder() / "current" / "agents").iterdir():
        path.chmod(0o644)
        path.write_bytes(b"")
    assert roll_back(world).deployment.release == first


def test_facts_that_expired_since_are_told_and_refuse_nothing(world: World) -> None:
    world.deploy(ONE)
    world.deploy(TWO)
    plan = plan_rollback(
        world.destination(),
        to=None,
        evidence=world.evidence,
        variables={},
        stamp=LATER,
        notes=["praxis-weber/oeffnungszeiten expired on 2027-01-31"],
    )
    assert plan.accepted
    assert plan.notes == ("praxis-weber/oeffnungszeiten expired on 2027-01-31",)


def test_missing_credentials_refuse_a_rollback_as_well(world: World) -> None:
    world.deploy(ONE)
    world.deploy(TWO)
    plan = plan_back(world, credentials={"api": "API_KEY"})
    assert plan.reasons[0][1].message == "Credentials are missing: API_KEY"


def test_returning_to_what_is_current_changes_nothing(world: World) -> None:
    release = world.deploy(ONE)
    assert not roll_back(world, release).changed


def test_nothing_deployed_is_nothing_to_return_to(world: World) -> None:
    with pytest.raises(Refused, match="Nothing was deployed here before"):
        plan_back(world)


def test_an_environment_without_target_is_an_error(world: World) -> None:
    with pytest.raises(KiwerkError, match="has no target"):
        plan_back(world, target=None)


def test_the_plan_shows_what_changes(world: World) -> None:
    world.deploy(ONE)
    world.deploy(TWO, make_bundle(agent=f"{COMPANY}/post"))
    plan = plan_back(world)
    assert plan.removed == (f"{COMPANY}/post",)
    assert [(agent.agent, agent.ships, agent.current) for agent in plan.agents] == [
        (AGENT, ships_digest(ONE), ships_digest(TWO))
    ]
