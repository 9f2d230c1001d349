"""Putting a new key where it belongs: the private one into a file, the public one among an environment's signers."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from pathlib import Path


def write_private_key(path: Path, private: str) -> None:
    """A file that only its owner can read.

    Raises:
        KiwerkError: there is a file already, or it cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{private}\n")
    except FileExistsError:
        message = "There is a file already, and a key in it would be lost"
        raise KiwerkError(message, path=path, remedy="Name another file") from None
    except OSError as error:
        message = f"The private key cannot be written: {error.strerror}"
        raise KiwerkError(message, path=path, remedy="Name a file that can be written with --output") from error


def add_signer(path: Path, name: str, public: str) -> None:
    """The environment's file with one signer more; comments, quotes and order stay.

    Raises:
        KiwerkError: the file cannot be read or written, or has a signer of that name.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 200
    try:
        data: Any = yaml.load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(entry.stem for entry in path.parent.glob("*.yaml"))) or "none"
        message = "There is no such environment"
        raise KiwerkError(message, path=path, remedy=f"Known: {known}") from None
    except (OSError, YAMLError, UnicodeDecodeError) as error:
        message = "The environment cannot be read"
        raise KiwerkError(message, path=path, remedy="Run `kiwerk check`") from error
    signers = data.get("signers") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(signers, list | None):
        message = "The environment cannot be read"
        raise KiwerkError(message, path=path, remedy="Run `kiwerk check`")
    if any(isinstance(entry, dict) and entry.get("name") == name for entry in signers or ()):
        message = f"There is a signer '{name}' already"
        raise KiwerkError(message, path=path, remedy="Name the new one otherwise with --name, or take the old one out")
    if signers is None:
        signers = data["signers"] = []
    signers.append({"name": name, "ed25519": public})
    buffer = io.StringIO()
    yaml.dump(data, buffer)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_text(buffer.getvalue(), encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        message = f"The environment cannot be written: {error.strerror}"
        raise KiwerkError(message, path=path, remedy="Make the file writable") from error
