from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwerk.edit.format import Formatted, format_document, prove_same
from kiwerk.edit.order import order_of
from kiwerk.edit.tree import build_tree
from kiwerk.load.document import parse_document
from kiwerk.load.source import Source
from kiwerk.spec import KINDS
from tests.support.example import read_example
from tests.support.layouts import Writer

ROOT = Path(__file__).parents[2]
OWN = sorted(
    path for folder in ("agents", "processes", "evals", "kiwerk/starter") for path in ROOT.glob(f"{folder}/**/*.yaml")
)
EXAMPLE = {path: text.replace("<base64 public key>", "eA==") for path, text in read_example().items()}
DATA = {
    path: document.data for path, text in EXAMPLE.items() if (document := parse_document(text.encode(), path).document)
}


def format_text(text: str, path: str = "agents/praxis-weber/empfang.yaml") -> Formatted:
    return format_document(text.encode(), path)


def mapping_keys(text: str) -> list[str]:
    return re.findall(r"^([a-z_]+):", text, re.MULTILINE)


@given(path=st.sampled_from(sorted(DATA)), seed=st.integers(0, 2**32))
@settings(max_examples=150)
def test_any_layout_becomes_canonical_and_says_the_same(path: str, seed: int) -> None:
    data = DATA[path]
    assert isinstance(data, dict)
    text = Writer(seed).document(data)
    result = format_text(text, path)
    assert [item for item in result.left if "safely" in item.reason] == []
    after = parse_document(result.after.encode(), path).document
    assert after is not None
    assert after.data == data
    assert comments_of(result.after) == comments_of(text)
    order = order_of(KINDS[str(data["kind"])])
    keys = mapping_keys(result.after)
    assert keys == sorted(keys, key=order.index)
    assert re.search(r"[ \t]\n", result.after) is None
    assert result.after.endswith("\n")
    assert not result.after.endswith("\n\n")
    assert format_text(result.after, path).after == result.after


def comments_of(text: str) -> list[str]:
    return sorted(match.rstrip() for match in re.findall(r"# (?:Kopf|above|beside).*", text))


@given(path=st.sampled_from(sorted(DATA)), seed=st.integers(0, 2**32))
@settings(max_examples=100)
def test_comments_stay_with_their_keys(path: str, seed: int) -> None:
    data = DATA[path]
    assert isinstance(data, dict)
    result = format_text(Writer(seed).document(data), path)
    lines = result.after.split("\n")
    for number, line in enumerate(lines):
        beside = re.search(r"# beside (\S+) \d+$", line)
        if beside:
            assert re.match(rf"[ -]*{beside[1]}:", line)
        above = re.fullmatch(r" *# above (\S+) \d+", line)
        if above:
            assert re.match(rf"[ -]*{above[1]}:", lines[number + 1])


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_own_documents_are_canonical(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("@TODAY@", "2026-11-27").replace("@NEXT_YEAR@", "2027-11-27")
    result = format_text(text, path.name)
    assert (result.after, result.left, result.findings) == (text, (), ())


@pytest.mark.parametrize("path", sorted(EXAMPLE))
def test_canonical_example_is_canonical(path: str) -> None:
    assert format_text(EXAMPLE[path], path).after == EXAMPLE[path]


AGENT_KEYS = "kind: Agent\ntitle: T\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("title: T\nkind: Agent\n", "kind: Agent\ntitle: T\n", id="keys"),
        pytest.param("title: T  # Rolle\nkind: Agent # Art\n", "kind: Agent # Art\ntitle: T  # Rolle\n", id="beside"),
        pytest.param(
            "# Datei\ntitle: T\n# Art\n#   der Datei\nkind: Agent\n",
            "# Datei\n# Art\n#   der Datei\nkind: Agent\ntitle: T\n",
            id="above",
        ),
        pytest.param(
            "title: T\n# zum Titel\n\n# zur Art\nkind: Agent\n",
            "# zur Art\nkind: Agent\n\ntitle: T\n# zum Titel\n",
            id="below-before-a-blank-line",
        ),
        pytest.param(
            "owner: x\nscope:\n  # innen oben\n  in: [a]\n    # noch innen\n# zur Art\nkind: Agent\n",
            "# zur Art\nkind: Agent\nowner: x\nscope:\n  # innen oben\n  in: [a]\n    # noch innen\n",
            id="deeper-comments",
        ),
        pytest.param(
            "title: T\n\nkind: Agent\n# Ende\n", "kind: Agent\n\ntitle: T\n# Ende\n", id="blank-lines-and-the-end-stay"
        ),
        pytest.param(
            "prompt: |\n  # kein Kommentar\n  Du.  \n\n  title: T\ntitle: T\nkind: Agent\n",
            "kind: Agent\ntitle: T\nprompt: |\n  # kein Kommentar\n  Du.  \n\n  title: T\n",
            id="block-scalar",
        ),
        pytest.param(
            "kind: Agent  \ntitle: 'T  \n  U'  \nprompt: |\n  Du.  \n",
            "kind: Agent\ntitle: 'T  \n  U'\nprompt: |\n  Du.  \n",
            id="blanks-within-texts-stay",
        ),
        pytest.param(
            "prompt: |+\n  Du.\n\n\ntitle: T\nkind: Agent\n",
            "kind: Agent\ntitle: T\nprompt: |+\n  Du.\n\n\n",
            id="kept-blank-lines",
        ),
        pytest.param(
            "model: {temperature: 0.20, name:   'a:b'}\nkind: Agent\n",
            "kind: Agent\nmodel: {name:   'a:b', temperature: 0.20}\n",
            id="brackets",
        ),
        pytest.param(
            "kind: Agent\nmodel: {temperature: 0.2,\n        name: a:b}   \n",
            "kind: Agent\nmodel: {name: a:b,\n        temperature: 0.2}\n",
            id="brackets-over-lines",
        ),
        pytest.param(
            'kind: Agent\ntitle: "lang\n  und \\\n  weit"\nfacts: &f [a]\ntools: *f\n',
            'kind: Agent\ntitle: "lang\n  und \\\n  weit"\ntools: *f\nfacts: &f [a]\n',
            id="anchors-block-the-way",
        ),
        pytest.param("title: T\r\nkind: Agent  \r\n", "kind: Agent\r\ntitle: T\r\n", id="line-ends-are-the-files-own"),
        pytest.param("kind: Agent", "kind: Agent\n", id="last-line"),
        pytest.param("kind: Agent\n\n  \n", "kind: Agent\n", id="blank-end"),
        pytest.param("kind: Agent\nunbekannt: 1\ntitle: T\nowner: x\n", None, id="unknown-key"),
        pytest.param(
            "kind: Agent\nscope:\n      in:\n      - a\n      -   b\n",
            "kind: Agent\nscope:\n  in:\n    - a\n    - b\n",
            id="indentation",
        ),
        pytest.param(
            "kind: Agent\nprompt: |\n      Du\n        bist.\n",
            "kind: Agent\nprompt: |\n  Du\n    bist.\n",
            id="indentation-of-text",
        ),
        pytest.param(
            "kind: Agent\nprompt: |4\n      Du\n        bist.\n", None, id="indentation-of-text-that-says-how-deep"
        ),
    ],
)
def test_style(before: str, after: str | None) -> None:
    if "*f" in before:
        after = before
    result = format_text(before)
    assert result.after == (before if after is None else after)
    assert format_text(result.after).after == result.after


