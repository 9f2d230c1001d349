from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from kiwerk.load.document import MAX_BYTES, load_document, parse_document
from tests.support.memory import MIB, measure_peak

ROOT = Path(__file__).parents[2]


def test_file_becomes_a_document(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    data = b"kind: Facts\nvalues: {preis: 1.10}\n"
    path.write_bytes(data)

    parsed = load_document(path, "agents/praxis-weber/a.yaml")

    assert parsed.findings == ()
    document = parsed.document
    assert document is not None
    assert document.path == "agents/praxis-weber/a.yaml"
    assert document.text == data.decode()
    assert document.digest == hashlib.sha256(data).hexdigest()
    assert document.data == {"kind": "Facts", "values": {"preis": 1.1}}
    assert document.lossy == ((("values", "preis"), "1.10"),)


def test_findings_are_sorted_by_place() -> None:
    findings = parse_document(b"a: 1\nb: 2\nb: \x7f\n", "a.yaml").findings

    assert [(finding.rule, finding.span.line) for finding in findings] == [("duplicate-key", 3), ("file-encoding", 3)]


def test_large_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(10 * 1024 * 1024 * 1024)  # nothing on disk, and a minute to read

    (finding,) = load_document(path, "agents/a.yaml").findings

    assert (finding.rule, finding.message) == ("file-too-large", "The file has 10240.0 MiB, more than 2 MiB")
    assert (finding.span.path, finding.span.line, finding.span.column) == ("agents/a.yaml", 1, 1)
    assert finding.help


def test_large_text_is_refused_without_parsing_it() -> None:
    assert [f.rule for f in parse_document(b"a: 1\n" * (10 * 1024 * 1024 // 5), "a.yaml").findings] == [
        "file-too-large"
    ]
    assert parse_document(b"#" * MAX_BYTES + b"#", "a.yaml").findings[0].rule == "file-too-large"
    assert parse_document(b"#" * MAX_BYTES, "a.yaml").findings[0].rule == "empty-file"


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()

    for name in ("pipe.yaml", "folder.yaml"):
        parsed = load_document(tmp_path / name, name)
        assert [(f.rule, f.span.path, f.span.line, f.span.column) for f in parsed.findings] == [
            ("not-a-file", name, 1, 1)
        ]
        assert parsed.document is None


def test_unreadable_file_is_a_finding(tmp_path: Path) -> None:
    # A missing file fails like a forbidden one; root, as in containers, may read everything.
    (finding,) = load_document(tmp_path / "a.yaml", "agents/a.yaml").findings

    assert (finding.rule, finding.message) == ("unreadable-file", "Cannot be read: no such file or directory")


def test_document_is_itself() -> None:
    one = parse_document(b"a: 1", "a.yaml").document
    other = parse_document(b"a: 1", "a.yaml").document

    assert one is not None
    assert len({one, other}) == 2


WORST = """
from kiwerk.load.document import MAX_BYTES, parse_document

values = 49_000
cases = {
    "keys": b"".join(b"k%d: 1\\n" % n for n in range(values)),
    "too many keys": b"".join(b"k%d: 1\\n" % n for n in range(300_000)),
    "lists": b"[" + b"[]," * 2 * values + b"]",
    "texts": b"".join(b"- text%d\\n" % n for n in range(2 * values)),
    "anchors": b"".join(b"- &a%d x\\n" % n for n in range(2 * values)),
    "duplicates": b"{" + b"a," * (MAX_BYTES // 2 - 1) + b"}",
    "tags": b"[" + b"!x a," * 2 * values + b"]",
    "deep numbers": b"[" * 99 + b"01," * 9_900 + b"]" * 99,
    "wide characters": ("a: |\\n" + "  \\U0001f600 Text\\n" * 170_000).encode(),
    "not UTF-8": b"\\xff" * MAX_BYTES,
    "digits": b"a: " + b"1" * (MAX_BYTES - 3),
    "brackets": b"[" * MAX_BYTES,
    "dashes": b"- " * (MAX_BYTES // 2),
    "directives": b"".join(b"%%TAG !a%d! b\\n" % n for n in range(120_000)),
}
for name, data in cases.items():
    parsed = parse_document(data[:MAX_BYTES], "a.yaml")
    if parsed.document is not None:
        parsed.document.span((1,))
        parsed.document.template_line(("a",), 100_000)
"""


@pytest.mark.slow
def test_no_file_takes_much_memory_or_time() -> None:
    # All after each other; a command may take 200 with its models and findings.
    assert measure_peak(WORST) < 150 * MIB
