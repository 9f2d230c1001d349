"""The official YAML Test Suite (tests/data/yaml-test-suite): the same data, a finding, or a line in a table here.

Every case whose outcome is not the suite's stands below with its reason, so that a new libyaml, or a change of ours,
shows what it changes. The promise is that nothing is read silently as something else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import rfc8785

from kiwerk.load.content import Route
from kiwerk.load.document import Document, Parsed, parse_document
from kiwerk.load.places import Style

CASES_FILE = Path(__file__).parents[1] / "data" / "yaml-test-suite" / "cases.jsonl"


class Case(NamedTuple):
    """One case of the suite."""

    id: str
    yaml: str
    valid: bool
    documents: list[object] | None
    """None where the suite states no data: the text is invalid, or JSON cannot say what it says."""


def _parse_values(text: str) -> Iterator[object]:
    decoder, rest = json.JSONDecoder(), text.lstrip()
    while rest:
        value, end = decoder.raw_decode(rest)
        yield value
        rest = rest[end:].lstrip()


def _parse_case(line: str) -> Case:
    case = json.loads(line)
    documents = list(_parse_values(case["json"])) if "json" in case else None
    return Case(case["id"], case["yaml"], not case.get("fail"), documents)


CASES = {case.id: case for case in map(_parse_case, CASES_FILE.read_text("utf-8").rstrip("\n").split("\n"))}


# --- Valid YAML, refused on purpose (decision 0003) -------------------------------------------------------------------

WHY_REFUSED = {
    "empty-file": "a file without a value is one that somebody forgot to write",
    "file-encoding": "a control character, here a backspace as an escape, is nothing that people write",
    "multiple-documents": "a document has its own file",
    "yaml-non-string-key": "neither JSON nor our content has a key that is a list, a mapping or nothing",
    "yaml-syntax": "the file asks for YAML 1.1, in which `no` is a truth value, or libyaml would read other data",
    "yaml-tag": "a tag other than !!str would make an object, or change what a value is",
}

REFUSED_ON_PURPOSE = {
    "empty-file": "6XDY 8G76 98YD AVM7 DK95:7",
    "empty-file yaml-syntax": "MUS6:2 MUS6:3 MUS6:4",
    "file-encoding": "G4RS",
    "multiple-documents": "6ZKB 9DXL 9KAX JHB9 KSS4 L383 PUW8 RZT7 U9NS",
    "multiple-documents yaml-tag": "35KP 5TYM 6WLZ 9WXW",
    "yaml-non-string-key": "4FJ6 6BFJ 6PBE 9MMW DFF7 KK5P LX3P M2N8:1 M5DY PW8X Q9WF RZP5 SBG9 V9D5 X38W XW4D",
    "yaml-non-string-key yaml-tag": "FH7J",
    "yaml-syntax": "652Z HM87:1 JEF9:2 L24T:1 Y2GN",
    "yaml-tag": (
        "2AUY 2XXW 33X3 52DL 565N 57H4 6CK3 6JWB 735Y 74H7 7FWL 8MK2 BU8L C4HZ CC74 CUP7 EHF6 F2C7 J7PZ L94M M5C3"
        " P76L S4JQ U3C3 UGM3 UKK6:2 Z67P Z9M4"
    ),
}

PASSED_OVER = {"S4JQ"}
"""`! 12` is the text 12 for YAML; with its tag refused the number is what is left."""


# --- Valid YAML that libyaml cannot read ------------------------------------------------------------------------------

REFUSED_BY_LIBYAML = {
    "a key without text, which is refused anyway": "2JQS 6M2F CFD4 FRK4 M2N8:0 NHX8 NKF9 S3PD SM9W:1 UKK6:0",
    "a second document, which is refused anyway": "7Z25 M7A3 UT92 W4TN",
    "a file without a value, which is refused anyway": "HWV9 MUS6:5 MUS6:6 QT73",
    "an unknown directive or version, which YAML passes over": "2LFX 6LVF BEC7",
    "a tab between a - or : and the value": "6BCT A2M4 Y79Y:10",
    "a tab where a line begins": "6CA3 96NN:0 96NN:1 DK95:0 DK95:3 DK95:4 Q5MG R4YG Y79Y:1",
    "a colon before a comma in brackets": "4ABK",
    "a plain value in brackets that begins with a colon": "58MP 5T43 DBG4 HM87:0",
    "a key in brackets whose colon stands in the next line": "4MUZ:0 4MUZ:1 4MUZ:2 5MUD K3WX VJP3:1",
    "a key in brackets over several lines": "9SA2 NJ66",
    "a block scalar at the root without indentation": "DK3J FP8R",
    "an anchor's name with other than ASCII letters, digits, - and _": "2SXE 8XYN W5VH",
}


# --- What nobody is told ----------------------------------------------------------------------------------------------

READ_THOUGH_INVALID: dict[str, tuple[object, str]] = {
    "9C9N": ({"flow": ["a", "b", "c"]}, "brackets go on in a line without indentation"),
    "9JBA": (["a", "b", "c"], "no space before a comment"),
    "CVW2": (["a", "b", "c"], "no space before a comment"),
    "DK95:1": ({"foo": "bar baz"}, "a tab as the indentation within double quotes"),
    "G5U8": ([["-", "-"]], "a lone - in brackets is text"),
    "QB6E": ({"quoted": "a b c"}, "double quotes go on in a line without indentation"),
    "S98Z": ({"empty block scalar": ""}, "blank lines that are indented more than the text, of which there is none"),
    "SU5Z": ({"key": "value"}, "no space before a comment"),
    "X4QW": ({"block": "scalar\n"}, "no space before a comment"),
    "Y79Y:3": ([["foo", "foo"]], "a tab as the indentation within brackets"),
    "YJV2": (["-"], "a lone - in brackets is text"),
}
"""Invalid for YAML 1.2, and read as what its author can only have meant: no value of another reading is lost."""


def _ids(table: dict[str, str]) -> dict[str, str]:
    """Id of a case to the table's row."""
    return {id_: row for row, ids in table.items() for id_ in ids.split()}


