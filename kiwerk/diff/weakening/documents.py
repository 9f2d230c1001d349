"""What becomes weaker by a change of documents: thresholds, cases and what they expect, rules, confirmations."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from kiwerk.diff.weakening.kept import find_kept_cases, name_case
from kiwerk.diff.weakening.patterns import PATTERNS, find_pattern, show_duration
from kiwerk.record.comparison import Line, Weakening

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.load.project import Project
    from kiwerk.record.comparison import Change

_KNOWN_BY_NAME = ("rules", "operations", "steps", "signers", "revoked", "ends", "processes")
"""Keys of a document below which each entry has a name."""
_TAG = re.compile(r"(!?)\btag:([\w*-]+)")
_MOST_SAID = 3
_LONGEST_VALUE = 80


def find_in_documents(changes: Sequence[Change], base: Project, head: Project) -> Iterator[Weakening]:
    """What the changes of documents weaken; all that changed in one expectation, rule or situation is one of them."""
    kept = find_kept_cases(base, head)
    tags = {*_find_tags(base), *_find_tags(head)}
    together: dict[tuple[str, str, tuple[str, ...]], list[Weakening]] = defaultdict(list)
    for change in changes:
        before, after = _values(change)
        pattern = None if change.what == "moved" else find_pattern(change.kind, change.route, before, after)
        if pattern is None or pattern.rule is None or _is_kept(change, pattern.rule, base, kept):
            continue
        if pattern.rule == "changed-tag" and not any(
            what == change.what and fnmatchcase(change.route[-1], tag) for what, tag in tags
        ):
            continue
        name, whole = _name_subject(change, pattern.rule)
        said = pattern.message.format(
            name=change.route[-1] if change.route else change.id, before=_show(before), after=_show(after)
        )
        found = Weakening(rule=pattern.rule, subject=name, message=said, base=change.base, head=change.head)
        together[pattern.rule, name, whole].append(found)
    yield from (_join(found) for found in together.values())
    yield from _find_unknown(base, head)
    yield from _find_shared_targets(base, head)


def _values(change: Change) -> tuple[Any, Any]:
    """Before and after; a whole document is there or not."""
    if change.route:
        return change.before, change.after
    return change.what != "added" or None, change.what != "removed" or None


def _is_kept(change: Change, rule: str, base: Project, kept: frozenset[str]) -> bool:
    """Whether what is gone is in another suite."""
    if rule == "removed-case":
        return name_case(change.id, change.route[1]) in kept
    if rule == "removed-suite":
        return all(name_case(change.id, case.id) in kept for case in base.suites[change.id].spec.cases)
    return False


def _find_tags(project: Project) -> Iterator[tuple[str, str]]:
    """Tags by which policies select cases, each with what happens to one that makes a case escape a rule."""
    for policy in project.policies.values():
        for items, escapes in ((policy.spec.rules, "removed"), (policy.spec.exceptions, "added")):
            other = "added" if escapes == "removed" else "removed"
            for item in items:
                for negated, tag in _TAG.findall(item.select or ""):
                    yield other if negated else escapes, tag


def _name_subject(change: Change, rule: str) -> tuple[str, tuple[str, ...]]:
    """What became weaker, by its document and what is known by name in it, and the route of all that is one with it."""
    route, is_review = change.route, rule.startswith("changed-")
    if change.kind == "Suite" and route[:1] == ("cases",):
        name, end = _name_in_case(route[2:], rule)
        return ".".join(filter(None, (name_case(change.id, route[1]), name))), route[:end]
    if route[:1] and route[0] in _KNOWN_BY_NAME and route[1:]:
        return f"{change.id}.{route[1]}", route[:2] if is_review else route
    if is_review and route:
        return f"{change.id}.{route[0]}", route[:1]
    return change.id, () if change.kind in ("Judge", "Prices") else route


def _name_in_case(inner: tuple[str, ...], rule: str) -> tuple[str, int | None]:
    """What is known by name in a case, and where the route of all that is one with it ends."""
    if rule == "changed-tag":
        return inner[-1], None
    if rule == "changed-case":
        return inner[0], 3
    if inner[:1] == ("counterexamples",):
        return ".".join(inner[1:2]), None
    if "expect" in inner:
        at = inner.index("expect") + 1
        return ".".join(inner[at : at + 1]), at + 3
    return "", None


def _join(found: Sequence[Weakening]) -> Weakening:
    """One weakening that says what each of them says."""
    said = list(dict.fromkeys(item.message for item in found))
    more = f"; and {len(said) - _MOST_SAID} more" if len(said) > _MOST_SAID else ""
    return found[0].model_copy(update={"message": "; ".join(said[:_MOST_SAID]) + more})


def _find_unknown(base: Project, head: Project) -> Iterator[Weakening]:
    """Parts of the gate that could not be read before: nobody can say what they lost."""
    for item in base.broken:
        kinds = PATTERNS if item.kind is None else {item.kind} & PATTERNS.keys()
        now = (loaded for loaded in head.all() if loaded.id == item.identity.id and type(loaded.spec).__name__ in kinds)
        for loaded in now:
            yield Weakening(
                rule=f"changed-{type(loaded.spec).__name__.lower()}",
                subject=loaded.id,
                message="it could not be read before, so that nothing is known of what changed",
                head=Line(path=loaded.document.path, line=1),
            )


def _find_shared_targets(base: Project, head: Project) -> Iterator[Weakening]:
    """New environments that bring releases to where another one brings them, past that one's policy."""
    targets = {
        _name_target(loaded.spec.target.directory): loaded.id
        for project in (head, base)
        for loaded in project.environments.values()
        if loaded.spec.target and loaded.id in base.environments
    }
    for loaded in head.environments.values():
        target = loaded.spec.target
        owner = targets.get(_name_target(target.directory)) if target and loaded.id not in base.environments else None
        if owner is not None:
            span = loaded.document.span(("target",), key=True)
            yield Weakening(
                rule="shared-target",
                subject=loaded.id,
                message=f"it deploys to where '{owner}' does",
                head=Line(path=span.path, line=span.line),
            )


def _name_target(directory: str) -> str:
    return posixpath.normpath(directory)


def _show(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, str) and re.fullmatch(r"P[\dTDHMS.]+", value):
        return show_duration(value)
    text = str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
