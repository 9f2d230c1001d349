"""Writing a repository to start from."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.load.above import find_repository_above, is_repository
from kiwerk.load.discover import find_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

_NAMES = {"gitignore": ".gitignore"}
"""Files that would act on this repository if they had their own name here."""


def write_starter(folder: Path, now: datetime) -> Mapping[str, bool]:
    """A small company with one agent, written below a folder; each path, and whether it was written or kept.

    Raises:
        KiwerkError: something is there already, or cannot be written. Nothing is overwritten, ever, and no repository
            is written into another.
    """
    # empty folders are no reason: other commands send people here from them
    above = folder if is_repository(folder) and any(find_files(folder)) else find_repository_above(folder)
    if above is not None:
        message = f"There is a repository already, at {above.resolve()}"
        remedy = "Name a folder outside it, or add a company there: `kiwerk new organization firma-muster/organization`"
        raise KiwerkError(message, path=folder, remedy=remedy)
    content = {
        _NAMES.get(name, name): source.read_text(encoding="utf-8")
        .replace("@TODAY@", f"{now:%Y-%m-%d}")
        .replace("@NEXT_YEAR@", f"{now + timedelta(days=365):%Y-%m-%d}")
        for name, source in _find_sources(files("kiwerk") / "starter", "")
    }
    taken = [name for name in content if (folder / name).exists() and name != ".gitignore"]
    if taken:
        message = f"{taken[0]} exists already"
        raise KiwerkError(message, path=folder, remedy="Name an empty folder: `kiwerk init DIR`")
    written: dict[str, bool] = {}
    try:
        for name, text in sorted(content.items()):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            written[name] = not path.exists()
            if written[name]:
                path.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"The repository cannot be written: {error.strerror}"
        raise KiwerkError(
            message, path=folder, remedy="Name a folder that can be written: `kiwerk init DIR`"
        ) from error
    return written


def _find_sources(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _find_sources(entry, f"{name}/")
        else:
            yield name, entry
