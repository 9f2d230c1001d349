"""What every test of deploys starts from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)
