"""What an agent says first, and whether it tells that it is an AI (EU AI Act, Art. 50)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.capabilities.found import narrower, review, wider
from kiwerk.language.disclosure import find_disclosure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.diff.agents import Side
    from kiwerk.record.comparison import Capability


def find_opening(base: Side, head: Side) -> Iterator[Capability]:
    """An opening or its disclosure that came, went or changed."""
    old, new = base.opening, head.opening
    if old == new:
        return
    places = {"base": base.line("opening"), "head": head.line("opening")}
    if find_disclosure(old or "") and not find_disclosure(new or ""):
        yield wider(head, "lost-disclosure", "no longer tells first that it is an AI", **places)
    elif find_disclosure(new or "") and not find_disclosure(old or ""):
        yield narrower(head, "new-disclosure", "tells first that it is an AI", **places)
    if new is None:
        yield wider(head, "lost-opening", "has no fixed first words any more", **places)
    elif old is None:
        yield narrower(head, "new-opening", f"says first, word for word: {new}", **places)
    else:
        yield review(head, "other-opening", f"says first: {new}", **places)
