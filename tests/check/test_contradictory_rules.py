from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check.contradiction import can_hold_together
from kiwerk.check.rules.contradictory_rules import check_contradictory_rules
from kiwerk.load.project import load_project
from kiwerk.spec.process import OrderRule
from tests.support.example import edit, write_example


def make(**body: object) -> OrderRule:
    return OrderRule.model_validate({"id": "regel", **body})


@pytest.mark.parametrize(
    ("possible", "rules"),
    [
        (True, [make(precedence=["k.a", "k.b"])]),
        (False, [make(precedence=["k.a", "k.a"])]),
        (True, [make(precedence=["k.a", "k.a:ok"])]),
        (False, [make(precedence=["k.a:ok", "k.a"])]),
        (False, [make(response=["k.a", "k.a"])]),
        (True, [make(response=["k.a:ok", "k.a"])]),
        (False, [make(response=["k.a", "k.a:ok"])]),
        (True, [make(absence=["k.a", 1])]),
        (True, [make(init="k.a")]),
        (False, [make(precedence=["k.a", "k.b"]), make(precedence=["k.b", "k.a"])]),
        (False, [make(precedence=["k.a", "k.b"], where={"same": ["x"]}), make(precedence=["k.b", "k.a"])]),
        (True, [make(precedence=["k.a:frei", "k.b"]), make(precedence=["k.b", "k.a:belegt"])]),
        (False, [make(response=["k.a", "k.b"]), make(response=["k.b", "k.a"])]),
        (True, [make(precedence=["k.a", "k.b"]), make(response=["k.b", "k.a"])]),
        (True, [make(precedence=["k.a", "k.b"]), make(response=["k.a", "k.b"])]),
        (True, [make(precedence=["k.a", "k.b"]), make(precedence=["k.b", "k.c"])]),
        (False, [make(init="k.a"), make(init="k.b")]),
        (True, [make(init="k.a"), make(init="k.a:ok")]),
        (False, [make(init="k.b"), make(precedence=["k.a", "k.b"])]),
        (False, [make(init="k.b:ok"), make(precedence=["k.a", "k.b"])]),
        (True, [make(init="k.a"), make(precedence=["k.a", "k.b"])]),
        (True, [make(init="k.c"), make(precedence=["k.a", "k.b"])]),
        (False, [make(absence=["k.a", 1]), make(init="k.a")]),
        (False, [make(absence=["k.a", 1]), make(precedence=["k.a", "k.b"])]),
        (False, [make(absence=["k.b", 1]), make(precedence=["k.a", "k.b"])]),
        (True, [make(absence=["k.b:ok", 1]), make(precedence=["k.a", "k.b"])]),
        (True, [make(absence=["k.b", 2]), make(precedence=["k.a", "k.b"])]),
        (True, [make(absence=["k.a", 1]), make(absence=["k.a", 9])]),
        (True, [make(precedence=["k.a", "k.b"]), make(response=["k.c", "k.d"])]),
    ],
)
def test_rules_are_tried_against_every_short_conversation(possible: bool, rules: list[OrderRule]) -> None:  # noqa: FBT001
    assert can_hold_together(rules) is possible
    assert can_hold_together(rules[::-1]) is possible


@pytest.mark.parametrize(
    ("rules", "places"),
    [
        ("  - {id: a, absence: [kalender.pruefen, 1]}", ["absence"]),
        ('  - {id: a, absence: ["kalender.pruefen:error", 1]}', []),
        ("  - {id: a, absence: [kalender.pruefen, 2]}", []),
        ("  - {id: a, init: uebergabe.mensch}", []),
        ("  - {id: a, init: kalender.buchen}", ["id"]),
        ("  - {id: a, precedence: [kalender.gibtsnicht, kalender.gibtsnicht]}", []),
        ('  - {id: a, response: ["kalender.pruefen:nie", kalender.pruefen]}', []),
        ("  - {id: a, response: [kalender.pruefen, kalender.pruefen]}", ["response"]),
    ],
)
def test_rules_of_the_example_are_compared_with_another(tmp_path: Path, rules: str, places: list[str]) -> None:
    path = write_example(tmp_path) / "processes/praxis-weber/terminvereinbarung.yaml"
    edit(path, "rules:\n", f"rules:\n{rules}\n")
    found = list(check_contradictory_rules(load_project(tmp_path), datetime.now(UTC)))
    text = path.read_text("utf-8").split("\n")
    assert [text[item.span.line - 1][: item.span.column - 1].rpartition(":")[0].split()[-1] for item in found] == [
        f"{{{place}" if place == "id" else place for place in places
    ]
