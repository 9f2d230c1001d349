"""What holds for every test."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

SETTINGS_OF_KIWERK = "KIWERK_"
SETTINGS_OF_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
SETTINGS_OF_TERMINALS = ("CI", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "NO_COLOR")

collect_ignore = [] if "KIWERK_REAL_MODEL" in os.environ else ["real_model"]
"""Only `make real-model` installs what these tests need, and names the interpreter that has it."""

# A busy machine is no defect. On CI hypothesis itself adds the same examples every time.
settings.register_profile("kiwerk", deadline=None)
settings.load_profile("kiwerk")


@pytest.fixture(autouse=True)
def _same_surroundings_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the developer's settings nor those of a CI runner reach a test; one that is about them sets its own."""
    for name in os.environ:
        if name.startswith(SETTINGS_OF_KIWERK) or name in (*SETTINGS_OF_MAKE, *SETTINGS_OF_TERMINALS):
            monkeypatch.delenv(name)
