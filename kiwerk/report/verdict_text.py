"""What the gate decided, agent by agent, each rule with its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from kiwerk.language.phrase import count
from kiwerk.record import Decision, Verdict
from kiwerk.report.layout import draw, hang

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MARKS = {
    Decision.PASSED: ("✓", "green"),
    Decision.REFUSED: ("✗", "red"),
    Decision.NOT_JUDGED: ("–", "yellow"),
}
NO_EVIDENCE = "not judged: no model evidence"


def describe_decision(verdict: Verdict) -> str:
    """The decision in words."""
    words = NO_EVIDENCE if verdict.decision is Decision.NOT_JUDGED else str(verdict.decision)
    return f"{words} (a sample of its cases)" if verdict.sample else words


def format_verdicts(verdicts: Sequence[Verdict], note: str = "", *, colour: bool) -> str:
    """The verdicts as text, and a sentence about all of them."""
    return draw(*_lines(verdicts), *([Text(note)] if note else []), colour=colour)


def _lines(verdicts: Sequence[Verdict]) -> Iterator[Text]:
    for verdict in verdicts:
        mark, style = MARKS[verdict.decision]
        yield Text.assemble(
            (f"{mark} {describe_decision(verdict)}", style),
            f"  {verdict.agent}",
            (f"  {verdict.environment}, policy {verdict.policy}, {count(verdict.samples, 'sample')}", "dim"),
        )
        for rule in verdict.rules:
            rule_mark, rule_style = MARKS[rule.decision]
            yield hang((f"{rule_mark} {rule.rule}", rule_style), f"  {rule.message}", indent=2)
    agents = {verdict.agent for verdict in verdicts}
    passed = agents - {verdict.agent for verdict in verdicts if verdict.decision is not Decision.PASSED}
    yield Text(f"\n{len(passed)} of {len(agents)} agents pass")
