from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kiwerk.diff.alignment import Judged
from kiwerk.load.project import load_project
from kiwerk.pipeline.showcase import Showcase
from kiwerk.record import Status
from kiwerk.render.situation import find_situations
from tests.support.example import write_example
from tests.support.transcripts import agent, call, transcript, user


def judged(status: Status) -> Judged:
    return Judged("x", transcript(user(), agent("Frei.", call("kalender.pruefen:frei"))), status, ())


def test_what_failed_is_shown_with_its_steps_in_the_margin(tmp_path: Path) -> None:
    [situation] = find_situations(load_project(write_example(tmp_path)))
    shown = Showcase().choose(situation, ([judged(Status.PASSED)], [judged(Status.FAILED)]))
    assert shown is not None
    assert shown.turns[0].passed_head == ("terminvereinbarung: step pruefen, frei",)


def test_sample_of_the_quiet_cases_is_the_same_in_whatever_order_they_come() -> None:
    passed = [judged(Status.PASSED)]
    situations: list[Any] = [SimpleNamespace(id=f"a/b#{number}", processes={}) for number in range(200)]
    drawn = []
    for order in (situations, situations[::-1]):
        showcase = Showcase()
        assert all(showcase.choose(situation, (passed, passed)) is None for situation in order)
        drawn.append(set(showcase.draw()))
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 20


def test_a_case_that_one_side_has_no_samples_of_is_not_drawn() -> None:
    showcase = Showcase()
    situation: Any = SimpleNamespace(id="a/b#c", processes={})
    assert showcase.choose(situation, ([], [judged(Status.PASSED)])) is None
    assert showcase.draw() == {}
