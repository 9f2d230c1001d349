"""The rights of an ordinary user, even where the tests are run by root."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def without_privileges() -> list[str]:
    """What to write before a command so that a file's mode counts for it; skips the test where that cannot be done."""
    if os.geteuid():
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may do anything, and setpriv is not there to take that away")
    return ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"]


@contextmanager
def read_only(*folders: Path) -> Iterator[None]:
    """Folders in which nothing can be made, taken away or changed as long as it lasts."""
    for folder in folders:
        folder.chmod(0o555)
    try:
        yield
    finally:
        for folder in folders:
            folder.chmod(0o755)
