"""The journal of a directory target: one line a deployment that happened, in `history.jsonl`.

A switch is three steps: the intent is written to `pending.json`, the link is switched, the line is appended and the
intent taken away. The link is the truth: an intent whose release is current happened, any other did not. So whoever
reads needs no lock, and whoever writes next makes the files say what the link says.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pydantic import ValidationError

from kiwerk.deploy.files import read_bounded, sync_folder, write_atomically
from kiwerk.errors import KiwerkError
from kiwerk.record import Deployment
from kiwerk.render.canonical import canonical_json

if TYPE_CHECKING:
    from pathlib import Path

HISTORY = "history.jsonl"
PENDING = "pending.json"


def read_journal(folder: Path, current: str | None) -> tuple[Deployment, ...]:
    """Every deployment that happened, given which release is current.

    Raises:
        KiwerkError: a line is no deployment.
        OSError: it cannot be read.
    """
    # The intent first: between the two reads it may become a line, never the other way round.
    pending = _read_pending(folder)
    happened = _read_history(folder)
    if pending is not None and pending.release == current and pending not in happened[-1:]:
        happened.append(pending)
    return tuple(happened)


def write_intent(folder: Path, deployment: Deployment) -> None:
    """Writes down what is about to happen.

    Raises:
        OSError: it cannot be written.
    """
    write_atomically(folder / PENDING, _format(deployment))


def heal_journal(folder: Path, current: str | None) -> None:
    """Makes the journal say what happened and nothing else: after a switch, and after a process that was killed.

    Raises:
        KiwerkError: a line is no deployment.
        OSError: it cannot be written.
    """
    _cut_torn_line(folder / HISTORY)
    pending = _read_pending(folder)
    if pending is None:
        return
    if pending.release == current and pending not in _read_history(folder)[-1:]:
        _append(folder / HISTORY, _format(pending))
        sync_folder(folder)
    os.unlink(folder / PENDING)  # noqa: PTH108  # the tests kill the process at each call of `os`
    sync_folder(folder)


def _read_history(folder: Path) -> list[Deployment]:
    path = folder / HISTORY
    try:
        lines = _read(path).split(b"\n")[:-1]  # what follows the last line break was never finished
    except FileNotFoundError:
        return []
    return [_parse(line, f"{path}:{number}") for number, line in enumerate(lines, 1)]


def _read_pending(folder: Path) -> Deployment | None:
    path = folder / PENDING
    try:
        return _parse(_read(path), str(path))
    except FileNotFoundError:
        return None


def _cut_torn_line(path: Path) -> None:
    try:
        data = _read(path)
    except FileNotFoundError:
        return
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)
            os.fsync(file.fileno())


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _format(deployment: Deployment) -> bytes:
    return canonical_json(deployment.model_dump(mode="json")) + b"\n"


def _read(path: Path) -> bytes:
    try:
        return read_bounded(path)
    except ValueError as error:
        raise KiwerkError(f"The file {error}", path=path, remedy=_REMEDY) from None


def _parse(data: bytes, place: str) -> Deployment:
    try:
        return Deployment.model_validate_json(data, strict=True)
    except ValidationError:
        raise KiwerkError("This is not a deployment that kiwerk wrote", path=place, remedy=_REMEDY) from None


_REMEDY = "Restore the file, or move it away: what is deployed stays, and rollbacks know nothing from before"
