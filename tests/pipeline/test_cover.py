from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk.diff.configuration import compare_documents
from kiwerk.pipeline.cover import cover
from kiwerk.pipeline.sides import load_sides
from kiwerk.record.comparison import CoveredPart
from tests.support.example import edit, write_example
from tests.support.git import write_commit
from tests.support.python_mock import BOOKING, CODE, give_python

TOOLSET = "agents/praxis-weber/kalender.yaml"
PROCESS = "processes/praxis-weber/terminvereinbarung.yaml"
SUITE = "evals/praxis-weber/empfang.yaml"
CASE = "praxis-weber/empfang#dienstag-halb-drei"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_commit(write_example(tmp_path), {})
    return tmp_path


def find(root: Path) -> dict[str, CoveredPart]:
    sides = load_sides(root, "HEAD", None)
    return {item.part: item for item in cover(sides, compare_documents(sides.base, sides.head)).parts}


def test_changed_operation_names_the_cases_that_call_it(root: Path) -> None:
    edit(root / TOOLSET, "Bucht den Termin.", "Bucht den Termin verbindlich.")
    found = find(root)
    assert found["operation kalender.buchen"].after == (CASE,)
    assert found["outcome kalender.buchen:ok"].after == (CASE,)
    assert found["outcome kalender.buchen:belegt"].after == ()
    assert "operation kalender.pruefen" not in found


def test_changed_rule_is_tested_by_what_sets_it_off(root: Path) -> None:
    edit(root / PROCESS, '["kalender.buchen:ok", 2]', '["kalender.buchen:ok", 3]')
    assert list(find(root)) == ["rule nur-einmal"]
    assert find(root)["rule nur-einmal"].after == (CASE,)


def test_step_that_nobody_tests_any_more_is_told_with_what_tested_it(root: Path) -> None:
    edit(root / PROCESS, "with: {beginn: wunschtermin}         #", "with: {beginn: wunschtermin}  # ")
    edit(
        root / PROCESS,
        "{when: belegt, then: erfassen}, {else: uebergeben}]\n  - {id: anbieten",
        "{else: uebergeben}]\n  - {id: anbieten",
    )
    case = (root / SUITE).read_text(encoding="utf-8")
    (root / SUITE).write_text(case[: case.index("    reference:")], encoding="utf-8")
    found = find(root)["step pruefen"]
    assert (found.before, found.after) == ((CASE,), ())


def test_title_is_nothing_to_test(root: Path) -> None:
    edit(root / PROCESS, "title: Terminvereinbarung", "title: Termine")
    assert find(root) == {}


def test_python_that_is_not_checked_out_is_not_run_and_what_it_tests_is_said_to_be_unknown(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    noted = tmp_path_factory.mktemp("noted") / "run"
    give_python(root, f"with open({str(noted)!r}, 'a') as file: file.write('x')\n{BOOKING}")
    write_commit(root, {}, "Mock in Python")
    (root / CODE).write_text(BOOKING, "utf-8")
    edit(root / TOOLSET, "Bucht den Termin.", "Bucht den Termin verbindlich.")
    sides = load_sides(root, "HEAD", None)
    covered = cover(sides, compare_documents(sides.base, sides.head))
    [booking] = [item for item in covered.parts if item.part == "operation kalender.buchen"]
    assert (booking.before, booking.after) == ((), (CASE,))
    assert covered.left_out == (
        f"what {CASE} tests at base: the reference runs Python that is not checked out here ({CODE})",
    )
    assert not noted.exists()
