"""What loosens the gate itself, or takes away what it looks at.

Each needs an entry of its own in the log of a policy, added by the same change, with who decided it and why: the
policies lie under CODEOWNERS, so that nobody weakens the gate alone and in passing. In the parts of the gate whatever
is not known to be harmless counts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kiwerk.diff.weakening.actions import find_changed_actions
from kiwerk.diff.weakening.checks import find_changed_checks
from kiwerk.diff.weakening.documents import find_in_documents
from kiwerk.diff.weakening.ignores import find_new_ignores
from kiwerk.diff.weakening.levels import find_lowered_levels
from kiwerk.diff.weakening.makefiles import find_changed_targets
from kiwerk.diff.weakening.owners import find_changed_owners
from kiwerk.diff.weakening.workflows import find_changed_workflows
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.spec import Policy

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
        files: what decides about the gate beside the documents, on both sides, by path.
    """
    found = (
        *find_in_documents(changes, base, head),
        *find_changed_checks(base, head),
        *find_new_ignores(base, head),
        *find_lowered_levels(*files),
        *find_changed_workflows(*files),
        *find_changed_actions(*files),
        *find_changed_targets(*files),
        *find_changed_owners(*files),
    )
    return tuple(_explain(_number(dict.fromkeys(found)), list(_find_new_entries(base, head))))


def _number(found: Iterable[Weakening]) -> Iterator[Weakening]:
    """The same with a name each, so that a decision about one is none about another."""
    names: Counter[str] = Counter()
    for item in found:
        names[item.name] += 1
        number = names[item.name]
        yield item if number == 1 else item.model_copy(update={"subject": f"{item.subject} {number}"})


def _find_new_entries(base: Project, head: Project) -> Iterator[LogEntry]:
    """Entries that the change itself brings, in policies by which an environment was judged before.

    An old decision allows nothing new, and a policy that nobody used has no owners who would read it.
    """
    used = set()
    for environment in base.environments.values():
        policy = resolve_document(base, Policy, environment.spec.policy, environment.company)
        # one that could not be read may be mended, and says so itself
        used.add(environment.spec.policy if isinstance(policy, Unresolved) else policy.id)
    for name, loaded in head.policies.items():
        before = base.policies.get(name)
        known = before.spec.log if before else []
        if name in used and (before or any(item.identity.id == name for item in base.broken)):
            yield from (entry for entry in loaded.spec.log if entry not in known)


def _explain(found: Iterable[Weakening], entries: Sequence[LogEntry]) -> Iterator[Weakening]:
    for item in found:
        entry = next((entry for entry in entries if item.name in entry.weakens), None)
        yield item if entry is None else item.model_copy(update={"reason": entry.reason, "owner": entry.owner})
