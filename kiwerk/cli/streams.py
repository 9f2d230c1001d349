"""Standard output and standard error: which may have colours, and what happens to what they cannot carry."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from contextlib import suppress
from typing import TextIO

_ESCAPE = "kiwerk-escape"
_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})


def use_colour(stream: TextIO | None = None) -> bool:
    """Whether a stream, by default standard output, is a terminal that wants colours (https://no-color.org)."""
    stream = stream or sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def escape_what_does_not_fit() -> None:
    r"""Let standard output write what its encoding lacks as `\u2713`, which in JSON means the same character."""
    codecs.register_error(_ESCAPE, _escape)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=_ESCAPE)


def is_about_output(error: OSError) -> bool:
    """Whether standard output could not be written, rather than a file: nobody names it."""
    return error.filename is None and error.errno in _UNWRITABLE


def discard_output() -> None:
    """Let what still waits to be written to standard output go nowhere, so that the interpreter ends in peace."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    # JSON escapes are UTF-16 code units
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4)), error.end
