"""A run long enough to be looked at, or stopped, while it is under way: many samples of a slow model, with a price."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import ScriptedServer, serve

PRICES = """\
kind: Prices
prices:
  - {provider: loopback, models: ["*"], input: 10000, output: 10000, as_of: 2026-11-01, source: Probe}
"""
SAMPLES = 40


def make_long_workplace(folder: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    """The canonical example whose critical case wants `SAMPLES` samples."""
    place = make_workplace(folder, capsys)
    policy = place.root / "evals/standard.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("critical: 5", f"critical: {SAMPLES}"), "utf-8")
    (place.root / "evals/preise.yaml").write_text(PRICES, encoding="utf-8")
    return place


def serve_slowly(place: Workplace, seconds: float) -> AbstractContextManager[ScriptedServer]:
    """A model that behaves as the references do and takes `seconds` for every answer."""
    books = playbooks_of(place.root)
    for book in books:
        for step in book["steps"]:
            step["faults"] = [{"delay": seconds, "times": None}]
    return serve({"playbooks": books})
