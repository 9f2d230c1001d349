"""What is left over, untested, led by nobody else or soon out of date, at the edges of what the rules look at."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check import check_project
from kiwerk.check.rule import Check
from kiwerk.check.rules.due_review import check_due_reviews
from kiwerk.check.rules.expiring_fact import check_expiring_facts
from kiwerk.check.rules.missing_deputy import check_missing_deputies
from kiwerk.check.rules.missing_escalation import check_missing_escalations
from kiwerk.check.rules.missing_scope import check_missing_scopes
from kiwerk.check.rules.ungranted_tool import check_ungranted_tools
from kiwerk.check.rules.untested_agent import check_untested_agents
from kiwerk.check.rules.unused_document import check_unused_documents
from kiwerk.finding import Severity
from kiwerk.load.project import load_project
from tests.support.example import edit, write_example

ORGANIZATION = "agents/praxis-weber/organization.yaml"
AGENT = "agents/praxis-weber/empfang.yaml"
FACTS = "agents/praxis-weber/oeffnungszeiten.yaml"
PROCESS = "processes/praxis-weber/terminvereinbarung.yaml"
SUITE = "evals/praxis-weber/empfang.yaml"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_example(tmp_path, simulated=True)


def find(root: Path, check: Check, now: datetime = NOW) -> list[str]:
    return [finding.message for finding in check(load_project(root), now)]


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (AGENT, "facts: [oeffnungszeiten]", "facts: []", ["No agent names these facts"]),
        (AGENT, "facts: [oeffnungszeiten]", "facts: [praxis-weber/oeffnungszeiten]", []),
        (AGENT, "tools: [kalender, shared/uebergabe]", "tools: [kalender]", []),
        (AGENT, "tools: [kalender, shared/uebergabe]", "tools: [shared/uebergabe]", ["No agent names this toolset"]),
        (AGENT, "processes: [terminvereinbarung]", "processes: []", ["No agent names this process"]),
        (AGENT, "opening: ki_hinweis", "#", ["Nobody says 'ki_hinweis'"]),
        (
            AGENT,
            "opening: ki_hinweis                      # spoken first, word for word\n",
            "",
            ["Nobody says 'ki_hinweis'"],
        ),
        (ORGANIZATION, "phrases: {", "phrases: {ende: Auf Wiederhören., ", ["Nobody says 'ende'"]),
        (SUITE, "persona: eilig", "persona: gemach", ["No case is played by 'eilig'"]),
        (AGENT, "kind: Agent", "kind: Agnt", []),
        (AGENT, "title: Telefonempfang", "titel: Telefonempfang", []),
        (ORGANIZATION, "title: Praxis Dr. Weber", "titel: x", []),
    ],
)
def test_what_no_agent_of_the_company_uses_is_found(
    root: Path, path: str, old: str, new: str, expected: list[str]
) -> None:
    edit(root / path, old, new)
    assert find(root, check_unused_documents) == expected


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("{{ phrases.ende }}", []),
        ("{{ phrases[agent.title] }}", []),
        ("{% for name in phrases %}{{ name }}{% endfor %}", []),
        ("{{ phrases.", []),
        ("{{ phrases.anderes | default('') }}", ["Nobody says 'ende'"]),
    ],
)
def test_phrase_that_a_prompt_may_read_is_used(root: Path, prompt: str, expected: list[str]) -> None:
    edit(root / ORGANIZATION, "phrases: {", "phrases: {ende: Auf Wiederhören., ")
    edit(root / AGENT, "prompt: |\n", f"prompt: |\n  {prompt}\n")
    assert find(root, check_unused_documents) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], []),
        ([("agent: empfang", "agent: empfnag")], ["No case tests this agent"]),
        ([("agent: empfang", "agent: praxis-weber/empfang")], []),
        ([("kind: Suite", "kind: Siute")], []),
        ([("cases:", "caess:")], []),
    ],
)
def test_agent_without_a_suite_is_found(root: Path, edits: list[tuple[str, str]], expected: list[str]) -> None:
    for old, new in edits:
        edit(root / SUITE, old, new)
    assert find(root, check_untested_agents) == expected


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ("{a: {name: A, deputy: b}, b: {name: B}}", []),
        ("{a: {name: A}, b: {name: B}}", ["'a' leads 'empfang', and nobody stands in"]),
        ("{a: {name: A, deputy: a}}", ["'a' leads 'empfang', and nobody else stands in"]),
        ("{a: {name: A}}", ["'a' leads 'empfang', and nobody stands in"]),
        ("{a: {name: A, deputy: nobody}}", []),
        ("{b: {name: B}}", []),
    ],
)
def test_leader_of_an_agent_needs_a_deputy(root: Path, people: str, expected: list[str]) -> None:
    path = root / ORGANIZATION
    lines = [line for line in path.read_text("utf-8").split("\n") if not line.startswith("people:")]
    path.write_text("\n".join([*lines, f"people: {people}", ""]), "utf-8")
    edit(root / AGENT, "owner: praxisleitung", "owner: a")
    assert find(root, check_missing_deputies) == expected


def test_duties_of_people_become_errors_with_a_target(root: Path) -> None:
    edit(root / ORGANIZATION, "deputy: empfang, escalation: true", "escalation: false")
    for names, severity in (((), Severity.ERROR), (("staging", "production"), Severity.WARNING)):
        for name in names:
            path = root / f"agents/environments/{name}.yaml"
            path.write_text("\n".join(x for x in path.read_text("utf-8").split("\n") if "target" not in x), "utf-8")
        found = check_project(load_project(root), NOW)
        assert [(item.rule, item.severity) for item in found] == [
            ("missing-escalation", severity),
            ("missing-deputy", severity),
        ]


def test_company_without_agents_needs_nobody_for_urgent_matters(root: Path) -> None:
    edit(root / ORGANIZATION, ", escalation: true", "")
    assert len(find(root, check_missing_escalations)) == 1
    (root / AGENT).unlink()
    assert find(root, check_missing_escalations) == []


def test_agent_without_a_scope_is_found(root: Path) -> None:
    edit(root / AGENT, "scope: {in: [Terminvereinbarung, Öffnungszeiten], out: [medizinische Beratung]}", "#")
    assert len(find(root, check_missing_scopes)) == 1


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-26", []),
        ("2026-11-27", ["These facts expire today, after 2026-11-27"]),
        ("2026-11-28", ["These facts expire in 1 day, after 2026-11-28"]),
        ("2026-12-27", ["These facts expire in 30 days, after 2026-12-27"]),
        ("2026-12-28", []),
        ("9999-12-31", []),
        ("0001-01-01", []),
    ],
)
def test_facts_are_announced_thirty_days_ahead(root: Path, day: str, expected: list[str]) -> None:
    edit(root / FACTS, "valid_until: 2027-01-31", f"valid_until: {day}")
    assert find(root, check_expiring_facts) == expected


@pytest.mark.parametrize(
    ("day", "every", "expected"),
    [
        ("2026-11-02", "90d", []),
        ("2026-08-29", "90d", ["The next review is due today"]),
        ("2026-08-28", "90d", []),
        ("2026-09-20", "90d", ["The next review is due in 22 days"]),
        ("2026-09-21", "90d", []),
        ("2025-12-27", "365d", ["The next review is due in 30 days"]),
        ("2025-12-28", "365d", []),
        ("2026-11-21", "7d", ["The next review is due in 1 day"]),
        ("2026-11-20", "7d", ["The next review is due today"]),
        ("2026-11-22", "7d", []),
        ("9999-12-31", "999999d", []),
        ("0001-01-01", "999999d", []),
        ("2026-11-27", "12h", ["The next review is due today"]),
    ],
)
def test_review_is_announced_in_the_last_quarter(root: Path, day: str, every: str, expected: list[str]) -> None:
    edit(root / PROCESS, "reviewed: 2026-11-02", f"reviewed: {day}")
    edit(root / PROCESS, "review_every: 90d", f"review_every: {every}")
    assert find(root, check_due_reviews) == expected


def test_tool_that_does_not_exist_is_not_called_missing_as_well(root: Path) -> None:
    edit(root / AGENT, "tools: [kalender,", "tools: [kalendar,")
    assert find(root, check_ungranted_tools) == []
    edit(root / AGENT, "tools: [kalendar,", "tools: [")
    assert find(root, check_ungranted_tools) != []
