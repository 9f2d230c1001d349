from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiwerk.deploy.plan import make_deployment
from kiwerk.deploy.release import Package, digest_release, make_release
from kiwerk.deploy.targets import FINDERS, TARGETS, Target, find_deployed, open_target
from kiwerk.deploy.targets.directory import DirectoryTarget
from kiwerk.errors import KiwerkError, Refused
from kiwerk.record import Deployment
from kiwerk.spec import environment as spec
from tests.deploy.world import AGENT, COMPANY, NOW, STAMP, World, make_bundle

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def target(tmp_path: Path) -> DirectoryTarget:
    return DirectoryTarget(tmp_path / "target")


def make_package(world: World, prompt: str = "Eins.") -> Package:
    bundle = make_bundle(prompt)
    return Package(make_release(COMPANY, "staging", [bundle]), {AGENT: bundle}, {AGENT: world.sign(bundle=bundle)})


def deployment_of(package: Package, minute: int = 0) -> Deployment:
    return make_deployment(package.release, "deploy", replace(STAMP, at=NOW + timedelta(minutes=minute)))


def install(target: Target, package: Package, minute: int = 0) -> Path:
    with target.exclusive():
        target.receive(package)
        target.switch(deployment_of(package, minute))
    assert isinstance(target, DirectoryTarget)
    return target.folder / "releases" / digest_release(package.release)


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def test_every_type_of_target_can_be_named_in_an_environment() -> None:
    assert set(TARGETS) == set(FINDERS) == set(spec.Target.model_fields)


@pytest.mark.parametrize(
    "setting",
    ["build/{company}", "build/x-{company}.d/live", "{company}", "build/[{company}]/{company}", "b{{}}/{company}"],
)
def test_companies_with_something_current_are_found(tmp_path: Path, setting: str) -> None:
    where = spec.Target(directory=setting)
    assert find_deployed(where, tmp_path) == ()
    for company in ("praxis-weber", "maler", "leer"):
        (tmp_path / setting.format(company=company)).mkdir(parents=True)
    for company in ("praxis-weber", "maler"):
        (tmp_path / setting.format(company=company) / "current").symlink_to("releases/gone")
    assert find_deployed(where, tmp_path) == ("maler", "praxis-weber")


def test_a_relative_folder_counts_from_the_root(tmp_path: Path) -> None:
    target = open_target(spec.Target(directory="build/{company}/x"), COMPANY, tmp_path)
    assert target == DirectoryTarget(tmp_path / "build" / COMPANY / "x")


def test_an_absolute_folder_stays(tmp_path: Path) -> None:
    target = open_target(spec.Target(directory="/srv/{company}"), COMPANY, tmp_path)
    assert target == DirectoryTarget(Path("/srv") / COMPANY)


@pytest.mark.parametrize("company", ["..", "a/../b", "", "A", "/etc"])
def test_no_company_leads_out_of_the_folder(tmp_path: Path, company: str) -> None:
    with pytest.raises(KiwerkError, match="is not an id"):
        open_target(spec.Target(directory="build/{company}"), company, tmp_path)


def test_opening_and_looking_change_nothing(target: DirectoryTarget) -> None:
    assert target.read_back() is None
    assert target.history() == ()
    assert not target.folder.exists()


def test_a_release_lies_where_the_documentation_says(world: World, target: DirectoryTarget) -> None:
    package = make_package(world)
    place = install(target, package)
    files = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    assert files == {
        "release.json",
        "agents/praxis-weber__empfang.json",
        "evidence/praxis-weber__empfang.dsse.json",
    }
    assert (target.folder / "current").readlink() == Path("releases") / digest_release(package.release)


def test_receiving_makes_nothing_current(world: World, target: DirectoryTarget) -> None:
    with target.exclusive():
        target.receive(make_package(world))
    assert target.read_back() is None
    assert target.history() == ()


def test_the_files_of_a_release_are_read_only(world: World, target: DirectoryTarget) -> None:
    place = install(target, make_package(world))
    files = [path for path in place.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o444}


