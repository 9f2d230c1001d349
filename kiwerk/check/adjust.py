"""What a repository may decide about a rule, and what it may not.

                                            severity in pyproject.toml   ignore comment
    rules of reading, essential rules       error                        no
    rules that gate and deploy refuse       error, warning               no
    duties towards others                   error                        with a reason
    all others                              error, warning, ignore       with a reason

Why the lines run here: decision 0015.
"""

from __future__ import annotations

from enum import StrEnum

from kiwerk.check.elsewhere import DECIDING, EVALUATING, READING, WARNINGS
from kiwerk.check.rules import RULES


class Level(StrEnum):
    """What a rule's findings can be made: one of the severities, or nothing at all."""

    ERROR = "error"
    WARNING = "warning"
    IGNORE = "ignore"


_ESSENTIAL = "nothing can be built while it is broken"
_REFUSED = "gate and deploy refuse it"
_DUTY = "it is a duty towards others; one place can be ignored by a comment with its reason"

BY_LAW = frozenset({"missing-disclosure", "personal-data"})
"""Duties that hold before anything is deployed; rules of governance are the others."""

_RULES = {rule.name: rule for rule in RULES}


def find_names() -> tuple[str, ...]:
    """Every name that a finding may have."""
    return (*_RULES, *READING, *DECIDING, *EVALUATING)


def find_levels(name: str) -> tuple[tuple[Level, ...], str]:
    """The levels that a rule may be given, and why no others; empty where all are open.

    Raises:
        KeyError: there is no such rule.
    """
    if name not in _RULES:
        if name not in find_names():
            raise KeyError(name)
        return (tuple(Level), "") if name in WARNINGS else ((Level.ERROR,), _ESSENTIAL)
    rule = _RULES[name]
    if rule.essential:
        return (Level.ERROR,), _ESSENTIAL
    if rule.blocks_deploy:
        return (Level.ERROR, Level.WARNING), _REFUSED
    if rule.governance or name in BY_LAW:
        return (Level.ERROR,), _DUTY
    return tuple(Level), ""


def find_usual_level(name: str) -> Level:
    """What a rule's findings are where nobody has decided otherwise; an error for a name that is none."""
    rule = _RULES.get(name)
    if rule is not None:
        return Level(rule.severity.value)
    return Level.WARNING if name in WARNINGS else Level.ERROR


def find_obstacle(name: str) -> str | None:
    """Why no comment can ignore a rule, or None where one can.

    Raises:
        KeyError: there is no such rule.
    """
    rule = _RULES.get(name)
    if rule is None:
        return find_levels(name)[1] or "only pyproject.toml can turn it off"
    return _ESSENTIAL if rule.essential else _REFUSED if rule.blocks_deploy else None
