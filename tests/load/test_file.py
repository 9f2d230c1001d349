from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from kiwerk.finding import Finding
from kiwerk.load.file import MAX_BYTES, load_bytes


@pytest.fixture
def growing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that had a single byte when it was asked for its size."""
    stat = Path.stat

    def measure(path: Path, *, follow_symlinks: bool = True) -> SimpleNamespace:
        return SimpleNamespace(st_mode=stat(path, follow_symlinks=follow_symlinks).st_mode, st_size=1)

    monkeypatch.setattr(Path, "stat", measure)
    return tmp_path / "agent.yaml"


def test_file_that_grew_after_it_was_measured_is_read_to_its_end(growing: Path) -> None:
    growing.write_bytes(b"kind: Agent\n")

    assert load_bytes(growing, "agents/agent.yaml") == b"kind: Agent\n"


def test_file_that_grew_beyond_the_limit_is_refused(growing: Path) -> None:
    growing.write_bytes(b"#" * (MAX_BYTES + 1))

    found = load_bytes(growing, "agents/agent.yaml")

    assert isinstance(found, Finding)
    assert found.rule == "file-too-large"
