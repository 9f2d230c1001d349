"""What lies outside of a case counts for its digests only where an expectation looks at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk.load.project import load_project
from kiwerk.render.situation import find_situations
from tests.support.example import edit, write_example

SUITE = "evals/praxis-weber/empfang.yaml"


def _digests(folder: Path) -> tuple[str, str]:
    project = load_project(folder)
    assert project.findings == ()
    situation = next(find_situations(project))
    return situation.stimulus, situation.oracle


@pytest.mark.parametrize(
    ("expectation", "counts"), [("facts: true", True), ("facts: {only: [time]}", True), ("turns: {max: 9}", False)]
)
def test_edited_fact_counts_where_facts_are_expected(tmp_path: Path, expectation: str, *, counts: bool) -> None:
    write_example(tmp_path)
    edit(tmp_path / SUITE, "    expect:\n", f"    expect:\n      - {expectation}\n")
    stimulus, oracle = _digests(tmp_path)
    edit(tmp_path / "agents/praxis-weber/oeffnungszeiten.yaml", "17:00", "18:00")
    assert (_digests(tmp_path)[0] == stimulus, _digests(tmp_path)[1] != oracle) == (True, counts)


@pytest.mark.parametrize(("expectation", "counts"), [("handover: true", True), ("turns: {max: 9}", False)])
def test_edited_effect_counts_where_a_handover_is_expected(tmp_path: Path, expectation: str, *, counts: bool) -> None:
    write_example(tmp_path)
    edit(tmp_path / SUITE, "    expect:\n", f"    expect:\n      - {expectation}\n")
    stimulus, oracle = _digests(tmp_path)
    edit(tmp_path / "agents/shared/uebergabe.yaml", "effect: handover", "effect: read")
    assert (_digests(tmp_path)[0] == stimulus, _digests(tmp_path)[1] != oracle) == (True, counts)
