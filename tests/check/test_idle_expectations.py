"""Expectations and cases that cannot fail, or cannot be judged, at the edges of what is certain."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiwerk.check.idle import explain_idle, is_always_found
from kiwerk.check.rule import Check
from kiwerk.check.rules.case_cannot_fail import check_cases_that_cannot_fail
from kiwerk.check.rules.expectation_cannot_fail import check_expectations_that_cannot_fail
from kiwerk.check.rules.reserved_name import RESERVED
from kiwerk.check.rules.unjudgeable_expectation import check_unjudgeable_expectations
from kiwerk.gate.complete import COMPLETE
from kiwerk.gate.verdict import FINDINGS
from kiwerk.load.project import load_project
from kiwerk.spec.expectation import Expectation
from tests.support.example import edit, write_example

SUITE = "evals/praxis-weber/empfang.yaml"
PROCESS = "processes/praxis-weber/terminvereinbarung.yaml"


@pytest.mark.parametrize(
    ("idle", "body"),
    [
        (True, {"turns": {"min": 0}}),
        (False, {"turns": {"min": 1}}),
        (True, {"turns": {"max": 2}}),
        (True, {"turns": {"min": 0, "max": 2}}),
        (False, {"turns": {"min": 1, "max": 2}}),
        (False, {"turns": {"max": 1}}),
        (False, {"turns": {"max": 2}, "not": True}),
        (True, {"contains": " "}),
        (False, {"contains": " ", "not": True}),
        (False, {"contains": "."}),
        (True, {"any_of": ["a", "\n"]}),
        (False, {"any_of": ["a", "b"]}),
        (False, {"all_of": ["a", " "]}),
        (True, {"matches": "x*"}),
        (False, {"matches": "x+"}),
        (False, {"matches": "x*", "not": True}),
        (True, {"state": {}}),
        (True, {"state": {"kalender": {}}}),
        (False, {"state": {"kalender": {"termine": []}}}),
        (False, {"state": {"kalender": {}}, "not": True}),
        (True, {"calls": {"tool": "k.a", "min": 0}}),
        (False, {"calls": {"tool": "k.a", "min": 0, "max": 1}}),
        (False, {"address": "sie"}),
        (False, {"called": {"tool": "k.a"}}),
        (False, {"process": {"end": "abandoned"}}),
    ],
)
def test_expectation_is_idle_only_where_that_is_certain(idle: bool, body: dict[str, Any]) -> None:  # noqa: FBT001
    expectation = Expectation.model_validate(body)
    assert (explain_idle(expectation, user_turns=2, language="de") is not None) is idle


@pytest.mark.parametrize(("language", "idle"), [("de", False), ("en", True), (None, False)])
def test_address_is_idle_in_other_languages(language: str | None, idle: bool) -> None:  # noqa: FBT001
    expectation = Expectation.model_validate({"address": "du", "not": True})
    assert (explain_idle(expectation, user_turns=1, language=language) is not None) is idle


def test_number_of_turns_is_open_with_a_simulated_user() -> None:
    limit = Expectation.model_validate({"turns": {"max": 200}})
    assert explain_idle(limit, user_turns=None, language="de") is None
    nothing = Expectation.model_validate({"turns": {"min": 0}})
    assert explain_idle(nothing, user_turns=None, language="de") is not None


@pytest.mark.parametrize(
    ("pattern", "always"),
    [
        (".*", True),
        ("(?i).*", True),
        ("^.*", True),
        ("^", True),
        ("$", True),
        ("a|", True),
        ("(a?)*", True),
        ("[\\s\\S]*", True),
        ("^$", False),
        ("^a*$", False),
        ("(?!.*Preis)", False),
        ("^(?!.*Preis)", False),
        ("(?<!x)", False),
        ("\\b", False),
        ("\\A\\Z", False),
        (".", False),
        ("a", False),
        ("[^a]*", False),
    ],
)
def test_pattern_is_always_found_only_where_that_is_certain(pattern: str, always: bool) -> None:  # noqa: FBT001
    assert is_always_found(pattern) is always


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_example(tmp_path, simulated=True)


def find(root: Path, check: Check) -> list[str]:
    return [finding.message for finding in check(load_project(root), datetime.now(UTC))]


def test_limit_counts_the_turns_that_the_expectation_looks_at(root: Path) -> None:
    edit(root / SUITE, "      - address: sie\n", "      - turns: {max: 1}\n      - address: sie\n")
    assert find(root, check_expectations_that_cannot_fail) == []
    edit(root / SUITE, "expect: [{called: ", "expect: [{turns: {max: 1}}, {called: ")
    assert len(find(root, check_expectations_that_cannot_fail)) == 1


def test_agent_that_does_not_exist_speaks_no_language(root: Path) -> None:
    edit(root / SUITE, "agent: empfang", "agent: nirgends")
    assert find(root, check_expectations_that_cannot_fail) == []
    assert find(root, check_cases_that_cannot_fail) == []


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], []),
        (
            [
                (
                    PROCESS,
                    "kalender.buchen], where: {same: [beginn]}, severity: block}",
                    "kalender.buchen], severity: warn}",
                )
            ],
            [],
        ),
        (
            [
                (
                    PROCESS,
                    "kalender.buchen], where: {same: [beginn]}, severity: block}",
                    "kalender.buchen], severity: warn}",
                ),
                (PROCESS, '["kalender.buchen:ok", 2], severity: block}', '["kalender.buchen:ok", 2], severity: warn}'),
            ],
            ["Everything in the case 'eiliger-anrufer' only warns"],
        ),
        (
            [
                (
                    PROCESS,
                    "kalender.buchen], where: {same: [beginn]}, severity: block}",
                    "kalender.buchen], severity: warn}",
                ),
                (PROCESS, '["kalender.buchen:ok", 2], severity: block}', '["kalender.buchen:ok", 2], severity: warn}'),
                (PROCESS, "rules:\n", "rules:\n  - {id: zuerst, init: kalender.pruefen}\n"),
            ],
            [],
        ),
        (
            [
                (
                    PROCESS,
                    "kalender.buchen], where: {same: [beginn]}, severity: block}",
                    "kalender.buchen], severity: warn}",
                ),
                (PROCESS, '["kalender.buchen:ok", 2], severity: block}', '["kalender.buchen:ok", 2], severity: warn}'),
                (PROCESS, "rules:\n", "rules:\n  - {id: zuerst, init: kalender.pruefen}\n"),
                (SUITE, "eiliger-anrufer\n    process: terminvereinbarung\n", "eiliger-anrufer\n"),
            ],
            ["Everything in the case 'eiliger-anrufer' only warns"],
        ),
        ([(PROCESS, "kind: Process", "kind: Prozess")], []),
    ],
)
def test_case_fails_by_an_expectation_or_a_rule_that_blocks(
    root: Path, edits: list[tuple[str, str, str]], expected: list[str]
) -> None:
    edit(
        root / SUITE,
        "    expect: [{process: {end: resolved}}]",
        "    expect: [{process: {end: resolved}, severity: warn}]",
    )
    for path, old, new in edits:
        edit(root / path, old, new)
    assert find(root, check_cases_that_cannot_fail) == expected


def test_state_is_known_after_the_last_turn_alone(root: Path) -> None:
    edit(
        root / SUITE,
        "- user: Ja, das passt.\n",
        "- user: Ja, das passt.\n        expect: [{state: {kalender: {termine: []}}}]\n",
    )
    assert find(root, check_unjudgeable_expectations) == []
    edit(root / SUITE, "expect: [{called: ", "expect: [{state: {kalender: {termine: []}}}, {called: ")
    assert find(root, check_unjudgeable_expectations) == [
        "The state after user turn 1 is not recorded, only that at the end"
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("process: {end: resolved}", "handover: true", []),
        ("process: {end: resolved}", "process: {end: resolved}", ["The end of which process? The agent has none"]),
        ("process: {end: resolved}", "process: {rules: [erst-pruefen]}", []),
    ],
)
def test_end_needs_one_process(root: Path, old: str, new: str, expected: list[str]) -> None:
    edit(root / SUITE, "    expect: [{process: {end: resolved}}]", "    expect: [{turns: {min: 1}}]")
    edit(root / SUITE, f"      - {old}\n", f"      - {new}\n")
    edit(root / SUITE, "    tags: [critical]\n    process: terminvereinbarung\n", "    tags: [critical]\n")
    assert find(root, check_unjudgeable_expectations) == []
    edit(root / "agents/praxis-weber/empfang.yaml", "processes: [terminvereinbarung]", "processes: []")
    assert find(root, check_unjudgeable_expectations) == expected


def test_end_and_rule_of_several_processes_are_ambiguous(root: Path) -> None:
    (root / "processes/praxis-weber/zweiter.yaml").write_text((root / PROCESS).read_text("utf-8"), "utf-8")
    edit(
        root / "agents/praxis-weber/empfang.yaml",
        "processes: [terminvereinbarung]",
        "processes: [terminvereinbarung, zweiter]",
    )
    edit(root / SUITE, "process: {end: resolved}\n", "process: {end: resolved, rules: [erst-pruefen]}\n")
    assert find(root, check_unjudgeable_expectations) == []
    edit(root / SUITE, "    tags: [critical]\n    process: terminvereinbarung\n", "    tags: [critical]\n")
    assert find(root, check_unjudgeable_expectations) == [
        "The end of which process? The agent has 'praxis-weber/terminvereinbarung', 'praxis-weber/zweiter'",
        "The rule 'erst-pruefen' of which process? praxis-weber/terminvereinbarung and praxis-weber/zweiter have one",
    ]


def test_handover_needs_an_operation_that_does(root: Path) -> None:
    edit(root / SUITE, "      - address: sie\n", "      - handover: true\n")
    edit(root / "agents/praxis-weber/empfang.yaml", "tools: [kalender, shared/uebergabe]", "tools: [kalender]")
    assert find(root, check_unjudgeable_expectations) == [
        "The agent 'praxis-weber/empfang' has no operation with effect: handover"
    ]
    edit(root / "agents/praxis-weber/empfang.yaml", "tools: [kalender]", "tools: [kalender, nirgends]")
    assert find(root, check_unjudgeable_expectations) == []


def test_reserved_names_are_those_of_the_gate() -> None:
    assert sorted(RESERVED) == sorted((COMPLETE, FINDINGS))
