"""Renaming a document or a case: which file moves, and what changes in which other file."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.edit.mentions import CaseRenaming, Renaming, find_case_mentions, find_mentions
from kiwerk.edit.new import check_identity
from kiwerk.edit.replace import Former, Replacement, apply_replacements
from kiwerk.errors import KiwerkError, Refused
from kiwerk.load.code import code_path
from kiwerk.load.suggest import suggest
from kiwerk.spec import FOLDERS, KINDS
from kiwerk.spec.suite import Case

if TYPE_CHECKING:
    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Document as Spec

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Edit:
    """What changes in one file."""

    path: str
    """POSIX path from the repository's root, before."""
    new_path: str
    """The same afterwards."""
    before: str
    after: str
    mentions: int
    """Number of places that are mended."""


@dataclass(frozen=True, slots=True)
class RenamePlan:
    """A renaming, worked out and not carried out."""

    kind: str
    """Kind of the document, or `Case`."""
    old: str
    new: str
    edits: tuple[Edit, ...]
    """The file that holds what is renamed first."""


def plan_rename(project: Project, old: str, new: str) -> RenamePlan:
    """What has to happen for something to be called otherwise.

    Args:
        project: the repository, every file of which could be read.
        old: an id, with its kind before it where several documents have it; a case is `suite#case`.
        new: the id afterwards, or the last part of it.

    Raises:
        KiwerkError: there is no such document, or it cannot be called that.
        Refused: some file cannot be read, so that its references cannot be mended.
    """
    if project.broken:
        broken = project.broken[0].identity.id
        message = f"'{broken}' cannot be read, so what it refers to cannot be mended"
        raise Refused(message, remedy="Run `kiwerk check`, and mend it first")
    if "#" in old:
        return _plan_case(project, old, new)
    loaded = _find_document(project, old)
    kind = type(loaded.spec).__name__
    identity = _new_identity(loaded, kind, new)
    renaming = Renaming(loaded, identity)
    replacements: defaultdict[str, list[Replacement]] = defaultdict(list)
    for path, replacement in find_mentions(project, renaming):
        replacements[path].append(replacement)
    own = loaded.document.path
    former = Former((), KINDS[kind], loaded.id)
    new_path = f"{FOLDERS[kind]}/{identity}.yaml"
    taken = (project.root / new_path).exists() or (kind == "Toolset" and (project.root / code_path(new_path)).exists())
    if taken and not _was_begun(project, loaded, identity):
        message = "There is something already, and it would be lost"
        raise KiwerkError(message, path=new_path, remedy="Choose another name")
    edits = [_edit(project, own, new_path, replacements.pop(own, []), [former])]
    code = project.sources.get(code_path(own)) if kind == "Toolset" else None
    if code is not None:
        edits.append(Edit(code.path, code_path(new_path), code.text, code.text, 0))
    # Agents last: what an agent has been granted tells which states and prompts mean the old name, so that a renaming
    # that was interrupted can be carried on.
    paths = sorted(replacements, key=lambda path: (path.startswith("agents/"), path))
    edits += [_edit(project, path, path, replacements[path], []) for path in paths]
    return RenamePlan(kind, loaded.id, identity, tuple(edits))


