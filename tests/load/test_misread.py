from __future__ import annotations

import pytest

from kiwerk.load.document import parse_document


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("a: {?foo: bar}\n", "A ? in brackets begins a key", (1, 5)),
        ("a: [ ?x]\n", "A ? in brackets begins a key", (1, 6)),
        ("a: [b,\n  ?x]\n", "A ? in brackets begins a key", (2, 3)),
        ("a: &an:chor value\n", "A colon in an anchor's name", (1, 4)),
        ("a: |\n  x\n   ", "Blanks in the last line would belong to the text above", (3, 1)),
    ],
)
def test_what_libyaml_would_read_otherwise_is_refused_at_its_place(
    text: str, message: str, place: tuple[int, int]
) -> None:
    parsed = parse_document(text.encode(), "a.yaml")
    [finding] = parsed.findings
    assert parsed.document is None
    assert (finding.rule, finding.message, (finding.span.line, finding.span.column)) == ("yaml-syntax", message, place)
    assert finding.help


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: [was?, ja, wie so?]\n", {"a": ["was?", "ja", "wie so?"]}),
        ("a: ['?x', \"{?y\"]\n", {"a": ["?x", "{?y"]}),
        ("a: {? b : c}\n", {"a": {"b": "c"}}),
        ("a: Wann, ?und wo\n", {"a": "Wann, ?und wo"}),
        ("a: |\n  [?x]\n  &b:c\n", {"a": "[?x]\n&b:c\n"}),
        ("a: x&b:c\n", {"a": "x&b:c"}),
        ("a: &b c\nd: *b", {"a": "c", "d": "c"}),
        ("a: b\n  ", {"a": "b"}),
        ("a: |\n  x", {"a": "x"}),
        ("a: # [?x]\n  b\n", {"a": "b"}),
    ],
)
def test_what_only_looks_so_is_read(text: str, data: object) -> None:
    document = parse_document(text.encode(), "a.yaml").document
    assert document is not None
    assert document.data == data
