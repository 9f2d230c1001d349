from __future__ import annotations

import pytest

from kiwerk.edit.replace import Former, Replacement, apply_replacements
from kiwerk.errors import KiwerkError
from kiwerk.spec import Agent
from kiwerk.spec.suite import Case


def replace(text: str, *replacements: Replacement, formers: tuple[Former, ...] = ()) -> str:
    return apply_replacements(text, "a.yaml", replacements, formers)


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("tools: [a,  kalender]  # gut\n", "neu", "tools: [a,  neu]  # gut\n"),
        ("tools: [a, 'kalender']\n", "neu", "tools: [a, 'neu']\n"),
        ('tools:\n- a\n-   "kalender" # so\n', "neu", 'tools:\n- a\n-   "neu" # so\n'),
        ("tools: [a, kalender]\n", "1", 'tools: [a, "1"]\n'),
        ("tools: [a, &x kalender]\n", "neu", "tools: [a, &x neu]\n"),
        ("tools: [a, kalender]\r\nb: c", "neu", "tools: [a, neu]\r\nb: c"),
    ],
)
def test_value_changes_and_nothing_beside_it(before: str, new: str, after: str) -> None:
    assert replace(before, Replacement(("tools", 1), "kalender", new)) == after


def test_key_changes_with_what_lies_below_it() -> None:
    text = "state:\n  'kalender': {kalender: [kalender]} # kalender\n  b: 1\n"
    inner = Replacement(("state", "kalender", "kalender", 0), "kalender", "c")
    outer = Replacement(("state", "kalender"), "kalender", "neu", is_key=True)
    assert replace(text, inner, outer) == "state:\n  'neu': {kalender: [c]} # kalender\n  b: 1\n"


@pytest.mark.parametrize(
    "text",
    [
        "name: &x kalender\ntools: [a, *x]\n",
        'tools: [a, "k\\x61lender"]\n',
    ],
)
def test_place_that_cannot_be_edited_safely_is_named(text: str) -> None:
    with pytest.raises(KiwerkError, match=r"'kalender' is written here in a way that cannot be edited safely"):
        replace(text, Replacement(("tools", 1), "kalender", "neu"))


def test_value_that_something_else_repeats_is_not_edited() -> None:
    with pytest.raises(KiwerkError, match="cannot be edited safely"):
        replace("tools: [a, &x kalender]\ntitle: *x\n", Replacement(("tools", 1), "kalender", "neu"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("kind: Agent # Art\ntitle: T\n", "kind: Agent # Art\ntitle: T\nformerly: a/b\n"),
        ("kind: Agent\ntitle: T\nowner: x", "kind: Agent\ntitle: T\nformerly: a/b\nowner: x"),
        ("kind: Agent", "kind: Agent\nformerly: a/b"),
        ("kind: Agent\r\nowner: x\r\n", "kind: Agent\r\nformerly: a/b\r\nowner: x\r\n"),
        ("{kind: Agent, owner: x}\n", "{kind: Agent, formerly: a/b, owner: x}\n"),
        ("kind: Agent\nformerly: 'alt' # so\n", "kind: Agent\nformerly: a/b # so\n"),
        (
            "kind: Agent\ndescription: |\n  Text\n\n  mehr\nowner: x\n",
            "kind: Agent\ndescription: |\n  Text\n\n  mehr\nformerly: a/b\nowner: x\n",
        ),
    ],
)
def test_history_is_written_where_it_belongs(before: str, after: str) -> None:
    assert replace(before, formers=(Former((), Agent, "a/b"),)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("cases:\n  - id: x\n    tags: [a]\n", "cases:\n  - id: x\n    formerly: alt\n    tags: [a]\n"),
        ("cases:\n  - {id: x, tags: [a]}\n", "cases:\n  - {id: x, formerly: alt, tags: [a]}\n"),
        ("cases:\n-   id: x\n", "cases:\n-   id: x\n    formerly: alt\n"),
    ],
)
def test_history_of_a_case(before: str, after: str) -> None:
    assert replace(before, formers=(Former(("cases", 0), Case, "alt"),)) == after
