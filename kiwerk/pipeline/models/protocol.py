"""What a command asks of whoever speaks for agents, before and while they can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from kiwerk.providers.protocol import Provider
    from kiwerk.record import Bundle, Conversation, Origin, Source
    from kiwerk.render.bundle import Rendered
    from kiwerk.render.situation import Situation


@dataclass(frozen=True, slots=True)
class Models:
    """Who can be asked, while they can be asked."""

    agent: Callable[[Bundle, Conversation | None], Provider]
    """Who speaks for an agent in a conversation; in a talk that no case describes, there is none."""
    helper: Provider | None
    """Plays users and judges; absent where no model can be asked."""
    room: Callable[[], int]
    """How many conversations may be in flight now."""
    says_opening: bool = True
    """Whether the agent's opening is said as it is written; an agent elsewhere may have one of its own, or none."""

    helper_of: Callable[[str], Provider] | None = None
    """Who of several the helper is, by a model's name."""

    def find_helper(self, model: str) -> str | None:
        """The provider that answers for a model where users are played and judges asked."""
        helper = self.helper_of(model) if self.helper_of else self.helper
        return helper.source.provider if helper else None

    def fit(self, bundle: Bundle) -> Bundle:
        """The agent as it speaks here."""
        return bundle if self.says_opening else bundle.model_copy(update={"opening": None})


class Access(Protocol):
    """A way to somebody who speaks for agents where no script does."""

    @property
    def origin(self) -> Origin:
        """As records name it."""

    @property
    def identity(self) -> str:
        """What is the same where an interrupted run may be carried on."""

    def source_of(self, bundle: Bundle) -> Source:
        """Who would speak for an agent, as far as it is known before anybody was asked.

        Raises:
            KiwerkError: nobody could: something is not installed, or a credential is missing.
        """

    def subject_of(self, rendered: Rendered) -> str:
        """Digest of who would speak; the agent's `ships` only where exactly that is asked."""

    def offer(self, rendered: Rendered, situation: Situation, wanted: int) -> int | str:
        """How many conversations of a case can be held of those that are wanted, or why none."""

    def open(self) -> AbstractAsyncContextManager[Models]:
        """Those who can be asked, until the end of the block."""
