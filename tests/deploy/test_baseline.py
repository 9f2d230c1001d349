from __future__ import annotations

import shutil

import pytest

from kiwerk.deploy.baseline import find_deployed_agent, find_situations_shown
from kiwerk.deploy.keys import make_key_pair
from kiwerk.deploy.plan import read_current
from kiwerk.gate import Deployed
from kiwerk.render.bundle import ships_digest
from tests.deploy.world import AGENT, CASES, COMPANY, World, make_bundle

ONE, TWO = make_bundle("Eins."), make_bundle("Zwei.")
OTHER = make_bundle("Andere.", f"{COMPANY}/auskunft")


def look(world: World, agent: str = AGENT, formerly: str | None = None) -> Deployed:
    return find_deployed_agent("staging", *read_current(world.destination()), agent, formerly)


def test_nothing_is_deployed_before_the_first_time(world: World) -> None:
    assert look(world) == Deployed("staging", None)


def test_what_is_deployed_is_told_agent_by_agent(world: World) -> None:
    world.deploy(ONE, OTHER)
    assert look(world) == Deployed("staging", ships_digest(ONE))
    assert look(world, OTHER.agent) == Deployed("staging", ships_digest(OTHER))
    assert look(world, f"{COMPANY}/neu") == Deployed("staging", None)


def test_renamed_agent_is_found_by_its_former_name(world: World) -> None:
    world.deploy(ONE)
    assert look(world, f"{COMPANY}/telefon", AGENT) == Deployed("staging", ships_digest(ONE))


def test_newest_deploy_is_the_baseline(world: World) -> None:
    for bundle in (ONE, TWO):
        world.deploy(bundle)
    assert look(world).ships == ships_digest(TWO)


def test_damaged_release_is_known_from_the_history(world: World) -> None:
    release = world.deploy(ONE)
    place = world.folder() / "releases" / release
    place.chmod(0o755)
    shutil.rmtree(place)
    assert look(world) == Deployed("staging", ships_digest(ONE), f"releases/{release} is missing")


def test_removed_release_is_no_first_deploy(world: World) -> None:
    world.deploy(ONE)
    (world.folder() / "current").unlink()
    found = look(world)
    assert found.ships == ships_digest(ONE)
    assert found.trouble == "nothing is current there, though something was deployed"


def test_release_that_kiwerk_never_made_current_is_no_baseline(world: World) -> None:
    world.deploy(ONE)
    world.make_current_by_hand(TWO)
    assert look(world) == Deployed("staging", ships_digest(TWO), "it was made current by something else than kiwerk")


def test_situations_are_those_of_the_evidence_that_somebody_vouches_for(world: World) -> None:
    world.deploy(ONE)
    _, current = read_current(world.destination())
    signers = world.environment().signers
    assert find_situations_shown(current, AGENT, None, signers) == frozenset(f"stimulus-{case}" for case in CASES)
    assert find_situations_shown(current, "a/neu", AGENT, signers) == frozenset(f"stimulus-{case}" for case in CASES)


@pytest.mark.parametrize("agent", [AGENT, f"{COMPANY}/neu"])
def test_without_evidence_to_trust_every_situation_may_have_been_shown(world: World, agent: str) -> None:
    world.deploy(ONE)
    _, current = read_current(world.destination())
    stranger = world.environment(signers=[{"name": "x", "ed25519": make_key_pair().public}]).signers
    assert find_situations_shown(current, agent, None, stranger) is None
    assert find_situations_shown(None, agent, None, stranger) is None
