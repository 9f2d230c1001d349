"""What becomes weaker by a change of documents, as a table: which change at which route weakens what.

A route is keys joined by points; `*` is any one key, `**` any number of them. What is not in the table weakens nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Callable

_DURATION = TypeAdapter(timedelta)


class Pattern(NamedTuple):
    """One kind of change that weakens."""

    route: str
    rule: str
    is_weaker: Callable[[Any, Any], bool]
    """Whether it is weaker after than before; a value that is not there is None."""
    message: str
    """What happened: `{name}` is the last key, `{before}` and `{after}` are the values."""


def show_duration(value: str) -> str:
    """A duration as documents write it, where the text is one of ISO 8601 in whole days."""
    days = _DURATION.validate_python(value).days
    return f"{days}d" if days else value


def _gone(before: Any, after: Any) -> bool:
    return before is not None and after is None


def _new(before: Any, after: Any) -> bool:
    return before is None and after is not None


def _other(before: Any, after: Any) -> bool:
    return before is not None and after is not None


def _any(_before: Any, _after: Any) -> bool:
    return True


def _more(before: Any, after: Any) -> bool:
    return _other(before, after) and bool(after > before)


def _less(before: Any, after: Any) -> bool:
    """Of a least value: gone is less as well."""
    return _gone(before, after) or (_other(before, after) and bool(after < before))


def _longer(before: Any, after: Any) -> bool:
    durations = [_DURATION.validate_python(value) for value in (before, after)]
    return durations[1] > durations[0]


def _warns(_before: Any, after: Any) -> bool:
    return bool(after == "warn")


_UNEXPECTED = "'{name}' is no longer expected"
_LOUD = "failing it only warns now"
_THRESHOLD = "loosened-threshold"

PATTERNS: dict[str, tuple[Pattern, ...]] = {
    "Policy": (
        Pattern("", "removed-policy", _gone, "the policy is gone"),
        Pattern("rules.*", "removed-rule", _gone, "the rule '{name}' is gone"),
        Pattern("rules.*.require.failures.max", _THRESHOLD, _more, "{after} failures allowed, before {before}"),
        Pattern("rules.*.require.pass_rate.min", _THRESHOLD, _less, "pass rate {after}, before {before}"),
        Pattern("rules.*.require.pass_rate.lower_bound", _THRESHOLD, _less, "lower bound {after}, before {before}"),
        Pattern("rules.*.require.samples.max_age", _THRESHOLD, _longer, "samples up to {after} old, before {before}"),
        Pattern("rules.*.require.samples.providers.*", _THRESHOLD, _new, "samples of {after} count now"),
        Pattern("rules.*.require.judges.*", _THRESHOLD, _less, "{after} is required of judges, before {before}"),
        Pattern("rules.*.require.regressions.max", _THRESHOLD, _more, "{after} regressions allowed, before {before}"),
        Pattern(
            "rules.*.require.regressions.confirm_repeats",
            _THRESHOLD,
            _less,
            "{after} fresh samples confirm, before {before}",
        ),
        Pattern("rules.*.require.*", "other-requirement", _gone, "'{name}' is no longer required"),
        Pattern("rules.*.select", "other-selection", _any, "it is about '{after}', before '{before}'"),
        Pattern("repeats.*", "fewer-repeats", _less, "{after} samples of a case, before {before}"),
        Pattern("exceptions.**", "new-exception", _new, "a rule leaves out cases"),
        Pattern("exceptions.**", "new-exception", _other, "an exception changed: {before} → {after}"),
    ),
    "Environment": (
        Pattern("policy", "other-policy", _any, "judged by '{after}', before by '{before}'"),
        Pattern("promote_from", "lost-promotion", _gone, "need not be deployed to '{before}' first"),
        Pattern("signers.*", "new-signer", _new, "trusts evidence signed by '{name}'"),
        Pattern("signers.*.ed25519", "new-signer", _other, "trusts another key"),
        Pattern("revoked.**", "lost-revocation", _gone, "a revocation is gone"),
    ),
    "Suite": (
        Pattern("", "removed-suite", _gone, "the suite is gone"),
        Pattern("cases.*", "removed-case", _gone, "the case is gone"),
        Pattern("cases.*.tags.critical", "lost-critical", _gone, "the case is no longer critical"),
        Pattern("cases.*.expect.*", "removed-expectation", _gone, _UNEXPECTED),
        Pattern("cases.*.expect", "removed-expectation", _gone, "nothing is expected of the whole"),
        Pattern("cases.*.conversation.*.expect.*", "removed-expectation", _gone, _UNEXPECTED),
        Pattern("cases.*.conversation.*.expect", "removed-expectation", _gone, "nothing is expected at a turn"),
        Pattern("cases.**.severity", "lowered-severity", _warns, _LOUD),
        Pattern("cases.*.counterexamples.*", "removed-counterexample", _gone, "'{name}' need not be noticed"),
        Pattern("cases.*.counterexamples", "removed-counterexample", _gone, "no edit of the reference need be noticed"),
        Pattern("cases.*.reference", "removed-reference", _gone, "the case has no reference any more"),
    ),
    "Process": (
        Pattern("rules.*", "removed-rule", _gone, "the rule '{name}' is gone"),
        Pattern("rules", "removed-rule", _gone, "all rules are gone"),
        Pattern("rules.*.severity", "lowered-severity", _warns, _LOUD),
        Pattern("steps.*.confirm", "lost-confirmation", _gone, "nothing is confirmed any more"),
    ),
    "Toolset": (Pattern("operations.*.confirm", "lost-confirmation", _gone, "it may be called without confirmation"),),
    "Judge": (Pattern("**", "other-judge", _any, "the judge is another one"),),
    "Prices": (Pattern("**", "other-prices", _any, "prices changed"),),
}
"""By kind of the document; the first that fits counts."""


def fits(pattern: str, route: tuple[str, ...]) -> bool:
    """Whether a route is one that the pattern means."""
    return _match(tuple(part for part in pattern.split(".") if part), route)


def _match(pattern: tuple[str, ...], route: tuple[str, ...]) -> bool:
    if not pattern:
        return not route
    if pattern[0] == "**":
        return any(_match(pattern[1:], route[number:]) for number in range(len(route) + 1))
    return bool(route) and pattern[0] in ("*", route[0]) and _match(pattern[1:], route[1:])
