from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ValidationError

from kiwerk.spec import KINDS, Process, Suite
from kiwerk.spec.base import Model
from kiwerk.spec.expectation import EXPECTATION_KINDS, Expectation
from kiwerk.spec.policy import Policy


def find_models(model: type[Model] = Model) -> Iterator[type[Model]]:
    for inner in model.__subclasses__():
        yield inner
        yield from find_models(inner)


MODELS = sorted(
    {model for model in find_models() if model.__module__.startswith("kiwerk.spec")},
    # two models may have the same name, and every worker has to find the same tests in the same order
    key=lambda model: (model.__name__, model.__module__),
)
FIELDS = [(model, name) for model in MODELS for name in model.model_fields]


def test_all_kinds_are_among_the_models() -> None:
    assert set(KINDS.values()) <= set(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_model_is_strict_frozen_and_refuses_unknown_keys(model: type[BaseModel]) -> None:
    assert model.model_config.get("extra") == "forbid"
    assert model.model_config.get("frozen") is True
    assert model.model_config.get("strict") is True
    assert model.__doc__


@pytest.mark.parametrize(
    ("model", "name"), FIELDS, ids=lambda value: value if isinstance(value, str) else value.__name__
)
def test_field_is_documented_with_an_example_that_is_valid(model: type[BaseModel], name: str) -> None:
    field = model.model_fields[name]
    assert field.description, "say what it is for"
    assert field.examples, "give an example"
    for example in field.examples:
        assert find_problems(model, field.alias or name, example) == []


def find_problems(model: type[BaseModel], key: str, example: object) -> list[str]:
    """What the model says about this one key; that the others are missing is no matter here."""
    try:
        model.model_validate({key: example})
    except ValidationError as error:
        return [detail["msg"] for detail in error.errors() if detail["loc"][:1] == (key,)]
    return []


@pytest.mark.parametrize("kind", EXPECTATION_KINDS)
def test_every_expectation_kind_is_a_field(kind: str) -> None:
    assert kind in Expectation.model_fields


CASE = {"id": "a", "conversation": [{"user": "Guten Tag."}], "expect": [{"contains": "Tag"}]}
TURN = {"say": "Guten Tag."}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"conversation": []}, "either conversation or simulate"),
        ({"reference": [TURN, TURN]}, "one entry answers one user turn"),
        ({"counterexamples": [{"id": "x", "say": {"1": "Hallo"}, "trips": ["contains"]}]}, "there is none"),
        (
            {"reference": [TURN], "counterexamples": [{"id": "x", "say": {"2": "Hallo"}, "trips": ["contains"]}]},
            "there is no agent turn 2",
        ),
        (
            {"reference": [TURN], "counterexamples": [{"id": "x", "trips": ["contains"]}]},
            "needs drop, say, call or until",
        ),
        ({"expect": [{"contains": "a", "equals": "b"}]}, "exactly one of"),
        ({"expect": [{}]}, "found none"),
        ({"expect": [{"matches": "("}]}, "Not a regular expression"),
        ({"expect": [{"turns": {"min": 3, "max": 2}}]}, "above max"),
        ({"expect": [{"calls": {"tool": "a.b"}}]}, "calls needs min or max"),
        ({"expect": [{"calls": {"tool": "a.b", "max": 0}}]}, "written as called, with not"),
        ({"expect": [{"calls": {"tool": "a.b", "min": 1}}]}, "written as called"),
        ({"expect": [{"length": {}}]}, "length needs"),
        ({"expect": [{"any_of": ["a"]}]}, "at least 2 items"),
        ({"expect": [{"all_of": ["a", ""]}]}, "at least 1 character"),
        ({"expect": [{"order": ["a.b"]}]}, "at least 2 items"),
        ({"expect": [{"disclosure": False}]}, "Input should be True"),
        ({"expect": [{"facts": False}]}, "Input should be True"),
        ({"expect": [{"facts": {"only": ["preis"]}}]}, "1 validation error"),
        ({"expect": [{"facts": {"only": []}}]}, "at least 1 item"),
        ({"expect": [{"language": "deutsch"}]}, "Input should be 'de'"),
        ({"expect": [{"json_schema": {"type": "sting"}}]}, "Not a JSON Schema"),
        ({"expect": [{"process": {}}]}, "needs end or rules"),
        ({"expect": [{"contains": ""}]}, "at least 1 character"),
        ({"expect": [{"contains": "a", "weight": 0}]}, "greater than 0"),
    ],
)
def test_case_that_cannot_mean_anything_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Suite.model_validate({"kind": "Suite", "agent": "empfang", "cases": [{**CASE, **change}]})


def test_suite_without_cases_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        Suite.model_validate({"kind": "Suite", "agent": "empfang", "cases": []})


SAMPLES = {"samples": {"origin": "model", "providers": ["mistral"], "max_age": "14d"}}
RULES = [{"id": "kritisch", "require": {"failures": {"max": 0}}}, {"id": "herkunft", "require": SAMPLES}]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rules": []}, "at least 1 item"),
        ({"rules": RULES[:1]}, "requires samples"),
        ({"rules": [*RULES, *RULES]}, "two rules are called"),
        ({"rules": [*RULES, {"id": "b", "require": {"pass_rate": {"min": 1.1}}}]}, "less than or equal to 1"),
        ({"rules": [*RULES, {"id": "b", "require": {}}]}, "exactly one of"),
        (
            {"exceptions": [{"rule": "x", "select": "*", "owner": "o", "reason": "r", "until": "2026-12-31"}]},
            "there is none",
        ),
    ],
)
def test_policy_that_would_let_everything_through_is_refused(change: dict[str, object], message: str) -> None:
    policy = {"kind": "Policy", "repeats": {"critical": 5, "other": 3}, "rules": RULES}
    Policy.model_validate(policy)
    with pytest.raises(ValidationError, match=message):
        Policy.model_validate({**policy, **change})


STEP = {"id": "a", "instruct": "Verabschieden.", "end": "resolved"}
PROCESS = {
    "kind": "Process",
    "title": "Termin",
    "reviewed": "2026-11-02",
    "review_every": "90d",
    "goal": "Ein Termin.",
    "steps": [STEP],
    "ends": {"resolved": {"after": "kalender.buchen:ok"}},
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": [{**STEP, "call": "kalender.buchen"}]}, "exactly one of"),
        ({"steps": [{"id": "a", "instruct": "x"}]}, "goes on with next or reaches an end"),
        ({"steps": [{**STEP, "next": "a"}]}, "goes on with next or reaches an end"),
        ({"steps": [{**STEP, "with": {"a": "b"}}]}, "with goes with call"),
        ({"steps": [{"id": "a", "instruct": "x", "next": [{"when": "ok"}]}]}, "a branch is either"),
        ({"rules": [{"id": "r", "precedence": ["a.b", "a.c"], "init": "a.b"}]}, "exactly one of"),
        ({"rules": [{"id": "r", "absence": ["a.b", 0]}]}, "at least 1"),
        ({"rules": [{"id": "r", "absence": ["a.b", 2], "where": {"same": ["x"]}}]}, "where goes with"),
        ({"slots": {"s": {"type": "choice"}}}, "options go with"),
        ({"review_every": "90 Tage"}, "Expected a duration"),
        ({"reviewed": "2026-02-30"}, "No such day"),
    ],
)
def test_process_that_cannot_mean_anything_is_refused(change: dict[str, object], message: str) -> None:
    Process.model_validate(PROCESS)
    with pytest.raises(ValidationError, match=message):
        Process.model_validate({**PROCESS, **change})