def _plan_case(project: Project, old: str, new: str) -> RenamePlan:
    suite_id, _, name = old.removeprefix("case:").partition("#")
    suite = project.suites.get(suite_id)
    if suite is None:
        raise _unknown("suite", suite_id, list(project.suites))
    names = [case.id for case in suite.spec.cases]
    if name not in names:
        raise _unknown("case", name, names)
    place, hash_, new_name = new.removeprefix("case:").rpartition("#")
    if hash_ and place != suite_id:
        message = "A case cannot be moved to another suite by renaming it"
        raise KiwerkError(message, path=new, remedy=f"Name it within {suite_id}")
    if not _SLUG.fullmatch(new_name):
        message = f"'{new_name}' cannot be the name of a case"
        raise KiwerkError(message, remedy="Use lower-case letters, digits and single hyphens")
    if new_name in names:
        message = f"There is a case '{new_name}' already"
        raise KiwerkError(message, path=suite.document.path, remedy="Choose another name")
    renaming = CaseRenaming(suite, names.index(name), name, new_name)
    replacements: defaultdict[str, list[Replacement]] = defaultdict(list)
    for path, replacement in find_case_mentions(project, renaming):
        replacements[path].append(replacement)
    own = suite.document.path
    former = Former(("cases", renaming.number), Case, name)
    edits = [_edit(project, own, own, replacements.pop(own), [former])]
    edits += [_edit(project, path, path, items, []) for path, items in replacements.items()]
    return RenamePlan("Case", f"{suite_id}#{name}", f"{suite_id}#{new_name}", tuple(edits))


def _edit(project: Project, path: str, new_path: str, items: list[Replacement], formers: list[Former]) -> Edit:
    document = project.documents[path]
    text = document.text
    if hashlib.sha256(text.encode()).hexdigest() != document.digest:
        message = "The file holds bytes that are no text, and they would be lost"
        raise Refused(message, path=path, remedy="Run `kiwerk check`, and mend it first")
    merged: dict[tuple[object, bool], Replacement] = {}
    for item in items:
        # two names in one selector: each replacement was worked out from the same text
        merged.setdefault((item.route, item.is_key), item)
    return Edit(path, new_path, text, apply_replacements(text, path, list(merged.values()), formers), len(merged))


def _find_document(project: Project, old: str) -> Loaded[Spec]:
    prefix, colon, identity = old.rpartition(":")
    kinds = {name.lower(): model for name, model in KINDS.items()}
    if colon and prefix.lower() not in kinds:
        message = f"There is no kind '{prefix}'"
        raise KiwerkError(message, remedy=suggest(prefix.lower(), kinds) or f"Kinds are {', '.join(KINDS)}")
    models = [kinds[prefix.lower()]] if colon else list(kinds.values())
    found = [documents[identity] for model in models if identity in (documents := project.of_kind(model))]
    if not found:
        raise _unknown(
            prefix.lower() or "document",
            identity,
            [item.id for model in models for item in project.of_kind(model).values()],
        )
    if len(found) > 1:
        names = " or ".join(f"{type(item.spec).__name__.lower()}:{item.id}" for item in found)
        message = f"'{identity}' is several documents"
        raise KiwerkError(message, remedy=f"Write {names}")
    return found[0]


def _was_begun(project: Project, loaded: Loaded[Spec], identity: str) -> bool:
    """Whether what stands at the new place is this document, from a renaming that was interrupted."""
    there = project.of_kind(type(loaded.spec)).get(identity)
    return there is not None and there.spec.formerly == loaded.id


def _new_identity(loaded: Loaded[Spec], kind: str, new: str) -> str:
    prefix, colon, identity = new.rpartition(":")
    if colon and prefix.lower() != kind.lower():
        message = f"{loaded.id} is of kind {kind} and stays so"
        raise KiwerkError(message, path=new, remedy=f"Write the new id without its kind, or {kind.lower()}:{identity}")
    folder = loaded.id.rpartition("/")[0]
    if folder and "/" not in identity:
        identity = f"{folder}/{identity}"
    company = check_identity(kind, identity)
    if identity == loaded.id:
        message = "That is its name already"
        raise KiwerkError(message, path=loaded.document.path, remedy="Choose another name")
    if company != loaded.company:
        message = "A document cannot be moved to another company by renaming it"
        help_ = f"Stay in {loaded.company}: what it refers to means something else elsewhere"
        raise KiwerkError(message, path=identity, remedy=help_ if loaded.company else "Name it without a company")
    return identity


def _unknown(what: str, name: str, known: list[str]) -> KiwerkError:
    message = f"There is no {what} '{name}'"
    return KiwerkError(message, remedy=suggest(name, known) or f"Known: {', '.join(sorted(set(known))[:8]) or 'none'}")
