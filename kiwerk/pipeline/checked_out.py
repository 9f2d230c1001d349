"""Which Python may run: what is checked out here, and so would run anyway. Other revisions' is read, and never run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.finding import Finding
from kiwerk.load.file import load_bytes
from kiwerk.load.source import decode_source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kiwerk.load.source import Source
    from kiwerk.render.situation import Situation

NOT_HERE = "runs Python that is not checked out here"


class CheckedOut:
    """The Python files of the working tree, each read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, str | None] = {}

    def may_judge(self, situation: Situation) -> bool:
        """Whether conversations can be judged: nothing but what is checked out runs for it."""
        return not self.find_others(situation.checks.values())

    def may_hold(self, situation: Situation) -> bool:
        """Whether conversations can be held and judged."""
        return self.may_judge(situation) and not self.find_others(situation.code.values())

    def find_others(self, sources: Iterable[Source]) -> list[str]:
        """Paths of the files that are not here, or say something else here."""
        return [source.path for source in sources if self._read(source.path) != source.text]

    def _read(self, path: str) -> str | None:
        if path not in self._texts:
            data = load_bytes(self._root / path, path)
            source = None if isinstance(data, Finding) else decode_source(data, path)[0]
            self._texts[path] = source.text if source else None
        return self._texts[path]
