"""What an agent meets, and the digest of it."""

from __future__ import annotations

from pathlib import Path

from kiwerk.load.project import load_project
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.situation import Situation, find_situations
from tests.support.example import edit, write_example
from tests.support.python_mock import give_python

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


def test_python_of_a_mock_belongs_to_the_stimulus_and_never_ships(tmp_path: Path) -> None:
    write_example(tmp_path)
    code = give_python(tmp_path)

    def digests() -> tuple[str, str, str]:
        project = load_project(tmp_path)
        rendered = render_agent(project, project.agents["praxis-weber/empfang"])
        assert isinstance(rendered, Rendered)
        situation = next(find_situations(project))
        return situation.stimulus, situation.oracle, rendered.ships

    before = digests()
    code.write_bytes(code.read_bytes().replace(b"\n", b"\r\n"))
    assert digests() == before
    edit(code, '"nummer": len', '"nummer": 10 + len')
    after = digests()
    assert after[0] != before[0]
    assert after[1:] == before[1:]
