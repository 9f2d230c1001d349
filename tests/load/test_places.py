from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.load.document import Document, parse_document

TEXT = """\
# Kopf
kind: Agent
"title": 'Telefon''empfang'  # Kommentar
empty:
model: {name: "m:x", temperature: 0.2, more: {}}

prompt: |
  Erste
    Zweite

  Vierte

# nach dem Prompt
steps:
- id: eins
  call: kalender.pruefen
  with:
    beginn: wunsch

  # Ende
- [a, [b]]
ä😀: &anker [x,
  y]
alias: *anker
"""


def document_of(text: str) -> Document:
    document = parse_document(text.encode(), "agents/a.yaml").document
    assert document is not None
    return document


def place(document: Document, *route: str | int, key: bool = False) -> tuple[int, int, int, int]:
    span = document.span(route, key=key)
    assert span.path == "agents/a.yaml"
    return span.line, span.column, span.end_line, span.end_column


@pytest.mark.parametrize(
    ("route", "value", "key"),
    [
        ((), (2, 1, 24, 14), (2, 1, 24, 14)),
        (("kind",), (2, 7, 2, 12), (2, 1, 2, 5)),
        (("title",), (3, 10, 3, 28), (3, 1, 3, 8)),
        (("empty",), (4, 7, 4, 7), (4, 1, 4, 6)),
        (("model",), (5, 8, 5, 49), (5, 1, 5, 6)),
        (("model", "temperature"), (5, 35, 5, 38), (5, 22, 5, 33)),
        (("model", "more"), (5, 46, 5, 48), (5, 40, 5, 44)),
        (("prompt",), (7, 9, 11, 9), (7, 1, 7, 7)),
        (("steps",), (15, 1, 21, 11), (14, 1, 14, 6)),
        (("steps", 0), (15, 3, 18, 19), (15, 3, 18, 19)),
        (("steps", 0, "with"), (18, 5, 18, 19), (17, 3, 17, 7)),
        (("steps", 1, 1, 0), (21, 8, 21, 9), (21, 8, 21, 9)),
        (("ä😀",), (22, 5, 23, 5), (22, 1, 22, 3)),
        (("ä😀", 1), (23, 3, 23, 4), (23, 3, 23, 4)),
        (("alias",), (24, 8, 24, 14), (24, 1, 24, 6)),
        (("alias", 1), (23, 3, 23, 4), (23, 3, 23, 4)),
    ],
)
def test_part_is_found_by_its_route(route: tuple[str | int, ...], value: tuple[int, ...], key: tuple[int, ...]) -> None:
    document = document_of(TEXT)

    assert (place(document, *route), place(document, *route, key=True)) == (value, key)


@pytest.mark.parametrize(
    ("route", "line"),
    [
        (("model", "region"), 5),
        (("steps", 7), 15),
        (("steps", 0, "Call", "with", "beginn"), 18),
        (("steps", 0, "call", "call"), 16),
        (("steps", 0, "call", "with", "beginn"), 18),
        (("kind", "str"), 2),
        (("alias", 9), 24),
        (("nichts", "davon"), 2),
    ],
)
def test_parts_that_the_document_lacks_are_skipped(route: tuple[str | int, ...], line: int) -> None:
    assert place(document_of(TEXT), *route)[0] == line


def test_first_of_equal_keys_has_the_place() -> None:
    document = document_of("a: x\na: y\n")

    assert place(document, "a") == (1, 4, 1, 5)
    assert place(document) == (1, 1, 2, 5)


def test_nothing_stands_behind_the_end_of_the_file() -> None:
    assert place(document_of("? a"), "a") == (1, 4, 1, 4)


@pytest.mark.parametrize(
    ("written", "style"),
    [
        ("x y", "plain"),
        ("'x'", "quoted"),
        ('"x"', "quoted"),
        ("|-\n  x", "literal"),
        (">\n  x", "folded"),
        ("[x]", None),
        ("{x: y}", None),
        ("", "plain"),
        ("!!str x", "plain"),
    ],
)
def test_style_says_how_a_value_is_written(written: str, style: str | None) -> None:
    assert document_of(f"a: {written}\n").style(("a",)) == style


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("|\n  eins\n  zwei\n\n  vier", {1: 2, 2: 3, 3: 4, 4: 5, 9: 5}),
        ("|\n\n\n  drei\n  vier", {1: 2, 3: 4, 4: 5}),
        ("|2-  # Kommentar\n    eins\n  zwei", {1: 2, 2: 3}),
        ("&a !!str |+\n  eins\n\n", {1: 2}),
        (">\n  eins\n  noch eins\n\n  zwei\n    drei\n  vier", {1: 2, 2: 5, 3: 6, 4: 7}),
        (">-\n\n  zwei\n\n\n  vier", {2: 3, 3: 6, 4: 6}),
        ("eins\n  noch eins\n\n  zwei", {1: 1, 2: 4, 3: 4}),
        ("'eins\n  ''noch'' eins\n\n  ''zwei'''", {1: 1, 2: 4}),
        ('"eins\\n\n  zwei \\\n  noch zwei\\n drei\\n\\\n  vier"', {1: 1, 2: 2, 3: 3, 4: 4}),
        ('"\\u00e4\\x20\\"\\n\\t\\\\\\n\\_zwei\n\n  drei"', {1: 1, 2: 1, 3: 1, 4: 3}),
        ("!!str\n  eins\n\n  zwei", {1: 2, 2: 4}),
        ("[x]", {1: 1, 5: 1}),
    ],
)
def test_line_of_a_template_is_found_in_the_file(written: str, lines: dict[int, int]) -> None:
    document = document_of(f"# Kopf\nkind: Agent\nprompt: {written}\nnach: x\n")

    assert {line: document.template_line(("prompt",), line) - 2 for line in lines} == lines


def test_line_of_a_template_is_found_where_its_anchor_stands() -> None:
    document = document_of("a: &a |\n  eins\n  zwei\nb: *a\n")

    assert document.template_line(("b",), 2) == 3


WORDS = st.lists(st.sampled_from(["", " ", "ä", "'", '"', "\\", "\t", "€ uro", "a b c d e f g", "#", ": "]), max_size=6)


@given(st.lists(WORDS, min_size=1, max_size=8), st.sampled_from(["|", ">", "'", '"', ""]), st.booleans())
def test_line_of_a_template_holds_its_first_word(lines: list[list[str]], style: str, unicode: bool) -> None:  # noqa: FBT001
    text = "\n".join("".join([f"w{number}x", *words]) if words else "" for number, words in enumerate(lines))
    key, value = (yaml.ScalarNode("tag:yaml.org,2002:str", word) for word in ("a", text))
    value.style = style
    node = yaml.MappingNode("tag:yaml.org,2002:map", [(key, value)], flow_style=False)
    document = document_of("# Kopf\n" + yaml.serialize(node, width=20, allow_unicode=unicode))

    assert isinstance(document.data, dict)
    file_lines = document.text.split("\n")
    for number, line in enumerate(document.data["a"].split("\n"), start=1):
        if line:
            word = line.partition("x")[0]
            assert word in file_lines[document.template_line(("a",), number) - 1]
