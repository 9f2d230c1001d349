"""How a conversation went by its process: the end it reached, and what each order rule says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.conformance.sentence import format_judgement
from kiwerk.rules import TEMPLATES, Event, Judgement, Terms, Truth, parse_label
from kiwerk.spec.process import ABANDONED, OrderRule, Process

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class JudgedRule:
    """What one rule of the process says."""

    rule: OrderRule
    judgement: Judgement
    sentence: str
    """What was expected, and what was found."""

    @property
    def holds(self) -> bool:
        """Whether the rule holds as far as the conversation went: a demand still open is not kept."""
        return self.judgement.truth in (Truth.SATISFIED, Truth.POSSIBLY_SATISFIED)


@dataclass(frozen=True, slots=True)
class ProcessVerdict:
    """How one conversation went by one process."""

    process: Process
    end: str
    """Name of the end reached, or `abandoned`."""
    after: Event | None
    """The event that brought the end; absent where it was abandoned."""
    rules: tuple[JudgedRule, ...]
    """In the order written."""


def judge_process(process: Process, events: Sequence[Event], *, finished: bool) -> ProcessVerdict:
    """The end that was reached and every rule's answer.

    Of several ends the one whose event occurred last wins; of several ends with the same event, the one written first.
    """
    end, after = _find_end(process, events)
    return ProcessVerdict(
        process, end, after, tuple(_judge_rule(rule, events, finished=finished) for rule in process.rules)
    )


def _find_end(process: Process, events: Sequence[Event]) -> tuple[str, Event | None]:
    ends = {name: tuple(map(parse_label, end.events)) for name, end in process.ends.items()}
    for event in reversed(events):
        for name, labels in ends.items():
            if any(label.matches(event) for label in labels):
                return name, event
    return ABANDONED, None


def _judge_rule(rule: OrderRule, events: Sequence[Event], *, finished: bool) -> JudgedRule:
    terms = Terms(
        labels=tuple(map(parse_label, rule.events)),
        count=rule.absence[1] if rule.absence else None,
        same=tuple(rule.where.same) if rule.where else (),
    )
    judgement = TEMPLATES[rule.template](terms, events, finished=finished)
    return JudgedRule(rule, judgement, format_judgement(rule.template, terms, judgement))
