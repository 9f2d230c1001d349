"""What prompts read and write, at the edges of what the rules about it look at."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check.prompts import blank_tags
from kiwerk.check.rule import Check
from kiwerk.check.rules.hard_coded_fact import check_hard_coded_facts
from kiwerk.check.rules.no_current_date import check_current_dates
from kiwerk.check.rules.unused_in_prompt import check_unused_in_prompts
from kiwerk.load.project import load_project
from tests.support.example import edit, write_example

AGENT = "agents/praxis-weber/empfang.yaml"
FACTS = "agents/praxis-weber/oeffnungszeiten.yaml"
PROCESS = "processes/praxis-weber/terminvereinbarung.yaml"


def find(root: Path, check: Check) -> list[str]:
    return [finding.message for finding in check(load_project(root), datetime.now(UTC))]


def prompt(root: Path, text: str) -> None:
    path = root / AGENT
    before = path.read_text("utf-8")
    begin = before.index("prompt: |\n") + len("prompt: |\n")
    lines = before[begin:].split("\n")
    end = next((number for number, line in enumerate(lines) if line and not line.startswith("  ")), len(lines))
    path.write_text(before[:begin] + f"  {text}\n" + "\n".join(lines[end:]), "utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hallo.", ["processes", "oeffnungszeiten", "heute"]),
        ("{% if false %}{{ facts.oeffnungszeiten.sprechzeit }}{% endif %}", ["processes", "heute"]),
        ("{{ facts.oeffnungszeiten.x | default('') }}", ["processes", "heute"]),
        ("{% for name in ['a'] %}{{ facts[name] }}{% endfor %}", ["processes", "heute"]),
        ("{{ processes[0] | sop }}", ["oeffnungszeiten", "heute"]),
        ("{% if processes %}x{% endif %}", ["oeffnungszeiten", "heute"]),
        ("{{ runtime.heute }}", ["processes", "oeffnungszeiten"]),
        ("{{ runtime.heut }}", ["processes", "oeffnungszeiten"]),
        ("{{ facts.oefnungszeiten.sprechzeit }}", ["processes", "heute"]),
        ("{# {{ runtime.heute }} #}", ["processes", "oeffnungszeiten", "heute"]),
        ("{% for", []),
    ],
)
def test_what_the_prompt_leaves_out_is_found(tmp_path: Path, text: str, expected: list[str]) -> None:
    prompt(write_example(tmp_path), text)
    found = find(tmp_path, check_unused_in_prompts)
    assert [next(word for word in expected if word in message) for message in found] == expected


@pytest.mark.parametrize(
    ("slot", "holes", "found"),
    [
        ("datetime", "{}", True),
        ("datetime", "{jetzt: time}", True),
        ("datetime", "{jetzt: datetime}", False),
        ("time", "{}", True),
        ("date, pii: identity", "{}", False),
        ("text", "{}", False),
    ],
)
def test_agent_that_reckons_with_time_needs_the_date(tmp_path: Path, slot: str, holes: str, found: bool) -> None:  # noqa: FBT001
    root = write_example(tmp_path)
    edit(root / PROCESS, "type: datetime", f"type: {slot}")
    edit(root / AGENT, "runtime: {heute: date}", f"runtime: {holes}")
    assert bool(find(root, check_current_dates)) is found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Ruf 030/23125042 an, oder 030 23125 077.", 1),
        ("{{ '030 23125042' }}", 0),
        ("{# 030 23125042 #}", 0),
        ("Ein Attest kostet 15 Euro, ein zweites 15,00 €.", 2),
        ("Am 24.12. ist zu.", 1),
        ("Am 24.12.2027 ist zu.", 0),
        ("Hallo.", 0),
    ],
)
def test_copies_of_facts_are_found_however_they_are_written(tmp_path: Path, text: str, count: int) -> None:
    root = write_example(tmp_path)
    edit(
        root / FACTS,
        "values: {",
        'values: {telefon: "+49 30 23125042", attest: {euro: 15}, zu: [{tag: 2026-12-24}], ',
    )
    prompt(root, text)
    found = list(check_hard_coded_facts(load_project(root), datetime.now(UTC)))
    assert len(found) == count
    lines = (root / AGENT).read_text("utf-8").split("\n")
    for finding in found:
        written = lines[finding.span.line - 1][finding.span.column - 1 : finding.span.end_column - 1]
        assert f"'{written}'" in finding.message


def test_prompt_in_one_line_is_pointed_at_as_a_whole(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    edit(root / FACTS, "values: {", 'values: {telefon: "+49 30 23125042", ')
    path = root / AGENT
    path.write_text(
        path.read_text("utf-8").replace("prompt: |\n", 'prompt: "030 23125\\x20042"\ndescription: |\n'), "utf-8"
    )
    (finding,) = check_hard_coded_facts(load_project(root), datetime.now(UTC))
    assert path.read_text("utf-8").split("\n")[finding.span.line - 1].startswith("prompt:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a {{ b }} c", "a         c"), ("{% a\n%}b", "    \n  b"), ("{# a #}", "       "), ("{{ a", "{{ a")],
)
def test_braces_are_blanked_in_place(text: str, expected: str) -> None:
    assert blank_tags(text) == expected
