from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kiwerk.deploy.apply import apply_deploy
from kiwerk.deploy.release import Installed
from kiwerk.deploy.targets.directory import DirectoryTarget
from kiwerk.errors import ExitCode, KiwerkError, Refused
from tests.deploy.world import AGENT, COMPANY, World, make_bundle

ONE, TWO = make_bundle("Eins."), make_bundle("Zwei.")


def current_of(world: World) -> str:
    installed = DirectoryTarget(world.folder()).read_back()
    assert installed is not None
    return installed.digest


def damage(world: World) -> Path:
    bundle = next((world.folder() / "current" / "agents").iterdir())
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b"Eins.", b"Drei."))
    return bundle


def test_a_deploy_makes_exactly_this_current(world: World) -> None:
    world.vouch(ONE)
    applied = apply_deploy(world.plan(ONE))
    assert applied.changed
    assert current_of(world) == applied.deployment.release
    bundle = (world.folder() / "current" / "agents" / "praxis-weber__empfang.json").read_text()
    assert "Eins." in bundle


def test_the_same_again_changes_nothing(world: World) -> None:
    world.deploy(ONE)
    before = (world.folder() / "history.jsonl").read_bytes()
    plan = world.plan(ONE)
    assert plan.unchanged
    applied = apply_deploy(plan)
    assert not applied.changed
    assert (world.folder() / "history.jsonl").read_bytes() == before


def test_the_same_again_is_read_back_all_the_same(world: World) -> None:
    world.deploy(ONE)
    damage(world)
    plan = world.plan(ONE)
    assert not plan.unchanged
    with pytest.raises(Refused, match=r"read back differently: .*holds other contents") as caught:
        apply_deploy(plan)
    assert caught.value.exit_code == ExitCode.REFUSED


def test_another_release_replaces_a_damaged_one(world: World) -> None:
    world.deploy(ONE)
    damage(world)
    assert current_of(world) != world.deploy(TWO) == current_of(world)


def test_a_damaged_release_comes_back_when_its_folder_is_moved_away(world: World) -> None:
    """The remedy that the refusal names."""
    release = world.deploy(ONE)
    damage(world)
    shutil.move(world.folder() / "releases" / release, world.root / "away")
    applied = apply_deploy(world.plan(ONE))
    assert applied.changed
    assert world.plan(ONE).unchanged


def test_nothing_is_deployed_unless_every_agent_is_accepted(world: World) -> None:
    world.vouch(ONE)
    plan = world.plan(ONE, make_bundle(agent=f"{COMPANY}/post"))
    with pytest.raises(Refused, match="deploy of praxis-weber to staging: refused") as caught:
        apply_deploy(plan)
    assert caught.value.exit_code == ExitCode.REFUSED
    assert "praxis-weber/post: There is no evidence" in caught.value.message
    assert not world.folder().exists()


def test_a_plan_without_agents_is_not_carried_out(world: World) -> None:
    world.vouch(ONE)
    with pytest.raises(Refused, match="nothing vouches for it"):
        apply_deploy(replace(world.plan(ONE), agents=()))


def test_a_plan_without_target_is_not_carried_out(world: World) -> None:
    world.vouch(ONE)
    with pytest.raises(KiwerkError, match="has no target") as caught:
        apply_deploy(world.plan(ONE, target=None))
    assert caught.value.exit_code == ExitCode.IMPOSSIBLE


def test_a_missing_credential_makes_a_deploy_impossible(world: World) -> None:
    world.vouch(ONE)
    with pytest.raises(KiwerkError, match="Credentials are missing: API_KEY") as caught:
        apply_deploy(world.plan(ONE, credentials={"api": "API_KEY"}))
    assert caught.value.exit_code == ExitCode.IMPOSSIBLE
    assert not world.folder().exists()


def test_a_plan_is_not_carried_out_when_somebody_else_deployed_since(world: World) -> None:
    world.vouch(ONE)
    plan = world.plan(ONE)
    other = world.deploy(TWO)
    with pytest.raises(Refused, match="somebody else deployed since"):
        apply_deploy(plan)
    assert current_of(world) == other


def test_a_deploy_beside_another_is_kept_out(world: World) -> None:
    world.vouch(ONE)
    plan = world.plan(ONE)
    with DirectoryTarget(world.folder()).exclusive(), pytest.raises(KiwerkError, match="under way"):
        apply_deploy(plan)
    assert DirectoryTarget(world.folder()).read_back() is None


def test_a_target_that_reads_back_differently_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.vouch(ONE)
    plan = world.plan(ONE)
    real = DirectoryTarget.read_back

    def lie(target: DirectoryTarget, release: str | None = None) -> Installed | None:
        installed = real(target, release)
        return None if installed is None else replace(installed, differences=("release.json is missing",))

    monkeypatch.setattr(DirectoryTarget, "read_back", lie)
    with pytest.raises(Refused, match=r"read back differently: release\.json is missing"):
        apply_deploy(plan)


def test_the_evidence_goes_along(world: World) -> None:
    world.deploy(ONE)
    kept = next((world.folder() / "current" / "evidence").iterdir())
    assert kept.name == "praxis-weber__empfang.dsse.json"
    local = next(world.evidence.glob("praxis-weber__empfang/*.dsse.json"))
    assert kept.read_bytes() == local.read_bytes()


def test_a_company_does_not_touch_another(world: World) -> None:
    world.deploy(ONE)
    assert [path.name for path in (world.root / "build" / "staging").iterdir()] == [COMPANY]
    assert AGENT.startswith(COMPANY)
