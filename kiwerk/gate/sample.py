"""The policy that a part of what there will be can be judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.gate.today import ExpectedCase, select_cases
from kiwerk.select import SelectorProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.spec.policy import Policy, PolicyRule


def restrict_policy(policy: Policy, cases: Sequence[ExpectedCase]) -> Policy:
    """The rules that are about some of the cases, without lower bounds: so few cases could not reach them."""
    rules = [_without_bound(rule) for rule in policy.rules if _concerns(rule, cases)]
    kept = {rule.id for rule in rules}
    exceptions = [entry for entry in policy.exceptions if entry.rule in kept]
    return policy.model_copy(update={"rules": rules, "exceptions": exceptions})


def drop_regressions(policy: Policy) -> Policy:
    """The policy without its rules about regressions: what they say depends on more than an agent's own samples."""
    rules = [rule for rule in policy.rules if rule.require.regressions is None]
    kept = {rule.id for rule in rules}
    exceptions = [entry for entry in policy.exceptions if entry.rule in kept]
    return policy.model_copy(update={"rules": rules, "exceptions": exceptions})


def _concerns(rule: PolicyRule, cases: Sequence[ExpectedCase]) -> bool:
    try:
        return bool(select_cases(rule.select, cases))
    except SelectorProblem:
        # it refuses, and says so
        return True


def _without_bound(rule: PolicyRule) -> PolicyRule:
    rate = rule.require.pass_rate
    if rate is None:
        return rule
    require = rule.require.model_copy(update={"pass_rate": rate.model_copy(update={"lower_bound": 0.0})})
    return rule.model_copy(update={"require": require})
