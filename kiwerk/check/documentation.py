"""The page about all rules, from the docstrings of their modules.

summary                 one line
What it does:           each section indented by four blanks
Why:
Example:
Instead:
"""

from __future__ import annotations

import re
import sys
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.check import RULES
from kiwerk.check.elsewhere import DECIDING, EVALUATING, READING, WARNINGS, Note
from kiwerk.check.survey import Survey
from kiwerk.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kiwerk.check.rule import Check, Rule

SECTIONS = ("What it does", "Why", "Example", "Instead")

_HEADING = re.compile(rf"^({'|'.join(SECTIONS)}):$", re.MULTILINE)

_INTRODUCTION = """\
# Rules

What `kiwerk check` reports, by the name in brackets. An error makes the command exit with 1. A warning does not; one
that says "gate and deploy refuse this" still keeps a release from being deployed. Some rules warn until an
Environment names a target: nobody is asked for contracts on the first day. This page is written from the documentation
of the rules themselves.
"""


@dataclass(frozen=True, slots=True)
class Documentation:
    """What a rule's module says about it."""

    summary: str
    sections: Mapping[str, str]
    """By the names in `SECTIONS`."""


def parse_documentation(text: str) -> Documentation:
    """Documentation of a rule from its docstring.

    Raises:
        ValueError: a section is missing, empty or in the wrong place.
    """
    summary, *parts = _HEADING.split(text)
    names, bodies = parts[::2], [textwrap.dedent(body.strip("\n")).strip() for body in parts[1::2]]
    if tuple(names) != SECTIONS or not all(bodies) or not summary.strip():
        raise ValueError(
            f"Expected a summary and the sections {', '.join(SECTIONS)}; found {', '.join(names) or 'none'}"
        )
    return Documentation(" ".join(summary.split()), dict(zip(names, bodies, strict=True)))


def function_of(check: Check) -> object:
    """The function in the rule's own module that finds what the rule is about."""
    return check.judge if isinstance(check, Survey) else check


def find_documentation(check: Check) -> Documentation:
    """Documentation of the rule that a function checks: its module's."""
    return parse_documentation(sys.modules[function_of(check).__module__].__doc__ or "")


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to read about one name that a finding may have."""

    name: str
    severity: Severity
    """How much it weighs where nothing else says more."""
    summary: str
    """One sentence."""
    body: str
    """All of it, in Markdown, without a heading for the name."""


def find_pages() -> Iterator[Page]:
    """Documentation of everything that a finding may be named, whoever finds it, in the order of `docs/rules.md`."""
    for rule, check in RULES.items():
        documentation = find_documentation(check)
        sections = [f"**{name}**\n\n{body}" for name, body in documentation.sections.items()]
        yield Page(rule.name, rule.severity, documentation.summary, "\n\n".join([documentation.summary, *sections]))
    for name, note in (READING | DECIDING | EVALUATING).items():
        severity = Severity.WARNING if name in WARNINGS else Severity.ERROR
        yield Page(name, severity, note.what, f"{note.what}\n\n**Instead**\n\n{note.instead}")


def format_rules_page() -> str:
    """`docs/rules.md`: every rule under a heading of its name, so that `#expired-fact` leads to it."""
    parts = [_INTRODUCTION]
    parts += ["\n".join(_rule(rule, check)) for rule, check in RULES.items()]
    parts.append("# Rules of reading\n\nFound while files are read; all but `unexpected-file` are errors.\n")
    parts += [_note(name, note) for name, note in READING.items()]
    parts.append(
        "# Rules about severity and ignores\n\nFound in `[tool.kiwerk]` of `pyproject.toml` and in comments "
        "`# kiwerk: ignore[rule] reason`; all but `unused-ignore` are errors.\n"
    )
    parts += [_note(name, note) for name, note in DECIDING.items()]
    parts.append("# Rules of evaluating\n\nFound by `kiwerk eval`, with no model involved.\n")
    parts += [_note(name, note) for name, note in EVALUATING.items()]
    return "\n".join(parts)


def _rule(rule: Rule, check: Check) -> Iterator[str]:
    documentation = find_documentation(check)
    weight = rule.severity.value.capitalize()
    weight += "; cannot be ignored" if rule.essential else ""
    weight += "; gate and deploy refuse this" if rule.blocks_deploy else ""
    weight += "; an error once an environment names a target" if rule.governance else ""
    yield f"## {rule.name}\n\n{documentation.summary} *{weight}.*\n"
    for name, body in documentation.sections.items():
        yield f"**{name}**\n\n{body}\n"


def _note(name: str, note: Note) -> str:
    body = "\n".join(textwrap.wrap(note.what, 120, break_on_hyphens=False))
    return f"## {name}\n\n{body}\n\n**Instead**\n\n{note.instead}\n"
