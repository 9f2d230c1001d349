"""Annotations and SARIF of a comparison."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from kiwerk.record import Score, Status
from kiwerk.record.comparison import Behaviour, Capability, Comparison, Line, SideBySide, SliceChange, Weakening
from kiwerk.report.comparison_github import MOST, format_comparison_github
from kiwerk.report.comparison_sarif import format_comparison_sarif
from tests.support.comparisons import make_case, make_comparison

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
GONE = Weakening(
    rule="removed-case",
    subject="praxis/empfang#mittwoch",
    message="the case is gone",
    base=Line(path="evals/praxis/empfang.yaml", line=70),
)
AGENT = Line(path="agents/praxis/empfang.yaml", line=3)
"""A line that `make_comparison` says was changed."""


def compare(*cases: Any, **changes: Any) -> Comparison:
    return make_comparison(*cases).model_copy(update={"capabilities": (), **changes})


def wider(number: int, line: int = 9) -> Capability:
    place = Line(path="agents/praxis/empfang.yaml", line=line)
    return Capability(
        rule="new-operation", subject="agent:praxis/empfang", direction="wider", message=f"call {number}", head=place
    )


def results(comparison: Comparison) -> list[dict[str, Any]]:
    """Those of the one run, which the schema of the standard accepts."""
    log = json.loads(format_comparison_sarif(comparison))
    VALIDATOR.validate(log)
    [run] = log["runs"]
    assert run["automationDetails"] == {"id": "kiwerk-diff/"}
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    found: list[dict[str, Any]] = run["results"]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in found)
    return found


def place(result: dict[str, Any]) -> tuple[str, int]:
    location = result["locations"][0]["physicalLocation"]
    return location["artifactLocation"]["uri"], location["region"]["startLine"]


def test_nothing_is_said_about_nothing() -> None:
    assert results(compare()) == []
    assert format_comparison_github(compare()) == ""


def test_regressed_case_stands_at_the_expectation_that_head_does_not_meet() -> None:
    score = Score(
        name="address", kind="address", status=Status.FAILED, message="found du", place="evals/praxis/empfang.yaml:12"
    )
    case = make_case("praxis/empfang#dienstag").model_copy(update={"shown": SideBySide(whole_head=(score,))})
    [result] = results(compare(case))
    assert (result["ruleId"], result["level"]) == ("regressed-case", "error")
    assert place(result) == ("evals/praxis/empfang.yaml", 12)
    assert result["message"]["text"] == "praxis/empfang#dienstag regressed: passed 5/5 → 0/5; address: found du"
    assert format_comparison_github(compare(case)).startswith(
        "::error file=evals/praxis/empfang.yaml,line=12,title=regressed-case::praxis/empfang#dienstag regressed"
    )


def test_case_without_a_place_stands_at_its_suite() -> None:
    case = make_case("praxis/empfang#dienstag", "errored").model_copy(update={"shown": None})
    [result] = results(compare(case))
    assert (result["ruleId"], *place(result)) == ("errored-case", "evals/praxis/empfang.yaml", 1)


def test_what_is_gone_stands_at_the_file_and_names_the_line_of_base() -> None:
    [result] = results(compare(weakenings=(GONE,)))
    assert place(result) == ("evals/praxis/empfang.yaml", 1)
    assert result["message"]["text"].endswith("(at base: evals/praxis/empfang.yaml:70)")
    assert result["level"] == "error"


def test_weakening_that_somebody_decided_is_a_note() -> None:
    decided = GONE.model_copy(update={"reason": "Doppelt.", "owner": "Ute Probe"})
    [result] = results(compare(weakenings=(decided,)))
    assert result["level"] == "note"
    assert format_comparison_github(compare(weakenings=(decided,))).startswith("::notice file=")


def test_narrower_capability_is_not_told() -> None:
    assert results(compare(capabilities=(wider(1).model_copy(update={"direction": "narrower"}),))) == []


def test_whole_that_went_worse_has_no_file_and_that_of_an_agent_has() -> None:
    lower = SliceChange(
        name="all", cases=9, base_rate=1, head_rate=0.5, difference=-0.5, low=-0.7, high=-0.3, p=0.01, verdict="lower"
    )
    agent = lower.model_copy(update={"name": "agent:praxis/empfang"})
    found = results(compare(behaviour=Behaviour(cases=(), slices=(lower, agent))))
    assert [result["ruleId"] for result in found] == ["regressed-slice"] * 2
    assert ["locations" in result for result in found] == [False, True]


def test_fingerprint_outlives_a_moved_line_and_other_figures() -> None:
    case = make_case("praxis/empfang#dienstag")
    [first] = results(compare(case))
    [later] = results(compare(case.model_copy(update={"head": case.base})))
    assert first["message"] != later["message"]
    assert first["partialFingerprints"] == later["partialFingerprints"]
    one, other = results(compare(capabilities=(wider(1, line=4), wider(2, line=4))))
    [moved] = results(compare(capabilities=(wider(1, line=90),)))
    assert one["partialFingerprints"] == moved["partialFingerprints"] != other["partialFingerprints"]


def test_tenth_of_a_kind_says_how_many_more_and_changed_lines_come_first() -> None:
    many = tuple(wider(number) for number in range(MOST + 5))
    lines = format_comparison_github(compare(capabilities=(*many, wider(99, line=AGENT.line)))).splitlines()
    assert len(lines) == MOST
    assert "call 99" in lines[0]
    assert lines[-1] == "::warning title=kiwerk diff::7 more"
    exactly = format_comparison_github(compare(capabilities=many[:MOST])).splitlines()
    assert len(exactly) == MOST
    assert "more" not in exactly[-1]


def test_what_would_end_a_command_is_escaped() -> None:
    hostile = wider(1).model_copy(update={"message": "a\n::error::b", "subject": "x"})
    [line] = format_comparison_github(compare(capabilities=(hostile,))).splitlines()
    assert line.endswith("x wider: a%0A::error::b")
