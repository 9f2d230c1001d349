from __future__ import annotations

import pytest

from kiwerk.load.document import parse_document


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a:\n\tb: 1\n", 2, 1, "A tab in the indentation"),
        ("a: 1\n\tb: 2\n", 2, 1, "A tab in the indentation"),
        ("a:\n  \tb: 1\n  c: 2\n", 2, 3, "A tab in the indentation"),
        ("a: |\n  x\n\ty\n", 3, 1, "A tab in the indentation"),
        ("- a\n\t- b\n", 2, 1, "A tab in the indentation"),
        ("a:\n- b\n-\tc\n", 3, 2, "A tab where only spaces may stand"),
        ("a: b: c\n", 1, 5, "A colon where no key can stand"),
        ("a: x\n  b: y\n", 2, 4, "A colon where no key can stand"),
        ("a:1\nb: 2\n", 2, 2, "A colon where no key can stand"),
        ("a: 1\nb\nc: 2\n", 2, 1, "A key without a colon"),
        ("a: @b\n", 1, 4, "No value can begin with @"),
        ("a: `b`\n", 1, 4, "No value can begin with `"),
        ("a: **b**\n", 1, 4, "A star or ampersand begins an alias or an anchor"),
        ("a: & b\n", 1, 4, "A star or ampersand begins an alias or an anchor"),
        ('a: "b\nc: d\n', 1, 4, "A quote that is never closed"),
        ("a: 'b\n---\nc'\n", 1, 4, "A quote that is never closed"),
        ("a: 'it's'\n", 1, 8, "Text after the closing quote"),
        ("a: [b], c\n", 1, 7, "Text after the closing bracket"),
        ("a: {b: c}}\n", 1, 10, "Text after the closing bracket"),
        ("a: [b, c\nd: e\n", 2, 2, "Expected , or ] in a list"),
        ("a: {b: c\nd: e\n", 2, 2, "Expected , or } in a mapping"),
        ("[a, , b]\n", 1, 5, "Expected a value"),
        ("a: [b,\n\n\n", 1, 7, "Expected a value"),
        ("a:\n    b: 1\n  c: 2\n", 3, 3, "Expected a key or the end of the mapping"),
        ("- a\nb: 1\n", 2, 1, "Expected the next list item"),
        ("a: - b\n", 1, 4, "A list item where no list can begin"),
        ("a: ? b\n", 1, 4, "A question mark where no key can stand"),
        ('a: "\\d"\n', 1, 5, "Unknown escape in double quotes"),
        ('a: "\\xzz"\n', 1, 7, "Escape without its hexadecimal digits"),
        ('a: "\\ud800"\n', 1, 7, "Escape for a character that does not exist"),
        ("a: |x\n  y\n", 1, 5, "Text after | or >"),
        ("a: >0\n  y\n", 1, 5, "Text after | or >"),
        ("a: !x!y z\n", 1, 4, "! begins a tag"),
        ("a: !<x\n", 1, 4, "! begins a tag"),
        ("%b\n", 1, 1, "% at the start of a line begins a directive"),
        ("a: 1\n%b: 2\n", 2, 1, "% at the start of a line begins a directive"),
        ("%YAML 2.0\n---\na: 1\n", 1, 1, "Unknown version of YAML"),
        ("a: 1\n...\nb: 1\n", 3, 1, "Text after the end of the document"),
        ("a: {% if x %}\n", 1, 4, "{% begins a mapping"),
        ("%YAML 1.2\n%YAML 1.2\n---\na\n", 2, 1, "Not YAML: found duplicate %YAML directive"),
        ("ä: ü: c\n", 1, 5, "A colon where no key can stand"),
    ],
)
def test_syntax_error_is_a_sentence_at_its_place(text: str, line: int, column: int, message: str) -> None:
    parsed = parse_document(text.encode(), "agents/a.yaml")

    (finding,) = parsed.findings
    assert (finding.rule, finding.message) == ("yaml-syntax", message)
    assert (finding.span.path, finding.span.line, finding.span.column) == ("agents/a.yaml", line, column)
    assert finding.help
    assert not any(related.span.line == line for related in finding.related)
    assert parsed.document is None


def test_what_was_opened_is_shown_beside_what_is_missing() -> None:
    (finding,) = parse_document(b"a:\n  - [b,\n     c\nd: e\n", "a.yaml").findings

    (related,) = finding.related
    assert (related.span.line, related.span.column, related.message) == (2, 5, "The list begins here")


def test_a_syntax_error_hides_no_finding_before_it() -> None:
    findings = parse_document(b"a: 1\na: 2\n[c]: x\nb: [\n", "a.yaml").findings

    assert [(finding.rule, finding.span.line) for finding in findings] == [
        ("duplicate-key", 2),
        ("yaml-non-string-key", 3),
        ("yaml-syntax", 4),
    ]


def test_a_template_without_quotes_is_told_once() -> None:
    (finding,) = parse_document(b"a: b\nopening: {{ agent.title }} am Apparat\n", "a.yaml").findings

    assert (finding.rule, finding.span.line, finding.span.column) == ("yaml-non-string-key", 2, 10)
    assert finding.help == "If this is a template, put the whole value in quotes: {{ begins two mappings"
