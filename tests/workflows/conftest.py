from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.delivery import Delivery, serve_delivery


@pytest.fixture(name="delivery")
def fixture_delivery(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Delivery]:
    with serve_delivery(tmp_path, capsys) as delivery:
        yield delivery
