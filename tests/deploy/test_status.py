from __future__ import annotations

from datetime import timedelta

import pytest

from kiwerk.deploy.keys import make_key_pair
from kiwerk.deploy.status import read_status
from kiwerk.errors import KiwerkError
from kiwerk.render.bundle import ships_digest
from tests.deploy.world import AGENT, COMPANY, NOW, World, make_bundle

ONE, TWO = make_bundle("Eins."), make_bundle("Zwei.")


def test_nothing_is_deployed_yet(world: World) -> None:
    status = read_status(world.destination())
    assert (status.company, status.environment, status.release) == (COMPANY, "staging", None)
    assert status.agents == ()
    assert not world.folder().exists(), "looking changes nothing"


def test_what_is_deployed_since_when_and_from_which_revision(world: World) -> None:
    release = world.deploy(ONE)
    status = read_status(world.destination())
    assert status.release == release
    assert status.deployment is not None
    assert (status.deployment.at, status.deployment.revision) == (NOW, "4f2c1d0")
    assert status.intact
    (agent,) = status.agents
    assert (agent.agent, agent.ships, agent.signer) == (AGENT, ships_digest(ONE), "ci")
    assert agent.oldest == NOW - timedelta(days=1)


def test_drift_shows(world: World) -> None:
    world.deploy(ONE)
    bundle = next((world.folder() / "current" / "agents").iterdir())
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b"Eins.", b"Drei."))
    status = read_status(world.destination())
    assert not status.intact
    assert "holds other contents" in status.differences[0]


def test_a_link_moved_by_hand_shows(world: World) -> None:
    world.deploy(ONE)
    world.make_current_by_hand(TWO)
    status = read_status(world.destination())
    assert status.deployment is None
    assert status.differences == ("it was made current by something else than kiwerk",)


def test_a_revocation_shows(world: World) -> None:
    world.deploy(ONE)
    revoked = [{"ships": ships_digest(ONE), "reason": "Nennt einen falschen Preis"}]
    status = read_status(world.destination(revoked=revoked))
    assert not status.intact
    assert "is revoked" in status.agents[0].reasons[0].message


def test_evidence_that_nobody_vouches_for_has_no_age(world: World) -> None:
    world.deploy(ONE)
    (agent,) = read_status(world.destination(signers=[{"name": "new", "ed25519": make_key_pair().public}])).agents
    assert (agent.signer, agent.oldest) == (None, None)
    assert agent.reasons


@pytest.mark.parametrize("data", [b"nonsense", None])
def test_broken_evidence_shows(world: World, data: bytes | None) -> None:
    world.deploy(ONE)
    kept = next((world.folder() / "current" / "evidence").iterdir())
    kept.parent.chmod(0o755)
    kept.chmod(0o644)
    if data is None:
        kept.unlink()
    else:
        kept.write_bytes(data)
    status = read_status(world.destination())
    assert not status.intact
    assert status.agents[0].reasons
    assert (status.differences != ()) is (data is None)


def test_an_environment_without_target_is_an_error(world: World) -> None:
    with pytest.raises(KiwerkError, match="has no target"):
        read_status(world.destination(target=None))
