"""Names that become paths: nothing but ids and digests gets through, so nothing leaves its folder."""

from __future__ import annotations

import re

from kiwerk.errors import KiwerkError
from kiwerk.spec.base import SEGMENT

_ID = re.compile(rf"{SEGMENT}(?:/{SEGMENT})*")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def slug(name: str) -> str:
    """An id as one file name: `praxis-weber/empfang` is `praxis-weber__empfang`.

    Raises:
        KiwerkError: it is not an id.
    """
    if not _ID.fullmatch(name):
        raise KiwerkError(
            f"{name[:80]!r} is not an id", remedy="Ids are words of a-z and 0-9, joined by single hyphens and slashes"
        )
    return name.replace("/", "__")


def check_digest(value: str) -> str:
    """The same digest.

    Raises:
        KiwerkError: it is not a SHA-256 in lower-case hexadecimal.
    """
    if not _DIGEST.fullmatch(value):
        raise KiwerkError(f"{value[:80]!r} is not a digest", remedy="Give all 64 hexadecimal digits")
    return value
