from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk import cli
from kiwerk.check.ignores import _find_comments, _find_tokens, apply_ignores
from kiwerk.finding import Finding, Severity, Span
from kiwerk.load.document import parse_document
from kiwerk.load.source import Source
from tests.support.example import edit, write_example

PATH = "agents/praxis/empfang.yaml"
AGENT = "agents/praxis-weber/empfang.yaml"


def apply(text: str, *findings: tuple[str, int]) -> list[tuple[str, int]]:
    """Rule and line of what is left of findings in a text."""
    found = [Finding(rule, "Something", Span(PATH, line, 1, line, 2)) for rule, line in findings]
    return [(item.rule, item.span.line) for item in apply_ignores(found, {PATH: Source(PATH, text)})]


def test_comment_ignores_the_rule_in_its_line_and_no_other() -> None:
    text = "kind: Agent  # kiwerk: ignore[unused-tool] für die Pilotphase\ntools: [a]\n"
    assert apply(text, ("unused-tool", 1), ("unused-tool", 2), ("no-human", 1)) == [("no-human", 1), ("unused-tool", 2)]


def test_comment_alone_speaks_about_the_next_line_that_is_none() -> None:
    text = "# kiwerk: ignore[unused-tool] so bestellt\n# ein Satz\n# kiwerk: ignore[no-human] auch\ntools: [a]\nb: c\n"
    assert apply(text, ("unused-tool", 4), ("no-human", 4)) == []
    assert apply(text, ("unused-tool", 5), ("no-human", 4)) == [("unused-ignore", 1), ("unused-tool", 5)]


def test_one_comment_ignores_several_rules() -> None:
    text = "tools: [a] # kiwerk:ignore[ unused-tool,no-human ]  so bestellt\r\n"
    assert apply(text, ("unused-tool", 1), ("no-human", 1)) == []
    assert apply(text, ("unused-tool", 1)) == [("unused-ignore", 1)]


@pytest.mark.parametrize("comment", ["# Kiwerk: ignore", "#KIWERK:Ignore", "# kiwerk: IGNORE"])
def test_capitals_do_not_matter(comment: str) -> None:
    assert apply(f"tools: [a]  {comment}[unused-tool] so bestellt\n", ("unused-tool", 1)) == []


@pytest.mark.parametrize(
    "comment",
    [
        "# kiwerk ignore[unused-tool] so bestellt",
        "# Kiwerk ignore [unused-tool] so bestellt",
        "# kiwerk-ignore[unused-tool]",
        "# kiwerk : ignore[unused-tool] so bestellt",
        "# kiwerk:: ignore[unused-tool] so bestellt",
        "# Kiwerk: ignore unused-tool so bestellt",
        "# KIWERK ignore(unused-tool)",
        "# Kiwerk: ignore: unused-tool",
        "# Kiwerk: ignore[unused-tool",
    ],
)
def test_comment_that_is_nearly_right_is_told(comment: str) -> None:
    assert apply(f"a: b\ntools: [a]  {comment}\n", ("unused-tool", 2)) == [("unused-tool", 2), ("invalid-ignore", 2)]


@pytest.mark.parametrize(
    "comment",
    [
        "# Kiwerk: siehe docs/checking.md",
        "# Kiwerk ignoriert das",
        "# Kiwerk: ignore wird hier nicht gebraucht",
        "# kiwerk",
    ],
)
def test_sentence_about_kiwerk_is_none_of_ours(comment: str) -> None:
    assert apply(f"tools: [a]  {comment}\n", ("unused-tool", 1)) == [("unused-tool", 1)]


def test_inside_of_a_text_the_comment_stands_where_the_text_begins_or_ends() -> None:
    block = "prompt: | # kiwerk: ignore[no-human] Test\n  a\n\n  b\nnext: c\n"
    assert apply(block, ("no-human", 4)) == []
    assert apply(block, ("no-human", 5)) == [("unused-ignore", 1), ("no-human", 5)]
    above = "a:\n  # kiwerk: ignore[no-human] Test\n  prompt: >-\n    a\n    b\n"
    assert apply(above, ("no-human", 5)) == []
    quoted = "prompt: 'a\n  b\n  c' # kiwerk: ignore[no-human] Test\n"
    assert apply(quoted, ("no-human", 1), ("no-human", 2)) == []


@pytest.mark.parametrize("reason", ["", "  ", " .", ": -"])
def test_without_a_reason_nothing_is_ignored(reason: str) -> None:
    text = f"tools: [a]  # kiwerk: ignore[unused-tool]{reason}\n"
    assert apply(text, ("unused-tool", 1)) == [("unused-tool", 1), ("unexplained-ignore", 1)]


@pytest.mark.parametrize(
    ("comment", "message", "column"),
    [
        ("ignore[unused-toll] weil", "There is no rule 'unused-toll'", 23),
        ("ignore[unused-tool, expired-fact] weil", "gate and deploy refuse it", 36),
        ("ignore[unresolved-reference] weil", "nothing can be built", 23),
        ("ignore[unknown-key] weil", "nothing can be built", 23),
        ("ignore[unused-ignore] weil", "only pyproject.toml", 23),
        ("ignore[] weil", "Not an ignore comment", 6),
        ("ignore unused-tool weil", "Not an ignore comment", 6),
        ("ignroe[unused-tool] weil", "Not an ignore comment", 6),
    ],
)
def test_comment_that_cannot_work_is_an_error_at_its_place(comment: str, message: str, column: int) -> None:
    source = Source(PATH, f"a: b # kiwerk: {comment}\n")
    unused = Finding("unused-tool", "Unused", Span(PATH, 1, 1, 1, 2))
    [finding] = [item for item in apply_ignores([unused], {PATH: source}) if item.rule != "unused-tool"]
    assert (finding.rule, finding.severity, finding.span.column) == ("invalid-ignore", Severity.ERROR, column)
    assert message in finding.message
    assert finding.help


