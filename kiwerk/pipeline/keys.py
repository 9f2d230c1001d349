"""Putting a new key where it belongs: the private one into a file, the public one among the environments' signers."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from kiwerk.edit.new import check_identity
from kiwerk.edit.signers import insert_signer
from kiwerk.edit.write import write_texts
from kiwerk.errors import KiwerkError
from kiwerk.load.document import load_document
from kiwerk.spec.base import Slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_BOM = b"\xef\xbb\xbf"


def plan_signers(root: Path, environments: Sequence[str], name: str, public: str) -> Mapping[Path, str]:
    """The environments' files as they will be with one signer more; nothing is written yet.

    Raises:
        KiwerkError: the name or one of the environments will not do, or has a signer of that name.
    """
    try:
        TypeAdapter(Slug).validate_python(name)
    except ValidationError:
        message = f"{name!r} cannot be the name of a signer"
        raise KiwerkError(message, remedy="Use lower-case letters, digits and single hyphens, such as ci") from None
    return dict(_plan(root, environment, name, public) for environment in dict.fromkeys(environments))


def write_private_key(path: Path, private: str) -> None:
    """A file that only its owner can read, whole or not at all.

    Raises:
        KiwerkError: there is a file already, or it cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        message = "There is a file already, and a key in it would be lost"
        raise KiwerkError(message, path=path, remedy="Name another file") from None
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{private}\n")
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def write_signers(texts: Mapping[Path, str], private: Path | None) -> None:
    """Put the planned texts into their files; where none could be written, take the private key's file away again.

    Raises:
        KiwerkError: a file cannot be written.
    """
    try:
        write_texts(texts)
    except KiwerkError:
        if private is not None and not any(_holds(path, text) for path, text in texts.items()):
            private.unlink(missing_ok=True)
        raise


def _plan(root: Path, environment: str, name: str, public: str) -> tuple[Path, str]:
    check_identity("Environment", environment)
    shown = f"agents/environments/{environment}.yaml"
    path = root / shown
    if not path.is_file():
        known = ", ".join(sorted(entry.stem for entry in path.parent.glob("*.yaml"))) or "none"
        message = f"There is no environment '{environment}'"
        raise KiwerkError(message, path=path.parent, remedy=f"Known: {known}")
    parsed = load_document(path, shown)
    data = parsed.document.data if parsed.document else None
    signers = data.get("signers") or [] if isinstance(data, dict) and data.get("kind") == "Environment" else None
    if parsed.source is None or not isinstance(signers, list):
        message = "This cannot be read as an environment"
        raise KiwerkError(message, path=path, remedy="Run `kiwerk check`")
    if any(isinstance(entry, dict) and entry.get("name") == name for entry in signers):
        message = f"There is a signer '{name}' already"
        raise KiwerkError(message, path=path, remedy="Name the new one otherwise with --name, or take the old one out")
    text = insert_signer(parsed.source, name, public)
    if text is None:
        message = "A signer cannot be added without changing what else is written there"
        raise KiwerkError(message, path=path, remedy="Write `signers:` as a list, one entry a line")
    with path.open("rb") as file:
        bom = "\ufeff" if file.read(len(_BOM)) == _BOM else ""
    return path, bom + text


def _holds(path: Path, text: str) -> bool:
    with suppress(OSError):
        return path.read_bytes() == text.encode()
    return True


def _unwritable(path: Path, error: OSError) -> KiwerkError:
    message = f"The private key cannot be written: {(error.strerror or 'unknown reason').lower()}"
    return KiwerkError(message, path=path, remedy="Name a file that can be written with --output")
