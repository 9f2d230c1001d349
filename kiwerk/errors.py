"""What stops a command, and the exit code it leaves with.

Something wrong in the user's files is a `Finding` and is yielded, never raised; something that went wrong in one
case is a record. Only what makes the whole command impossible is raised from here, and the command line catches
it once.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a finished process tells its caller."""

    FINE = 0
    REFUSED = 1
    """Findings of severity error, a red evaluation, or a gate that said no."""
    IMPOSSIBLE = 2
    """The job could not be done: wrong usage, a missing credential, an unreadable store."""
    DEFECT = 70
    """A defect of kiwerk's own, shown with its traceback: EX_SOFTWARE of sysexits.h, never mistaken for a refusal."""
    INTERRUPTED = 130
    """Ctrl-C, as shells report SIGINT (128 + 2)."""


class KiwerkError(Exception):
    """The command cannot go on.

    Args:
        message: one sentence saying what is wrong.
        path: the file, folder or address it is about.
        remedy: one sentence saying what to do.
    """

    exit_code = ExitCode.IMPOSSIBLE

    def __init__(self, message: str, *, path: object = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = None if path is None else str(path)
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        remedy = f"\n  help: {self.remedy}" if self.remedy else ""
        return f"{place}{self.message}{remedy}"


class Refused(KiwerkError):
    """The job could be done, and the answer is no: evidence that does not hold, a target that read back differently."""

    exit_code = ExitCode.REFUSED
