from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest

from kiwerk.finding import Finding, Related, Severity, Span
from kiwerk.report.findings_text import count_findings, format_findings_text


@dataclass(frozen=True)
class Text:
    text: str


SUITE = Text("kind: Suite\r\nagent: empfang\r\ncases:\r\n  - id: gruss\r\n    expects: [{contains: Tag}]\r\n")
SOURCES = {"evals/a.yaml": SUITE, "agents/b.yaml": Text("kind: Agent\nowner: leitung\n")}
FINDING = Finding(
    "unknown-key", "Unknown key 'expects'", Span("evals/a.yaml", 5, 5, 5, 12), help="Did you mean 'expect'?"
)


def test_finding_is_shown_with_its_line_underlined() -> None:
    assert format_findings_text([FINDING], SOURCES) == (
        "error[unknown-key] Unknown key 'expects'\n"
        " --> evals/a.yaml:5:5\n"
        "  |\n"
        "5 |     expects: [{contains: Tag}]\n"
        "  |     ^^^^^^^\n"
        "  = help: Did you mean 'expect'?\n"
        "  = docs: docs/rules.md#unknown-key\n"
        "\n"
        "1 error in 2 files\n"
    )


def test_related_place_is_shown_in_the_same_gutter() -> None:
    related = (
        Related(Span("agents/b.yaml", 2, 8, 2, 15), "The owner"),
        Related(Span("c.yaml", 123, 1, 123, 2), "Gone"),
    )
    finding = replace(FINDING, severity=Severity.WARNING, blocks_deploy=True, help=None, related=related)
    assert format_findings_text([finding], SOURCES) == (
        "warning[unknown-key] Unknown key 'expects'\n"
        "   --> evals/a.yaml:5:5\n"
        "    |\n"
        "  5 |     expects: [{contains: Tag}]\n"
        "    |     ^^^^^^^\n"
        "    |\n"
        "   ::: agents/b.yaml:2:8\n"
        "    |\n"
        "  2 | owner: leitung\n"
        "    |        ------- The owner\n"
        "    |\n"
        "   ::: c.yaml:123:1 Gone\n"
        "    = note: gate and deploy refuse this\n"
        "    = docs: docs/rules.md#unknown-key\n"
        "\n"
        "1 warning in 2 files\n"
    )


def test_stretch_over_several_lines_says_where_it_ends() -> None:
    finding = replace(FINDING, span=Span("evals/a.yaml", 3, 1, 5, 12))
    assert "3 | cases:\n  | ^^^^^^ and on to line 5\n" in format_findings_text([finding], SOURCES)


@pytest.mark.parametrize("span", [Span("missing.yaml", 1, 1, 1, 1), Span("evals/a.yaml", 9, 1, 9, 1)])
def test_place_without_text_is_shown_alone(span: Span) -> None:
    lines = format_findings_text([replace(FINDING, span=span)], SOURCES).split("\n")
    assert lines[1] == f" --> {span.path}:{span.line}:1"
    assert lines[2].startswith("  = help: ")


def test_last_line_of_a_file_without_a_line_end_is_shown() -> None:
    finding = replace(FINDING, span=Span("a.yaml", 2, 1, 2, 1))
    assert "2 |\n  | ^\n" in format_findings_text([finding], {"a.yaml": Text("kind: Agent\n")})


def test_nothing_in_a_finding_reaches_the_terminal_as_a_command() -> None:
    finding = Finding("a-rule", "\x1b[2J\n::error::", Span("a\x1b.yaml", 1, 1, 1, 2), help="\x07", related=())
    text = format_findings_text([finding], {"a\x1b.yaml": Text("\x1b]0;x\x07: 1")})
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\n::" not in text


def test_colours_change_nothing_but_colours() -> None:
    plain = format_findings_text([FINDING, replace(FINDING, severity=Severity.WARNING)], SOURCES)
    coloured = format_findings_text([FINDING, replace(FINDING, severity=Severity.WARNING)], SOURCES, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31merror[unknown-key]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize(
    ("errors", "warnings", "files", "expected"),
    [
        (0, 0, 31, "No findings in 31 files"),
        (0, 0, 0, "No findings in 0 files"),
        (1, 0, 1, "1 error in 1 file"),
        (2, 1, 31, "2 errors, 1 warning in 31 files"),
        (0, 2, 3, "2 warnings in 3 files"),
    ],
)
def test_summary_counts(errors: int, warnings: int, files: int, expected: str) -> None:
    sources = {f"{number}.yaml": Text("") for number in range(files)}
    finding = replace(FINDING, span=Span("0.yaml", 1, 1, 1, 1))
    findings = [finding] * errors + [replace(finding, severity=Severity.WARNING)] * warnings
    assert count_findings(findings, sources) == expected
    assert format_findings_text(findings, sources).endswith(f"{expected}\n")


def test_file_that_could_not_be_read_is_counted() -> None:
    assert count_findings([FINDING], {}) == "1 error in 1 file"
