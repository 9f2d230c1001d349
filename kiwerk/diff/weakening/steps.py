"""Keys and steps of workflows and composite actions, compared by what they do."""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from kiwerk.record.comparison import Line, Weakening

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kiwerk.finding import Span
    from kiwerk.load.document import Document

    Route = tuple[str | int, ...]

NOTES = frozenset({"name", "run-name", "description", "author", "branding", "timeout-minutes"})
"""Keys by which nothing is asked less: what things are called, and when they are given up as failed."""

_PINNED = re.compile(r"([^@]+)@([0-9a-f]{40}|[0-9a-f]{64})")
_GATE = re.compile(r"\bkiwerk\b|\bmake\b|^\./")
_LONGEST = 60


def weaken(
    subject: str,
    path: str,
    message: str,
    *,
    rule: str = "changed-gate",
    before: Span | None = None,
    after: Span | None = None,
    before_line: int | None = None,
) -> Weakening:
    """A weakening at its places; without any it is about the file as it is now."""
    line = before.line if before else before_line
    return Weakening(
        rule=rule,
        subject=subject,
        message=message,
        base=Line(path=path, line=line) if line else None,
        head=Line(path=path, line=after.line) if after else None if line else Line(path=path, line=1),
    )


def read_job(job: Any) -> Any:
    """A job, or what an action runs, as it counts: without what it and its steps are called."""
    if not isinstance(job, dict):
        return job
    steps = job.get("steps")
    read = {key: value for key, value in job.items() if key not in NOTES}
    return read | {"steps": [read_step(step) for step in steps]} if isinstance(steps, list) else read


def read_step(step: Any) -> Any:
    """A step as it counts: without what it is called, and without comments in what it runs."""
    if not isinstance(step, dict):
        return step
    read = {key: value for key, value in step.items() if key not in NOTES}
    return read | {"run": _run(read["run"])} if isinstance(read.get("run"), str) else read


def compare_keys(
    path: str, route: Route, old: Document, new: Document, besides: Collection[str]
) -> Iterator[Weakening]:
    """Keys at a route that are new, gone or other than before."""
    before, after = (_at(side, route) for side in (old, new))
    if not isinstance(before, dict) or not isinstance(after, dict):
        yield weaken(_name(path, route), path, "it is of another kind than before")
        return
    for key in [key for key in {**before, **after} if key not in NOTES and key not in besides]:
        if (key in before, before.get(key)) != (key in after, after.get(key)):
            yield weaken(
                _name(path, (*route, key)),
                path,
                f"'{key}' was {_show(before, key)}, and is {_show(after, key)}",
                before=old.span((*route, key), key=True) if key in before else None,
                after=new.span((*route, key), key=True) if key in after else None,
            )


def compare_steps(path: str, route: Route, old: Document, new: Document) -> Iterator[Weakening]:
    """Steps that are gone or do something else, and new ones before the last that asks the gate."""
    before, after = (_steps(side, route) for side in (old, new))
    keys = [[json.dumps(_unpin(read_step(step)), sort_keys=True) for step in side] for side in (before, after)]
    last = -1
    added: list[int] = []
    for what, i, i_end, j, j_end in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        both = min(i_end - i, j_end - j)
        for number in range(both):
            at = (*route, "steps", i + number), (*route, "steps", j + number)
            if _asks_gate(before[i + number]):
                last = j + number
            yield from _compare_step(path, at, old, new)
        for number in range(i + both, i_end):
            span = old.span((*route, "steps", number))
            yield weaken(_name_step(path, route, before[number]), path, "the step is gone", before=span)
        if what != "equal":
            added += range(j + both, j_end)
    for number in added:
        if number < last:
            said = "the step is new, before one that asks the gate"
            span = new.span((*route, "steps", number))
            yield weaken(_name_step(path, route, after[number]), path, said, after=span)


def _compare_step(path: str, at: tuple[Route, Route], old: Document, new: Document) -> Iterator[Weakening]:
    before, after = _at(old, at[0]), _at(new, at[1])
    if not isinstance(before, dict) or not isinstance(after, dict):
        if before != after:
            yield weaken(_name(path, at[0]), path, "the step is another one", after=new.span(at[1]))
        return
    step, one, other = _name_step(path, at[0][:-2], before), read_step(before), read_step(after)
    for key in {**one, **other}:
        if (key in one, one.get(key)) == (key in other, other.get(key)):
            continue
        name, rule = f"{step}.{key}", "changed-gate"
        said = f"'{key}' was {_show(before, key)}, and is {_show(after, key)}"
        pins = [_PINNED.fullmatch(str(side.get(key))) for side in (before, after)]
        if key == "uses" and pins[0] and pins[1] and pins[0][1] == pins[1][1]:
            name, rule = f"{step}.{pins[0][1]}", "moved-pin"
            said = f"'{pins[0][1]}' is taken at {pins[1][2][:12]}, before at {pins[0][2][:12]}"
        was = old.span((*at[0], key), key=True) if key in before else None
        now = new.span((*at[1], key), key=True) if key in after else None
        yield weaken(name, path, said, rule=rule, before=was, after=now)


def _steps(side: Document, route: Route) -> list[Any]:
    job = _at(side, route)
    steps = job.get("steps") if isinstance(job, dict) else None
    return steps if isinstance(steps, list) else []


def _at(side: Document, route: Route) -> Any:
    value: Any = side.data
    for part in route:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _unpin(step: Any) -> Any:
    pinned = _PINNED.fullmatch(str(step.get("uses"))) if isinstance(step, dict) else None
    return step | {"uses": f"{pinned[1]}@"} if pinned else step


def _asks_gate(step: Any) -> bool:
    return isinstance(step, dict) and any(_GATE.search(str(step.get(key, ""))) for key in ("run", "uses"))


def _run(text: str) -> str:
    """What is run, without lines that are comments; all of it where a line may go on in the next one."""
    if "<<" in text or "\\\n" in text:
        return text.strip()
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def _name(path: str, route: Route) -> str:
    return ".".join((path, *(str(part) for part in route if part not in ("jobs", "steps", "runs"))))


def _name_step(path: str, route: Route, step: Any) -> str:
    said = step if isinstance(step, dict) else {}
    label = said.get("name") or said.get("id") or said.get("uses") or said.get("run") or "step"
    return f"{_name(path, route)}.{' '.join(str(label).split())[:_LONGEST].partition('@')[0]}"


def _show(side: dict[str, Any], key: str) -> str:
    text = " ".join(str(side.get(key, "not there")).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
