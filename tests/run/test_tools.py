from __future__ import annotations

import pytest

from kiwerk.language import bounded
from kiwerk.run.mock import MockFailure
from kiwerk.run.tools import find_argument_problem

FREE = "2026-12-01T14:30"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"beginn": FREE}, None),
        ({"beginn": FREE, "mehr": 1}, None),
        ({"beginn": None}, "beginn: None is not of type 'string'"),
    ],
)
def test_arguments_are_held_against_the_schema(arguments: dict[str, object], problem: str | None) -> None:
    schema = {"type": "object", "required": ["beginn"], "properties": {"beginn": {"type": "string"}}}
    assert find_argument_problem(schema, arguments) == problem


def test_pattern_without_end_stops_the_conversation_and_not_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "SECONDS", 0.05)
    schema = {"type": "object", "properties": {"name": {"pattern": "^(a|a)*$"}}}
    assert find_argument_problem(schema, {"name": "aaaa"}) is None
    with pytest.raises(MockFailure, match="takes too long"):
        find_argument_problem(schema, {"name": "a" * 60 + "b"})
