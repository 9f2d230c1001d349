"""What a simulated user can do wrong: declared checks over a conversation, none of them about the agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kiwerk.run.user_errors.brief import Brief, make_brief
from kiwerk.run.user_errors.changed_sides import find_changed_sides
from kiwerk.run.user_errors.ended_early import find_early_end
from kiwerk.run.user_errors.invented import find_invented

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.record import Turn

__all__ = ["AT_END", "IN_TURN", "UNREADABLE", "Brief", "Check", "make_brief"]


class Check(Protocol):
    """One way to be wrong."""

    def __call__(self, turns: Sequence[Turn], brief: Brief) -> str | None:
        """What the user does wrong, as a clause about it; None where nothing.

        Args:
            turns: the conversation so far. While it goes on, the user's newest words are its last turn.
            brief: what the user was told, and what counts as an end.
        """
        ...


IN_TURN: Mapping[str, Check] = {"invented": find_invented, "changed-sides": find_changed_sides}
"""The checks of what was just said, by the name under which a case can switch them off."""

AT_END: Mapping[str, Check] = {"ended-early": find_early_end}
"""The checks of a conversation that the user has ended."""

UNREADABLE = "unreadable"
"""Error of a model that answers something else than words: nothing can be said then, so it cannot be let pass."""
