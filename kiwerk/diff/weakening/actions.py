"""Actions of the repository itself, of which workflows are made: they change as workflows do.

Format: https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.weakening.steps import compare_keys, compare_steps, weaken
from kiwerk.load.document import parse_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kiwerk.record.comparison import Weakening

FOLDER = ".github/actions/"


def find_changed_actions(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Weakening]:
    """What is other than before in the files of actions; new ones are harmless, as long as nobody uses them."""
    for path, data in before.items():
        if not path.startswith(FOLDER) or data == after.get(path) or path.lower().endswith(".md"):
            continue
        if path not in after:
            yield weaken(path, path, "the file of an action is gone", before_line=1)
            continue
        old, new = (parse_document(side, path).document if _is_yaml(path) else None for side in (data, after[path]))
        if old is None or new is None:
            yield weaken(path, path, "the file of an action is another one")
        elif all(isinstance(side.data, dict) and isinstance(side.data.get("runs"), dict) for side in (old, new)):
            yield from compare_keys(path, (), old, new, {"runs"})
            yield from compare_keys(path, ("runs",), old, new, {"steps"})
            yield from compare_steps(path, ("runs",), old, new)
        elif old.data != new.data:
            yield weaken(path, path, "the file of an action is another one")


def _is_yaml(path: str) -> bool:
    return path.endswith((".yml", ".yaml"))
