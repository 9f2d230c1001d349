"""Comments that say where a rule is wrong, and why.

    tools: [kalender, rechnung]  # kiwerk: ignore[unused-tool] für die Pilotphase gewünscht

    # kiwerk: ignore[unused-tool, no-human] gilt für die nächste Zeile
    tools: [kalender, rechnung]

A comment speaks about its own line; where it stands alone, about the next line that is no comment. What is found
inside of a text of several lines can be ignored where that text begins or ends, since no comment fits inside.

Capitals do not matter. What was nearly written so (`# kiwerk ignore[unused-tool]`) is told; a sentence that begins
with the name is none of ours.

Whether a `#` begins a comment is libyaml's answer: it does where no token has it. Only files in which `kiwerk` stands
behind a `#` are scanned for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from yaml.cyaml import CParser  # type: ignore[attr-defined] # left out of the published types
from yaml.error import MarkedYAMLError
from yaml.tokens import ScalarToken

from kiwerk.check.adjust import find_names, find_obstacle
from kiwerk.check.elsewhere import READING, WARNINGS
from kiwerk.finding import Finding, Severity
from kiwerk.load.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kiwerk.finding import Span
    from kiwerk.load.source import Source

_MAYBE = re.compile(r"#[ \t]*(?i:kiwerk)")
_NEARLY = r"(?=(?i:ignore)[ \t]*(?:[\[({<=:]|[a-z]+-[a-z]))"
"""`ignore` with a bracket or a rule's name: nobody writes a sentence so."""
_COMMENT = re.compile(rf"(?<!\S)#[ \t]*(?P<word>kiwerk:|(?i:kiwerk)[ \t:.,;=_-]*{_NEARLY})[ \t]*(?P<rest>[^\r\n]*)")
_IGNORE = re.compile(r"(?i:ignore)\[(?P<names>[^\]]*)\](?P<reason>.*)")
_NAME = re.compile(r"[^,\s][^,]*")
_HELP = "Write # kiwerk: ignore[rule] and the reason"


class _Token(NamedTuple):
    """What cannot be a comment: a stretch of the text by index, and by line where it is a text of several lines."""

    start: int
    end: int
    first: int
    last: int
    block: bool


@dataclass(frozen=True, slots=True)
class _Ignore:
    """One rule that a comment ignores."""

    rule: str
    span: Span
    line: int
    """The line that it speaks about, 1-based."""


def may_ignore(text: str) -> bool:
    """Whether a file's text can have such a comment at all: cheap, and true for few files."""
    return _MAYBE.search(text) is not None


def apply_ignores(findings: Iterable[Finding], sources: Mapping[str, Source]) -> tuple[Finding, ...]:
    """The findings that no comment ignores, and what is wrong with the comments; by path and position.

    Args:
        findings: all of the repository, before anything else has decided about them: an ignore of what was found is
            used, however its rule is weighed.
        sources: the repository's files by path, or only those of which `may_ignore` is true.
    """
    by_path: dict[str, list[Finding]] = {}
    complete = True
    for finding in findings:
        # where a document could not be read, rules have not looked everywhere
        complete = complete and (finding.rule not in READING or finding.rule in WARNINGS)
        by_path.setdefault(finding.span.path, []).append(finding)
    for path, source in sources.items():
        if may_ignore(source.text):
            by_path[path] = list(_apply(by_path.get(path, []), source, complete=complete))
    kept = [finding for found in by_path.values() for finding in found]
    return tuple(sorted(kept, key=lambda finding: (finding.span, finding.rule, finding.message)))


def find_ignored(source: Source) -> Iterator[tuple[str, int]]:
    """Rules that comments of a file ignore, each with the line it is written in."""
    tokens = _find_tokens(source) if may_ignore(source.text) else None
    ignores: list[_Ignore] = []
    for match in _find_comments(source, tokens) if tokens is not None else ():
        # what is wrong with a comment is for a check to tell
        list(_read_comment(source, match, ignores))
    yield from ((item.rule, item.span.line) for item in ignores)


