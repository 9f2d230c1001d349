"""What is different in the documents: each value with its place on both sides, moves as moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.diff.content import Entries
from kiwerk.diff.expectations import rename_expectations
from kiwerk.diff.pairs import pair_documents
from kiwerk.record.comparison import Change, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kiwerk.diff.content import Content
    from kiwerk.diff.pairs import Pair
    from kiwerk.load.project import Project


def compare_documents(base: Project, head: Project) -> tuple[Change, ...]:
    """Every difference in meaning between two versions, document by document."""
    return tuple(change for pair in pair_documents(base, head) for change in compare_pair(pair))


def compare_pair(pair: Pair) -> Iterator[Change]:
    """The differences of one document."""
    if pair.base is None or pair.head is None:
        side = pair.head or pair.base
        if side is not None:
            place, is_new = _line(side, ()), pair.head is not None
            yield Change(
                kind=pair.kind,
                id=pair.id,
                what="added" if is_new else "removed",
                base=None if is_new else place,
                head=place if is_new else None,
            )
        return
    if pair.is_moved:
        yield Change(
            kind=pair.kind,
            id=pair.id,
            what="moved",
            before=pair.base.loaded.id,
            base=_line(pair.base, ()),
            head=_line(pair.head, ()),
        )
    if pair.base.data != pair.head.data:
        yield from _compare_data(pair.kind, pair.id, pair.base, pair.head)


def _compare_data(kind: str, name: str, base: Content, head: Content) -> Iterator[Change]:
    moved = dict(_find_moved_cases(base, head))
    before, renamed = rename_expectations(_rename_cases(base.data, moved), head.data)
    for old, new in moved.items():
        yield Change(
            kind=kind,
            id=name,
            what="moved",
            route=("cases", new),
            before=old,
            base=_line(base, ("cases", old)),
            head=_line(head, ("cases", new)),
        )
    if before == head.data:
        return
    back = {new: old for old, new in moved.items()}
    for what, at_base, at_head, old, new in sorted(_find_differences(before, head.data), key=lambda item: item[1:3]):
        yield Change(
            kind=kind,
            id=name,
            what=what,
            route=at_head if what == "added" else at_base,
            before=old,
            after=new,
            base=None if what == "added" else _line(base, _old_route(at_base, back, renamed)),
            head=None if what == "removed" else _line(head, at_head),
        )


def _find_differences(
    before: dict[str, Any], after: dict[str, Any]
) -> Iterator[tuple[Any, tuple[str, ...], tuple[str, ...], Any, Any]]:
    """What differs, with the routes on both sides and the values."""
    from deepdiff import DeepDiff  # takes longer to import than a comparison of equal repositories

    kinds = {
        "values_changed": "changed",
        "type_changes": "changed",
        "dictionary_item_added": "added",
        "iterable_item_added": "added",
        "dictionary_item_removed": "removed",
        "iterable_item_removed": "removed",
    }
    # each entry of its own, also where no entry of before is left
    found = DeepDiff(
        before, after, view="tree", verbose_level=2, ignore_numeric_type_changes=True, threshold_to_diff_deeper=0
    )
    for kind, levels in found.items():
        for level in levels:
            at_base = tuple(str(part) for part in level.path(output_format="list"))
            at_head = tuple(str(part) for part in level.path(output_format="list", use_t2=True))
            what = kinds[kind]
            old, new = (None if what == "added" else level.t1), (None if what == "removed" else level.t2)
            only = old if what == "removed" else new
            if what != "changed" and isinstance(only, Entries):
                for name, value in only.items():
                    before_after = (value, None) if what == "removed" else (None, value)
                    yield what, (*at_base, name), (*at_head, name), *before_after
            else:
                yield what, at_base, at_head, old, new


def _find_moved_cases(base: Content, head: Content) -> Iterator[tuple[str, str]]:
    """Cases with another id than before: old and new."""
    old, new = base.data.get("cases"), head.data.get("cases")
    if not isinstance(old, dict) or not isinstance(new, dict):
        return
    gone = {name: case for name, case in old.items() if name not in new}
    for entry in _cases(head):
        if entry.id not in old and entry.formerly in gone:
            del gone[entry.formerly]
            yield entry.formerly, entry.id
        elif entry.id not in old:
            says = _without_id(new[entry.id])
            same = [name for name, case in gone.items() if _without_id(case) == says]
            if len(same) == 1:
                del gone[same[0]]
                yield same[0], entry.id


def _cases(side: Content) -> Iterable[Any]:
    return getattr(side.loaded.spec, "cases", ())


def _without_id(case: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in case.items() if key != "id"}


def _rename_cases(data: dict[str, Any], moved: dict[str, str]) -> dict[str, Any]:
    if not moved:
        return data
    cases = {moved.get(name, name): case | {"id": moved.get(name, name)} for name, case in data["cases"].items()}
    return data | {"cases": cases}


def _old_route(
    route: tuple[str, ...], back: dict[str, str], renamed: dict[tuple[str, ...], tuple[str, ...]]
) -> tuple[str, ...]:
    for end in range(len(route), 0, -1):
        if route[:end] in renamed:
            route = (*renamed[route[:end]], *route[end:])
            break
    return ("cases", back.get(route[1], route[1]), *route[2:]) if route[:1] == ("cases",) and route[1:] else route


def _line(side: Content, route: tuple[str, ...]) -> Line:
    span = side.loaded.document.span(side.route(route), key=True)
    return Line(path=span.path, line=span.line)
