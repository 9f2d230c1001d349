"""Changed: which of a repository's cases can come out otherwise than at the commit where HEAD left another branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.graph import Node, node_of
from kiwerk.load.code import code_path
from kiwerk.load.parts import COMMON, part_of
from kiwerk.load.revision import Snapshot, find_changed_files, load_snapshot, take_base
from kiwerk.record import LeftOutCase, SelectedCase, Selection
from kiwerk.select.affected import Comparison, build_base

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kiwerk.gate import ExpectedCase
    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.render.situation import Situation


def select_changed(workspace: Workspace, cases: Iterable[tuple[ExpectedCase, Situation]], revision: str) -> Selection:
    """The cases of some that differ from the base, each with the line that made it so, and why each other is the same.

    Raises:
        KiwerkError: there is no such revision, or its history is not here.
    """
    snapshot = take_base(workspace.project.root, revision)
    touched = find_touched(workspace, snapshot)
    base = build_base(load_snapshot(snapshot, touched), str(snapshot))
    comparison = Comparison(workspace.project, workspace.agents, base, touched)
    judged = [comparison.judge(situation) for _, situation in cases]
    return Selection(
        revision=revision,
        base=snapshot.commit,
        selected=tuple(item for item in judged if isinstance(item, SelectedCase)),
        left_out=tuple(item for item in judged if isinstance(item, LeftOutCase)),
    )


def find_touched(workspace: Workspace, snapshot: Snapshot) -> frozenset[str]:
    """Companies with a file of other bytes, or with a reference, however indirect, to a common one."""
    changed = find_changed_files(snapshot)
    touched = {part_of(path) for path in changed}
    if COMMON in touched:
        common = {path for path in changed if part_of(path) == COMMON}
        known: dict[str, Node] = {}
        for loaded in workspace.project.all():
            for path in (loaded.document.path, code_path(loaded.document.path)):
                if path in common:
                    known[path] = node_of(loaded)
        if common - known.keys() or any(node.kind == "Prices" for node in known.values()):
            # what is gone, and what nobody refers to by name, may have been looked at anywhere
            touched |= {suite.company for suite in workspace.project.suites.values()}
        touched |= {node.id.partition("/")[0] for node in _find_dependents(workspace, known.values()) if "/" in node.id}
    return frozenset(touched)


def _find_dependents(workspace: Workspace, nodes: Iterable[Node]) -> set[Node]:
    """The documents, and all that refer to them, however indirectly."""
    queue = list(nodes)
    found = set(queue)
    while queue:
        more = set(workspace.graph.sources(queue.pop())) - found
        found |= more
        queue += more
    return found
