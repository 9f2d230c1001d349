from __future__ import annotations

import pytest

from kiwerk.load.document import parse_document


def found(data: bytes) -> list[tuple[str, int, int, str]]:
    """Rule, line, column and message of each finding."""
    return [
        (finding.rule, finding.span.line, finding.span.column, finding.message)
        for finding in parse_document(data, "agents/a.yaml").findings
    ]


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        ("a: ü\nbü: x".encode().replace("ü: x".encode(), b"\xfc: x"), 2, 2, "Byte 0xFC is not UTF-8"),
        ("a: ü".encode() + b"\xff", 1, 5, "Byte 0xFF is not UTF-8"),
        (b"a: x\xe2\x82", 1, 5, "Byte 0xE2 is not UTF-8"),
        (b"a: \xed\xa0\x80", 1, 4, "Byte 0xED is not UTF-8"),
        (b"\xef\xbb\xbfa: x", 1, 1, "The file begins with a byte order mark"),
        ("a: x".encode("utf-16"), 1, 1, "The file is UTF-16, not UTF-8"),
        ("a: x".encode("utf-16-be"), 1, 1, "The file is UTF-16, not UTF-8"),
        ("a: x".encode("utf-16-le"), 1, 1, "The file is UTF-16, not UTF-8"),
        ("a: x".encode("utf-32"), 1, 1, "The file is UTF-16, not UTF-8"),
        (b"a: x\nb: y\0z", 2, 5, "Control character U+0000"),
        (b"a: \x1b[31mrot", 1, 4, "Control character U+001B"),
        (b"a: x\x7f", 1, 5, "Control character U+007F"),
        ("ä: x\x9b".encode(), 1, 5, "Control character U+009B"),
        ("a: x\u2028y".encode(), 1, 5, "Invisible line separator U+2028"),
        ("a: |\n  x\x85y\nb: z".encode(), 2, 4, "Invisible line separator U+0085"),
        ("a: x\ufeff".encode(), 1, 5, "Byte order mark U+FEFF"),
        (b"a: x\rb: y\r", 1, 5, "Carriage return without a line feed"),
        (b'a: b\nc: "x\\0y"', 2, 4, "Control character U+0000 in a text"),
        (b'a: "\\e[31m"', 1, 4, "Control character U+001B in a text"),
        (b'"a\\x7f": b', 1, 1, "Control character U+007F in a text"),
        (b'a: !!str "\\0"', 1, 4, "Control character U+0000 in a text"),
    ],
)
def test_what_is_no_plain_text_is_shown_where_it_stands(data: bytes, line: int, column: int, message: str) -> None:
    assert found(data) == [("file-encoding", line, column, message)]


def test_another_encoding_is_named() -> None:
    (finding,) = parse_document("straße: weg".encode("cp1252"), "a.yaml").findings

    assert finding.help == "Save the file as UTF-8; in Windows-1252 this byte is 'ß'"


def test_odd_bytes_hide_no_other_finding() -> None:
    data = b"\xef\xbb\xbfa: \xfc\nb: 1\x00\nb: 2\n[c]: x\n"

    assert found(data) == [
        ("file-encoding", 1, 1, "The file begins with a byte order mark"),
        ("file-encoding", 1, 4, "Byte 0xFC is not UTF-8"),
        ("file-encoding", 2, 5, "Control character U+0000"),
        ("duplicate-key", 3, 1, "The key 'b' stands twice in one mapping"),
        ("yaml-non-string-key", 4, 1, "A list as a key, and keys are text"),
    ]
    document = parse_document(data, "a.yaml").document
    assert document is not None
    assert document.data == {"a": "\ufffd", "b": "1\ufffd"}


def test_a_binary_file_gets_one_finding_for_each_kind_of_byte() -> None:
    rules = found(bytes(range(1, 256)) * 4000)

    assert len(rules) < 70


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_of_windows_change_neither_data_nor_places(newline: str) -> None:
    text = "a:  ä 😀 x # y\nb: |\n  eins\n\n  zwei\nc:\n  - 1.10\n"
    document = parse_document(text.replace("\n", newline).encode(), "a.yaml").document

    assert document is not None
    assert document.data == {"a": "ä 😀 x", "b": "eins\n\nzwei\n", "c": [1.1]}
    span = document.span(("c", 0))
    assert (span.line, span.column, span.end_line, span.end_column) == (7, 5, 7, 9)
    assert document.span(("b",)).end_line == 5
    assert document.span(("a",)).end_column == 10
    assert document.template_line(("b",), 3) == 5
