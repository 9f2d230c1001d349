"""What loosens the gate itself, or takes away what it looks at.

Each needs an entry of its own in the log of a policy, added by the same change, with who decided it and why: the
policies lie under CODEOWNERS, so that nobody weakens the gate alone and in passing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.weakening.documents import find_in_documents
from kiwerk.diff.weakening.ignores import find_new_ignores
from kiwerk.diff.weakening.levels import find_lowered_levels
from kiwerk.diff.weakening.workflows import find_weaker_workflows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kiwerk.load.project import Project
    from kiwerk.record.comparison import Change, Weakening
    from kiwerk.spec.policy import LogEntry

__all__ = ["find_weakenings"]


def find_weakenings(
    base: Project, head: Project, changes: Sequence[Change], files: tuple[Mapping[str, bytes], Mapping[str, bytes]]
) -> tuple[Weakening, ...]:
    """What became weaker, each with the decision that allows it where there is one.

    Args:
        base: the documents before.
        head: the documents after.
        changes: what is different between them.
        files: workflows and configuration on both sides, by path.
    """
    found = (
        *find_in_documents(changes, base, head),
        *find_new_ignores(base, head),
        *find_lowered_levels(*files),
        *find_weaker_workflows(*files),
    )
    return tuple(_explain(found, list(_find_new_entries(base, head))))


def _find_new_entries(base: Project, head: Project) -> Iterator[LogEntry]:
    """Entries of the policies' logs that the change itself brings: an old decision allows nothing new."""
    for name, loaded in head.policies.items():
        before = base.policies.get(name)
        known = before.spec.log if before else []
        yield from (entry for entry in loaded.spec.log if entry not in known)


def _explain(found: Iterable[Weakening], entries: Sequence[LogEntry]) -> Iterator[Weakening]:
    for item in dict.fromkeys(found):
        entry = next((entry for entry in entries if item.name in entry.weakens), None)
        yield item if entry is None else item.model_copy(update={"reason": entry.reason, "owner": entry.owner})
