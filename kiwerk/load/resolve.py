"""From the name in a reference to what it names.

A name without a slash means the same company; `shared/…` is common to all; another company's is foreign. Where
documents are meant, a bare name is their local name. `kalender.pruefen` is an operation of the toolset `kalender`,
looked up in the company, then in `shared`; `kalender.pruefen:frei` is one of its events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from kiwerk.load.project import SHARED, Loaded, Project, S
from kiwerk.load.suggest import suggest
from kiwerk.spec import Toolset
from kiwerk.spec.toolset import ERROR_OUTCOME, Operation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

BARE_KINDS = ("Environment", "Policy", "Prices")
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why a name leads nowhere."""

    reason: Literal["missing", "foreign", "ambiguous", "broken"]
    """`broken`: the document exists but could not be read, which is told elsewhere."""
    message: str
    help: str | None = None


@dataclass(frozen=True, slots=True)
class ResolvedOperation:
    """An operation with the toolset it belongs to."""

    toolset: Loaded[Toolset]
    name: str
    operation: Operation

    @property
    def label(self) -> str:
        """Label by the toolset's local name: `kalender.pruefen`."""
        return f"{self.toolset.name}.{self.name}"


def resolve_document(project: Project, model: type[S], name: str, company: str) -> Loaded[S] | Unresolved:
    """The document of a kind that a name in a company's document means."""
    known = project.once(_resolved)
    key = model, name, company
    if key not in known:
        known[key] = _resolve_document(project, model, name, company)
    return cast("Loaded[S] | Unresolved", known[key])


def _resolved(_project: Project) -> dict[tuple[type, str, str], object]:
    """What names were found to mean: the same few stand in every case of a suite."""
    return {}


def _resolve_document(project: Project, model: type[S], name: str, company: str) -> Loaded[S] | Unresolved:
    kind = model.__name__
    documents = project.of_kind(model)
    visible = dict.fromkeys((company, "") if kind in BARE_KINDS else (company,))
    if "/" in name:
        known = documents.get(name)
        owner = name.partition("/")[0] if known is None else known.company
        if owner not in (*visible, SHARED):
            return Unresolved(
                "foreign",
                f"'{name}' belongs to another company",
                f"Refer to the company's own documents, or move it to {SHARED}/",
            )
        if known is not None:
            return known
    else:
        found = [loaded for place in visible for loaded in project.in_company(model, place).get(name, ())]
        if len(found) == 1:
            return found[0]
        if found:
            ids = " and ".join(loaded.id for loaded in found)
            return Unresolved("ambiguous", f"'{name}' may be {ids}", "Write the whole id")
    if any(
        broken.kind in (None, kind) and name in (broken.identity.id, broken.identity.name)
        for broken in project.broken
        if broken.company in (*visible, SHARED, "")
    ):
        return Unresolved("broken", f"'{name}' could not be read")
    names = [local for place in visible for local in project.in_company(model, place)]
    places = dict.fromkeys((*visible, SHARED))
    of_kind = (named for place in places for named in project.in_company(model, place).values())
    names += [loaded.id for named in of_kind for loaded in named]
    return Unresolved("missing", f"There is no {kind} '{name}'", _suggestion(name, names, kind))


def resolve_operation(project: Project, label: str, company: str) -> ResolvedOperation | Unresolved:
    """The operation that a label `toolset.operation` in a company's document means."""
    known = project.once(_resolved)
    key = Operation, label, company
    if key not in known:
        known[key] = _resolve_operation(project, label, company)
    return cast("ResolvedOperation | Unresolved", known[key])


def _resolve_operation(project: Project, label: str, company: str) -> ResolvedOperation | Unresolved:
    toolset_name, dot, operation_name = label.partition(".")
    if not dot:
        return Unresolved(
            "missing", f"'{label}' is not an operation", "Write toolset.operation, such as kalender.pruefen"
        )
    places = dict.fromkeys((company, SHARED))
    candidates = [item for place in places for item in project.in_company(Toolset, place).get(toolset_name, ())]
    if not candidates:
        if any(
            item.kind in (None, "Toolset") and item.identity.name == toolset_name
            for item in project.broken
            if item.company in (*places, "")
        ):
            return Unresolved("broken", f"'{toolset_name}' could not be read")
        names = [local for place in places for local in project.in_company(Toolset, place)]
        return Unresolved(
            "missing", f"There is no Toolset '{toolset_name}'", _suggestion(toolset_name, names, "Toolset")
        )
    if len(candidates) > 1:
        ids = " and ".join(loaded.id for loaded in candidates)
        return Unresolved("ambiguous", f"'{toolset_name}' may be {ids}", "Rename one of the toolsets")
    operations = candidates[0].spec.operations
    if operation_name not in operations:
        return Unresolved(
            "missing",
            f"Toolset '{candidates[0].id}' has no operation '{operation_name}'",
            _suggestion(operation_name, operations, "operation"),
        )
    return ResolvedOperation(candidates[0], operation_name, operations[operation_name])


def resolve_event(project: Project, label: str, company: str) -> ResolvedOperation | Unresolved:
    """The operation whose event a label `toolset.operation` or `toolset.operation:outcome` means."""
    operation_label, colon, outcome = label.partition(":")
    resolved = resolve_operation(project, operation_label, company)
    if isinstance(resolved, Unresolved) or not colon:
        return resolved
    outcomes = (*resolved.operation.outcomes, ERROR_OUTCOME)
    if outcome not in outcomes:
        return Unresolved(
            "missing", f"'{operation_label}' has no outcome '{outcome}'", _suggestion(outcome, outcomes, "outcome")
        )
    return resolved


def resolve_name(known: Collection[str], name: str, what: str) -> Unresolved | None:
    """Why a name that lives inside a document (a person, a phrase) leads nowhere, or None when it is known."""
    if name in known:
        return None
    return Unresolved("missing", f"There is no {what} '{name}'", _suggestion(name, known, what))


def _suggestion(name: str, known: Iterable[str], what: str) -> str:
    names = sorted(set(known))
    if not names:
        return f"There is no {what} at all yet"
    return suggest(name, names) or f"Known: {', '.join(names[:_MOST_NAMED])}{' …' if len(names) > _MOST_NAMED else ''}"
