"""Rules whose severity the repository's configuration lowers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.adjust import Level, find_usual_level
from kiwerk.check.configuration import FILE, parse_configuration
from kiwerk.record.comparison import Line, Weakening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ORDER = (Level.ERROR, Level.WARNING, Level.IGNORE)


def find_lowered_levels(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Weakening]:
    """Rules that weigh less than before; what nobody decided weighs what the rule's documentation says."""
    if before.get(FILE) == after.get(FILE):
        return
    old, new = (parse_configuration(side[FILE]).levels if FILE in side else {} for side in (before, after))
    for rule in sorted(old.keys() | new.keys()):
        was, now = (side.get(rule, find_usual_level(rule)) for side in (old, new))
        if _ORDER.index(now) > _ORDER.index(was):
            yield Weakening(
                rule="lowered-severity",
                subject=f"{FILE}.{rule}",
                message=f"the rule '{rule}' is {'ignored' if now is Level.IGNORE else f'only a {now}'} now",
                head=Line(path=FILE, line=_find_line(after.get(FILE, b""), rule)),
            )


def _find_line(data: bytes, rule: str) -> int:
    lines = data.decode("utf-8", "replace").splitlines()
    return next((number for number, line in enumerate(lines, 1) if rule in line), 1)
