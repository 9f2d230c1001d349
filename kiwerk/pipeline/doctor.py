"""What is installed, configured and reachable, looked at one by one; nothing is changed and no secret is shown."""

from __future__ import annotations

import asyncio
import importlib.metadata
import platform
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kiwerk import __version__
from kiwerk.deploy.keys import SIGNING_KEY, format_public_key, load_signer
from kiwerk.errors import KiwerkError
from kiwerk.finding import Severity
from kiwerk.language.phrase import count
from kiwerk.pipeline.workspace import check
from kiwerk.providers.vendors import VENDORS
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from kiwerk.load.project import Project

State = Literal["fine", "absent", "wrong"]

_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that was looked at."""

    name: str
    state: State
    """`absent`: not there, and not needed for everything."""
    message: str
    remedy: str | None = None


def examine(root: Path, variables: Mapping[str, str], now: datetime) -> Iterator[Symptom]:
    """Everything that a command may need, in the order in which the work needs it."""
    yield Symptom("kiwerk", "fine", f"{__version__} on Python {platform.python_version()}, {platform.system()}")
    yield _examine_packages()
    yield _examine_git(root)
    project = None
    try:
        project, findings = check(root, now)
        errors = sum(finding.severity is Severity.ERROR for finding in findings)
        state: State = "wrong" if errors else "fine"
        said = ", ".join(
            (
                count(len(project.agents), "agent"),
                count(errors, "error"),
                count(len(findings) - errors, "warning"),
            )
        )
        yield Symptom("repository", state, said, "Run `kiwerk check`" if errors else None)
        yield _examine_store(root)
    except KiwerkError as error:
        yield Symptom("repository", "wrong", error.message, error.remedy)
    yield _examine_endpoint(variables)
    yield _examine_vendors(variables, project)
    yield _examine_signing_key(variables, project)


def _examine_packages() -> Symptom:
    names = ("pydantic", "PyYAML", "Jinja2", "aiohttp", "securesystemslib")
    try:
        found = [f"{name} {importlib.metadata.version(name)}" for name in names]
    except importlib.metadata.PackageNotFoundError as error:
        return Symptom(
            "packages", "wrong", f"{error.name} is not installed", "Run `make setup`, or install kiwerk again"
        )
    return Symptom("packages", "fine", ", ".join(found))


def _examine_git(root: Path) -> Symptom:
    try:
        version = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return Symptom("git", "absent", "git is not installed", "Install it: records name the commit they belong to")
    inside = subprocess.run(["git", "-C", str(root), "rev-parse", "HEAD"], check=False, capture_output=True, text=True)
    if inside.returncode:
        return Symptom("git", "absent", f"{version}; no commit here", "Commit: records name the commit they belong to")
    return Symptom("git", "fine", f"{version}; at {inside.stdout[:12]}")


def _examine_store(root: Path) -> Symptom:
    try:
        with Store(root, reading=True) as store:
            runs = store.load_runs()
    except KiwerkError as error:
        return Symptom("records", "wrong", error.message, error.remedy)
    interrupted = sum(run.finished is None for run in runs)
    note = f", {interrupted} interrupted" if interrupted else ""
    return Symptom("records", "fine", f"{count(len(runs), 'run')}{note}")


def _examine_endpoint(variables: Mapping[str, str]) -> Symptom:
    address, key = variables.get("KIWERK_BASE_URL"), variables.get("KIWERK_API_KEY")
    if not address:
        return Symptom("model", "absent", "KIWERK_BASE_URL is not set", "Set it, or pass --base-url, to sample a model")
    from kiwerk.providers.host import split_address

    try:
        split_address(address)
    except KiwerkError as error:
        shown = f": {error.path}" if error.path else ""
        return Symptom("model", "wrong", f"KIWERK_BASE_URL: {error.message}{shown}", error.remedy)
    try:
        models = asyncio.run(_list_models(address, key))
    except KiwerkError as error:
        return Symptom("model", "wrong", error.message, error.remedy)
    return Symptom(
        "model", "fine", f"{address} answers with {count(models, 'model')}, {'with' if key else 'without'} a key"
    )


def _examine_vendors(variables: Mapping[str, str], project: Project | None) -> Symptom:
    names = {agent.spec.model.name.partition(":")[0] for agent in project.agents.values()} if project else set()
    vendors = [VENDORS[name] for name in sorted(names & set(VENDORS))]
    if not vendors:
        return Symptom("native", "absent", f"No agent's model is one of {', '.join(VENDORS)}")
    said, missing = [], []
    for vendor in vendors:
        if not vendor.is_installed():
            said.append(f"{vendor.name} is not installed")
            missing.append(f"pip install 'kiwerk[{vendor.name}]'")
        if not vendor.has_credentials(variables):
            said.append(f"{vendor.name_credentials()} is not set")
            missing.append(f"set {vendor.name_credentials()}")
    if not said:
        return Symptom("native", "fine", f"{', '.join(vendor.name for vendor in vendors)} can be asked")
    return Symptom("native", "absent", "; ".join(said), f"For --provider native: {', and '.join(missing)}")


async def _list_models(address: str, key: str | None) -> int:
    import aiohttp

    remedy = "Look at KIWERK_BASE_URL and KIWERK_API_KEY"
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS), headers=headers) as session,
            session.get(f"{address.rstrip('/')}/models", allow_redirects=False) as response,
        ):
            if not response.ok:
                raise KiwerkError(f"{address} answers {response.status}", remedy=remedy)
            body = await response.json(content_type=None)
            return len(body["data"])
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
        raise KiwerkError(
            f"{address} cannot be reached: {str(error) or type(error).__name__}", remedy=remedy
        ) from error


def _examine_signing_key(variables: Mapping[str, str], project: Project | None) -> Symptom:
    if not variables.get(SIGNING_KEY):
        return Symptom(
            "signing key", "absent", f"{SIGNING_KEY} is not set", "`kiwerk keys` makes a pair; only CI needs it"
        )
    try:
        public = format_public_key(load_signer(variables))
    except KiwerkError as error:
        return Symptom("signing key", "wrong", error.message, error.remedy)
    environments = project.environments if project else {}
    trusting = [name for name, item in environments.items() if public in [key.ed25519 for key in item.spec.signers]]
    if not trusting:
        remedy = "Add the public key to `signers` of an environment: `kiwerk keys` says how"
        return Symptom("signing key", "wrong", f"No environment trusts {public}", remedy)
    return Symptom("signing key", "fine", f"{public} may sign for {', '.join(trusting)}")
