"""Files and folders that a person names on the command line, as findings name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kiwerk.finding import Finding


def select_findings(
    root: Path, known: Iterable[str], findings: Sequence[Finding], paths: Sequence[Path]
) -> tuple[Finding, ...]:
    """The findings in these files and folders; all of them where none is named.

    Args:
        root: the repository.
        known: the files that were read, by shown path.
        findings: all of them.
        paths: what was named.

    Raises:
        KiwerkError: a path does not exist, or holds no file that was read.
    """
    if not paths:
        return tuple(findings)
    prefixes = [locate_path(root, path) for path in paths]
    names = {*known, *(finding.span.path for finding in findings)}
    for path, prefix in zip(paths, prefixes, strict=True):
        if not any(lies_in(name, prefix) for name in names):
            message = "No document of kiwerk's is there"
            raise KiwerkError(message, path=path, remedy="Documents are *.yaml in agents/, processes/ and evals/")
    return tuple(item for item in findings if any(lies_in(item.span.path, prefix) for prefix in prefixes))


def locate_path(root: Path, path: Path) -> str:
    """POSIX path from the repository's root of what was named from here or from there.

    Raises:
        KiwerkError: it does not exist, or lies elsewhere.
    """
    found = [place for place in (path, root / path) if place.exists()]
    inside = [place for place in found if place.resolve().is_relative_to(root.resolve())]
    if inside:
        return inside[0].resolve().relative_to(root.resolve()).as_posix()
    message = "Outside the repository" if found else "No such file or folder"
    raise KiwerkError(message, path=path, remedy="Name it from here or from the repository's root, which --repo says")


def lies_in(name: str, prefix: str) -> bool:
    """Whether a path is another one or lies below it, both from the repository's root."""
    return prefix in (".", name) or name.startswith(f"{prefix}/")
