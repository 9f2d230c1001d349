"""Slots and ends at the edges of what their rules look at."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check.rule import Check
from kiwerk.check.rules.end_never_reached import check_unreached_ends
from kiwerk.check.rules.unclassified_slot import check_unclassified_slots
from kiwerk.check.rules.unfilled_argument import check_unfilled_arguments
from kiwerk.check.rules.unused_slot import check_unused_slots
from kiwerk.load.project import load_project
from tests.support.example import edit, write_example

PROCESS = "processes/praxis-weber/terminvereinbarung.yaml"
TOOLSET = "agents/praxis-weber/kalender.yaml"


def find(root: Path, check: Check) -> list[str]:
    return [finding.message for finding in check(load_project(root), datetime.now(UTC))]


@pytest.mark.parametrize(
    ("slot", "personal"),
    [
        ("anliegen: {type: text}", False),
        ("rueckruf2: {type: phone}", True),
        ("rueckruf2: {type: phone, pii: contact}", False),
        ("kontakt: {type: email}", True),
        ("vorname: {type: text}", True),
        ("name_des_kunden: {type: text}", True),
        ("produkt_name: {type: text}", False),
        ("produktname: {type: text}", False),
        ("iban: {type: text}", True),
        ("medikament: {type: choice, options: [a]}", True),
        ("benennung: {type: text}", False),
        ("adressat: {type: text}", False),
    ],
)
def test_personal_data_is_known_by_type_and_name(tmp_path: Path, slot: str, personal: bool) -> None:  # noqa: FBT001
    path = write_example(tmp_path) / PROCESS
    edit(path, "slots:\n", f"slots:\n  {slot}\n")
    assert find(tmp_path, check_unclassified_slots) == []
    edit(path, "collect: [wunschtermin,", f"collect: [{slot.partition(':')[0]}, wunschtermin,")
    assert bool(find(tmp_path, check_unclassified_slots)) is personal


@pytest.mark.parametrize(
    ("instruct", "used"),
    [
        ("Den anlass wiederholen.", True),
        ("Anlass wiederholen.", True),
        ("Anlassbezogen antworten.", False),
        ("Weiter.", False),
    ],
)
def test_slot_that_prose_mentions_is_used(tmp_path: Path, instruct: str, used: bool) -> None:  # noqa: FBT001
    path = write_example(tmp_path) / PROCESS
    edit(path, "slots:\n", "slots:\n  anlass: {type: text}\n")
    edit(path, "collect: [", "collect: [anlass, nirgends, ")
    edit(path, "Termin wiederholen und verabschieden.", instruct)
    assert (find(tmp_path, check_unused_slots) == []) is used


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (", telefon: rueckruf}", "}", ["No slot fills 'telefon' of 'kalender.buchen'"]),
        (
            "with: {beginn: wunschtermin, name: name, telefon: rueckruf}\n    ",
            "",
            ["No slot fills 'beginn', 'name', 'telefon' of 'kalender.buchen'"],
        ),
        ("call: kalender.buchen\n", "call: kalender.nichts\n", []),
        ("with: {beginn: wunschtermin}         #", "#", []),
    ],
)
def test_only_required_arguments_of_writes_need_a_slot(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    edit(write_example(tmp_path) / PROCESS, old, new)
    assert find(tmp_path, check_unfilled_arguments) == expected


@pytest.mark.parametrize(
    ("schema", "fills"),
    [
        ("{type: string}", False),
        ("{const: 1}", True),
        ("{enum: [a]}", True),
        ("{enum: [a, b]}", False),
        ("{default: a}", True),
        ("true", False),
    ],
)
def test_argument_without_a_choice_needs_no_slot(tmp_path: Path, schema: str, fills: bool) -> None:  # noqa: FBT001
    root = write_example(tmp_path)
    edit(root / PROCESS, ", telefon: rueckruf}", "}")
    edit(root / TOOLSET, "telefon: {type: string}", f"telefon: {schema}")
    assert (find(root, check_unfilled_arguments) == []) is fills


@pytest.mark.parametrize("required", ["x", "[1, 2]", "[[]]", "null"])
def test_required_that_is_no_list_of_names_is_left_to_another_rule(tmp_path: Path, required: str) -> None:
    root = write_example(tmp_path)
    edit(root / TOOLSET, "required: [beginn, name, telefon]", f"required: {required}")
    assert find(root, check_unfilled_arguments) == []


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ('{a: {after: "kalender.buchen:ok"}, b: {after: kalender.buchen}}', []),
        (
            '{a: {after: kalender.buchen}, b: {after: "kalender.buchen:ok"}}',
            ["'b' is never reached: 'a' stands before it and has the same event"],
        ),
        ('{a: {after: kalender.buchen}, b: {after: ["kalender.buchen:ok", kalender.pruefen]}}', []),
        ("{a: {after: []}}", ["'a' has no event"]),
        ("{a: {after: kalender.nichts}, b: {after: nichts}}", []),
    ],
)
def test_end_is_reached_by_an_event_of_its_own(tmp_path: Path, ends: str, expected: list[str]) -> None:
    path = write_example(tmp_path) / PROCESS
    edit(path, '{resolved: {after: "kalender.buchen:ok"}, escalated: {after: uebergabe.mensch}}', ends)
    assert find(tmp_path, check_unreached_ends) == expected


def test_end_may_be_that_of_a_step_that_leads_nowhere(tmp_path: Path) -> None:
    path = write_example(tmp_path) / PROCESS
    edit(path, "call: kalender.buchen\n", "call: kalender.bucheen\n")
    assert find(tmp_path, check_unreached_ends) == []
