"""Linear temporal logic on finite traces, evaluated by its definition (De Giacomo and Vardi 2013).

Slow and obvious on purpose: an oracle that shares no code with what it checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Formula = Callable[[Sequence[object], int], bool]
"""Whether the formula holds on the trace at a position; positions behind the end hold nothing."""


def atom(predicate: Callable[[object], bool]) -> Formula:
    return lambda trace, at: at < len(trace) and predicate(trace[at])


def negate(one: Formula) -> Formula:
    return lambda trace, at: not one(trace, at)


def both(one: Formula, other: Formula) -> Formula:
    return lambda trace, at: one(trace, at) and other(trace, at)


def either(one: Formula, other: Formula) -> Formula:
    return lambda trace, at: one(trace, at) or other(trace, at)


def implies(one: Formula, other: Formula) -> Formula:
    return either(negate(one), other)


def strong_next(one: Formula) -> Formula:
    return lambda trace, at: at + 1 < len(trace) and one(trace, at + 1)


def until(one: Formula, other: Formula) -> Formula:
    return lambda trace, at: any(
        other(trace, end) and all(one(trace, between) for between in range(at, end)) for end in range(at, len(trace))
    )


def eventually(one: Formula) -> Formula:
    return until(atom(lambda _: True), one)


def always(one: Formula) -> Formula:
    return negate(eventually(negate(one)))


def weak_until(one: Formula, other: Formula) -> Formula:
    return either(until(one, other), always(one))
