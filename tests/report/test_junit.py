from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies
from xmlschema import XMLSchemaValidationError

from kiwerk.report.junit import LONGEST_TEXT, JUnitCase, JUnitSuite, format_junit
from tests.support.junit import find_outcomes, load_schema, read_junit


def case(name: str = "dienstag[reference]", outcome: Any = "passed", **changes: Any) -> JUnitCase:
    return JUnitCase("praxis-weber/empfang", name, outcome, **changes)


def test_schema_would_refuse_what_is_no_report() -> None:
    text = format_junit("kiwerk eval", [JUnitSuite("a", [case()])])
    for old, new in (("<testcase ", "<test "), ('name="dienstag[reference]" ', ""), ('errors="0" skipped', "skipped")):
        assert text.count(old) == 1
        with pytest.raises(XMLSchemaValidationError):
            load_schema().validate(text.replace(old, new))


def test_outcomes_are_counted_in_suite_and_whole() -> None:
    cases = [case(outcome, outcome, message="weil") for outcome in ("passed", "failure", "error", "skipped")]
    root = read_junit(format_junit("kiwerk eval", [JUnitSuite("a", cases), JUnitSuite("b", [case("fertig")])]))
    assert root.attrib == {"name": "kiwerk eval", "tests": "5", "failures": "1", "errors": "1"}
    assert [suite.attrib["skipped"] for suite in root] == ["1", "0"]
    assert find_outcomes(root) == {
        "passed": "passed",
        "failure": "failure",
        "error": "error",
        "skipped": "skipped",
        "fertig": "passed",
    }


def test_times_are_seconds_and_only_where_they_are_known() -> None:
    cases = [case("a", seconds=1234.5678), case("b", seconds=0.25), case("c")]
    started = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
    [suite] = read_junit(format_junit("kiwerk eval", [JUnitSuite("a", cases, started)]))
    assert [item.attrib.get("time") for item in suite] == ["1234.568", "0.250", None]
    assert suite.attrib["time"] == "1234.818"
    assert suite.attrib["timestamp"] == "2026-11-27T10:00:00"


def test_class_name_has_the_dots_by_which_readers_group() -> None:
    [suite] = read_junit(format_junit("kiwerk eval", [JUnitSuite("a", [case()])]))
    assert suite[0].attrib["classname"] == "praxis-weber.empfang"


def test_suite_without_cases_is_left_out() -> None:
    assert list(read_junit(format_junit("kiwerk eval", [JUnitSuite("a", [])]))) == []


def test_what_xml_lacks_and_what_hides_is_written_by_its_number() -> None:
    said = "\x00\x07\x1b[31m\u202egnp\ufffe\ud800\x85 ]]></failure> <b>&amp;"
    [suite] = read_junit(format_junit("kiwerk", [JUnitSuite("a", [case(outcome="failure", message=said, text=said)])]))
    shown = "<U+0000><U+0007><U+001B>[31m<U+202E>gnp<U+FFFE><U+D800><U+0085> ]]></failure> <b>&amp;"
    assert suite[0][0].text == shown
    assert suite[0][0].attrib["message"] == shown.replace("<U+0085>", "")


def test_reply_of_megabytes_is_cut_and_its_length_told() -> None:
    text = format_junit("kiwerk", [JUnitSuite("a", [case(outcome="failure", text="a" * 10_000_000)])])
    read_junit(text)
    assert "… (10000000 characters)" in text
    assert len(text) < LONGEST_TEXT + 1000


@given(strategies.text())
def test_whatever_is_said_the_document_stays_valid(said: str) -> None:
    failed = JUnitCase(said, said, "failure", said, said, said, output=said)
    read_junit(format_junit(said, [JUnitSuite(said, [failed], properties={"revision": said})]))
