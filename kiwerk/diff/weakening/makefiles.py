"""Targets of a Makefile that run the gate: workflows call them by name, and what they do stands here.

Format: https://www.gnu.org/software/make/manual/html_node/Rule-Syntax.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiwerk.record.comparison import Line, Weakening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLACES = ("GNUmakefile", "makefile", "Makefile")
"""In the order in which make looks for them."""
DECIDING = re.compile(r"\bkiwerk[\s'\"]+(check|eval|gate|attest|verify|deploy|diff)\b")

_RULE = re.compile(r"([^\s:=#$(][^:=#]*?|\$[({][^:=]*[)}])\s*::?(?!=)(.*)")
_COMMENT = re.compile(r"(^|\s)#.*")


@dataclass(slots=True)
class _Makefile:
    targets: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What each target depends on and does."""
    lines: dict[str, int] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)
    """Variables, inclusions and whatever else stands outside of the rules."""


def runs_gate(files: Mapping[str, bytes]) -> bool:
    """Whether make runs one of kiwerk's deciding commands."""
    path = _find(files)
    return path is not None and bool(DECIDING.search(files[path].decode("utf-8", "replace")))


def find_changed_targets(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Weakening]:
    """Targets on the way to the gate that do something else, and variables they may use."""
    place, now = _find(before), _find(after)
    if place is None or not runs_gate(before):
        return
    if now is None:
        yield _changed(place, place, "the Makefile is gone; it ran kiwerk", None)
        return
    old, new = _read(before[place]), _read(after[now])
    if old.rest != new.rest:
        yield _changed(now, now, "what stands outside of its rules is other than before", 1)
    for target in sorted(_find_ways(old)):
        if old.targets[target] != new.targets.get(target, []):
            what = "does something else" if target in new.targets else "is gone"
            yield _changed(f"{now}.{target}", now, f"the target '{target}' {what}", new.lines.get(target, 1))
    for target in sorted(new.targets.keys() - old.targets.keys()):
        if target.startswith(".") or "%" in target:
            yield _changed(f"{now}.{target}", now, f"'{target}' is new, and may change every target", new.lines[target])


def _find(files: Mapping[str, bytes]) -> str | None:
    return next((place for place in PLACES if place in files), None)


def _find_ways(makefile: _Makefile) -> set[str]:
    """Targets that run kiwerk, those they need, and those that need them; all that are special."""
    deciding = {name for name, does in makefile.targets.items() if any(map(DECIDING.search, does))}
    needed = {name: {word for line in does for word in line.split()} for name, does in makefile.targets.items()}
    above, below = set(deciding), set(deciding)
    for _ in makefile.targets:
        above |= {name for name, words in needed.items() if words & above}
        below |= {word for name in below for word in needed.get(name, ())} & makefile.targets.keys()
    return above | below | {name for name in makefile.targets if name.startswith(".") and name != ".PHONY"}


def _read(data: bytes) -> _Makefile:
    found, target = _Makefile(), None
    for number, raw in enumerate(data.decode("utf-8", "replace").replace("\\\n", " ").splitlines(), 1):
        line = " ".join(_COMMENT.sub("", raw).split())
        if not line:
            continue
        if raw.startswith("\t") and target is not None:
            for name in target:
                found.targets[name].append(line)
            continue
        rule = _RULE.fullmatch(line)
        target = rule[1].split() if rule else None
        if rule is None or target is None:
            found.rest.append(line)
            continue
        for name in target:
            if name != ".PHONY":
                found.lines.setdefault(name, number)
                found.targets[name].append(rule[2].strip())
    return found


def _changed(subject: str, path: str, message: str, line: int | None) -> Weakening:
    place = Line(path=path, line=line or 1)
    return Weakening(
        rule="changed-gate",
        subject=subject,
        message=message,
        base=None if line else place,
        head=place if line else None,
    )
