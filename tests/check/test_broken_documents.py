"""What refers to a document that could not be read is not called wrong: its own findings are told already."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check import check_project
from kiwerk.load.project import load_project
from tests.support.example import read_example, write_example


@pytest.mark.parametrize("damage", ["syntax", "key", "kind", "link"])
@pytest.mark.parametrize("path", read_example())
def test_findings_are_those_of_the_broken_document_alone(tmp_path: Path, path: str, damage: str) -> None:
    file = write_example(tmp_path, simulated=True) / path
    text = file.read_text("utf-8")
    if damage == "link":
        file.unlink()
        file.symlink_to("/etc/hostname")
    else:
        file.write_text({"syntax": f"{text}[", "key": f"{text}unknown: 1\n", "kind": text[5:]}[damage], "utf-8")
    findings = check_project(load_project(tmp_path), datetime(2026, 11, 27, tzinfo=UTC))
    assert {finding.span.path for finding in findings} == {path}
