"""Samples of one case as a comparison counts them, and those that were taken in turns to confirm a difference."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from kiwerk.diff.alignment import Judged
from kiwerk.pipeline.score import score_conversation
from kiwerk.record import Status, sum_status
from kiwerk.record.comparison import Sampled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiwerk.pipeline.judging import Votes
    from kiwerk.record import Transcript
    from kiwerk.render.situation import Situation
    from kiwerk.store import Store

OLDEST_COMPARED = timedelta(days=30)
"""Age up to which samples are compared: providers change models under the same name."""


class Fresh:
    """Samples that were taken in turns of base and head, to confirm a difference."""

    def __init__(self, store: Store) -> None:
        self._runs = [store.load_conversations(run) for run in store.find_confirmations()]
        self.names = frozenset(name for held in self._runs for name, _ in held.values())

    def find(
        self, base: str, head: str, stimulus: str, judge: Callable[[str, Transcript], Judged]
    ) -> tuple[list[Judged], list[Judged]] | None:
        """What runs took of both sides of a case, each by its `ships`; None where none did."""
        sides: tuple[list[Judged], list[Judged]] = [], []
        for held in self._runs:
            taken = [
                [
                    (name, sample)
                    for name, sample in held.values()
                    if (sample.conversation.subject, sample.conversation.stimulus) == (ships, stimulus)
                ]
                for ships in (base, head)
            ]
            if all(taken):
                for into, samples in zip(sides, taken, strict=True):
                    into.extend(judge(name, sample) for name, sample in samples)
        return sides if all(sides) else None


def judge_sample(votes: Votes, situation: Situation, name: str, sample: Transcript) -> Judged:
    """A conversation by today's expectations; one that broke off is errored."""
    scores = score_conversation(situation, sample, votes)
    return Judged(name, sample, Status.ERRORED if sample.is_broken_off else sum_status(scores), scores)


def count_samples(samples: Sequence[Judged]) -> Sampled:
    """What they came to."""
    statuses = Counter(item.status for item in samples)
    return Sampled(passed=statuses[Status.PASSED], failed=statuses[Status.FAILED], errored=statuses[Status.ERRORED])
