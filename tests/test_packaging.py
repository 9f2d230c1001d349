"""What is declared, what is pinned, and what is explained name the same packages."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = tuple(PROJECT["project"]["dependencies"])
BUILD = tuple(PROJECT["dependency-groups"]["build"])
EXTRAS = tuple(item for extra in PROJECT["project"]["optional-dependencies"].values() for item in extra)
DEVELOPMENT = tuple(PROJECT["dependency-groups"]["dev"])
REAL_MODEL = tuple(PROJECT["dependency-groups"]["real-model"])

ALL = RUNTIME + EXTRAS + BUILD + DEVELOPMENT + REAL_MODEL

PLAIN_INSTALL_BYTES = 60_000_000

PIN = re.compile(
    r"(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)==(?P<version>[0-9][0-9a-z.]*)"
    r"(?: ; [^\\]+)?"
    r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
)


def read_pins(name: str) -> dict[str, str]:
    """The version of each package that the file under `requirements/` pins."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {match["name"]: match["version"] for match in PIN.finditer(text)}


@pytest.mark.parametrize("name", ["dev.txt", "run.txt", "real-model.txt"])
def test_requirements_hold_nothing_but_hashed_pins(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    header, _, pins = text.partition("\n")
    assert header == "# Written by `make lock` from pyproject.toml."
    assert PIN.sub("", pins) == ""


@pytest.mark.parametrize(
    ("name", "declared"),
    [("dev.txt", requirement) for requirement in RUNTIME + EXTRAS + BUILD + DEVELOPMENT]
    + [("run.txt", requirement) for requirement in RUNTIME + BUILD]
    + [("real-model.txt", requirement) for requirement in REAL_MODEL],
)
def test_every_declared_dependency_is_pinned_within_its_range(name: str, declared: str) -> None:
    requirement = Requirement(declared)
    version = read_pins(name).get(canonicalize_name(requirement.name))
    assert version is not None, f"{declared} is missing in requirements/{name}: make lock"
    assert requirement.specifier.contains(version)


def test_running_needs_the_same_versions_as_developing() -> None:
    assert read_pins("run.txt").items() <= read_pins("dev.txt").items()


def test_every_dependency_is_justified() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = {canonicalize_name(name) for name in re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)}
    declared = {canonicalize_name(Requirement(each).name) for each in ALL}
    assert explained == declared


def test_a_plain_install_stays_small() -> None:
    size = 0
    for name in read_pins("run.txt"):
        try:
            files = metadata.files(name) or []
        except metadata.PackageNotFoundError:  # pinned for another platform
            continue
        size += sum(Path(str(file.locate())).stat().st_size for file in files if file.suffix != ".pyc")
    assert 10_000_000 < size < PLAIN_INSTALL_BYTES
