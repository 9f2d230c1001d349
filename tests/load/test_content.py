from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwerk.finding import Finding
from kiwerk.load.content import MAX_DEPTH, MAX_FINDINGS, MAX_LOSSY, MAX_VALUES
from kiwerk.load.core_schema import LARGEST_EXACT
from kiwerk.load.document import Document, Parsed, parse_document


def parse(text: str) -> Parsed:
    return parse_document(text.encode(), "agents/a.yaml")


def document_of(text: str) -> Document:
    document = parse(text).document
    assert document is not None
    return document


def places(findings: tuple[Finding, ...]) -> list[tuple[str, int, int]]:
    return [(finding.rule, finding.span.line, finding.span.column) for finding in findings]


def test_plain_data_comes_out() -> None:
    text = """\
date: 2026-11-27
time: 12:30
answer: no
switch: on
amount: 1_000
number: 12
share: 0.9
yes: true
nothing:
none: ~
phone: "030"
list: [a, 'b', "c\\n", {d: e}]
text: |
  eins
  zwei
"""
    assert parse(text).findings == ()
    assert document_of(text).data == {
        "date": "2026-11-27",
        "time": "12:30",
        "answer": "no",
        "switch": "on",
        "amount": "1_000",
        "number": 12,
        "share": 0.9,
        "yes": True,
        "nothing": None,
        "none": None,
        "phone": "030",
        "list": ["a", "b", "c\n", {"d": "e"}],
        "text": "eins\nzwei\n",
    }


@pytest.mark.parametrize(
    ("text", "rule", "line", "column", "data"),
    [
        ("a: x\nb: y\na: z\n", "duplicate-key", 3, 1, {"a": "x", "b": "y"}),
        ("{ä: x, ü: {b: y, b: z}}", "duplicate-key", 1, 18, {"ä": "x", "ü": {"b": "y"}}),
        ("a: x\n'a': z\n", "duplicate-key", 2, 1, {"a": "x"}),
        ("a: x\n<<: {b: y}\n", "yaml-merge-key", 2, 1, {"a": "x"}),
        ("a: &a {b: c}\nd: {<<: *a, e: f}\n", "yaml-merge-key", 2, 5, {"a": {"b": "c"}, "d": {"e": "f"}}),
        ("a: !!python/object/apply:os.system [ls]\n", "yaml-tag", 1, 4, {"a": ["ls"]}),
        ("a: !!binary R0lG\n", "yaml-tag", 1, 4, {"a": "R0lG"}),
        ("a: !!timestamp 2026-11-27\n", "yaml-tag", 1, 4, {"a": "2026-11-27"}),
        ("a: !!set {b}\n", "yaml-tag", 1, 4, {"a": {"b": None}}),
        ("a: !!int 5\n", "yaml-tag", 1, 4, {"a": 5}),
        ("a: &b !wichtig c\n", "yaml-tag", 1, 7, {"a": "c"}),
        ("a: ! 5\n", "yaml-tag", 1, 4, {"a": 5}),
        ("%TAG ! tag:x,2026:\n---\na: 5\n", "yaml-tag", 1, 1, {"a": 5}),
        ("%YAML 1.1\n---\na: no\n", "yaml-syntax", 1, 1, {"a": "no"}),
        ("1: x\n'1': y\n", "duplicate-key", 2, 1, {"1": "x"}),
        ("{a: x, ? : y}\n", "yaml-non-string-key", 1, 10, {"a": "x"}),
        ("a: &a 1\n*a : y\n", "yaml-non-string-key", 2, 1, {"a": 1}),
        ("!neu 2: y\n", "yaml-tag", 1, 1, {"2": "y"}),
        ("a:\n  ? \n  : y\n", "yaml-non-string-key", 2, 4, {"a": {}}),
        ("a: x\n[b]: y\n", "yaml-non-string-key", 2, 1, {"a": "x"}),
        ("? {b: c}\n: y\n", "yaml-non-string-key", 1, 3, {}),
        ("a: {{ b }}\n", "yaml-non-string-key", 1, 4, {"a": {}}),
        ("a: x\nb: *unbekannt\n", "yaml-alias", 2, 4, {"a": "x", "b": "*unbekannt"}),
        ("a: &a [x, *a]\n", "yaml-alias", 1, 11, {"a": ["x", None]}),
        ("a: &a\n  b: &b [*a]\n", "yaml-alias", 2, 10, {"a": {"b": [None]}}),
        ("a: [.inf]\n", "yaml-number", 1, 5, {"a": [".inf"]}),
        ("a: -.INF\n", "yaml-number", 1, 4, {"a": "-.INF"}),
        ("a: .nan\n", "yaml-number", 1, 4, {"a": ".nan"}),
        ("a: 1e999\n", "yaml-number", 1, 4, {"a": "1e999"}),
        ("a: 12345678901234567890\n", "yaml-number", 1, 4, {"a": "12345678901234567890"}),
        ("a: x\n---\nb: y\n", "multiple-documents", 2, 1, {"a": "x"}),
        ("---\na: x\n...\n---\n", "multiple-documents", 4, 1, {"a": "x"}),
    ],
)
def test_what_yaml_allows_and_we_do_not_leaves_the_rest_readable(
    text: str, rule: str, line: int, column: int, data: object
) -> None:
    parsed = parse(text)

    assert places(parsed.findings) == [(rule, line, column)]
    assert all(finding.help and finding.span.path == "agents/a.yaml" for finding in parsed.findings)
    assert parsed.document is not None
    assert parsed.document.data == data


