"""`recorded`: stored samples of models, said again with today's mocks and judged by today's expectations."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.pipeline.models.helper import open_helper
from kiwerk.pipeline.models.protocol import Models
from kiwerk.providers.pace import MOST_IN_FLIGHT
from kiwerk.providers.recorded import RecordedProvider
from kiwerk.record import Bundle, Conversation, Replay, Source, Transcript
from kiwerk.render.canonical import digest
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from kiwerk.pipeline.models.openai import OpenAIAccess
    from kiwerk.record import Origin
    from kiwerk.render.bundle import Rendered
    from kiwerk.render.situation import Situation

NONE_STORED = "no sample of it is stored"
SIMULATED = "a recording answers the words of its own user alone, and this case's user is simulated"


class RecordedAccess:
    """The samples in a repository's store."""

    def __init__(self, root: Path, helper: OpenAIAccess | None) -> None:
        """Look into the store of `root` when the first sample is needed.

        Args:
            root: the repository.
            helper: who plays users and judges, if anybody can be asked.
        """
        self._root = root
        self._helper = helper
        self._ships: dict[str, str] = {}

    @property
    def origin(self) -> Origin:
        """A recording: no evidence, however it turns out."""
        return "recorded"

    @property
    def identity(self) -> str:
        """The samples there are."""
        return f"recorded:{digest(sorted(name for samples in self._samples.values() for name, _ in samples))}"

    def source_of(self, bundle: Bundle) -> Source:  # noqa: ARG002  # it depends on the case
        """A recording."""
        return Source(origin="recorded")

    def subject_of(self, rendered: Rendered) -> str:
        """A digest of its own: what was recorded is not what ships."""
        self._ships[rendered.agent.id] = rendered.ships
        return digest({"recorded": rendered.ships})

    def offer(self, rendered: Rendered, situation: Situation, wanted: int) -> int | str:
        """As many as are stored of the case; none where another simulated user would say something else."""
        if situation.case.simulate:
            return SIMULATED
        stored = self._samples.get((rendered.agent.id, situation.id), ())
        return min(wanted, len(stored)) or NONE_STORED

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Models]:
        """The samples; a helper where an address was named."""
        async with open_helper(self._helper) as helper:
            yield Models(self._find, helper, lambda: MOST_IN_FLIGHT)

    def _find(self, bundle: Bundle, conversation: Conversation | None) -> RecordedProvider:
        """The sample for a conversation, each repetition another one.

        One with today's prompt comes before others, one in today's situation before others, a newer before an older.

        Raises:
            KiwerkError: there is none.
        """
        if conversation is None:
            raise KiwerkError("A recording speaks in a case alone", remedy="Name one with --case")
        ships = self._ships[bundle.agent]

        def rank(item: tuple[str, Transcript]) -> tuple[bool, bool, float]:
            held = item[1].conversation
            return held.subject != ships, held.stimulus != conversation.stimulus, -item[1].started.timestamp()

        stored = sorted(self._samples.get((conversation.agent, conversation.case), ()), key=rank)
        if conversation.repetition >= len(stored):
            message = f"Of {conversation.case} {NONE_STORED}"
            raise KiwerkError(message, remedy="Sample a model first: kiwerk eval --base-url URL")
        name, sample = stored[conversation.repetition]
        replay = Replay(
            transcript=name,
            held=sample.started,
            same_prompt=sample.conversation.subject == ships,
            same_situation=sample.conversation.stimulus == conversation.stimulus,
        )
        return RecordedProvider(sample, replay)

    @cached_property
    def _samples(self) -> dict[tuple[str, str], list[tuple[str, Transcript]]]:
        """By agent and case."""
        found: dict[tuple[str, str], list[tuple[str, Transcript]]] = {}
        with Store(self._root, reading=True) as store:
            for name, sample in store.load_named_samples():
                found.setdefault((sample.conversation.agent, sample.conversation.case), []).append((name, sample))
        return found
