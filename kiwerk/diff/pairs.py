"""Which document of base is which of head: by id, by what it was called formerly, or by saying the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.diff.content import Content, read_content
from kiwerk.render.canonical import digest
from kiwerk.spec import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Document


@dataclass(frozen=True, slots=True)
class Pair:
    """One document on both sides; at least one is there."""

    kind: str
    base: Content | None
    head: Content | None

    @property
    def id(self) -> str:
        """Its id at head, or at base where it was removed."""
        side = self.head or self.base
        return side.loaded.id if side else ""

    @property
    def is_moved(self) -> bool:
        """Whether it has another id than before."""
        return self.base is not None and self.head is not None and self.base.loaded.id != self.head.loaded.id


def pair_documents(base: Project, head: Project) -> Iterator[Pair]:
    """The documents that are not the same bytes under the same id on both sides, by kind and id."""
    for kind, model in KINDS.items():
        # what cannot be read on one side is neither new nor gone
        broken = {item.identity.id for item in (*base.broken, *head.broken) if item.kind in (kind, None)}
        sides = [
            {name: loaded for name, loaded in project.of_kind(model).items() if name not in broken}
            for project in (base, head)
        ]
        yield from sorted(_pair_kind(kind, *sides), key=lambda pair: pair.id)


def _pair_kind(kind: str, base: Mapping[str, Loaded[Document]], head: Mapping[str, Loaded[Document]]) -> Iterator[Pair]:
    gone = {name: loaded for name, loaded in base.items() if name not in head}
    new = {name: loaded for name, loaded in head.items() if name not in base}
    for name in base.keys() & head.keys():
        # the bytes are compared before anything is compared in them
        if base[name].document.digest != head[name].document.digest:
            yield Pair(kind, read_content(base[name]), read_content(head[name]))
    for before, after in _find_moved(gone, new):
        del gone[before.id], new[after.id]
        yield Pair(kind, read_content(before), read_content(after))
    for loaded in gone.values():
        yield Pair(kind, read_content(loaded), None)
    for loaded in new.values():
        yield Pair(kind, None, read_content(loaded))


def _find_moved(
    gone: Mapping[str, Loaded[Document]], new: Mapping[str, Loaded[Document]]
) -> list[tuple[Loaded[Document], Loaded[Document]]]:
    """Documents that went from one id to another: as they say themselves, or else as their contents show.

    Of several that say the same, none is taken for another.
    """
    found = [(gone[name], after) for after in new.values() if (name := after.spec.formerly) and name in gone]
    paired = {before.id for before, _ in found} | {after.id for _, after in found}
    by_content: dict[str, tuple[list[Loaded[Document]], list[Loaded[Document]]]] = defaultdict(lambda: ([], []))
    for side, documents in enumerate((gone, new)):
        for loaded in documents.values():
            if loaded.id not in paired:
                by_content[digest(read_content(loaded).data)][side].append(loaded)
    found += [(before[0], after[0]) for before, after in by_content.values() if len(before) == len(after) == 1]
    return found