@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        ("", "empty-file", 1, 1),
        ("# nur ein Kommentar\n\n", "empty-file", 1, 1),
        ("---\n", "empty-file", 2, 1),
        ("# a\n---\n...\n", "empty-file", 3, 1),
        ("- " * 100_000, "yaml-depth", 1, 2 * MAX_DEPTH + 1),
        ("? " * 100_000, "yaml-depth", 1, 2 * MAX_DEPTH + 1),
        ("a: x\nb: " + "[" * 50 + "{c: " * 100_000, "yaml-depth", 2, 4 + 50 + 4 * (MAX_DEPTH - 51)),
        ("".join(f"{' ' * level}a:\n" for level in range(MAX_DEPTH)) + " " * 100 + "- b", "yaml-depth", 101, 101),
        ("".join(f"%TAG !a{number}! b\n" for number in range(100_000)) + "---\na: b", "yaml-tag", 1, 1),
        ("a\n...\n" + "".join(f"%TAG !a{number}! b\n" for number in range(100_000)) + "---\na", "yaml-tag", 3, 1),
    ],
)
def test_what_cannot_be_kept_ends_the_reading(text: str, rule: str, line: int, column: int) -> None:
    parsed = parse(text)

    assert places(parsed.findings) == [(rule, line, column)]
    assert parsed.document is None


def test_opening_brackets_without_end_are_nested_too_deeply() -> None:
    (finding,) = parse("[" * 100_000).findings

    assert finding.rule == "yaml-depth"
    assert finding.span.line == 1


def test_deepest_nesting_allowed_is_read() -> None:
    assert parse("[" * MAX_DEPTH + "]" * MAX_DEPTH).findings == ()


def test_duplicate_key_shows_the_first() -> None:
    (finding,) = parse("a: x\nb: y\n'a': z\n").findings

    assert (finding.span.line, finding.span.column, finding.span.end_column) == (3, 1, 4)
    (related,) = finding.related
    assert (related.span.line, related.span.column, related.span.end_column) == (1, 1, 2)


def test_every_finding_is_told_in_one_run() -> None:
    text = "a: x\na: {b: 1, b: .inf}\n[d]: !neu y\n<<: z\nc: *d\n---\n"

    assert places(parse(text).findings) == [
        ("duplicate-key", 2, 1),
        ("duplicate-key", 2, 11),
        ("yaml-number", 2, 14),
        ("yaml-non-string-key", 3, 1),
        ("yaml-tag", 3, 6),
        ("yaml-merge-key", 4, 1),
        ("yaml-alias", 5, 4),
        ("multiple-documents", 6, 1),
    ]


def test_tag_that_says_text_makes_text() -> None:
    assert document_of("{a: !!str 1.10, !!str 2: b, c: !!str }").data == {"a": "1.10", "2": "b", "c": ""}


def test_key_is_the_text_it_is_written_as() -> None:
    document = document_of("2: a\n1.10: b\ntrue: c\n~: d\n'': e\n0x1F: f\n.inf: g\n&k 3: h\n")

    assert document.data == dict(zip(["2", "1.10", "true", "~", "", "0x1F", ".inf", "3"], "abcdefgh", strict=True))
    assert document.lossy == ()
    assert document.span(("1.10",), key=True).line == 2


def test_quoted_merge_key_is_a_key() -> None:
    assert document_of('{"<<": a}').data == {"<<": "a"}


def test_alias_stands_for_the_value_before_it() -> None:
    document = document_of("a: &x {n: [1.10]}\nb: *x\nc: &x 7\nd: [*x, *x]\n? &k e\n: *k\n")

    assert document.data == {"a": {"n": [1.1]}, "b": {"n": [1.1]}, "c": 7, "d": [7, 7], "e": "e"}
    assert document.lossy == ((("a", "n", 0), "1.10"), (("b", "n", 0), "1.10"))


def test_alias_bomb_is_refused_where_it_goes_off() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    parsed = parse("\n".join(lines))

    # a3 holds 11,111 values: the eighth alias for it in a4 exceeds 100,000.
    assert places(parsed.findings) == [("yaml-alias", 5, 45)]
    assert parsed.document is None


def test_merge_key_in_a_circle_ends() -> None:
    parsed = parse("a: &a\n  b: x\n  <<: *a\n")

    assert places(parsed.findings) == [("yaml-merge-key", 3, 3), ("yaml-alias", 3, 7)]
    assert parsed.document is not None
    assert parsed.document.data == {"a": {"b": "x"}}


