"""A new document of a kind: where it goes, what it says, and what it still needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.edit.draft import write_draft
from kiwerk.edit.starters import STARTERS, Place
from kiwerk.errors import KiwerkError
from kiwerk.load.kind import find_kind
from kiwerk.load.parts import SHARED
from kiwerk.load.suggest import suggest
from kiwerk.spec import FOLDERS, KINDS
from kiwerk.spec.base import SEGMENT

if TYPE_CHECKING:
    from datetime import datetime

    from kiwerk.load.project import Project

_SEGMENT = re.compile(SEGMENT)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_BARE = ("Environment", "Policy", "Prices")
_TOP = {folder.partition("/")[0] for folder in FOLDERS.values()}
_WITH_PEOPLE = ("Organization", "Agent", "Process", "Suite")
"""Kinds that need a company's people or its agents."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that is not written yet."""

    path: str
    """POSIX path from the repository's root."""
    text: str


def draft_document(project: Project, kind: str, identity: str, now: datetime) -> Draft:
    """A document of a kind with every field that it needs.

    Args:
        project: the repository it goes into.
        kind: one of the kinds, in any case.
        identity: its id.
        now: the moment from which dates are counted.

    Raises:
        KiwerkError: there is no such kind, the id cannot be one, or something has to be created first.
    """
    name = find_kind(kind)
    company = check_place(project, name, identity)
    text = write_draft(KINDS[name], STARTERS[name](Place(project, identity, company, now)))
    return Draft(f"{FOLDERS[name]}/{identity}.yaml", text)


def check_place(project: Project, kind: str, identity: str) -> str:
    """The company in which a new document of a kind can have an id; empty where it is bare.

    Raises:
        KiwerkError: it cannot, or something has to be created first.
    """
    _refuse_folder(kind, identity)
    company = check_identity(kind, identity)
    _check_company(project, kind, identity, company)
    return company


def check_identity(kind: str, identity: str) -> str:
    """The company an id says; empty where it is bare.

    Raises:
        KiwerkError: a document of this kind cannot have this id.
    """
    segments = identity.split("/")
    if not all(_SEGMENT.fullmatch(segment) for segment in segments):
        parts = (re.sub(r"[^a-z0-9]+", "-", part.lower().translate(_UMLAUTS)).strip("-") for part in segments)
        better = "/".join(part for part in parts if part)
        message = f"'{identity}' cannot be an id"
        hint = f", such as {better}" if better else ""
        raise KiwerkError(
            message, remedy=f"Use lower-case letters and digits, joined by single hyphens, without .yaml{hint}"
        )
    if len(segments) == 1 and kind not in _BARE:
        message = f"A document of kind {kind} belongs to a company"
        raise KiwerkError(message, remedy=f"Put the company before it, such as praxis-weber/{identity}")
    if kind == "Environment" and len(segments) > 1:
        message = "An environment belongs to no company"
        raise KiwerkError(message, remedy=f"Name it alone, such as {segments[-1]}")
    if FOLDERS[kind] == "agents" and segments[0] == "environments":
        message = "No company can be called environments: that is the folder of the environments"
        raise KiwerkError(message, remedy="Choose another name")
    return segments[0] if len(segments) > 1 else ""


def _refuse_folder(kind: str, identity: str) -> None:
    """Nothing, where an id does not begin with the folder that its kind lies in anyway."""
    folder, _, rest = identity.partition("/")
    if rest and folder in _TOP:
        better = rest.rpartition("/")[2] if kind == "Environment" else rest
        message = f"'{identity}' begins with a folder of the repository, and an id counts from there"
        raise KiwerkError(message, remedy=f"Leave it out: `kiwerk new {kind.lower()} {better.removesuffix('.yaml')}`")


def _check_company(project: Project, kind: str, identity: str, company: str) -> None:
    """Nothing, where a document of a kind can start in a company.

    Raises:
        KiwerkError: there is no such company, or one that has its organization.
    """
    if company == SHARED and kind in _WITH_PEOPLE:
        message = (
            f"'{SHARED}' is no company: it holds what all companies use, and a document of kind {kind} is not that"
        )
        raise KiwerkError(
            message, remedy=f"Put a company before it, such as praxis-weber/{identity.rpartition('/')[2]}"
        )
    if not company or company == SHARED:
        return
    known = {loaded.company: loaded.document.path for loaded in project.organizations.values()}
    known |= {item.company: f"agents/{item.identity.id}.yaml" for item in project.broken if item.kind == "Organization"}
    if kind == "Organization":
        if company in known:
            message = f"The company {company} has an Organization, and can have only one"
            raise KiwerkError(
                message, path=known[company], remedy="Edit that one, or begin with another company's name"
            )
        return
    # what cannot be read at all may be the organization
    if company not in known and company not in {item.company for item in project.broken if item.kind is None}:
        first = f"irst `kiwerk new organization {company}/organization`"
        near = suggest(company, known)
        message = f"The company {company} has no Organization yet"
        raise KiwerkError(message, remedy=f"{near} For a new company f{first}" if near else f"F{first}")
