"""Which conversations are put beside each other to be looked at, and what stands in their margin."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from kiwerk.conformance.passage import find_passages
from kiwerk.diff.alignment import align, choose_pair
from kiwerk.record import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.diff.alignment import Judged
    from kiwerk.record.comparison import SideBySide
    from kiwerk.render.situation import Situation

_DRAWN = 20
"""Cases in which everything passed: enough to see what the good ones look like."""

Samples = tuple["Sequence[Judged]", "Sequence[Judged]"]


class Showcase:
    """Shows what is different or failed, and a sample of the rest."""

    def __init__(self) -> None:
        self._quiet: list[tuple[Situation, Samples]] = []

    def choose(self, situation: Situation, samples: Samples) -> SideBySide | None:
        """The two conversations that show best what is different; None where all went the same good way."""
        if any(item.status is not Status.PASSED for side in samples for item in side):
            return _show(situation, samples)
        if all(samples):
            self._quiet.append((situation, samples))
        return None

    def draw(self) -> dict[str, SideBySide]:
        """Two conversations of some cases in which everything passed on both sides, the same ones for everybody."""
        drawn = sorted(self._quiet, key=lambda item: hashlib.sha256(item[0].id.encode()).digest())[:_DRAWN]
        return {situation.id: shown for situation, samples in drawn if (shown := _show(situation, samples)) is not None}


def _show(situation: Situation, samples: Samples) -> SideBySide | None:
    processes = {name.rpartition("/")[2]: loaded.spec for name, loaded in situation.processes.items()}
    return align(*choose_pair(*samples), partial(find_passages, processes))