def test_comment_goes_above_the_dash_of_the_key_that_becomes_first() -> None:
    before = "kind: Process\nsteps:\n  - call: a.b\n    # welcher\n    id: x\n    end: y\n"
    after = "kind: Process\nsteps:\n  # welcher\n  - id: x\n    call: a.b\n    end: y\n"
    assert format_text(before, "processes/a/b.yaml").after == after


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("kind: Agent\nmodel: {temperature: 0.2, # warm\n  name: a:b}\n", "a comment stands between the keys"),
        ("? title\n: T\n? kind\n: Agent\n", "something stands before a key"),
        ("kind: Agent\nfacts: &f [a]\ntools: *f\n", "cannot be moved safely"),
        ("opening: &f x\nowner: *f\ntitle: &f y\nkind: Agent\n", "cannot be moved safely"),
    ],
)
def test_what_cannot_be_moved_safely_is_left_and_said(text: str, reason: str) -> None:
    result = format_text(text)
    assert result.after == text
    assert any(reason in item.reason for item in result.left)


@pytest.mark.parametrize(
    "text", ["kind: Agent\n  title: [\n", "kind: Agent\nkind: Agent  \n", "", "kind: Gibts\n", "- a\n"]
)
def test_unreadable_file_is_left_alone_and_told(text: str) -> None:
    result = format_text(text)
    assert not result.changes
    assert result.findings


def test_free_form_data_keeps_its_order() -> None:
    text = "kind: Facts\nsource: S\nvalid_until: 2027-01-01\nvalues:\n  title: {title: x, kind: y}\n  kind: Z\n"
    assert format_text(text, "agents/a/b.yaml").after == text


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("a: 1 # x\nb: 2\n", "b: 2\na: 1 # x\n", True),
        ("a: [1,\n   2]\n", "a: [1,\n  2]\n", True),
        ("a: 1 # x\nb: 2\n", "b: 2\na: 1\n", False),
        ("a: 1 # x\nb: 2\n", "b: 2 # x\na: 1 # x\n", False),
        ("a: x\n", "a: 'x'\n", False),
        ("a: 1.10\n", "a: 1.1\n", False),
        ("a: [x]\n", "a:\n  - x\n", False),
        ("'a': x\n", "a: x\n", False),
        ("a: |\n  x\n", "a: >\n  x\n", False),
    ],
)
def test_same_means_the_same_words_in_the_same_quotes_and_all_comments(before: str, after: str, *, same: bool) -> None:
    trees = [build_tree(Source("a.yaml", text)) for text in (before, after)]
    assert prove_same(trees[0], trees[1], before, after) is same
