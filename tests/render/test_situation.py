"""What an agent meets, and the digest of it."""

from __future__ import annotations

from pathlib import Path

from kiwerk.load.project import load_project
from kiwerk.render.situation import Situation, find_situations
from tests.support.example import edit, write_example

SUITE = "evals/praxis-weber/empfang.yaml"


def load(folder: Path) -> Situation:
    project = load_project(folder)
    assert project.findings == ()
    return next(find_situations(project))


def test_faults_of_a_case_replace_those_of_its_suite_and_belong_to_the_stimulus(tmp_path: Path) -> None:
    write_example(tmp_path)
    before = load(tmp_path)
    assert before.faults == {}
    edit(tmp_path / SUITE, "given: {now:", "given: {faults: {kalender.pruefen: empty, kalender.buchen: empty}, now:")
    inherited = load(tmp_path)
    edit(tmp_path / SUITE, "given: {state:", "given: {faults: {kalender.buchen: [null, timeout]}, state:")
    own = load(tmp_path)
    assert own.faults == {"kalender.pruefen": "empty", "kalender.buchen": [None, "timeout"]}
    assert len({before.stimulus, inherited.stimulus, own.stimulus}) == 3
    assert before.oracle == own.oracle
