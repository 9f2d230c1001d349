from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check.rules.unconfirmed_write import check_unconfirmed_writes
from kiwerk.load.project import load_project

TOOLSET = """\
kind: Toolset
operations:
  tun: {description: Tut es., effect: write, confirm: explicit, outcomes: [ok], parameters: {type: object}}
"""
PROCESS = """\
kind: Process
title: Tun
reviewed: 2026-11-02
review_every: 90d
goal: Getan.
slots: {a: {type: text}, b: {type: text}}
ends: {getan: {after: kalender.tun}}
steps:
"""
WRITE = "{id: tun, call: kalender.tun, end: getan}"


def count(root: Path, *steps: str) -> int:
    for name, text in {
        "agents/praxis/kalender.yaml": TOOLSET,
        "processes/praxis/tun.yaml": PROCESS + "".join(f"  - {step}\n" for step in steps),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    project = load_project(root)
    assert not project.findings
    return len(list(check_unconfirmed_writes(project, datetime.now(UTC))))


@pytest.mark.parametrize(
    ("expected", "steps"),
    [
        pytest.param(
            0, ["{id: c, confirm: [a], next: [{when: affirmed, then: tun}, {else: c}]}", WRITE], id="affirmed"
        ),
        pytest.param(1, [WRITE], id="nothing before it"),
        pytest.param(1, ["{id: c, confirm: [a], next: tun}", WRITE], id="whatever the answer"),
        pytest.param(
            1, ["{id: c, confirm: [a], next: [{when: refused, then: c}, {else: tun}]}", WRITE], id="unclear as well"
        ),
        pytest.param(
            1,
            [
                "{id: s, collect: [a], next: [{when: given, then: c}, {else: tun}]}",
                "{id: c, confirm: [a], next: [{when: affirmed, then: tun}, {else: s}]}",
                WRITE,
            ],
            id="a way past it",
        ),
        pytest.param(
            1,
            [
                "{id: c, confirm: [a], next: [{when: affirmed, then: s}, {else: c}]}",
                "{id: s, collect: [a], next: tun}",
                WRITE,
            ],
            id="asked again",
        ),
        pytest.param(
            0,
            [
                "{id: c, confirm: [a], next: [{when: affirmed, then: s}, {else: c}]}",
                "{id: s, collect: [b], next: tun}",
                WRITE,
            ],
            id="something else asked",
        ),
        pytest.param(
            0,
            [
                "{id: s, collect: [a], next: [{when: given, then: c}, {else: d}]}",
                "{id: c, confirm: [a], next: [{when: affirmed, then: tun}, {else: s}]}",
                "{id: d, confirm: [a, b], next: [{when: affirmed, then: tun}, {else: s}]}",
                WRITE,
            ],
            id="affirmed on both ways",
        ),
        pytest.param(
            0,
            [
                "{id: c, confirm: [a], next: [{when: affirmed, then: tun}, {else: c}]}",
                "{id: tun, call: kalender.tun, next: [{when: ok, then: ende}, {else: c}]}",
                "{id: ende, instruct: Verabschieden., end: getan}",
            ],
            id="round in a circle",
        ),
        pytest.param(
            1,
            [
                "{id: c, confirm: [a], next: [{when: affirmed, then: tun}, {else: c}]}",
                "{id: tun, call: kalender.tun, next: [{when: ok, then: ende}, {else: s}]}",
                "{id: s, collect: [a], next: tun}",
                "{id: ende, instruct: Verabschieden., end: getan}",
            ],
            id="asked again in a circle",
        ),
        pytest.param(0, ["{id: ende, instruct: Verabschieden., end: getan}", WRITE], id="never reached"),
        pytest.param(0, ["{id: c, instruct: Hallo., next: nirgends}", WRITE], id="a branch that leads nowhere"),
    ],
)
def test_every_way_to_a_write_needs_an_affirmation(tmp_path: Path, expected: int, steps: list[str]) -> None:
    assert count(tmp_path, *steps) == expected


def test_many_slots_take_no_longer_than_few(tmp_path: Path) -> None:
    """One confirmation after another, each optional: as many sets of affirmed slots as there are subsets."""
    steps = [
        f"{{id: c{number}, confirm: [a], next: [{{when: affirmed, then: s{number}}}, {{else: c{number + 1}}}]}}\n"
        f"  - {{id: s{number}, collect: [b], next: c{number + 1}}}"
        for number in range(200)
    ]
    assert count(tmp_path, *steps, "{id: c200, instruct: Hallo., next: tun}", WRITE) == 1
