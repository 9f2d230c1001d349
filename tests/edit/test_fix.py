from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.edit.fix import _apply, _read, fix_document
from kiwerk.finding import Finding, Span
from kiwerk.load.source import Source
from kiwerk.load.suggest import find_only_slip
from tests.support.example import read_example

SUITE = "evals/praxis-weber/empfang.yaml"
BOM = "\ufeff"
FILES = read_example()


def fix(before: str, path: str = SUITE) -> str | None:
    """The text mended, or None where nothing has one right answer."""
    result = fix_document(before.encode(), path)
    assert result is None or result.before == before
    return None if result is None else result.after


def suite(line: str, key: str = "expect") -> str:
    return (
        f"kind: Suite\nagent: a # b\ncases:\n- id: eins\n  {key}: [{{contains: x}}] # so\n  conversation:\n  - {line}\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (suite("user: 03023125042  # Anruf"), suite('user: "03023125042"  # Anruf')),
        (suite("{user: 1.10, expect: []}"), suite('{user: "1.10", expect: []}')),
        (suite("user: True"), suite('user: "True"')),
        (suite("user: 1e3\r"), suite('user: "1e3"\r')),
        (suite("user: hallo", "expects"), suite("user: hallo")),
        (suite("user: hallo", '"expct"'), suite("user: hallo")),
        (suite("uesr: hallo"), suite("user: hallo")),
        (suite("User: hallo", "Expect"), suite("user: hallo")),
        (BOM + suite("user: hallo"), suite("user: hallo")),
        (suite("user: hallo").replace("Suite", "suite"), suite("user: hallo")),
        (suite("user: hallo").replace("Suite", "'SUITE'"), suite("user: hallo")),
    ],
)
def test_one_right_answer_is_written_where_the_mistake_stood(before: str, after: str) -> None:
    assert fix(before) == after
    assert fix(after) is None


@pytest.mark.parametrize(
    "text",
    [
        suite("user: hallo"),
        suite("user: *x"),
        suite("user: &x 12"),
        suite("user: !!int 12"),
        suite("&x uesr: hallo"),
        suite("user: hallo").replace("Suite", "&x suite"),
        suite("user: [a"),
        BOM + suite("user: [a"),
        BOM + suite("user: \x00"),
        suite("user: ~"),
        suite("user: hallo", "expectations"),
        suite("usr: hallo"),
        suite("user: hallo\n    uesr: du"),
        suite("user: hallo").replace("Suite", "Suit"),
        "",
        "12",
    ],
)
def test_what_has_several_answers_or_cannot_be_read_is_left_alone(text: str) -> None:
    assert fix(text) is None


def test_number_that_may_be_meant_is_left_alone() -> None:
    text = "kind: Facts\nsource: x\nvalid_until: 2027-01-31\nvalues: {preis: 1.10}\n"
    assert fix(text, "agents/praxis-weber/preise.yaml") is None


def test_key_is_not_renamed_where_what_it_says_would_be_wrong() -> None:
    assert fix(suite("user: hallo").replace("expect: [{contains: x}]", "expects: [{contians: x}]")) is None
    assert fix(suite("User: 12")) is None


def test_one_mistake_that_cannot_be_mended_keeps_no_other_from_it() -> None:
    text = suite("user: hallo\n    uesr: du\n  - user: 12")
    assert fix(text) == suite('user: hallo\n    uesr: du\n  - user: "12"')


def test_several_are_mended_at_once_and_overlapping_ones_are_not() -> None:
    source = Source(SUITE, "a: 1\nb: [22, 3]\n")
    spans = [Span(SUITE, 1, 4, 1, 5), Span(SUITE, 2, 5, 2, 7), Span(SUITE, 2, 9, 2, 10)]
    numbers = [
        Finding("ambiguous-scalar", "", span, fix=fix) for span, fix in zip(spans, ('"1"', '"22"', '"3"'), strict=True)
    ]
    assert _apply(source, numbers) == 'a: "1"\nb: ["22", "3"]\n'
    list_ = Finding("ambiguous-scalar", "", Span(SUITE, 2, 4, 2, 11), fix='"[22, 3]"')
    assert _apply(source, [list_]) == 'a: 1\nb: "[22, 3]"\n'
    assert _apply(source, [*numbers, list_]) is None


def test_fix_that_mends_nothing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiwerk.edit.fix._write", lambda _finding, written: written)
    assert fix(suite("user: 12")) is None


def test_bytes_that_are_no_text_are_not_written_back() -> None:
    assert fix_document(suite("user: 12").encode() + b"# \xff\n", SUITE) is None


@pytest.mark.parametrize(
    ("name", "known", "answer"),
    [
        ("expects", ["expect", "user"], "expect"),
        ("exepct", ["expect"], "expect"),
        ("expet", ["expect"], "expect"),
        ("axpect", ["expect"], "expect"),
        ("valid-until", ["valid_until"], "valid_until"),
        ("Valid-Until", ["valid_until"], "valid_until"),
        ("exepcts", ["expect"], None),
        ("expectation", ["expect"], None),
        ("steps", ["step", "stops"], None),
        ("tos", ["to"], None),
        ("sya", ["say"], None),
        ("expect", [], None),
    ],
)
def test_slip_is_one_finger_and_one_answer(name: str, known: list[str], answer: str | None) -> None:
    assert find_only_slip(name, known) == answer


EDITS = st.tuples(st.floats(0, 1, exclude_max=True), st.sampled_from(["", "x", "e", "-", "12", "0.10", " ", "\n", "A"]))


@given(
    st.sampled_from(sorted(FILES)), st.lists(EDITS, max_size=4), st.sampled_from(["", BOM]), st.sampled_from(['"', ""])
)
def test_fixing_only_takes_findings_away_and_is_done_at_once(
    path: str, edits: list[tuple[float, str]], bom: str, quote: str
) -> None:
    text = FILES[path].replace('"', quote)
    for place, new in edits:
        index = int(place * len(text))
        text = text[:index] + new + text[index + 1 :]
    data = (bom + text).encode()
    result = fix_document(data, path)
    reading = _read(data, path)
    if result is None or reading is None:
        assert result is None
        return
    after = _read(result.after.encode(), path)
    assert after is not None
    before = Counter((item.rule, item.message) for item in reading.findings)
    left = Counter((item.rule, item.message) for item in after.findings)
    assert left <= before
    assert before.total() - left.total() >= len(result.fixed) > 0
    assert result.after.count("\n") == text.count("\n")
    assert [line.partition("#")[2] for line in result.after.split("\n")] == [
        line.partition("#")[2] for line in text.split("\n")
    ]
    assert fix_document(result.after.encode(), path) is None