ON_PURPOSE = _ids(REFUSED_ON_PURPOSE)
BY_LIBYAML = _ids(REFUSED_BY_LIBYAML)
EXPLAINED = [*ON_PURPOSE, *BY_LIBYAML, *READ_THOUGH_INVALID]


@pytest.mark.parametrize("id_", CASES)
def test_case_is_read_as_the_suite_says_or_as_a_table_explains(id_: str) -> None:
    case, parsed = CASES[id_], _parse(CASES[id_].yaml)

    assert _outcome(case, parsed) == _expected_outcome(case)
    if id_ in ON_PURPOSE:
        assert _rules(parsed) == ON_PURPOSE[id_]
    elif id_ in BY_LIBYAML:
        assert "yaml-syntax" in _rules(parsed)
        assert parsed.document is None
    elif id_ in READ_THOUGH_INVALID:
        data, _ = READ_THOUGH_INVALID[id_]
        assert _data(parsed) == data


def test_what_becomes_of_the_suite() -> None:
    outcomes = Counter(_class(case, _parse(case.yaml)) for case in CASES.values())

    # decision 0003 states these figures
    assert outcomes == {
        "valid: same data": 185,
        "valid: refused on purpose": 72,
        "valid: refused by libyaml": 51,
        "invalid: refused": 83,
        "invalid: read": 11,
    }
    assert outcomes.total() == 402


def test_tables_explain_cases_of_the_suite_once_and_with_a_reason() -> None:
    assert [id_ for id_, times in Counter(EXPLAINED).items() if times > 1] == []
    assert set(EXPLAINED) <= set(CASES)
    assert {rule for rules in REFUSED_ON_PURPOSE for rule in rules.split()} == set(WHY_REFUSED)
    assert set(READ_THOUGH_INVALID) == {id_ for id_ in EXPLAINED if not CASES[id_].valid}


def test_refusing_a_part_leaves_the_rest_as_the_suite_says() -> None:
    compared = []
    for id_ in ON_PURPOSE.keys() - PASSED_OVER:
        parsed, documents = _parse(CASES[id_].yaml), CASES[id_].documents
        if parsed.document is not None and documents is not None:
            compared.append(id_)
            assert (id_, _canonical(_data(parsed))) == (id_, _canonical(documents[0]))

    assert len(compared) == 40


def test_windows_line_ends_change_nothing() -> None:
    for case in CASES.values():
        unix, windows = _parse(case.yaml), _parse(case.yaml.replace("\n", "\r\n"))

        assert (case.id, _rules(windows), _data(windows)) == (case.id, _rules(unix), _data(unix))


def test_plain_text_stands_where_the_places_say() -> None:
    compared = 0
    for case in CASES.values():
        document = _parse(case.yaml).document
        if document is None:
            continue
        for route, value in _find_texts(document.data):
            span = document.span(route)
            assert 1 <= span.line <= span.end_line <= document.text.count("\n") + 1
            shown = _excerpt(document, route)
            if document.style(route) is Style.PLAIN and "\n" not in shown and shown[0] not in "&*!":
                compared += 1
                assert (case.id, shown) == (case.id, value)

    assert compared > 200


def _parse(text: str) -> Parsed:
    return parse_document(text.encode(), "a.yaml")


def _rules(parsed: Parsed) -> str:
    return " ".join(sorted({finding.rule for finding in parsed.findings}))


def _data(parsed: Parsed) -> object:
    return None if parsed.document is None else parsed.document.data


def _canonical(data: object) -> bytes:
    """The data as bytes which are equal for equal data: `450` is `450.00`, and `true` is not `1`."""
    return rfc8785.dumps(data)  # type: ignore[arg-type] # JSON's types


def _outcome(case: Case, parsed: Parsed) -> str:
    """What happened, without a look at any table."""
    if parsed.findings:
        return "refused"
    if not case.valid:
        return "read"
    assert parsed.document is not None
    same = case.documents is not None and [_canonical(document) for document in case.documents] == [
        _canonical(parsed.document.data)
    ]
    return "same data" if same else "other data"


def _expected_outcome(case: Case) -> str:
    if case.id in READ_THOUGH_INVALID:
        return "read"
    return "refused" if not case.valid or case.id in ON_PURPOSE or case.id in BY_LIBYAML else "same data"


def _class(case: Case, parsed: Parsed) -> str:
    outcome = _outcome(case, parsed)
    if case.valid and outcome == "refused":
        outcome += " by libyaml" if case.id in BY_LIBYAML else " on purpose"
    return f"{'valid' if case.valid else 'invalid'}: {outcome}"


def _find_texts(data: object, route: Route = ()) -> Iterator[tuple[Route, str]]:
    if isinstance(data, str):
        yield route, data
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for part, value in entries:
        yield from _find_texts(value, (*route, part))


def _excerpt(document: Document, route: Route) -> str:
    span = document.span(route)
    lines = document.text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)