def test_a_release_can_be_removed_without_ado(world: World, target: DirectoryTarget) -> None:
    """As `git clean` on a runner removes it."""
    shutil.rmtree(install(target, make_package(world)))


def test_what_is_current_reads_back(world: World, target: DirectoryTarget) -> None:
    package = make_package(world)
    install(target, package)
    installed = target.read_back()
    assert installed is not None
    assert installed.release == package.release
    assert installed.bundles == package.bundles
    assert installed.differences == ()


def test_every_switch_is_written_down(world: World, target: DirectoryTarget) -> None:
    one, two = make_package(world), make_package(world, "Zwei.")
    for minute, package in enumerate((one, two, one)):
        install(target, package, minute)
    assert target.history() == (deployment_of(one, 0), deployment_of(two, 1), deployment_of(one, 2))
    assert not (target.folder / "pending.json").exists()


def test_an_earlier_release_stays_readable(world: World, target: DirectoryTarget) -> None:
    one, two = make_package(world), make_package(world, "Zwei.")
    install(target, one)
    install(target, two)
    earlier = target.read_back(digest_release(one.release))
    assert earlier is not None
    assert earlier.differences == ()


def test_an_unknown_release_is_missing_not_an_error(target: DirectoryTarget) -> None:
    installed = target.read_back("a" * 64)
    assert installed is not None
    assert installed.missing
    assert installed.differences


def test_a_release_that_was_not_received_cannot_be_made_current(world: World, target: DirectoryTarget) -> None:
    with target.exclusive(), pytest.raises(KiwerkError, match="There is no such release"):
        target.switch(deployment_of(make_package(world)))
    assert target.history() == ()


def test_receiving_twice_changes_nothing(world: World, target: DirectoryTarget) -> None:
    package = make_package(world)
    place = install(target, package)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    with target.exclusive():
        target.receive(make_package(world))
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before


def damage_prompt(place: Path) -> None:
    bundle = place / "agents" / "praxis-weber__empfang.json"
    overwrite(bundle, bundle.read_bytes().replace(b"Eins.", b"Zwei."))


def damage_by_link(place: Path) -> None:
    bundle = place / "agents" / "praxis-weber__empfang.json"
    shutil.move(bundle, place.parent.parent / "elsewhere.json")
    bundle.symlink_to(place.parent.parent / "elsewhere.json")


def damage_by_folder(place: Path) -> None:
    (place / "agents" / "praxis-weber__empfang.json").unlink()
    (place / "agents" / "praxis-weber__empfang.json").mkdir()


def damage_by_pipe(place: Path) -> None:
    (place / "agents" / "praxis-weber__empfang.json").unlink()
    os.mkfifo(place / "agents" / "praxis-weber__empfang.json")


def damage_by_odd_name(place: Path) -> None:
    (place / os.fsdecode(b"\xff\x1b[31m")).write_bytes(b"")


@pytest.mark.parametrize(
    ("damage", "difference"),
    [
        (damage_prompt, "agents/praxis-weber__empfang.json holds other contents"),
        (damage_by_link, "agents/praxis-weber__empfang.json is a link"),
        (damage_by_folder, "agents/praxis-weber__empfang.json is missing"),
        (damage_by_pipe, "agents/praxis-weber__empfang.json is not a regular file"),
        (damage_by_odd_name, r"\udcff\x1b[31m does not belong there"),
    ],
)
def test_drift_is_seen_and_never_taken_over(
    world: World, target: DirectoryTarget, damage: Callable[[Path], None], difference: str
) -> None:
    package = make_package(world)
    place = install(target, package)
    damage(place)
    installed = target.read_back()
    assert installed is not None
    assert any(found.startswith(difference) for found in installed.differences), installed.differences
    with target.exclusive(), pytest.raises(Refused, match="already there and differs"):
        target.receive(package)


def test_a_current_release_that_is_gone_is_missing(world: World, target: DirectoryTarget) -> None:
    place = install(target, make_package(world))
    shutil.rmtree(place)
    installed = target.read_back()
    assert installed is not None
    assert installed.missing


