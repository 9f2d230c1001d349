"""The order of keys: that of the model's fields, with `kind`, `id` and `title` first; free-form data keeps its own.

What is written moves as it is written. In brackets only the entries change places, what separates them stays. In
lines a key takes along what is written below it and the comments that belong to it:

- the comment lines between it and the key above, except
- those that are indented more deeply than the keys, and those directly below the key above that a blank line separates
  from the one below: they go with the key above.

A comment at the top of the file stays at the top, blank lines stay where they are.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from kiwerk.edit.lines import Lines
from kiwerk.spec.walk import find_models_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import BaseModel

    from kiwerk.edit.tree import Part
    from kiwerk.load.content import Route

_LEADING = ("kind", "id", "title")
"""What a document or a part of it is comes before what it says."""


@dataclass(slots=True)
class Move:
    """A stretch of the text, put together anew."""

    start: int
    end: int
    pieces: list[tuple[int, int] | str]
    """Stretches of the old text, in which other moves may lie, and text of its own."""
    inner: list[Move] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A mapping whose keys cannot be moved without risk."""

    start: int
    reason: str


def plan_order(root: Part, model: type[BaseModel], text: str) -> tuple[list[Move], list[Stuck]]:
    """What has to move so that all keys are in order, and what should but cannot."""
    moves: list[Move] = []
    stuck: list[Stuck] = []
    lines = Lines(text)
    for part, wanted in _find_disordered(root, model):
        result = _rearrange_flow(part, wanted, text) if part.flow else _rearrange_block(part, wanted, lines)
        if isinstance(result, Move):
            moves.append(result)
        else:
            stuck.append(result)
    return moves, stuck


def apply_moves(text: str, moves: Sequence[Move]) -> str:
    """The text with everything moved; moves lie in each other or apart."""
    whole = Move(0, len(text), [(0, len(text))])
    around = [whole]
    for move in sorted(moves, key=lambda move: (move.start, -move.end)):
        while move.end > around[-1].end:
            around.pop()
        around[-1].inner.append(move)
        around.append(move)
    return _write(whole, text)


