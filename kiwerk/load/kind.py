"""Kinds as people write them."""

from __future__ import annotations

import re

from kiwerk.errors import KiwerkError
from kiwerk.load.suggest import suggest
from kiwerk.spec import KINDS


def find_kind(written: str) -> str:
    """The kind that is meant, in whatever case.

    Raises:
        KiwerkError: there is no such kind.
    """
    kinds = {kind.lower(): kind for kind in KINDS}
    found = kinds.get(written.lower())
    if found is None:
        message = f"There is no kind '{written}'"
        # `policies` is nearer to `prices` than to what it is the plural of
        singular = re.sub("ies$", "y", written.lower())
        raise KiwerkError(message, remedy=suggest(singular, kinds) or f"Kinds are {', '.join(kinds)}")
    return found
