from __future__ import annotations

from dataclasses import replace

from kiwerk.finding import Finding, Related, Severity, Span
from kiwerk.report.findings_github import format_findings_github

FINDING = Finding(
    "unknown-key", "Unknown key 'expects'", Span("evals/a.yaml", 5, 5, 5, 12), help="Did you mean 'expect'?"
)


def test_finding_is_one_command() -> None:
    assert format_findings_github([FINDING]) == (
        "::error file=evals/a.yaml,line=5,endLine=5,col=5,endColumn=12,title=unknown-key::"
        "Unknown key 'expects'%0Ahelp: Did you mean 'expect'?%0Adocs/rules.md#unknown-key\n"
    )


def test_warning_is_a_warning() -> None:
    text = format_findings_github([replace(FINDING, severity=Severity.WARNING)])
    assert text.startswith("::warning file=")


def test_stretch_over_several_lines_has_no_columns() -> None:
    text = format_findings_github([replace(FINDING, span=Span("evals/a.yaml", 5, 5, 7, 1))])
    assert "::error file=evals/a.yaml,line=5,endLine=7,title=unknown-key::" in text


def test_what_would_end_a_property_or_a_command_is_escaped() -> None:
    finding = Finding("a-rule", "50 %, a: b\r\n::set-output::", Span("a,b:c%\n.yaml", 1, 1, 1, 2))
    assert format_findings_github([finding]) == (
        "::error file=a%2Cb%3Ac%25%0A.yaml,line=1,endLine=1,col=1,endColumn=2,title=a-rule::"
        "50 %25, a: b%0D%0A::set-output::%0Adocs/rules.md#a-rule\n"
    )


def test_related_places_are_told_in_the_message() -> None:
    finding = replace(FINDING, related=(Related(Span("b.yaml", 3, 1, 3, 2), "The first one"),), help=None)
    assert "%0Ab.yaml:3: The first one%0A" in format_findings_github([finding])


def test_nothing_is_said_about_nothing() -> None:
    assert format_findings_github([]) == ""