def _apply(findings: Sequence[Finding], source: Source, *, complete: bool) -> Iterator[Finding]:
    tokens = _find_tokens(source)
    if tokens is None:
        # not YAML, which is told
        yield from findings
        return
    ignores: list[_Ignore] = []
    for match in _find_comments(source, tokens):
        yield from _read_comment(source, match, ignores)
    used: set[_Ignore] = set()
    texts = [token for token in tokens if token.first < token.last]
    for finding in findings:
        lines = set(_find_lines(finding.span.line, texts))
        matching = {item for item in ignores if item.rule == finding.rule and item.line in lines}
        used |= matching
        if not matching:
            yield finding
    for item in ignores:
        if complete and item not in used:
            message = f"'{item.rule}' finds nothing there"
            yield Finding("unused-ignore", message, item.span, Severity.WARNING, "Remove it, or move it to its place")


def _find_tokens(source: Source) -> list[_Token] | None:
    """Every token that has characters; None where the text is not YAML."""
    parser = CParser(source.text)
    tokens: list[_Token] = []
    try:
        while (token := parser.get_token()) is not None:
            start, end = token.start_mark, token.end_mark
            block = isinstance(token, ScalarToken) and token.style in ("|", ">")
            # for libyaml a block ends where the next line begins
            breaks = source.text[start.index : end.index].rstrip().count("\n")
            tokens.append(_Token(start.index, end.index, start.line + 1, start.line + 1 + breaks, block))
    except MarkedYAMLError:
        return None
    return tokens


def _find_comments(source: Source, tokens: Sequence[_Token]) -> Iterator[re.Match[str]]:
    remaining = iter(sorted(tokens))
    token = next(remaining, None)
    for match in _COMMENT.finditer(source.text):
        while token is not None and token.end <= match.start():
            token = next(remaining, None)
        if token is None or not _holds(token, match.start(), source.text):
            yield match


def _holds(token: _Token, index: int, text: str) -> bool:
    """Whether a character belongs to a token; behind the `|` of a block there may be a comment."""
    content = text.find("\n", token.start) if token.block else token.start
    return content <= index < token.end


def _read_comment(source: Source, comment: re.Match[str], ignores: list[_Ignore]) -> Iterator[Finding]:
    """What is wrong with a comment; adds what it ignores."""
    is_ours = comment["word"].rstrip(" \t").lower() == "kiwerk:"
    match = _IGNORE.match(comment["rest"]) if is_ours else None
    offset = comment.start("rest")
    if match is None or not match["names"].strip(" ,\t"):
        span = source.span_of(comment.start(), comment.start() + len(comment[0].rstrip()))
        yield Finding("invalid-ignore", "Not an ignore comment", span, help=_HELP)
        return
    explained = bool(match["reason"].strip(" \t.:,;-"))
    if not explained:
        span = source.span_of(comment.start(), comment.start() + len(comment[0].rstrip()))
        yield Finding("unexplained-ignore", "An ignore without a reason", span, help=_HELP)
    line = _find_target(source.text, comment.start())
    for written in _NAME.finditer(match["names"]):
        name = written[0].rstrip()
        start = offset + match.start("names") + written.start()
        span = source.span_of(start, start + len(name))
        problem = _find_problem(name)
        if problem is not None:
            yield Finding("invalid-ignore", problem[0], span, help=problem[1])
        elif explained:
            ignores.append(_Ignore(name, span, line))


def _find_problem(name: str) -> tuple[str, str] | None:
    """Message and help where a rule cannot be ignored."""
    try:
        obstacle = find_obstacle(name)
    except KeyError:
        return f"There is no rule '{name}'", suggest(name, find_names()) or "docs/rules.md names them all"
    if obstacle is None:
        return None
    return f"'{name}' cannot be ignored: {obstacle}", "Correct what it finds, and remove the comment"


def _find_target(text: str, index: int) -> int:
    """The line that a comment at an index speaks about, 1-based."""
    lines = text.split("\n")
    number = text.count("\n", 0, index)
    while number < len(lines) - 1 and lines[number].lstrip().startswith("#"):
        number += 1
    return number + 1


def _find_lines(line: int, texts: Sequence[_Token]) -> Iterator[int]:
    """The lines in which what is found in a line can be ignored, with the texts of several lines."""
    yield line
    for text in texts:
        if text.first <= line <= text.last:
            yield text.first
            if not text.block:
                yield text.last