def test_aliases_cannot_hide_depth() -> None:
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} {'[' * 30}*a{n - 1}{']' * 30}" for n in range(1, 5)]
    parsed = parse("\n".join(lines))

    assert places(parsed.findings) == [("yaml-depth", 5, 39)]
    assert parsed.document is None


@pytest.mark.parametrize(
    ("text", "lossy"),
    [
        ("a: 1.10", ((("a",), "1.10"),)),
        ("a: [x, 0123]", ((("a", 1), "0123"),)),
        ("a: {b: [{c: 1e3}]}", ((("a", "b", 0, "c"), "1e3"),)),
        ("[0x1F, 03023125042]", (((0,), "0x1F"), ((1,), "03023125042"))),
        ("[+1, 1., .5]", (((0,), "+1"), ((1,), "1."), ((2,), ".5"))),
        ("a: [1, 1.0, -3, 0.9, true, ~, '1.10', \"0123\", 1.1.0, 2026-11-27]", ()),
        ("a: 1\na: 1.10\n1.10: [1.10]\n<<: 1.10\n[1.10]: 1.10\nb: 2.50", ((("1.10", 0), "1.10"), (("b",), "2.50"))),
    ],
)
def test_number_whose_text_does_not_come_back_is_known(text: str, lossy: object) -> None:
    assert document_of(text).lossy == lossy


def test_anchor_inside_does_not_hide_the_depth_of_its_neighbours() -> None:
    parsed = parse(f"a: &a [{'[' * 60}{']' * 60}, &b [x]]\nb: {'[' * 60}*a{']' * 60}\n")

    assert places(parsed.findings) == [("yaml-depth", 2, 64)]


def test_too_many_values_are_refused() -> None:
    (finding,) = parse("[" + "a," * MAX_VALUES + "]").findings

    assert (finding.rule, finding.message) == ("file-too-large", "More than 100,000 values in one file")
    assert finding.span.column == 2 * MAX_VALUES


def test_too_many_odd_numbers_are_refused() -> None:
    (finding,) = parse("[" + "01," * (MAX_LOSSY + 1) + "]").findings

    assert finding.rule == "file-too-large"


def test_findings_of_one_file_have_an_end() -> None:
    findings = parse("{" + "a," * 3 * MAX_FINDINGS + "}").findings

    assert len(findings) == MAX_FINDINGS


def test_long_text_is_cut_in_messages() -> None:
    long = "x" * 1000
    findings = parse(f"{long}: 1\n{long}: 2\nb: *{long}\nc: !{long} d\ne: {'9' * 1000}\n{'8' * 900}: 1\n").findings

    assert len(findings) == 4
    assert all(len(finding.message) < 120 and len(finding.help or "") < 200 for finding in findings)


class Quoting(yaml.SafeDumper):
    """Quotes all text: what PyYAML leaves plain is text in YAML 1.1, but `1e3` is a number in YAML 1.2."""


Quoting.add_representer(str, lambda dumper, data: dumper.represent_scalar("tag:yaml.org,2002:str", data, style='"'))

JSON_LIKE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_EXACT, LARGEST_EXACT)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON_LIKE, st.booleans())
def test_what_a_safe_dumper_writes_comes_back(data: Any, flow: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    text = yaml.dump(data, Dumper=Quoting, allow_unicode=True, sort_keys=False, default_flow_style=flow, width=30)
    parsed = parse(text)

    assert parsed.document is not None
    assert json.dumps(parsed.document.data) == json.dumps(data)
    # Text may hold control characters, which are told; nothing else is wrong.
    assert {finding.rule for finding in parsed.findings} <= {"file-encoding"}


def routes_of(data: object, route: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [route, *itertools.chain.from_iterable(routes_of(value, (*route, key)) for key, value in items)]


PIECES = ("a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "\t", "[", "]", "{", "}", ",", "&x ", "*x", "!t ", "|", ">")
MORE_PIECES = (
    "'",
    '"',
    "#",
    "%",
    "---\n",
    "...\n",
    "<<: ",
    "1.10",
    ".inf",
    "\r\n",
    "\r",
    "\0",
    "\ufeff",
    "ä",
    "\\",
    "~",
)


@settings(max_examples=300)
@given(st.binary() | st.lists(st.sampled_from(PIECES + MORE_PIECES), max_size=30).map(lambda p: "".join(p).encode()))
def test_no_bytes_raise_anything(data: bytes) -> None:
    parsed = parse_document(data, "a.yaml")

    assert parsed.document is not None or parsed.findings
    for finding in parsed.findings:
        span = finding.span
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
    if parsed.document is not None:
        lines = parsed.document.text.split("\n")
        for route in routes_of(parsed.document.data):
            for span in (parsed.document.span(route), parsed.document.span(route, key=True)):
                assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
                assert span.end_column <= len(lines[span.end_line - 1]) + 1
            assert 1 <= parsed.document.template_line(route, 2) <= len(lines)
            parsed.document.style(route)