def order_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys of a model in the order in which they are written."""
    return _order(model)


@lru_cache(1024)
def _order(model: type[BaseModel]) -> tuple[str, ...]:
    names = [found.alias or name for name, found in model.model_fields.items()]
    return (*(name for name in _LEADING if name in names), *(name for name in names if name not in _LEADING))


@lru_cache(8192)
def _models_at(model: type[BaseModel], route: Route) -> tuple[type[BaseModel], ...]:
    return find_models_at(model, route)


def _find_disordered(root: Part, model: type[BaseModel]) -> Iterator[tuple[Part, list[int]]]:
    """Mappings whose keys are out of order, with the order wanted, as indexes of the entries."""
    # The route counts from the nearest model, so that equal parts are looked up once.
    pending: list[tuple[Part, type[BaseModel], Route]] = [(root, model, ())]
    while pending:
        part, holder, route = pending.pop()
        if not part.entries:
            continue
        models = _models_at(holder, route) if part.kind == "mapping" else ()
        keys = [entry.key.text for entry in part.entries if entry.key is not None]
        fitting = [found for found in models if set(keys) <= set(_order(found))]
        if len(fitting) == 1:
            ranks = [_order(fitting[0]).index(key) for key in keys]
            wanted = sorted(range(len(ranks)), key=ranks.__getitem__)
            if wanted != list(range(len(ranks))):
                yield part, wanted
        if models and not fitting:
            # Keys that no model knows: which of them is meant is the author's to say, and `check` asks.
            continue
        if fitting:
            holder, route = fitting[0], ()
        for entry in part.entries:
            if entry.value.entries:
                step = 0 if entry.key is None else entry.key.text
                pending.append((entry.value, holder, (*route, step)))


def _rearrange_flow(part: Part, wanted: list[int], text: str) -> Move | Stuck:
    entries = part.entries
    between = [text[one.end : other.start] for one, other in pairwise(entries)]
    if any("#" in separator for separator in between):
        return Stuck(part.start, "a comment stands between the keys")
    if any("?" in separator for separator in (*between, text[part.start : entries[0].start])):
        return Stuck(part.start, "a key begins with a question mark")
    pieces: list[tuple[int, int] | str] = []
    for slot, number in enumerate(wanted):
        pieces.append((entries[number].start, entries[number].end))
        pieces.append(between[slot] if slot < len(between) else "")
    return Move(entries[0].start, entries[-1].end, pieces)


@dataclass(slots=True)
class _Chunk:
    """What moves with a key."""

    lead: tuple[int, int]
    """The comment lines above it."""
    start: int
    end: int
    """From the key to the end of its last line."""


def _rearrange_block(part: Part, wanted: list[int], lines: Lines) -> Move | Stuck:
    text = lines.text
    starts = [entry.start for entry in part.entries]
    heads = [text[lines.start(start) : start] for start in starts]
    dash = heads[0].strip(" ") != ""
    if any(head.strip(" ") for head in heads[1:]) or (dash and set(heads[0]) - set(" -")):
        return Stuck(starts[0], "something stands before a key in its line")
    column = len(heads[0])
    chunks: list[_Chunk] = []
    above = starts[0] if dash else lines.start_of_comments(lines.start(starts[0]))
    if not dash and above == 0:
        above = lines.start(starts[0])  # the file's own comment
    chunk = _Chunk((above, starts[0] if dash else lines.start(starts[0])), starts[0], 0)
    between: list[tuple[int, int]] = []
    for entry, following in zip(part.entries, (*starts[1:], None), strict=True):
        end = lines.end(max(entry.end, entry.start))
        if following is None:
            chunk.end = lines.end_of_deeper(end, len(text), column)
            chunks.append(chunk)
            break
        key_line = lines.start(following)
        chunk.end = lines.end_of_own(end, key_line, column)
        chunks.append(chunk)
        lead = lines.skip_blank(chunk.end, key_line)
        between.append((chunk.end, lead))
        chunk = _Chunk((lead, key_line), following, 0)
    if chunks[-1].end == len(text) and not text.endswith("\n"):
        return Stuck(starts[0], "the file has no line break at its end")
    return _put_together(chunks, between, wanted, heads[0] if dash else "", lines)


def _put_together(
    chunks: list[_Chunk], between: list[tuple[int, int]], wanted: list[int], dash: str, lines: Lines
) -> Move | Stuck:
    indent = " " * len(dash)
    first = chunks[wanted[0]]
    start = chunks[0].start if dash else chunks[0].lead[0]
    pieces: list[tuple[int, int] | str] = []
    for slot, number in enumerate(wanted):
        chunk = chunks[number]
        if not dash:
            pieces.append((chunk.lead[0], chunk.end))
        elif slot:
            # the indentation of a key that stood behind a dash is not in its own text
            pieces += [chunk.lead, indent, (chunk.start, chunk.end)]
        else:
            if first.lead[0] != first.lead[1]:
                if dash.count("-") > 1:
                    return Stuck(chunks[0].start, "a comment would have to move above two dashes")
                start = lines.start(chunks[0].start)
                pieces += [*lines.shift(first.lead, dash.index("-")), dash]
            pieces.append((chunk.start, chunk.end))
        if slot < len(between):
            pieces.append(between[slot])
    return Move(start, chunks[-1].end, pieces)


def _write(move: Move, text: str) -> str:
    starts = [inner.start for inner in move.inner]
    written: list[str] = []
    for piece in move.pieces:
        if isinstance(piece, str):
            written.append(piece)
            continue
        position, end = piece
        for inner in islice(move.inner, bisect_left(starts, position), None):
            if inner.end > end:
                break
            written += [text[position : inner.start], _write(inner, text)]
            position = inner.end
        written.append(text[position:end])
    return "".join(written)
