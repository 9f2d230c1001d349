"""Putting edited text into files: each file is the old or the new one, whole, at every moment."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_texts(texts: Mapping[Path, str]) -> None:
    """All texts in their files: everything is written beside them first, then one file after the other is replaced.

    Permissions stay; a link keeps leading to the file it leads to. Missing folders are made.

    Raises:
        KiwerkError: a file cannot be written; where that shows before the first is replaced, none is.
    """
    ready: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            target = path.resolve()
            temporary = target.with_name(f".{target.name}.tmp")
            ready[target] = temporary
            _write_beside(target, temporary, text)
        for target, temporary in ready.items():
            temporary.replace(target)
    except OSError as error:
        message = f"The file cannot be written: {(error.strerror or 'unknown reason').lower()}"
        raise KiwerkError(message, path=error.filename, remedy="Make the file and its folder writable") from error
    finally:
        for temporary in ready.values():
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _write_beside(target: Path, temporary: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied", str(target))
    with temporary.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
    if target.exists():
        shutil.copymode(target, temporary)
