"""Samples of one case as a comparison counts them, and those that were taken in turns to confirm a difference."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from kiwerk.diff.alignment import Judged
from kiwerk.pipeline.score import score_conversation
from kiwerk.record import Status, sum_status
from kiwerk.record.comparison import Sampled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from kiwerk.pipeline.judging import Votes
    from kiwerk.record import Source, Transcript
    from kiwerk.render.situation import Situation
    from kiwerk.store import Store

OLDEST_COMPARED = timedelta(days=30)
"""Age up to which samples are compared: providers change models under the same name."""


class Fresh:
    """Samples that were taken in turns of base and head, to confirm a difference."""

    def __init__(self, store: Store, since: datetime) -> None:
        """Find them.

        Args:
            store: the records.
            since: when the oldest that counts was held.
        """
        self._taken: dict[tuple[str, str], list[tuple[str, Transcript]]] = defaultdict(list)
        names: set[str] = set()
        for run in store.find_confirmations():
            for name, sample in store.load_conversations(run).values():
                names.add(name)
                if sample.started >= since:
                    self._taken[sample.conversation.subject, sample.conversation.stimulus].append((name, sample))
        self.names = frozenset(names)
        """Ids of all of them, of whatever age."""

    def find(
        self,
        base: str,
        head: str,
        stimulus: str,
        judge: Callable[[str, Transcript], Judged],
        asked: Source | None = None,
    ) -> tuple[list[Judged], list[Judged]] | None:
        """What was taken of both sides of a case of one server; None where not of both.

        Args:
            base: the `ships` of one side.
            head: the `ships` of the other.
            stimulus: of the case.
            judge: what today's expectations say of one.
            asked: whose samples count; of those who were asked about both sides the last one without it.
        """
        sides = [_by_source(self._taken[ships, stimulus]) for ships in (base, head)]
        both = sides[0].keys() & sides[1].keys()
        if asked is not None:
            both &= {_server_of(asked)}
        if not both:
            return None
        last = max(both, key=lambda source: max(sample.started for _, sample in sides[1][source]))
        old, new = ([judge(name, sample) for name, sample in side[last]] for side in sides)
        return old, new


def _by_source(
    samples: Sequence[tuple[str, Transcript]],
) -> dict[tuple[str | None, str | None], list[tuple[str, Transcript]]]:
    found: dict[tuple[str | None, str | None], list[tuple[str, Transcript]]] = defaultdict(list)
    for name, sample in samples:
        found[_server_of(sample.source)].append((name, sample))
    return found


def _server_of(source: Source) -> tuple[str | None, str | None]:
    """Provider and address, by the host alone in older records."""
    return source.provider, source.address or source.host


def judge_sample(votes: Votes, situation: Situation, name: str, sample: Transcript) -> Judged:
    """A conversation by today's expectations; one that broke off is errored."""
    scores = score_conversation(situation, sample, votes)
    return Judged(name, sample, Status.ERRORED if sample.is_broken_off else sum_status(scores), scores)


def count_samples(samples: Sequence[Judged]) -> Sampled:
    """What they came to."""
    statuses = Counter(item.status for item in samples)
    return Sampled(passed=statuses[Status.PASSED], failed=statuses[Status.FAILED], errored=statuses[Status.ERRORED])
