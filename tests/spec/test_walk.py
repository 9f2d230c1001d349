from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from kiwerk.spec import KINDS, Agent, Facts, Organization, Process, Suite, Toolset
from kiwerk.spec import Document as Spec
from kiwerk.spec.base import Model
from kiwerk.spec.expectation import Called, Expectation, ProcessExpectation
from kiwerk.spec.organization import Person
from kiwerk.spec.process import Branch, Step
from kiwerk.spec.walk import Reference, Route, find_models_at, find_references, is_free_form
from tests.support.example import read_example


class Text(yaml.SafeLoader):
    """Every scalar as text, as far as this test needs it: numbers stay numbers, dates do not."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # as PyYAML wants it
        key: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def load(path: str) -> Spec:
    data: dict[str, Any] = yaml.load(read_example()[path], Text)  # noqa: S506  # a SafeLoader
    for case in data.get("cases", ()):
        for counterexample in case.get("counterexamples", ()):
            counterexample["say"] = {str(key): text for key, text in counterexample.get("say", {}).items()}
    return KINDS[data["kind"]].model_validate(data)


def named(path: str) -> list[tuple[str, str]]:
    return [(reference.target, reference.name) for reference in find_references(load(path))]


def value_at(model: BaseModel, route: Route) -> object:
    value: Any = model.model_dump(by_alias=True)
    for part in route:
        value = value[part]
    return value


def test_every_reference_of_an_agent_is_found_in_order() -> None:
    assert named("agents/praxis-weber/empfang.yaml") == [
        ("Person", "praxisleitung"),
        ("Process", "terminvereinbarung"),
        ("Toolset", "kalender"),
        ("Toolset", "shared/uebergabe"),
        ("Facts", "oeffnungszeiten"),
        ("Phrase", "ki_hinweis"),
    ]


def test_every_reference_of_a_process_is_found() -> None:
    assert named("processes/praxis-weber/terminvereinbarung.yaml") == [
        ("Person", "praxisleitung"),
        ("Operation", "kalender.pruefen"),
        ("Operation", "kalender.buchen"),
        ("Operation", "uebergabe.mensch"),
        ("Event", "kalender.buchen:ok"),
        ("Event", "uebergabe.mensch"),
        ("Event", "kalender.pruefen:frei"),
        ("Event", "kalender.buchen"),
        ("Event", "kalender.buchen:ok"),
    ]


def test_every_reference_of_a_suite_is_found() -> None:
    assert named("evals/praxis-weber/empfang.yaml") == [
        ("Agent", "empfang"),
        ("Process", "terminvereinbarung"),
        ("Operation", "kalender.pruefen"),
        ("Operation", "kalender.pruefen"),
        ("Operation", "kalender.buchen"),
        ("Operation", "kalender.pruefen"),
        ("Process", "terminvereinbarung"),
    ]


@pytest.mark.parametrize("path", read_example())
def test_route_of_a_reference_leads_to_its_name(path: str) -> None:
    model = load(path)
    for reference in find_references(model):
        if reference.is_key:
            assert reference.route[-1] == reference.name
            assert reference.name in value_at(model, reference.route[:-1])  # type: ignore[operator]  # a mapping
        else:
            assert value_at(model, reference.route) == reference.name


def test_reference_that_is_a_key_says_so() -> None:
    keys = [reference for reference in find_references(load("evals/praxis-weber/empfang.yaml")) if reference.is_key]
    assert keys[0] == Reference(
        ("cases", 0, "reference", 0, "call", 0, "kalender.pruefen"), "Operation", "kalender.pruefen", is_key=True
    )


def test_field_that_may_be_one_or_many_is_walked_either_way() -> None:
    process = load("processes/praxis-weber/terminvereinbarung.yaml")
    data = process.model_dump(mode="python", by_alias=True)
    data["ends"]["resolved"]["after"] = ["kalender.buchen:ok", "kalender.pruefen:frei"]
    routes = [reference.route for reference in find_references(Process.model_validate(data))]
    assert ("ends", "resolved", "after", 0) in routes
    assert ("ends", "resolved", "after", 1) in routes
    assert ("ends", "escalated", "after") in routes


def test_document_without_references_has_none() -> None:
    assert not named("agents/praxis-weber/oeffnungszeiten.yaml")


@pytest.mark.parametrize(
    ("root", "route", "expected"),
    [
        (Organization, ("people", "leitung"), (Person,)),
        (Process, ("steps", 0), (Step,)),
        (Process, ("steps", 0, "next", 1), (Branch,)),
        (Suite, ("cases", 0, "expect", 0, "called"), (Called,)),
        (Suite, ("cases", 0, "conversation", 0, "expect", 0, "process"), (ProcessExpectation,)),
        # pydantic names the member of a union in its routes
        (Process, ("steps", 0, "next", "list[Branch]", 1), (Branch,)),
        (Agent, ("title",), ()),
        (Facts, ("values", "a"), ()),
        (Agent, (), (Agent,)),
    ],
)
def test_models_at_a_route_are_known(root: type[Spec], route: Route, expected: tuple[type[Model], ...]) -> None:
    assert find_models_at(root, route) == expected


def test_model_below_an_unknown_part_is_the_nearest_known() -> None:
    assert find_models_at(Suite, ("cases", 0, "expect", 0, "unknown")) == (Expectation,)


@pytest.mark.parametrize(
    ("root", "route", "expected"),
    [
        (Facts, ("values",), True),
        (Facts, ("values", "preise", 0, "euro"), True),
        (Facts, ("source",), False),
        (Suite, ("cases", 0, "given", "state", "kalender"), True),
        (Suite, ("cases", 0, "given", "runtime", "telefon"), False),
        (Suite, ("cases", 0, "expect", 0, "called", "with", "beginn"), True),
        (Suite, ("cases", 0, "reference", 0, "call", 0, "kalender.pruefen", "beginn"), True),
        (Suite, ("cases", 0, "counterexamples", 0, "call", "2", 0, "kalender.pruefen", "beginn"), True),
        (Toolset, ("mock", "calls", "pruefen", 0, "result", "nummer"), True),
        (Toolset, ("mock", "calls", "pruefen", 0, "delay"), False),
        (Toolset, ("operations", "pruefen", "parameters", "minimum"), True),
        (Agent, ("model", "temperature"), False),
    ],
)
def test_data_of_the_authors_own_shape_is_known(root: type[Spec], route: Route, expected: bool) -> None:  # noqa: FBT001
    assert is_free_form(root, route) is expected
