from __future__ import annotations

from typing import Any

import pytest

from kiwerk.tools.offer import Offer
from kiwerk.tools.pull import plan_pull

SCHEMA = {"type": "object", "required": ["beginn"], "properties": {"beginn": {"type": "string"}}}
THERE = {"description": "Prüft.", "effect": "read", "outcomes": ["frei", "belegt"], "parameters": SCHEMA}


@pytest.mark.parametrize(
    ("reads_only", "effect", "confirm"),
    [(True, "read", None), (False, "write", "explicit"), (None, "write", "explicit")],
)
def test_new_operation_may_do_no_more_than_the_server_says(reads_only: Any, effect: str, confirm: str | None) -> None:
    pull = plan_pull({}, {"neu": Offer("neu", "Neu.", SCHEMA, reads_only)})
    [added] = pull.added
    assert (added.effect, added.confirm) == (effect, confirm)
    assert pull.operations["neu"].get("confirm") == confirm
    assert pull.operations["neu"] | {"confirm": confirm} == {
        "description": "Neu.",
        "effect": effect,
        "confirm": confirm,
        "outcomes": ["ok"],
        "parameters": SCHEMA,
    }


def test_what_a_person_wrote_stays() -> None:
    changed = SCHEMA | {"required": []}
    pull = plan_pull({"pruefen": THERE}, {"pruefen": Offer("pruefen", "Prüft genau.", changed, reads_only=None)})
    assert pull.operations == {"pruefen": THERE | {"description": "Prüft genau.", "parameters": changed}}
    assert [(item.operation, item.fields) for item in pull.changed] == [("pruefen", ("description", "parameters"))]


def test_order_of_keys_is_no_change() -> None:
    offer = Offer("pruefen", "Prüft.\n", dict(reversed(SCHEMA.items())), reads_only=True)
    pull = plan_pull({"pruefen": THERE}, {"pruefen": offer})
    assert (pull.added, pull.changed, pull.removed, pull.notes) == ((), (), (), ())


def test_what_is_not_offered_any_more_is_kept_and_told() -> None:
    pull = plan_pull({"pruefen": THERE}, {})
    assert (pull.operations, pull.removed) == ({"pruefen": THERE}, ("pruefen",))


@pytest.mark.parametrize(
    ("offer", "operation", "note"),
    [
        (Offer("pruefen", "x", {}, reads_only=False), THERE, "says that pruefen changes something"),
        (Offer("Pruefen", "x", {}), None, "'Pruefen' is called pruefen here"),
        (Offer("pruefen", " ", {}), None, "has no description"),
    ],
)
def test_what_a_person_should_look_at_is_noted(offer: Offer, operation: dict[str, Any] | None, note: str) -> None:
    [said] = plan_pull({"pruefen": operation} if operation else {}, {"pruefen": offer}).notes
    assert note in said
