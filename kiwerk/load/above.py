"""The repository that a folder lies in, for who runs a command further down."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.load.discover import FOLDERS

if TYPE_CHECKING:
    from pathlib import Path


def find_repository_above(folder: Path) -> Path | None:
    """The nearest repository that a folder lies in without being its root; None where there is none.

    What a git repository lies in is another matter, so the search ends at the root of one.
    """
    here = folder.resolve()
    for place in here.parents:
        try:
            if (here / ".git").exists():
                return None
            if is_repository(place):
                return place
        except PermissionError:
            return None
        here = place
    return None


def is_repository(folder: Path) -> bool:
    """Whether a folder has what makes a repository: agents, and processes or evaluations of them."""
    agents, *others = ((folder / name).is_dir() for name in FOLDERS)
    return agents and any(others)


def refuse_below_repository(folder: Path) -> None:
    """Nothing, where a folder lies in no repository.

    Raises:
        KiwerkError: it lies in one, which the message names.
    """
    above = find_repository_above(folder)
    if above is not None:
        message = f"The repository is at {above}"
        raise KiwerkError(message, path=folder, remedy=f"Run it there, or pass --repo {os.path.relpath(above)}")
