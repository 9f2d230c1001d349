"""What agents are told otherwise, word by word, with the places at which it was written."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from kiwerk.diff.agents import pair_agents
from kiwerk.errors import KiwerkError
from kiwerk.record.comparison import Line, Piece, PromptChange
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.origin import explain_prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.diff.agents import Side
    from kiwerk.load.project import Project
    from kiwerk.record import Bundle

_WORD = re.compile(r"\{\{ runtime\.\w+ \}\}|\w+|\n|[^\S\n]+|[^\w\s]")
_LEAST_ALIKE = 0.5
"""Share of words in common below which a stretch is another one: word by word it could not be read."""
_LONGEST_BLOCK = 4_000
"""Words on one side up to which a changed stretch is compared word by word: the comparison is quadratic."""


def compare_prompts(base: Project, head: Project) -> Iterator[PromptChange]:
    """Prompts and openings that differ, of the agents that can be rendered on both sides."""
    for before, after in pair_agents(base, head):
        if before is None or after is None:
            continue
        old, new = render_agent(base, before.agent), render_agent(head, after.agent)
        if not isinstance(old, Rendered) or not isinstance(new, Rendered):
            continue
        if old.bundle.prompt != new.bundle.prompt:
            pieces = compare_texts(_write_prompt(old.bundle), _write_prompt(new.bundle))
            causes = tuple(_find_causes(before, after, pieces))
            yield PromptChange(agent=after.agent.id, part="prompt", pieces=pieces, causes=causes)
        if old.bundle.opening != new.bundle.opening:
            pieces = compare_texts(old.bundle.opening or "", new.bundle.opening or "")
            yield PromptChange(agent=after.agent.id, part="opening", pieces=pieces, causes=(_opening_line(after),))


def compare_texts(before: str, after: str) -> tuple[Piece, ...]:
    """The way from one text to another: first by lines, then by words where lines differ.

    The pieces that are not `added`, joined, are the first text; those not `removed` the second.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            _add(pieces, "same", "".join(old[a:b]))
        else:
            _compare_words(pieces, "".join(old[a:b]), "".join(new[c:d]))
    return tuple(pieces)


def _compare_words(pieces: list[Piece], before: str, after: str) -> None:
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _LONGEST_BLOCK:
        _add(pieces, "removed", before)
        _add(pieces, "added", after)
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if before and after and matcher.ratio() < _LEAST_ALIKE:
        _add(pieces, "removed", before)
        _add(pieces, "added", after)
        return
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            _add(pieces, "same", "".join(old[a:b]))
        else:
            _add(pieces, "removed", "".join(old[a:b]))
            _add(pieces, "added", "".join(new[c:d]))


def _add(pieces: list[Piece], what: str, text: str) -> None:
    if not text:
        return
    if pieces and pieces[-1].what == what:
        text = pieces.pop().text + text
    pieces.append(Piece.model_validate({"what": what, "text": text}))


def _write_prompt(bundle: Bundle) -> str:
    return "".join(
        segment.text or "" if segment.hole is None else f"{{{{ runtime.{segment.hole} }}}}" for segment in bundle.prompt
    )


def _find_causes(base: Side, head: Side, pieces: Sequence[Piece]) -> Iterator[Line]:
    """Where the words stand that are new, and where those stood that nothing took the place of."""
    found: dict[Line, None] = {}
    for side, what in ((head, "added"), (base, "removed")):
        if side is base and found:
            break
        try:
            stretches = _stretches(side)
        except KiwerkError:
            # a prompt so long that no marks fit into it has no finer place than itself
            found[side.line("prompt")] = None
            continue
        at = 0
        for piece in pieces:
            if piece.what == what:
                found.update(dict.fromkeys(_places(stretches, at, at + len(piece.text))))
            if piece.what in (what, "same"):
                at += len(piece.text)
    yield from found


def _stretches(side: Side) -> list[tuple[int, int, tuple[Line, ...]]]:
    """Begin, end and places of each part of a prompt."""
    found, at = [], 0
    for part in explain_prompt(side.project, side.agent):
        text = part.text or "" if part.hole is None else f"{{{{ runtime.{part.hole} }}}}"
        places = part.reads or (part.place,)
        found.append((at, at + len(text), tuple(Line(path=place.path, line=place.line) for place in places)))
        at += len(text)
    return found


def _places(stretches: Sequence[tuple[int, int, tuple[Line, ...]]], begin: int, end: int) -> Iterator[Line]:
    for start, stop, places in stretches:
        if start < end and stop > begin:
            yield from places


def _opening_line(side: Side) -> Line:
    organization = side.project.organization(side.agent.company)
    if organization is None or side.agent.spec.opening is None:
        return side.line("opening")
    span = organization.span("phrases", side.agent.spec.opening, key=True)
    return Line(path=span.path, line=span.line)
