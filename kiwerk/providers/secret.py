"""Secrets of the environment: what a person's Python does not get to see, and what no error repeats."""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from kiwerk.providers.vendors import VENDORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HIDDEN = "***"
"""Stands where a secret stood."""
_OWN = "KIWERK_"
_NO_SECRETS = frozenset({"AWS_PROFILE", "KIWERK_BASE_URL"})
"""Read like credentials, and names or addresses all the same."""
_MORE = frozenset({"AWS_SESSION_TOKEN"})
_LONG = 8
"""Characters from which a value is looked for inside of words, too; shorter ones would be found in any text."""

_lock = threading.Lock()
_inside = 0
_taken: dict[str, str] = {}
_known: set[str] = set()


@contextlib.contextmanager
def withheld() -> Iterator[None]:
    """Takes kiwerk's own variables, vendors' credentials and what is kept secret out of the environment for a block.

    It is the process's environment, so other threads and children miss them as well. Of blocks that overlap the first
    takes them out, and the last puts them back.
    """
    global _inside  # noqa: PLW0603  # of the environment there is one as well
    with _lock:
        if not _inside:
            _taken.update({name: value for name, value in os.environ.items() if _is_withheld(name) or value in _known})
            for name in _taken:
                del os.environ[name]
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                os.environ.update(_taken)
                _taken.clear()


def keep_secret(values: Iterable[str | None]) -> None:
    """Let no error repeat these values from now on, and no Python of mocks and expectations find them."""
    _known.update(value for value in values if value)


def hide_secrets(text: str) -> str:
    """A text without the secrets that are known: those kept secret, and what is in the variables of kiwerk and vendors.

    Call it before a text is cut: of half a secret nobody can tell.
    """
    in_environment = {
        value
        for name, value in (*os.environ.items(), *_taken.items())
        if value and _is_withheld(name) and name not in _NO_SECRETS
    }
    # the longest first: one may be the beginning of another
    for value in sorted(_known | in_environment, key=len, reverse=True):
        text = _pattern(value).sub(HIDDEN, text)
    return text


def _is_withheld(name: str) -> bool:
    return name.startswith(_OWN) or name in _vendors_variables()


@lru_cache(maxsize=1)
def _vendors_variables() -> frozenset[str]:
    credentials = (name for vendor in VENDORS.values() for group in vendor.credentials for name in group)
    return _MORE.union(credentials)


@lru_cache(maxsize=256)
def _pattern(value: str) -> re.Pattern[str]:
    """The value as it is, as JSON and JavaScript write it, and as it stands in an address."""
    escaped = json.dumps(value)[1:-1]
    forms = {value, repr(value)[1:-1], escaped, json.dumps(value, ensure_ascii=False)[1:-1], quote(value, safe="")}
    forms.add(escaped.replace("/", "\\/"))
    listed = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(listed if len(value) >= _LONG else rf"(?<!\w)(?:{listed})(?!\w)")