def test_ignore_without_a_finding_is_a_warning_at_its_name() -> None:
    source = Source(PATH, "a: b # kiwerk: ignore[unused-tool] weil\n")
    [finding] = apply_ignores([], {PATH: source})
    assert (finding.rule, finding.severity) == ("unused-ignore", Severity.WARNING)
    assert finding.span == Span(PATH, 1, 23, 1, 34)


@pytest.mark.parametrize(
    "text",
    [
        'a: "x # kiwerk: ignore[no-human] weil"\n',
        "a: 'x\n  # kiwerk: ignore[no-human] weil'\n",
        "a: |\n  # kiwerk: ignore[no-human] weil\nb: c\n",
        "a: >+\n  x\n\n  # kiwerk: ignore[no-human] weil\n\n",
        "a: x#kiwerk: ignore[no-human] weil\n",
        "a: kiwerk:ignore[no-human]\n",
    ],
)
def test_text_is_no_comment(text: str) -> None:
    assert apply(text, ("no-human", 1), ("no-human", 2)) == [("no-human", 1), ("no-human", 2)]


def test_where_something_cannot_be_read_no_ignore_is_called_unused() -> None:
    text = "a: [b # kiwerk: ignore[no-human] weil\n"
    assert apply(text, ("yaml-syntax", 1)) == [("yaml-syntax", 1)]
    assert apply(text, ("unexpected-file", 1)) == [("unexpected-file", 1), ("unused-ignore", 1)]
    assert apply("a: 'b # kiwerk: ignore\n", ("yaml-syntax", 1)) == [("yaml-syntax", 1)]


LINES = st.sampled_from(
    [
        "{k}: text{c}",
        "{k}: 'text{c}'",
        '{k}: "text{c}"',
        "{k}: |{c}\n  eins{c}\n{c}\n  zwei{c}",
        "{k}: >-\n  eins{c}\n\n   zwei{c}",
        "{k}:{c}\n{c}\n  - a{c}\n  - [b,{c}\n    c]{c}",
        "{k}: 'eins\n\n  zwei{c}\n  drei'{c}",
        '{k}: "eins{c}\n\n  zwei{c}"',
        "{k}: &x{k} [a]{c}",
        "{k}: {{a: b,{c}\n  c: d}}{c}",
        "  {c}",
        "{c}",
        "{k}: text\n{c}",
    ]
)


@given(st.lists(st.tuples(LINES, st.sampled_from([" # kiwerk: x", "# kiwerk: x", "\t# kiwerk: x"])), max_size=8))
def test_comment_is_what_does_not_change_the_data(parts: list[tuple[str, str]]) -> None:
    text = "".join(f"{line.format(k=f'k{number}', c=comment)}\n" for number, (line, comment) in enumerate(parts))
    source = Source(PATH, text)
    tokens = _find_tokens(source)
    document = parse_document(text.encode(), PATH).document
    if document is None or tokens is None:
        return
    found = {match.start() for match in _find_comments(source, tokens)}
    places = [index for index in range(len(text)) if text.startswith("# kiwerk:", index)]
    for index in places:
        changed = parse_document(f"{text[:index]}# Kiwerk:{text[index + 9 :]}".encode(), PATH).document
        assert changed is not None
        same = changed.data == document.data
        # what stands behind another sign without a blank is part of a text or of a comment that has begun before
        alone = index == 0 or text[index - 1] in " \t\n"
        assert (index in found) == (same and alone)


def check(root: Path, capsys: pytest.CaptureFixture[str], now: str = "2026-11-27") -> list[str]:
    """Rules of what `kiwerk check` finds."""
    cli.run(["check", "--format", "json", "--repo", str(root), "--now", now])
    return [item["rule"] for item in json.loads(capsys.readouterr().out)["findings"]]


def test_command_hears_comments_and_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agent = write_example(tmp_path) / AGENT
    edit(agent, "owner: praxisleitung", "owner: niemand")
    assert check(tmp_path, capsys) == ["missing-owner"]
    edit(agent, "owner: niemand", "owner: niemand # kiwerk: ignore[missing-owner] wird eingestellt")
    assert check(tmp_path, capsys) == []
    edit(agent, " wird eingestellt", "")
    assert check(tmp_path, capsys) == ["missing-owner", "unexplained-ignore"]
    settings = tmp_path / "pyproject.toml"
    settings.write_text('[tool.kiwerk]\nseverity.missing-ownr = "ignore"\n', "utf-8")
    assert check(tmp_path, capsys) == ["missing-owner", "unexplained-ignore", "invalid-configuration"]
    edit(settings, "missing-ownr", "missing-owner")
    assert check(tmp_path, capsys) == ["unexplained-ignore"]
    assert cli.run(["check", "--repo", str(tmp_path)]) == 1


def test_mistake_in_the_configuration_is_shown_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (write_example(tmp_path) / "pyproject.toml").write_text("[tool.kiwerk]\nseverty = {}\n", "utf-8")
    assert cli.run(["check", "--repo", str(tmp_path), "--now", "2026-11-27"]) == 1
    assert " --> pyproject.toml:2:1\n  |\n2 | severty = {}\n  | ^^^^^^^\n" in capsys.readouterr().out


def test_what_refuses_a_deploy_is_never_ignored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = write_example(tmp_path) / "agents/praxis-weber/oeffnungszeiten.yaml"
    edit(facts, "valid_until: 2027-01-31", "valid_until: 2027-01-31 # kiwerk: ignore[expired-fact] kommt bald")
    assert check(tmp_path, capsys, "2027-02-01")[:2] == ["expired-fact", "invalid-ignore"]
