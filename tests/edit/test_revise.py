from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiwerk.edit.revise import is_same, revise_text
from kiwerk.errors import KiwerkError
from kiwerk.load.document import parse_document

TEXT = """\
kind: Toolset  # ganz oben
pruefen:
  # vor der Beschreibung
  description: Alt
  parameters: {required: [beginn], properties: {beginn: {type: text}}}  # so
buchen:
  description: |
    Bucht.
    Mehr.
  parameters:
    type: object
    # von Hand
    required:
      - a
      - b  # zwei
    properties:
      a: {type: string}
      b:
        type: 'string'
ende: 1
"""


def load(text: str) -> Any:
    document = parse_document(text.encode(), "a.yaml").document
    assert document is not None
    return document.data


def revise(change: Callable[[Any], object], text: str = TEXT) -> list[str]:
    """The lines that a change of the data removes and adds."""
    wanted = copy.deepcopy(load(text))
    change(wanted)
    revision = revise_text(text, "a.yaml", wanted)
    assert is_same(load(revision.text), wanted)
    before, after = text.splitlines(), revision.text.splitlines()
    gone = [f"-{line}" for line in before if line not in after]
    return [*gone, *(f"+{line}" for line in after if line not in before), *revision.lost_comments]


def at(data: Any, *route: str) -> Any:
    for step in route:
        data = data[step]
    return data


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (
            lambda data: data["pruefen"].update(description="Neu: ja"),
            ["-  description: Alt", '+  description: "Neu: ja"'],
        ),
        (
            lambda data: data["pruefen"].update(description="eins\nzwei"),
            ["-  description: Alt", "+  description: |-", "+    eins", "+    zwei"],
        ),
        (
            lambda data: data["buchen"].update(description="Kurz"),
            ["-  description: |", "-    Bucht.", "-    Mehr.", "+  description: Kurz"],
        ),
        (
            lambda data: at(data, "pruefen", "parameters", "properties").update(ende={"type": "string"}),
            [
                "-  parameters: {required: [beginn], properties: {beginn: {type: text}}}  # so",
                "+  parameters: {required: [beginn], properties: {beginn: {type: text}, ende: {type: string}}}  # so",
            ],
        ),
        (lambda data: at(data, "buchen", "parameters", "required").append("c"), ["+      - c"]),
        (
            lambda data: at(data, "buchen", "parameters", "required").pop(),
            ["-      - b  # zwei", "# zwei"],
        ),
        (lambda data: at(data, "buchen", "parameters", "properties").pop("a"), ["-      a: {type: string}"]),
        (
            lambda data: at(data, "buchen", "parameters", "properties").update(c={"type": "number"}),
            ["+      c: {type: number}"],
        ),
        (
            lambda data: at(data, "buchen", "parameters", "properties", "b").update(type=["string", "null"]),
            ["-        type: 'string'", '+        type: [string, "null"]'],
        ),
        (lambda data: data["buchen"].update(neu={"a": 1}), ["+  neu: {a: 1}"]),
        (lambda data: data.update(ende=True), ["-ende: 1", "+ende: true"]),
    ],
)
def test_only_what_differs_is_written_anew(change: Callable[[Any], object], difference: list[str]) -> None:
    assert revise(change) == difference


def test_same_data_leaves_the_text_alone() -> None:
    assert revise_text(TEXT, "a.yaml", load(TEXT)).text == TEXT


def test_line_ends_of_windows_stay() -> None:
    text = "a:\r\n  b: 1\r\n"
    assert (
        revise_text(text, "a.yaml", {"a": {"b": 1, "c": "x\ny"}}).text
        == "a:\r\n  b: 1\r\n  c: |-\r\n    x\r\n    y\r\n"
    )


def test_text_without_a_last_line_break_goes_on() -> None:
    assert revise_text("a: [1]\nb:\n  - 1", "a.yaml", {"a": [1], "b": [1, 2], "c": 3}).text == (
        "a: [1]\nb:\n  - 1\n  - 2\nc: 3"
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a: &x 1\nb: *x\n", {"a": 1, "b": 2}),
        ("a: &x 1\nb: *x\n", {"a": 2, "b": 1}),
        ("a: &x {c: 1}\nb: *x\n", {"a": {"c": 2}, "b": {"c": 2}}),
        ("a:\n  - b: 1\n    c: 2\n", {"a": [{"c": 2}]}),
    ],
)
def test_what_cannot_be_edited_safely_is_refused(text: str, wanted: object) -> None:
    with pytest.raises(KiwerkError, match="cannot be edited safely"):
        revise_text(text, "a.yaml", wanted)


WORDS = st.sampled_from(["a", "b", "c", "type", "x y", "1", "null", "true", "- a", "a: b", "a #b", "zwei\nZeilen", "="])
DATA = st.recursive(
    st.one_of(WORDS, st.integers(-5, 5), st.booleans(), st.none()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(WORDS.filter(lambda word: "\n" not in word), inner, max_size=3)
    ),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(st.sampled_from(["a", "b", "c"]), DATA, min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(MAPPINGS, MAPPINGS, st.sampled_from([None, False, True]), st.sampled_from([2, 4]))
@example({"a": None, "b": [], "c": [[]]}, {"a": [], "b": [], "c": []}, None, 4)
def test_any_document_can_be_made_to_say_anything(old: Any, new: Any, flow: Any, indent: int) -> None:
    text = yaml.dump(old, default_flow_style=flow, sort_keys=False, allow_unicode=True, indent=indent)
    if not is_same(load(text), old):
        return  # PyYAML keeps to YAML 1.1
    try:
        assert is_same(load(revise_text(text, "a.yaml", new).text), new)
    except KiwerkError:
        assert re.search(r"^ *- +\S+:|^ *- +- |^ *[?]", text, re.MULTILINE), text