@pytest.mark.parametrize(
    "link", ["/etc", "releases", "releases/../..", f"elsewhere/{'a' * 64}", f"releases/{'a' * 63}"]
)
def test_a_link_that_kiwerk_did_not_make_is_refused(target: DirectoryTarget, link: str) -> None:
    target.folder.mkdir()
    (target.folder / "current").symlink_to(link)
    for action in (target.read_back, target.history):
        with pytest.raises(Refused, match="not a link to a release"):
            action()
    with pytest.raises(Refused, match="not a link to a release"), target.exclusive():
        pass


def test_a_folder_in_place_of_the_link_is_refused(target: DirectoryTarget) -> None:
    (target.folder / "current").mkdir(parents=True)
    with pytest.raises(Refused, match="not a link to a release"):
        target.read_back()


def test_a_second_deploy_at_the_same_time_is_kept_out(world: World, target: DirectoryTarget) -> None:
    install(target, make_package(world))
    other = DirectoryTarget(target.folder)
    with target.exclusive():
        with pytest.raises(KiwerkError, match="Another deploy to this folder is under way"), other.exclusive():
            pass
        assert other.read_back() is not None, "reading needs no lock"
    with other.exclusive():
        pass


def test_leftovers_of_a_killed_deploy_are_taken_away(world: World, target: DirectoryTarget) -> None:
    place = install(target, make_package(world))
    (target.folder / "releases" / ".tmp-1" / "agents").mkdir(parents=True)
    (target.folder / ".tmp-2").symlink_to("releases")
    (target.folder / ".tmp-3").write_bytes(b"")
    with target.exclusive():
        pass
    assert {path.name for path in target.folder.iterdir()} == {"current", "releases", "history.jsonl", ".lock"}
    assert list((target.folder / "releases").iterdir()) == [place]


def test_a_place_that_is_a_file_is_an_error_with_its_path(tmp_path: Path, world: World) -> None:
    (tmp_path / "target").write_text("")
    target = DirectoryTarget(tmp_path / "target")
    with pytest.raises(KiwerkError, match="Not a directory"):
        target.read_back()
    with pytest.raises(KiwerkError, match="target") as caught, target.exclusive():
        pass
    assert caught.value.remedy


@pytest.mark.skipif(AS_ROOT, reason="nothing is forbidden to root")
def test_a_target_that_cannot_be_looked_into_is_not_taken_for_empty(world: World, target: DirectoryTarget) -> None:
    install(target, make_package(world))
    target.folder.chmod(0o000)
    try:
        with pytest.raises(KiwerkError, match="Permission denied"):
            target.read_back()
    finally:
        target.folder.chmod(0o755)


@pytest.mark.skipif(AS_ROOT, reason="nothing is forbidden to root")
def test_a_folder_that_cannot_be_written_is_an_error_with_its_path(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    target = DirectoryTarget(tmp_path / "target")
    with pytest.raises(KiwerkError, match="Permission denied"), target.exclusive():
        pass


def test_folder_in_the_place_of_the_history_says_what_to_do(target: DirectoryTarget, world: World) -> None:
    install(target, make_package(world))
    (target.folder / "history.jsonl").unlink()
    (target.folder / "history.jsonl").mkdir()
    with pytest.raises(KiwerkError, match="is not a regular file") as caught:
        target.history()
    assert str(target.folder / "history.jsonl") in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize("look", [DirectoryTarget.read_back, DirectoryTarget.history])
def test_file_in_the_place_of_the_target_says_what_to_do(
    target: DirectoryTarget, look: Callable[[DirectoryTarget], object]
) -> None:
    target.folder.write_text("in the way", encoding="utf-8")
    with pytest.raises(KiwerkError, match="Not a directory") as caught:
        look(target)
    assert "move it away" in (caught.value.remedy or "")
    with pytest.raises(KiwerkError) as caught, target.exclusive():
        pass
    assert "move it away" in (caught.value.remedy or "")
