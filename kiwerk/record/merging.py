"""What came of uniting the records of several machines."""

from __future__ import annotations

from kiwerk.record.base import Record


class MergedRun(Record):
    """The shards of one plan, put together."""

    run: str
    """Id of the run that was put together; it is finished where nothing is amiss."""
    shards: int
    """Into how many parts the plan was cut."""
    missing: tuple[int, ...]
    """Numbers of the parts that are not there, or were not finished."""
    duplicate: tuple[int, ...]
    """Numbers of the parts that were run more than once."""
    adds_up: bool
    """Whether the parts are exactly the plan; false as well where one is missing or duplicate."""


class Merging(Record):
    """What came of uniting stores."""

    stores: int
    transcripts: int
    """Those that are new here."""
    runs: tuple[MergedRun, ...]

    @property
    def is_whole(self) -> bool:
        """Whether no part of any plan is missing, duplicate or cut otherwise."""
        return all(run.adds_up for run in self.runs)
