from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwerk.deploy.release import (
    Installed,
    Package,
    digest_release,
    format_package,
    make_release,
    parse_package,
)
from kiwerk.errors import KiwerkError
from kiwerk.record import Release
from kiwerk.render.bundle import ships_digest
from kiwerk.render.canonical import canonical_json
from tests.deploy.world import AGENT, COMPANY, World, make_bundle

BUNDLE_FILE = "agents/praxis-weber__empfang.json"
EVIDENCE_FILE = "evidence/praxis-weber__empfang.dsse.json"


@pytest.fixture
def package(world: World) -> Package:
    bundle = make_bundle()
    return Package(make_release(COMPANY, "staging", [bundle]), {AGENT: bundle}, {AGENT: world.sign()})


def parse(package: Package, **changes: bytes | None) -> Installed:
    files = format_package(package) | {name.replace("|", "/"): data for name, data in changes.items()}
    kept = {name: data for name, data in files.items() if data is not None}
    return parse_package(digest_release(package.release), kept)


def test_a_release_lists_what_ships() -> None:
    release = make_release(COMPANY, "staging", [make_bundle()])
    assert release == Release(company=COMPANY, environment="staging", agents={AGENT: ships_digest(make_bundle())})


def test_the_order_of_agents_changes_nothing() -> None:
    bundles = [make_bundle(agent=f"{COMPANY}/{name}") for name in ("empfang", "anrufe", "post")]
    releases = {digest_release(make_release(COMPANY, "staging", order)) for order in (bundles, bundles[::-1])}
    assert len(releases) == 1


def test_company_environment_and_contents_all_change_the_digest() -> None:
    agents = {AGENT: "a" * 64}
    releases = [
        Release(company=COMPANY, environment="staging", agents=agents),
        Release(company=COMPANY, environment="production", agents=agents),
        Release(company="anwalt", environment="staging", agents=agents),
        Release(company=COMPANY, environment="staging", agents={AGENT: "b" * 64}),
        Release(company=COMPANY, environment="staging", agents={f"{COMPANY}/post": "a" * 64}),
    ]
    assert len({digest_release(release) for release in releases}) == len(releases)


def test_a_release_without_agents_is_none() -> None:
    with pytest.raises(KiwerkError, match="has no agent to release"):
        make_release(COMPANY, "staging", [])


@pytest.mark.parametrize("agent", ["anwalt/empfang", "shared/empfang", "praxis-weber-2/empfang"])
def test_an_agent_of_another_company_is_refused(agent: str) -> None:
    with pytest.raises(KiwerkError, match="not of praxis-weber"):
        make_release(COMPANY, "staging", [make_bundle(), make_bundle(agent=agent)])


def test_an_agent_stands_in_a_release_once() -> None:
    with pytest.raises(KiwerkError, match="twice in one release"):
        make_release(COMPANY, "staging", [make_bundle(), make_bundle("anders")])


def test_a_package_comes_back_as_it_was(package: Package) -> None:
    installed = parse(package)
    assert installed.differences == ()
    assert installed.release == package.release
    assert installed.bundles == package.bundles
    assert set(installed.evidence) == {AGENT}


def test_the_files_are_canonical_json(package: Package) -> None:
    for data in format_package(package).values():
        assert data == canonical_json(json.loads(data)) + b"\n"


@pytest.mark.parametrize(
    ("path", "data", "difference"),
    [
        ("release.json", None, "release.json is missing"),
        ("release.json", b"{}", "release.json is not a release that this kiwerk can read"),
        ("release.json", b"nonsense", "release.json is not JSON"),
        (BUNDLE_FILE, None, f"{BUNDLE_FILE} is missing"),
        (BUNDLE_FILE, b"{}", f"{BUNDLE_FILE} is not a bundle that this kiwerk can read"),
        (BUNDLE_FILE, b"", f"{BUNDLE_FILE} is not JSON"),
        (EVIDENCE_FILE, None, f"{EVIDENCE_FILE} is missing"),
        ("agents/praxis-weber__extra.json", b"{}", "agents/praxis-weber__extra.json does not belong there"),
    ],
)
def test_every_difference_has_its_sentence(package: Package, path: str, data: bytes | None, difference: str) -> None:
    assert any(found.startswith(difference) for found in parse(package, **{path: data}).differences)


def test_a_changed_prompt_shows(package: Package) -> None:
    files = format_package(package)
    changed = files[BUNDLE_FILE].replace(b"Telefonempfang", b"Vertrieb")
    (difference,) = parse(package, **{BUNDLE_FILE: changed}).differences
    assert "holds other contents" in difference


def test_the_bundle_of_another_agent_shows(package: Package) -> None:
    changed = format_package(package)[BUNDLE_FILE].replace(b"praxis-weber/empfang", b"praxis-weber/vertrieb")
    (difference,) = parse(package, **{BUNDLE_FILE: changed}).differences
    assert "is the bundle of another agent" in difference


def test_the_release_of_another_digest_shows(package: Package) -> None:
    changed = format_package(package)["release.json"].replace(b"staging", b"production")
    assert "release.json is that of another release" in parse(package, **{"release.json": changed}).differences


def test_a_release_that_names_a_path_as_agent_shows(package: Package) -> None:
    changed = format_package(package)["release.json"].replace(b"praxis-weber/empfang", b"../../empfang")
    installed = parse(package, **{"release.json": changed})
    assert any("names an agent that has no name" in difference for difference in installed.differences)


@pytest.mark.parametrize(
    "edit",
    [
        lambda data: data.rstrip(),
        lambda data: json.dumps(json.loads(data)).encode(),
        lambda data: data.replace(b'"language":"de"', b'"language":"en","language":"de"'),
    ],
    ids=["line-break", "spaces", "doubled-key"],
)
def test_even_another_spelling_of_the_same_shows(package: Package, edit: object) -> None:
    assert callable(edit)
    assert parse(package, **{BUNDLE_FILE: edit(format_package(package)[BUNDLE_FILE])}).differences


@settings(deadline=None)  # the machine may be busy
@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_flipped_bit_goes_unnoticed(position: int, bit: int) -> None:
    bundle = make_bundle()
    release = make_release(COMPANY, "staging", [bundle])
    files = {
        "release.json": canonical_json(release.model_dump(mode="json")) + b"\n",
        BUNDLE_FILE: canonical_json(bundle.model_dump(mode="json")) + b"\n",
        EVIDENCE_FILE: b"",
    }
    assert not parse_package(digest_release(release), files).differences
    for path in ("release.json", BUNDLE_FILE):
        data = bytearray(files[path])
        data[position % len(data)] ^= 1 << bit
        assert parse_package(digest_release(release), files | {path: bytes(data)}).differences
