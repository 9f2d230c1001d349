"""Load: two versions of a repository, as much of both as can differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.diff.weakening import makefiles, owners
from kiwerk.errors import KiwerkError
from kiwerk.finding import Finding
from kiwerk.load.file import MAX_BYTES, load_bytes
from kiwerk.load.git import Git
from kiwerk.load.parts import COMMON, find_parts, part_of
from kiwerk.load.project import Project, read_files
from kiwerk.load.revision import find_changed_files, load_snapshot, take_base, take_snapshot
from kiwerk.pipeline.deliver import read_statuses
from kiwerk.record.comparison import Version
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kiwerk.load.discover import Found
    from kiwerk.load.revision import Snapshot

_FOLDERS = (".github/workflows", ".github/actions")
_FILES = ("pyproject.toml", *makefiles.PLACES, *owners.PLACES)
"""What decides about the gate beside the documents and what is in the folders."""
WORKING_TREE = "working tree"


@dataclass(frozen=True, slots=True)
class Sides:
    """Base and head; companies of which no file differs are in neither."""

    base: Project
    head: Project
    base_version: Version
    head_version: Version
    files: tuple[Mapping[str, bytes], Mapping[str, bytes]]
    """What decides about the gate beside the documents, at base and head, by path."""


def load_sides(root: Path, base: str, head: str | None) -> Sides:
    """Two versions of a repository.

    Args:
        root: the repository's root.
        base: a revision, `run:ID` or `deployed:ENV`; without a head, a revision stands for where HEAD left it.
        head: the same; the working tree without one.

    Raises:
        KiwerkError: there is no such revision, or a part of it is not here.
    """
    origin = find_revision(root, base)
    if head is None:
        # a branch is compared with where HEAD left it, what ran or is deployed with itself
        snapshot = take_base(root, base) if origin == base else take_snapshot(root, origin)
        companies = _companies(find_changed_files(snapshot))
        entries = [
            entry
            for name, part in find_parts(root).items()
            if companies is None or name in (COMMON, *companies)
            for entry in part.entries
        ]
        after = read_files(root, sorted(entries, key=_shown)).project()
        head_version = Version(name=WORKING_TREE, broken=_broken(after))
        files = _read_working_tree(root)
    else:
        snapshot, other = take_snapshot(root, origin), take_snapshot(root, find_revision(root, head))
        shown = {path for path, blob in {*snapshot.blobs.items()} ^ {*other.blobs.items()}}
        companies = _companies(frozenset(shown))
        after = load_snapshot(other, companies)
        head_version = _version(root, head, other, after)
        files = _read_committed(root, other.commit)
    before = load_snapshot(snapshot, companies, like=after)
    sides = _read_committed(root, snapshot.commit), files
    return Sides(before, after, _version(root, base, snapshot, before), head_version, sides)


def find_revision(root: Path, name: str) -> str:
    """The revision that a side means: `run:ID`, `deployed:ENV`, or one of git's.

    Raises:
        KiwerkError: there is no such run or environment, or what it was made of is in no commit.
    """
    kind, _, target = name.partition(":")
    if kind == "run":
        with Store(root, reading=True) as store:
            return _must_be_committed(store.load_run(None if target == "last" else target).revision, name)
    if kind == "deployed":
        deployed = [status.deployment for status in read_statuses(root, target, None) if status.deployment]
        revisions = sorted({_must_be_committed(item.revision, name) for item in deployed})
        if len(revisions) == 1:
            return revisions[0]
        if not revisions:
            raise KiwerkError(f"Nothing is deployed in {target} yet", remedy="Compare with a revision")
        listed = ", ".join(f"{item.company} {(item.revision or '')[:12]}" for item in deployed)
        message = f"The companies in {target} were deployed from several revisions: {listed}"
        raise KiwerkError(message, remedy="Compare with one of them")
    return name


def _must_be_committed(revision: str | None, name: str) -> str:
    if revision is None or revision.endswith("+"):
        what = "outside git" if revision is None else f"from {revision[:12]} with changes that were in no commit"
        raise KiwerkError(f"'{name}' was made {what}", remedy="Compare with a revision")
    return revision


def _read_committed(root: Path, commit: str) -> Mapping[str, bytes]:
    git = Git(root)
    blobs = git.list_files(commit, *_FOLDERS, *_FILES).files
    contents = git.read_blobs(blobs.values(), MAX_BYTES)
    return {path: data for path, blob in blobs.items() if isinstance(data := contents[blob], bytes)}


def _read_working_tree(root: Path) -> Mapping[str, bytes]:
    """The same files as of a commit: no links, and nothing that is too large or cannot be read."""
    inside = [path for folder in _FOLDERS for path in (root / folder).rglob("*")]
    paths = [path for path in (*(root / name for name in _FILES), *inside) if not path.is_symlink()]
    shown = {path.relative_to(root).as_posix(): path for path in paths}
    contents = {name: load_bytes(path, name) for name, path in shown.items()}
    return {name: data for name, data in contents.items() if isinstance(data, bytes)}


def _companies(changed: frozenset[str]) -> frozenset[str] | None:
    """The companies that a change can reach; all of them where what is common changed."""
    parts = frozenset(map(part_of, changed))
    return None if COMMON in parts else parts


def _shown(entry: Found | Finding) -> str:
    return entry.span.path if isinstance(entry, Finding) else entry.shown


def _version(root: Path, name: str, snapshot: Snapshot, project: Project) -> Version:
    return Version(
        name=name,
        commit=snapshot.commit,
        date=Git(root).read_date(snapshot.commit),
        broken=_broken(project),
    )


def _broken(project: Project) -> tuple[str, ...]:
    """Why documents could not be read, each with its place; none is left out."""
    told: dict[str, list[str]] = {item.identity.id: [] for item in project.broken}
    for finding in project.findings:
        name = finding.span.path.partition("/")[2].rpartition(".")[0].removeprefix("environments/")
        if name in told:
            told[name].append(f"{finding.span.path}:{finding.span.line}: {finding.message}")
    return tuple(line for name, lines in told.items() for line in lines or [f"{name}: it cannot be read"])
