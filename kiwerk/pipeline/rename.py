"""Renaming in a repository: planned, tried out on a copy, and only then carried out."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kiwerk.edit.rename import plan_rename
from kiwerk.edit.write import write_texts
from kiwerk.errors import KiwerkError, Refused
from kiwerk.finding import Span
from kiwerk.load.discover import FOLDERS
from kiwerk.pipeline.workspace import check
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.situation import find_situations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from kiwerk.edit.rename import RenamePlan
    from kiwerk.finding import Finding
    from kiwerk.load.project import Project

_SETTINGS = "pyproject.toml"
_WORKFLOWS = ".github/workflows"


@dataclass(frozen=True, slots=True)
class Digests:
    """What identifies agents and cases to evidence."""

    ships: Mapping[str, str]
    """By agent."""
    cases: Mapping[tuple[str, str], tuple[str, str]]
    """`stimulus` and `oracle` by agent and case."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A renaming, worked out and found sound."""

    plan: RenamePlan
    ships: tuple[str, ...]
    """Agents that ship something else afterwards, by their new ids: they need new evidence."""
    cases: tuple[str, ...]
    """Cases whose conversations or judgements have to be made anew, by their new ids."""
    leftovers: tuple[tuple[Span, str], ...]
    """Lines that still have the old name in a text, comment or workflow, for a person to decide."""


def prepare_renaming(root: Path, old: str, new: str, now: datetime) -> Renamed:
    """A renaming that leaves no new finding behind, tried out on a copy.

    Raises:
        KiwerkError: it cannot be done.
        Refused: it would break something.
    """
    project, findings = check(root, now)
    plan = plan_rename(project, old, new)
    with TemporaryDirectory(prefix="kiwerk-rename-") as folder:
        copy = Path(folder)
        _copy_documents(root, copy)
        carry_out(copy, plan)
        after, found = check(copy, now)
        _refuse_new_findings(plan, findings, found)
        ships, cases = _compare(plan, find_digests(project), find_digests(after))
        leftovers = (*_find_leftovers(plan, after), *_find_workflow_leftovers(plan, root))
    return Renamed(plan, ships, cases, leftovers)


def carry_out(root: Path, plan: RenamePlan) -> None:
    """The renaming, done: the new file first, then what refers to it, the old file and what lay beside it last.

    Stopped in between, both names lead somewhere: `check` tells what is left over.
    """
    write_texts({root / edit.new_path: edit.after for edit in plan.edits})
    for edit in plan.edits:
        if edit.new_path == edit.path:
            continue
        try:
            (root / edit.path).unlink()
        except OSError as error:
            message = "Renamed, but the old file cannot be removed"
            raise KiwerkError(message, path=edit.path, remedy="Remove it by hand") from error


def find_digests(project: Project) -> Digests:
    """The digests of everything in a repository that can be rendered."""
    ships = {}
    for name, agent in project.agents.items():
        rendered = render_agent(project, agent)
        if isinstance(rendered, Rendered):
            ships[name] = rendered.ships
    cases = {(item.agent.id, item.id): (item.stimulus, item.oracle) for item in find_situations(project)}
    return Digests(ships, cases)


def _copy_documents(root: Path, copy: Path) -> None:
    try:
        for folder in FOLDERS:
            if (root / folder).is_dir():
                shutil.copytree(root / folder, copy / folder, symlinks=True)
        if (root / _SETTINGS).is_file():
            shutil.copyfile(root / _SETTINGS, copy / _SETTINGS)
    except (OSError, shutil.Error) as error:
        message = "The documents cannot be copied to try the renaming out"
        raise KiwerkError(message, path=root, remedy="Run `kiwerk check`") from error


def _refuse_new_findings(plan: RenamePlan, before: Sequence[Finding], after: Sequence[Finding]) -> None:
    """Raise where the renaming would bring findings; what was found before may be found elsewhere."""
    known = [_identify(item, plan) for item in before]
    for finding in after:
        identity = _identify(finding, plan)
        if identity in known:
            known.remove(identity)
        else:
            message = f"Nothing was renamed, since afterwards: {finding.message} [{finding.rule}]"
            place = f"{finding.span.path}:{finding.span.line}"
            raise Refused(message, path=place, remedy=finding.help or "Choose another name, or mend this first")


def _identify(finding: Finding, plan: RenamePlan) -> tuple[str, str]:
    """What makes a finding the same before and after: its rule and its file by its new name."""
    paths = {edit.path: edit.new_path for edit in plan.edits}
    return finding.rule, paths.get(finding.span.path, finding.span.path)


def _compare(plan: RenamePlan, before: Digests, after: Digests) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Agents and cases whose digests are others."""

    def agent(name: str) -> str:
        return plan.new if (plan.kind, name) == ("Agent", plan.old) else name

    def case(name: str) -> str:
        if plan.kind == "Case":
            return plan.new if name == plan.old else name
        suite, hash_, rest = name.partition("#")
        return f"{plan.new}{hash_}{rest}" if (plan.kind, suite) == ("Suite", plan.old) else name

    ships = [agent(name) for name, digest in before.ships.items() if after.ships.get(agent(name)) != digest]
    cases = [
        case(name)
        for (holder, name), digests in before.cases.items()
        if after.cases.get((agent(holder), case(name))) != digests
    ]
    if ships and plan.kind != "Toolset":
        message = f"Nothing was renamed, since {ships[0]} would ship something else"
        raise Refused(message, path=plan.edits[0].path, remedy="This should not happen: please report it")
    return tuple(ships), tuple(cases)


def _find_leftovers(plan: RenamePlan, after: Project) -> Iterator[tuple[Span, str]]:
    """Lines of the company's files that still have the old name in full, or a toolset's operations."""
    name = re.escape(plan.old.rpartition("/")[2])
    words = [rf"(?<![\w/-]){re.escape(plan.old)}(?![\w/-])"]
    if plan.kind == "Toolset":
        words.append(rf"(?<![\w/-]){name}(?:__|\.)(?=[a-z])")
    pattern = re.compile("|".join(words))
    company = plan.new.partition("/")[0]
    for path, document in after.documents.items():
        if "/" in plan.new and company != "shared" and f"/{company}/" not in path:
            continue
        for number, line in enumerate(document.text.split("\n"), 1):
            match = pattern.search(line)
            if match and not line.lstrip(" -{").startswith("formerly:") and f"formerly: {plan.old}" not in line:
                yield Span(path, number, match.start() + 1, number, match.end() + 1), line.strip()


def _find_workflow_leftovers(plan: RenamePlan, root: Path) -> Iterator[tuple[Span, str]]:
    """Lines of GitHub's workflows that still have an environment's old name: they deploy to it."""
    if plan.kind != "Environment":
        return
    pattern = re.compile(rf"(?<![\w-]){re.escape(plan.old)}(?![\w-])")
    for path in sorted((root / _WORKFLOWS).glob("*.y*ml")):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:  # a folder, or not ours to read: nothing hangs on it
            continue
        for number, line in enumerate(text.split("\n"), 1):
            match = pattern.search(line)
            if match:
                span = Span(f"{_WORKFLOWS}/{path.name}", number, match.start() + 1, number, match.end() + 1)
                yield span, line.strip()
