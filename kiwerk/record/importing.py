"""What came of importing from another tool."""

from __future__ import annotations

from kiwerk.record.base import Record, Status


class ImportedFile(Record):
    """One document."""

    path: str
    """POSIX path from the repository's root."""
    written: bool
    """False where it was there already, word for word."""


class Published(Record):
    """One recorded conversation: what was published about it, and what kiwerk says."""

    case: str
    """`suite#case`."""
    trial: int
    """From 0."""
    reward: float
    """As published."""
    status: Status
    failed: tuple[str, ...] = ()
    """What the expectations that failed say."""

    @property
    def agrees(self) -> bool:
        """Whether both say passed, or both failed."""
        return (self.reward == 1) is (self.status is Status.PASSED)


class PassHat(Record):
    """pass^k over all cases (Yao et al. 2024): the chance that k conversations of a case all pass, 0 to 1."""

    k: int
    published: float
    """By the published rewards."""
    judged: float
    """By kiwerk's expectations."""


class Importing(Record):
    """What came of importing."""

    files: tuple[ImportedFile, ...]
    run: str | None = None
    """Id of the run that holds the conversations; absent where there are none."""
    known: bool = False
    """Whether they were there already."""
    conversations: tuple[Published, ...] = ()
    pass_hat: tuple[PassHat, ...] = ()
    """For k from 1 to as many trials as every case has."""
