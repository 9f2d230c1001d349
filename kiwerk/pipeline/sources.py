"""The texts of a repository's files, read when an excerpt is taken from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kiwerk.load.file import load_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kiwerk.load.discover import Found
    from kiwerk.load.source import Source


class Sources(Mapping[str, "Source"]):
    """Files that are text, by shown path."""

    def __init__(self, files: Iterable[Found]) -> None:
        self._files = {file.shown: file for file in files}
        self._read: dict[str, Source] = {}

    def __getitem__(self, shown: str) -> Source:
        """The text of a file as it is now; a file that has gone meanwhile has none."""
        if shown not in self._read:
            self._read[shown] = _load_source(self._files[shown])
        return self._read[shown]

    def __iter__(self) -> Iterator[str]:
        """The paths, in order."""
        return iter(self._files)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._files)


def _load_source(file: Found) -> Source:
    from kiwerk.load.source import Source, decode_source

    data = load_bytes(file.path, file.shown)
    source = decode_source(data, file.shown)[0] if isinstance(data, bytes) else None
    return source or Source(file.shown, "")
