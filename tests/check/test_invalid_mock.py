from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.load.project import load_project
from kiwerk.pipeline.check import check
from tests.support.example import write_example
from tests.support.python_mock import CODE, give_python

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture(name="example")
def fixture_example(tmp_path: Path) -> Path:
    give_python(write_example(tmp_path))
    return tmp_path


def find(root: Path) -> list[tuple[str, str]]:
    findings = check(root, NOW).findings
    return [(item.rule, item.message) for item in findings if item.span.path == CODE or item.rule == "invalid-mock"]


def test_code_is_read_and_never_run(example: Path) -> None:
    marker = example / "was-run"
    (example / CODE).write_text(f"open({str(marker)!r}, 'w')\ndef buchen(): pass\n", "utf-8")
    assert find(example) == []
    assert not marker.exists()


def test_edited_code_is_checked_again(example: Path) -> None:
    (example / CODE).write_text("def buchen(): pass\n", "utf-8")
    assert find(example) == []
    (example / CODE).write_text("def buchen(: pass\n", "utf-8")
    assert [rule for rule, _ in find(example)] == ["invalid-mock"]
    (example / CODE).unlink()
    assert find(example) == [("invalid-mock", "There is no kalender.py beside this file")]


@pytest.mark.parametrize(
    ("data", "rule", "message"),
    [
        ("def buchen(): pass".encode("utf-16"), "file-encoding", "UTF-16"),
        (b"#" * 3_000_000, "file-too-large", "2.9 MiB"),
        (b"(" * 100_000, "invalid-mock", "Not Python"),
        (b"x = '\\d' is 'y'\ndef buchen(zeit): pass", "invalid-mock", "asks for 'zeit'"),
    ],
)
def test_each_trouble_is_told_once(example: Path, data: bytes, rule: str, message: str) -> None:
    (example / CODE).write_bytes(data)
    [(found, said)] = find(example)
    assert (found, message in said) == (rule, True), said
    # code is no document, so no reference is taken for one to it
    assert load_project(example).broken == ()
