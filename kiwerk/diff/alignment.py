"""Two conversations beside each other, turn by turn, with the first one that differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.record import Status
from kiwerk.record.comparison import AlignedTurn, SideBySide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kiwerk.record import Score, Transcript, Turn

    Passages = Callable[[Transcript], Iterable[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A conversation with what today's expectations say about it."""

    name: str
    """Id of the transcript."""
    transcript: Transcript
    status: Status
    scores: tuple[Score, ...]


def choose_pair(base: Sequence[Judged], head: Sequence[Judged]) -> tuple[Judged | None, Judged | None]:
    """The conversations that show best what is different: of each side the newest of its rarer kind.

    Where head fails, a failure of head beside a success of base; otherwise the other way round.
    """
    worse = _find(head, Status.FAILED) or _find(head, Status.ERRORED)
    if worse is not None:
        return _find(base, Status.PASSED) or _last(base), worse
    return _find(base, Status.FAILED) or _find(base, Status.ERRORED) or _last(base), _last(head)


def align(base: Judged | None, head: Judged | None, find_passages: Passages = lambda _: ()) -> SideBySide | None:
    """The two beside each other; None where there is neither.

    Turns are aligned by the user's: what somebody says is the same on both sides, unless a model played them.

    Args:
        base: the conversation at base.
        head: the conversation at head.
        find_passages: what a conversation passed of its processes, each with the user turn in which it did.
    """
    if base is None and head is None:
        return None
    old, new = _split(base), _split(head)
    turns = tuple(
        _align(
            number, old[number] if number < len(old) else None, new[number] if number < len(new) else None, base, head
        )
        for number in range(max(len(old), len(new)))
    )
    passed = [list(find_passages(side.transcript)) if side else [] for side in (base, head)]
    turns = tuple(
        turn.model_copy(
            update={
                name: tuple(text for number, text in found if number == turn.number)
                for name, found in zip(("passed_base", "passed_head"), passed, strict=True)
            }
        )
        for turn in turns
    )
    return SideBySide(
        base=base.name if base else None,
        head=head.name if head else None,
        base_status=base.status if base else None,
        head_status=head.status if head else None,
        base_reason=base.transcript.error if base else None,
        head_reason=head.transcript.error if head else None,
        turns=tuple(turn for turn in turns if turn.number or turn.base or turn.head),
        diverges=next((turn.number for turn in turns if turn.differs), None) if base and head else None,
        whole_base=_failed(base, None),
        whole_head=_failed(head, None),
    )


def _align(
    number: int, old: list[Turn] | None, new: list[Turn] | None, base: Judged | None, head: Judged | None
) -> AlignedTurn:
    words = [turns[0].text if turns and number else None for turns in (old, new)]
    sides = [tuple(turn for turn in turns or () if turn.role == "agent") for turns in (old, new)]
    return AlignedTurn(
        number=number,
        user_base=words[0],
        user_head=words[1],
        base=sides[0],
        head=sides[1],
        differs=words[0] != words[1] or [_said(turn) for turn in sides[0]] != [_said(turn) for turn in sides[1]],
        failed_base=_failed(base, number),
        failed_head=_failed(head, number),
    )


def _split(side: Judged | None) -> list[list[Turn]]:
    """The turns by user turn; the first list is what comes before anybody else speaks."""
    found: list[list[Turn]] = [[]]
    for turn in side.transcript.turns if side else ():
        if turn.role == "user":
            found.append([])
        found[-1].append(turn)
    return found


def _said(turn: Turn) -> tuple[object, ...]:
    calls = tuple((call.operation, call.arguments, call.outcome) for call in turn.calls)
    return " ".join(turn.text.split()), calls


def _failed(side: Judged | None, number: int | None) -> tuple[Score, ...]:
    found = side.scores if side and number != 0 else ()
    return tuple(score for score in found if score.turn == number and score.status in (Status.FAILED, Status.ERRORED))


def _find(side: Sequence[Judged], status: Status) -> Judged | None:
    return next((item for item in reversed(side) if item.status is status), None)


def _last(side: Sequence[Judged]) -> Judged | None:
    return side[-1] if side else None
