"""A release as files: the list of what ships, each agent's bundle, and the evidence for it.

```
release.json                          agents and their `ships` digests; its own digest names the release
agents/praxis-weber__empfang.json     bundle
evidence/praxis-weber__empfang.dsse.json
```

All of it is canonical JSON, so that a file is either exactly what was sent or differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from kiwerk.deploy.envelope import Envelope, format_envelope
from kiwerk.deploy.names import slug
from kiwerk.deploy.strict_json import parse_json
from kiwerk.errors import KiwerkError
from kiwerk.language.phrase import join_names
from kiwerk.record import Bundle, Release
from kiwerk.render.bundle import ships_digest
from kiwerk.render.canonical import canonical_json, digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

RELEASE_FILE = "release.json"

_R = TypeVar("_R", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Package:
    """What a target receives."""

    release: Release
    bundles: Mapping[str, Bundle]
    """By agent id."""
    evidence: Mapping[str, Envelope]
    """By agent id."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A release as a target gave it back."""

    digest: str
    """What the target calls it."""
    release: Release | None
    """Absent where it could not be read."""
    bundles: Mapping[str, Bundle]
    """By agent id, as far as they could be read."""
    evidence: Mapping[str, bytes]
    """Files by agent id."""
    differences: tuple[str, ...]
    """How it differs from what its digest stands for; one sentence each, none where it is intact."""
    missing: bool = False
    """Whether nothing at all is left of it."""

    @property
    def agents(self) -> Mapping[str, str]:
        """`ships` by agent id; empty where the release could not be read."""
        return {} if self.release is None else self.release.agents


def make_release(company: str, environment: str, bundles: Sequence[Bundle]) -> Release:
    """The release of these bundles.

    Raises:
        KiwerkError: there is none, one is of another company, or one stands there twice.
    """
    if not bundles:
        raise KiwerkError(f"{company} has no agent to release", remedy="Write an Agent below agents/")
    names = [bundle.agent for bundle in bundles]
    foreign = sorted(name for name in names if not name.startswith(f"{company}/"))
    if foreign:
        raise KiwerkError(f"{join_names(foreign)}: not of {company}", remedy="Release each company on its own")
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise KiwerkError(f"{join_names(doubled)}: twice in one release", remedy="Name each agent once")
    agents = {bundle.agent: ships_digest(bundle) for bundle in sorted(bundles, key=lambda bundle: bundle.agent)}
    return Release(company=company, environment=environment, agents=agents)


def digest_release(release: Release) -> str:
    """The digest that names a release: company, environment, and what ships for each agent."""
    return digest(release.model_dump(mode="json"))


def format_package(package: Package) -> dict[str, bytes]:
    """The files of a release by path."""
    files = {RELEASE_FILE: _format(package.release)}
    for agent in package.release.agents:
        files[_bundle_path(agent)] = _format(package.bundles[agent])
        files[_evidence_path(agent)] = format_envelope(package.evidence[agent])
    return files


def parse_package(name: str, files: Mapping[str, bytes]) -> Installed:
    """What the files hold, compared with the digest that names them."""
    try:
        release = _parse(Release, files.get(RELEASE_FILE))
    except ValueError as error:
        return Installed(name, None, {}, {}, (f"{RELEASE_FILE} {error}",))
    differences = [] if digest_release(release) == name else [f"{RELEASE_FILE} is that of another release"]
    expected = {RELEASE_FILE}
    bundles: dict[str, Bundle] = {}
    evidence: dict[str, bytes] = {}
    for agent, ships in release.agents.items():
        try:
            bundle_path, evidence_path = _bundle_path(agent), _evidence_path(agent)
        except KiwerkError as error:
            differences.append(f"{RELEASE_FILE} names an agent that has no name: {error.message}")
            continue
        expected |= {bundle_path, evidence_path}
        try:
            bundles[agent] = _parse(Bundle, files.get(bundle_path))
        except ValueError as error:
            differences.append(f"{bundle_path} {error}")
        else:
            differences += (f"{bundle_path} {trouble}" for trouble in _compare(bundles[agent], agent, ships))
        if evidence_path in files:
            evidence[agent] = files[evidence_path]
        else:
            differences.append(f"{evidence_path} is missing")
    differences += (f"{path} does not belong there" for path in sorted(files.keys() - expected))
    return Installed(name, release, bundles, evidence, tuple(differences))


def _compare(bundle: Bundle, agent: str, ships: str) -> Iterator[str]:
    if bundle.agent != agent:
        yield f"is the bundle of another agent, {bundle.agent!r:.80}"
    found = ships_digest(bundle)
    if found != ships:
        yield f"holds other contents ({found[:12]}) than the release says ({ships[:12]})"


def _parse(model: type[_R], data: bytes | None) -> _R:
    """The record in a file that is exactly what kiwerk would write.

    Raises:
        ValueError: it is not; the message completes "The file ...".
    """
    if data is None:
        raise ValueError("is missing")
    value = parse_json(data)
    try:
        record = model.model_validate_json(canonical_json(value), strict=True)
    except ValidationError:
        raise ValueError(f"is not a {model.__name__.lower()} that this kiwerk can read") from None
    if _format(record) != data:
        raise ValueError("was written by something else than kiwerk")
    return record


def _format(record: BaseModel) -> bytes:
    return canonical_json(record.model_dump(mode="json")) + b"\n"


def _bundle_path(agent: str) -> str:
    return f"agents/{slug(agent)}.json"


def _evidence_path(agent: str) -> str:
    return f"evidence/{slug(agent)}.dsse.json"
