"""Bringing a live server's tools into a Toolset, or telling how both differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiwerk.edit.draft import write_draft
from kiwerk.edit.new import check_place
from kiwerk.edit.revise import revise_text
from kiwerk.edit.write import write_texts
from kiwerk.errors import KiwerkError, Refused
from kiwerk.load.document import parse_document
from kiwerk.load.validate import validate_document
from kiwerk.pipeline.new import load_or_begin
from kiwerk.pipeline.workspace import check
from kiwerk.record import Pulling
from kiwerk.spec import FOLDERS, Toolset
from kiwerk.tools.mcp import load_offers
from kiwerk.tools.offer import name_offers
from kiwerk.tools.pull import Pull, plan_pull

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from kiwerk.finding import Finding
    from kiwerk.load.document import Document
    from kiwerk.load.project import Project
    from kiwerk.tools.mcp import Address, Process


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of it, with what `check` finds in the document afterwards."""

    pulling: Pulling
    project: Project
    findings: tuple[Finding, ...]


def pull_tools(
    root: Path, identity: str, server: Process | Address, timeout_seconds: float, now: datetime, *, write: bool
) -> Pulled:
    """A Toolset with the tools of a server, written unless only the difference is asked for.

    Raises:
        KiwerkError: the document cannot be one, or the server cannot be spoken to. Nothing is written then.
    """
    project = load_or_begin(root)
    path = f"{FOLDERS['Toolset']}/{identity}.yaml"
    document = _find_document(project, identity, path)
    offers = name_offers(load_offers(server, timeout_seconds))
    data: Any = document.data if document else {"kind": "Toolset", "operations": {}}
    plan = plan_pull(data["operations"], offers)
    if document is None and not plan.operations:
        message = "The server offers no tools, and a Toolset needs one"
        raise KiwerkError(message, path=server.shown, remedy="Name the server that the agent's operations are on")
    text, notes = _write(document, path, {**data, "operations": plan.operations})
    is_written = write and bool(plan.added or plan.changed)
    if is_written:
        write_texts({root / path: text})
        project, findings = check(root, now)
    else:
        findings = ()
    pulling = Pulling(
        toolset=identity,
        path=path,
        is_new=document is None,
        written=is_written,
        added=plan.added,
        changed=plan.changed,
        removed=plan.removed,
        unchanged=_count_unchanged(plan),
        notes=(*plan.notes, *notes),
    )
    return Pulled(pulling, project, tuple(finding for finding in findings if finding.span.path == path))


def _find_document(project: Project, identity: str, path: str) -> Document | None:
    """The Toolset's document; None where there is none yet, and one can be.

    Raises:
        KiwerkError: something else is there, or it cannot be one.
    """
    document = project.documents.get(path)
    if identity in project.toolsets and document is not None:
        return document
    if document is not None or (project.root / path).exists():
        message = "What is there is no Toolset that can be read"
        raise KiwerkError(message, path=path, remedy="Run `kiwerk check`, or choose another id")
    check_place(project, "Toolset", identity)
    return None


def _write(document: Document | None, path: str, data: dict[str, Any]) -> tuple[str, list[str]]:
    """The document's text, proven to be a Toolset, and what was lost on the way.

    Raises:
        Refused: what the server says cannot stand in a document.
    """
    if document is None:
        text, notes = write_draft(Toolset, data), []
    else:
        revision = revise_text(document.text, path, data)
        text = revision.text
        notes = [f"a comment went with what it stood in: {comment}" for comment in revision.lost_comments]
    parsed = parse_document(text.encode(), path)
    findings = list(parsed.findings)
    if parsed.document is not None:
        findings += validate_document(parsed.document, Toolset)[1]
    if parsed.document is None or findings:
        first = findings[0]
        message = f"What the server says cannot stand in a document: {first.message}"
        raise Refused(message, path=f"{path}:{first.span.line}", remedy=first.help or "Mend it at the server")
    return text, notes


def _count_unchanged(plan: Pull) -> int:
    return len(plan.operations) - len(plan.added) - len(plan.changed) - len(plan.removed)
