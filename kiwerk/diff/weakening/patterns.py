"""What becomes weaker by a change of documents, as a table: which change at which route weakens what.

A route is keys joined by points; `*` is any one key, `**` any number of them. The first row that fits counts, and each
part of the gate ends with a row that fits anything: what is not known to be harmless has to be decided.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Callable

_DURATION = TypeAdapter(timedelta)


class Pattern(NamedTuple):
    """One kind of change."""

    route: str
    rule: str | None
    """What it is called; None for what is harmless."""
    is_meant: Callable[[Any, Any], bool]
    """Whether the values before and after are such a change; a value that is not there is None."""
    message: str = ""
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
    return _other(before, after) and bool(after < before)


def _less_or_gone(before: Any, after: Any) -> bool:
    return _gone(before, after) or _less(before, after)


def _more_or_new(before: Any, after: Any) -> bool:
    return _new(before, after) or _more(before, after)


def _longer(before: Any, after: Any) -> bool:
    return _other(before, after) and _DURATION.validate_python(after) > _DURATION.validate_python(before)


def _shorter(before: Any, after: Any) -> bool:
    return _longer(after, before)


def _softer(before: Any, after: Any) -> bool:
    """Of a severity: it only warns, or is measured only, where `block` was written because it had to be."""
    return bool(after == "warn" or (after is None and before == "block"))


def _confirmed(before: Any, after: Any) -> bool:
    return _gone(before, after) and isinstance(before, dict) and "confirm" in before


def _writes(before: Any, after: Any) -> bool:
    return bool(before == "read" and after == "write")


_CHANGED = "'{name}' was {before}, and is {after}"
_LOUD = "failing it only warns now"
_THRESHOLD = "loosened-threshold"
_REQUIRE = "rules.*.require"


def _expectations(route: str, nothing: str) -> tuple[Pattern, ...]:
    return (
        Pattern(f"{route}.*", "removed-expectation", _gone, "'{name}' is no longer expected"),
        Pattern(route, "removed-expectation", _gone, nothing),
        Pattern(f"{route}.*", None, _new),
        Pattern(f"{route}.*.id", None, _any),
        Pattern(f"{route}.*.weight", None, _any),
        Pattern(f"{route}.*.severity", "lowered-severity", _softer, _LOUD),
        Pattern(f"{route}.*.severity", None, _any),
        Pattern(f"{route}.*.**", "changed-expectation", _any, _CHANGED),
    )


_POLICY = (
    Pattern("", "removed-policy", _gone, "the policy is gone"),
    Pattern("", None, _new),
    Pattern("rules.*", "removed-rule", _gone, "the rule '{name}' is gone"),
    Pattern("rules.*", None, _new),
    Pattern(f"{_REQUIRE}.failures.max", _THRESHOLD, _more, "{after} failures allowed, before {before}"),
    Pattern(f"{_REQUIRE}.failures.max", None, _less),
    Pattern(f"{_REQUIRE}.pass_rate.min", _THRESHOLD, _less_or_gone, "pass rate {after}, before {before}"),
    Pattern(f"{_REQUIRE}.pass_rate.lower_bound", _THRESHOLD, _less_or_gone, "lower bound {after}, before {before}"),
    Pattern(f"{_REQUIRE}.pass_rate.*", None, _more_or_new),
    Pattern(f"{_REQUIRE}.samples.max_age", _THRESHOLD, _longer, "samples up to {after} old, before {before}"),
    Pattern(f"{_REQUIRE}.samples.max_age", None, _shorter),
    Pattern(f"{_REQUIRE}.samples.providers.*", _THRESHOLD, _new, "samples of {after} count now"),
    Pattern(f"{_REQUIRE}.samples.providers.*", None, _gone),
    Pattern(f"{_REQUIRE}.judges.*", _THRESHOLD, _less_or_gone, "{after} is required of judges, before {before}"),
    Pattern(f"{_REQUIRE}.judges.*", None, _more),
    Pattern(f"{_REQUIRE}.regressions.max", _THRESHOLD, _more, "{after} regressions allowed, before {before}"),
    Pattern(f"{_REQUIRE}.regressions.max", None, _less),
    Pattern(f"{_REQUIRE}.regressions.confirm_repeats", _THRESHOLD, _less, "{after} samples confirm, before {before}"),
    Pattern(f"{_REQUIRE}.regressions.confirm_repeats", None, _more),
    Pattern(f"{_REQUIRE}.*", "other-requirement", _gone, "'{name}' is no longer required"),
    Pattern("rules.*.select", "other-selection", _any, "it is about '{after}', before '{before}'"),
    Pattern("repeats.*", "fewer-repeats", _less, "{after} samples of a case, before {before}"),
    Pattern("repeats.*", None, _more),
    Pattern("tiers.pull-request.*", None, _more),
    Pattern("exceptions.**", "new-exception", _new, "a rule leaves out cases"),
    Pattern("exceptions.**", "new-exception", _other, "an exception changed: {before} → {after}"),
    Pattern("exceptions.**", None, _gone),
    Pattern("log.**", None, _new),
    Pattern("**", "changed-policy", _any, _CHANGED),
)

_ENVIRONMENT = (
    Pattern("", "removed-environment", _gone, "the environment is gone"),
    Pattern("", None, _new),
    Pattern("policy", "other-policy", _any, "judged by '{after}', before by '{before}'"),
    Pattern("promote_from", "lost-promotion", _gone, "need not be deployed to '{before}' first"),
    Pattern("promote_from", "other-promotion", _other, "must be deployed to '{after}' first, before to '{before}'"),
    Pattern("promote_from", None, _new),
    Pattern("signers.*", "new-signer", _new, "trusts evidence signed by '{name}'"),
    Pattern("signers.*", None, _gone),
    Pattern("signers.*.ed25519", "new-signer", _other, "trusts another key"),
    Pattern("revoked.*", "lost-revocation", _gone, "'{name}' is no longer revoked"),
    Pattern("revoked.*", None, _new),
    Pattern("revoked.*.reason", None, _any),
    Pattern("allowed_regions.*", None, _gone),
    Pattern("**", "changed-environment", _any, _CHANGED),
)

_SUITE = (
    Pattern("", "removed-suite", _gone, "the suite is gone"),
    Pattern("", None, _new),
    Pattern("cases.*", "removed-case", _gone, "the case is gone"),
    Pattern("cases.*", None, _new),
    Pattern("cases.*.tags.critical", "lost-critical", _gone, "the case is no longer critical"),
    Pattern("cases.*.tags.*", "changed-tag", _any, "a policy selects by the tag '{name}'"),
    *_expectations("cases.*.expect", "nothing is expected of the whole"),
    *_expectations("cases.*.conversation.*.expect", "nothing is expected at a turn"),
    Pattern("cases.*.counterexamples.*", "removed-counterexample", _gone, "'{name}' need not be noticed"),
    Pattern("cases.*.counterexamples", "removed-counterexample", _gone, "no edit of the reference need be noticed"),
    Pattern("cases.*.counterexamples.**", None, _any),
    Pattern("cases.*.reference", "removed-reference", _gone, "the case has no reference any more"),
    Pattern("cases.*.reference.**", None, _any),
    Pattern("cases.*.**", "changed-case", _any, _CHANGED),
    Pattern("personas.*", None, _new),
    Pattern("**", "changed-suite", _any, _CHANGED),
)

_PROCESS = (
    Pattern("", "removed-process", _gone, "the process is gone, and its rules with it"),
    Pattern("rules.*", "removed-rule", _gone, "the rule '{name}' is gone"),
    Pattern("rules", "removed-rule", _gone, "all rules are gone"),
    Pattern("rules.*", None, _new),
    Pattern("rules.*.severity", "lowered-severity", _softer, _LOUD),
    Pattern("rules.*.severity", None, _any),
    Pattern("rules.*.absence.1", None, _less),
    Pattern("rules.*.**", "changed-rule", _any, _CHANGED),
    Pattern("ends.*", None, _new),
    Pattern("ends.**", "changed-end", _any, _CHANGED),
    Pattern("steps.*", "lost-confirmation", _confirmed, "nothing is confirmed any more"),
    Pattern("steps.*.confirm", "lost-confirmation", _gone, "nothing is confirmed any more"),
    Pattern("steps.*.confirm", None, _new),
    Pattern("steps.*.confirm.*", None, _new),
    Pattern("steps.*.confirm.**", "changed-confirmation", _any, _CHANGED),
)

PATTERNS: dict[str, tuple[Pattern, ...]] = {
    "Policy": _POLICY,
    "Environment": _ENVIRONMENT,
    "Suite": _SUITE,
    "Process": _PROCESS,
    "Toolset": (
        Pattern("operations.*.confirm", "lost-confirmation", _gone, "it may be called without confirmation"),
        Pattern("operations.*.effect", None, _writes),
        Pattern("operations.*.effect", "changed-effect", _any, "it is said to {after}, before to {before}"),
    ),
    "Agent": (Pattern("processes.*", "removed-process", _gone, "it need not keep to the rules of '{name}' any more"),),
    "Judge": (Pattern("", None, _new), Pattern("**", "other-judge", _any, "the judge is another one")),
    "Prices": (Pattern("**", "other-prices", _any, "prices changed"),),
}
"""By kind of the document."""


def find_pattern(kind: str, route: tuple[str, ...], before: Any, after: Any) -> Pattern | None:
    """The row that a change of a document is; None where it is harmless, or no part of the gate."""
    found = (pattern for pattern in PATTERNS.get(kind, ()) if _fits(pattern.route, route))
    pattern = next((pattern for pattern in found if pattern.is_meant(before, after)), None)
    return pattern if pattern and pattern.rule else None


def _fits(pattern: str, route: tuple[str, ...]) -> bool:
    return _match(tuple(part for part in pattern.split(".") if part), route)


def _match(pattern: tuple[str, ...], route: tuple[str, ...]) -> bool:
    if not pattern:
        return not route
    if pattern[0] == "**":
        return any(_match(pattern[1:], route[number:]) for number in range(len(route) + 1))
    return bool(route) and pattern[0] in ("*", route[0]) and _match(pattern[1:], route[1:])
