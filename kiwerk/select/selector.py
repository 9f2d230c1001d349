"""Selectors name cases: by agent, suite, case, tag, process or path.

    selector = group { " " group }         one of the groups        praxis-weber/empfang tag:critical
    group    = term { "," [ "!" ] term }   all of the terms         agent:praxis-weber/*,!tag:slow
             | "!" term                    what is left out again   praxis-weber/* !tag:slow
    term     = [ prefix ":" ] pattern      without prefix: an agent
    prefix   = "agent" | "suite" | "case" | "tag" | "process" | "path"

`*` in a pattern stands for any text, slashes included. A case is `suite#case`; a pattern without `#` means the name
within any suite. A path is the suite's file or a folder above it, from the repository's root, as a shell completes it:
`path:evals/praxis-weber/`. A selector that only leaves out starts from everything. There is no prefix for kinds: every
case is part of a Suite.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

PREFIXES = ("agent", "suite", "case", "tag", "process", "path")

_TERM = re.compile(r"(?P<negated>!?)((?P<prefix>[^:,!]*):)?(?P<pattern>.*)")
_NO_PATTERN = re.compile(r"[^\w/#.*-]")
"""Besides what no id can hold: the other wildcards of `fnmatch`."""


class Subject(Protocol):
    """What can be selected: a case with what it belongs to. The attributes are named like the prefixes."""

    @property
    def agent(self) -> str:
        """Id of the agent under test."""
        ...

    @property
    def suite(self) -> str:
        """Id of the suite."""
        ...

    @property
    def case(self) -> str:
        """`suite#case`."""
        ...

    @property
    def tags(self) -> Collection[str]:
        """Words to select it by."""
        ...

    @property
    def process(self) -> str | None:
        """Id of the process the case names, if it names one."""
        ...

    @property
    def path(self) -> str:
        """The suite's file, a POSIX path from the repository's root."""
        ...


S = TypeVar("S", bound=Subject)


class SelectorProblem(ValueError):
    """A selector that cannot be read.

    Args:
        message: one sentence saying what is wrong.
        offset: where in the text, from 0; a caret goes there.
    """

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Term:
    """One condition."""

    prefix: str
    pattern: str
    negated: bool = False

    def matches(self, subject: Subject) -> bool:
        """Whether the subject meets the condition."""
        return any(self.fits(name) for name in self._names(subject)) is not self.negated

    def fits(self, name: str) -> bool:
        """Whether the pattern fits a name, negated or not."""
        if self.prefix == "path":
            pattern = self.pattern.removeprefix("./").rstrip("/")
            if pattern in ("", "."):
                return True
            return fnmatchcase(name, pattern) or fnmatchcase(name, f"{pattern}/*")
        return fnmatchcase(name, self.pattern)

    def _names(self, subject: Subject) -> Iterable[str]:
        match self.prefix:
            case "tag":
                return subject.tags
            case "process":
                return () if subject.process is None else (subject.process,)
            case "case":
                return (subject.case if "#" in self.pattern else subject.case.rpartition("#")[2],)
            case "suite":
                return (subject.suite,)
            case "path":
                return (subject.path,)
            case _:
                return (subject.agent,)

    def __str__(self) -> str:
        prefix = "" if self.prefix == "agent" else f"{self.prefix}:"
        return f"{'!' if self.negated else ''}{prefix}{self.pattern}"


@dataclass(frozen=True, slots=True)
class Selector:
    """What a selector says: any of the groups, and none of what is left out."""

    groups: tuple[tuple[Term, ...], ...]
    """Each a list of conditions that hold together; none at all: everything."""
    excluded: tuple[Term, ...] = ()

    def matches(self, subject: Subject) -> bool:
        """Whether the subject is selected."""
        included = not self.groups or any(all(term.matches(subject) for term in group) for group in self.groups)
        return included and not any(term.matches(subject) for term in self.excluded)

    def __str__(self) -> str:
        groups = (",".join(map(str, group)) for group in self.groups)
        return " ".join((*groups, *(f"!{term}" for term in self.excluded)))


def parse_selector(text: str) -> Selector:
    """Selector from its written form.

    Raises:
        SelectorProblem: the text is no selector; the offset says where.
    """
    groups: list[tuple[Term, ...]] = []
    excluded: list[Term] = []
    for word in re.finditer(r"\S+", text):
        group = _parse_group(word[0], word.start())
        if group[0].negated and len(group) > 1:
            message = f"'!' comes first in '{word[0]}': put what is left out last, or in a group of its own"
            raise SelectorProblem(message, word.start())
        if group[0].negated:
            excluded.append(Term(group[0].prefix, group[0].pattern))
        else:
            groups.append(group)
    if not groups and not excluded:
        raise SelectorProblem("The selector is empty", 0)
    return Selector(tuple(groups), tuple(excluded))


def select_subjects(selector: Selector, subjects: Iterable[S]) -> tuple[S, ...]:
    """The subjects the selector means, in their order."""
    return tuple(subject for subject in subjects if selector.matches(subject))


def _parse_group(text: str, offset: int) -> tuple[Term, ...]:
    terms = []
    for part in text.split(","):
        terms.append(_parse_term(part, offset))
        offset += len(part) + 1
    return tuple(terms)


def _parse_term(text: str, offset: int) -> Term:
    match = _TERM.fullmatch(text)
    if match is None or not match["pattern"]:
        raise SelectorProblem("There is a name missing here", offset + len(text))
    prefix = match["prefix"]
    if prefix is not None and prefix not in PREFIXES:
        near = get_close_matches(prefix, PREFIXES, n=1, cutoff=0.5)
        help_ = f"did you mean '{near[0]}:'" if near else f"expected one of {', '.join(PREFIXES)}"
        raise SelectorProblem(f"Unknown prefix '{prefix}:'; {help_}", offset + match.start("prefix"))
    wrong = _NO_PATTERN.search(match["pattern"])
    if wrong is not None:
        message = f"'{wrong[0]}' cannot be part of a name"
        raise SelectorProblem(message, offset + match.start("pattern") + wrong.start())
    return Term(prefix or "agent", match["pattern"], negated=bool(match["negated"]))
