"""Names at the edges: what one rule leaves to another, and what only some cases can name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check import check_project
from kiwerk.finding import Severity
from kiwerk.load.project import load_project
from tests.support.example import edit, write_example

AGENT = "agents/praxis-weber/empfang.yaml"
TOOLSET = "agents/praxis-weber/kalender.yaml"
PROCESS = "processes/praxis-weber/terminvereinbarung.yaml"
SUITE = "evals/praxis-weber/empfang.yaml"
POLICY = "evals/standard.yaml"
INIT = "rules:\n  - {id: zuerst, init: kalender.pruefen}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_example(tmp_path, simulated=True)


def find(root: Path) -> list[tuple[str, str]]:
    findings = check_project(load_project(root), datetime(2026, 11, 27, tzinfo=UTC))
    # warnings are about other things than names
    return [(finding.rule, finding.message) for finding in findings if finding.severity is Severity.ERROR]


def test_first_event_can_be_tripped_where_the_case_names_its_process(root: Path) -> None:
    edit(root / PROCESS, "rules:\n", INIT)
    edit(root / SUITE, "trips: [address]", "trips: [address, zuerst]")
    assert find(root) == []


def test_first_event_cannot_be_tripped_where_the_case_names_no_process(root: Path) -> None:
    edit(root / PROCESS, "rules:\n", INIT)
    edit(root / SUITE, "trips: [address]", "trips: [address, zuerst]")
    edit(root / SUITE, "    tags: [critical]\n    process: terminvereinbarung\n", "    tags: [critical]\n")
    assert find(root) == [("unresolved-reference", "This case has no expectation or rule 'zuerst'")]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", ["'kalender.pruefen' has no argument 'dauer'"]),
        ("additionalProperties: false, ", ["'kalender.pruefen' has no argument 'dauer'"]),
        ("additionalProperties: true, ", []),
        ('patternProperties: {"^d": {}}, ', []),
    ],
)
def test_argument_may_be_one_that_the_schema_allows_without_naming_it(
    root: Path, more: str, expected: list[str]
) -> None:
    edit(root / TOOLSET, "type: object, required: [beginn], ", f"type: object, {more}required: [beginn], ")
    edit(root / PROCESS, "with: {beginn: wunschtermin}         #", "with: {beginn: wunschtermin, dauer: name}  #")
    assert [message for _, message in find(root)] == expected


def test_selector_may_name_what_stands_in_a_suite_that_cannot_be_read(root: Path) -> None:
    edit(root / POLICY, "tag:critical", "tag:wichtig")
    assert [rule for rule, _ in find(root)] == ["unresolved-reference"]
    edit(root / SUITE, "agent: empfang", "agent: empfang\nunknown: 1")
    assert [rule for rule, _ in find(root)] == ["unknown-key"]


def test_suites_of_agents_that_do_not_exist_are_kept_apart(root: Path) -> None:
    text = "kind: Suite\nagent: {}\ncases: [{{id: a, conversation: [{{user: Hallo.}}], expect: [{{contains: a}}]}}]\n"
    for name in ("telefon", "postfach"):
        (root / f"evals/praxis-weber/{name}.yaml").write_text(text.format(name), "utf-8")
    assert find(root) == [
        ("unresolved-reference", "There is no Agent 'postfach'"),
        ("unresolved-reference", "There is no Agent 'telefon'"),
    ]


def test_case_may_name_a_process_while_another_of_the_agents_cannot_be_read(root: Path) -> None:
    other = (root / PROCESS).read_text("utf-8")
    (root / "processes/praxis-weber/notfall.yaml").write_text(other, "utf-8")
    edit(root / SUITE, "    tags: [critical]\n    process: terminvereinbarung\n", "    process: notfall\n")
    assert [rule for rule, _ in find(root)] == ["unresolved-reference"]
    edit(root / AGENT, "processes: [terminvereinbarung]", "processes: [terminvereinbarung, kaputt]")
    (root / "processes/praxis-weber/kaputt.yaml").write_text("kind: Process\nunknown: 1\n", "utf-8")
    assert {rule for rule, _ in find(root)} == {"missing-key", "unknown-key"}


def test_document_of_another_kind_that_cannot_be_read_excuses_nothing(root: Path) -> None:
    (root / "agents/praxis-weber/preise.yaml").write_text("kind: Toolset\n", "utf-8")
    edit(root / AGENT, "facts: [oeffnungszeiten]", "facts: [oeffnungszeiten, preise]")
    assert {rule for rule, _ in find(root)} == {"missing-key", "unresolved-reference"}


def test_hole_may_be_filled_for_all_cases_at_once(root: Path) -> None:
    edit(root / AGENT, "runtime: {heute: date}", "runtime: {heute: date, anrufer: phone}")
    assert {rule for rule, _ in find(root)} == {"unfilled-hole"}
    given = '{now: 2026-11-27T10:00, runtime: {anrufer: "030 23125 042"}}'
    edit(root / SUITE, "given: {now: 2026-11-27T10:00}", f"given: {given}")
    assert find(root) == []


@pytest.mark.parametrize(
    ("reference", "fine"),
    [("#", True), ("#/properties/beginn", True), ("#/$defs/tag", False), ("#tag", False), ("tag.json", False)],
)
def test_reference_of_a_schema_stays_within_it(root: Path, reference: str, fine: bool) -> None:  # noqa: FBT001
    more = f'type: object, required: [beginn], properties: {{ende: {{$ref: "{reference}"}}, '
    edit(root / TOOLSET, "type: object, required: [beginn], properties: {", more)
    assert ([rule for rule, _ in find(root)] == []) is fine
