"""The chance that an agent that did not change is refused: a gate has to let through what it let through before.

Taken is that every case passes as often as its stored samples did, each conversation on its own, that all of them can
be judged, and that each case is sampled anew as often as the policy wants. A rule then refuses where the weights of the
failed conversations add up to more than it allows, which has an exact distribution. How rules go together that look at
the same conversations is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import comb, lcm
from random import Random
from typing import TYPE_CHECKING

from kiwerk.gate.requirement import meets_pass_rate
from kiwerk.gate.today import Today, leave_out_exempted, select_cases, select_today
from kiwerk.language.phrase import count
from kiwerk.record import Alarm, RuleAlarm
from kiwerk.score import count_cases
from kiwerk.select import SelectorProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from kiwerk.gate.today import ExpectedCase
    from kiwerk.record import SampleScore
    from kiwerk.spec.policy import PassRate, Policy, PolicyRule

HIGHEST_CHANCE = 0.1
"""A gate above is not one that people can rely on."""

DRAWS = 10_000
SEED = 0
_DRAWN = {"draws": DRAWS, "seed": SEED}
_MOST_STEPS = 4_000_000
"""Of an exact distribution: about a second."""


@dataclass(frozen=True, slots=True)
class _Load:
    """What a rule allows: it refuses where the weights of failed conversations add up to more."""

    rule: str
    weights: Mapping[str, int]
    """Of one failed conversation, by case."""
    allowed: int


@dataclass(frozen=True, slots=True)
class _Odds:
    """How conversations of one case go: chance of 0, 1, 2, … failures."""

    chances: tuple[float, ...]

    @property
    def is_certain(self) -> bool:
        """Whether it always comes to the same."""
        return max(self.chances) == 1


def measure_alarm(
    policy: Policy, agent: str, cases: Sequence[ExpectedCase], samples: Sequence[SampleScore], now: datetime
) -> Alarm:
    """The chance that a policy refuses an agent that goes on as its samples did.

    Args:
        policy: what must hold.
        agent: its id.
        cases: every case of the agent as it is today.
        samples: what was sampled of what would be deployed.
        now: with offset.
    """
    # what is deployed has no part in it
    today = select_today(policy, cases, samples, now, ships="")
    rates = {
        case.case: case.rate for case in count_cases((sample.case, sample.status) for sample in today.of(today.cases))
    }
    unknown = [case.case for case in cases if rates.get(case.case) is None]
    if unknown or not cases:
        return Alarm(agent=agent, unknown=f"{count(len(unknown), 'case')} without a judged sample")
    odds = {case.case: _find_odds(1 - (rates[case.case] or 0), today.repeats(case)) for case in cases}
    loads = [load for rule in policy.rules if (load := _weigh(rule, today)) is not None]
    exact = [_find_chance(load, odds) for load in loads]
    chances = [_simulate([load], odds) if chance is None else chance for load, chance in zip(loads, exact, strict=True)]
    alarms = tuple(RuleAlarm(rule=load.rule, chance=chance) for load, chance in zip(loads, chances, strict=True))
    unsure = [load for load, chance in zip(loads, chances, strict=True) if 0 < chance < 1]
    highest = max(chances, default=0.0)
    if highest == 1 or len(unsure) <= 1:
        is_exact = highest == 1 or None not in exact
        known = Alarm(agent=agent, chance=highest, rules=alarms)
        return known if is_exact else known.model_copy(update=_DRAWN)
    return Alarm(agent=agent, chance=_simulate(unsure, odds), rules=alarms, draws=DRAWS, seed=SEED)


def _find_odds(failure_rate: float, repeats: int) -> _Odds:
    """Binomial."""
    return _Odds(
        tuple(
            comb(repeats, failed) * failure_rate**failed * (1 - failure_rate) ** (repeats - failed)
            for failed in range(repeats + 1)
        )
    )


def _weigh(rule: PolicyRule, today: Today) -> _Load | None:
    """What a rule allows of failed conversations; None where it is not about them."""
    failures, pass_rate = rule.require.failures, rule.require.pass_rate
    if failures is None and pass_rate is None:
        return None
    try:
        selected = select_cases(rule.select, today.cases)
    except SelectorProblem:
        selected = ()
    cases = leave_out_exempted(rule, selected, today)
    if failures is not None and selected:
        return _Load(rule.id, {case.case: 1 for case in cases}, failures.max)
    if pass_rate is None or not cases:
        # the gate refuses a rule about nothing
        return _Load(rule.id, {}, -1)
    repeats = {case.case: today.repeats(case) for case in cases}
    whole = lcm(*repeats.values())
    weights = {case: whole // number for case, number in repeats.items()}
    return _Load(rule.id, weights, _find_allowed(pass_rate, len(cases), whole))


def _find_allowed(wanted: PassRate, cases: int, whole: int) -> int:
    """How many of the parts that make a case's rate may be missing in all; -1 where none may and that is too little."""
    parts = cases * whole
    low, high = -1, parts
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if meets_pass_rate(wanted, 1 - middle / parts, cases) else (low, middle - 1)
    return low


def _find_chance(load: _Load, odds: Mapping[str, _Odds]) -> float | None:
    """Chance that a rule refuses; None where to reckon it takes too long."""
    if load.allowed < 0:
        return 1.0
    uncertain = [case for case in load.weights if not odds[case].is_certain]
    fixed = sum(load.weights[case] * odds[case].chances.index(1) for case in load.weights if odds[case].is_certain)
    left = load.allowed - fixed
    if left < 0:
        return 1.0
    steps = len(uncertain) * (left + 1) * max((len(odds[case].chances) for case in uncertain), default=0)
    if steps > _MOST_STEPS:
        return None
    reached = [1.0] + [0.0] * min(left, sum(load.weights[case] * (len(odds[case].chances) - 1) for case in uncertain))
    for case in uncertain:
        after = [0.0] * len(reached)
        for failed, chance in enumerate(odds[case].chances):
            shift = failed * load.weights[case]
            for place in range(len(reached) - shift):
                after[place + shift] += reached[place] * chance
        reached = after
    return min(1.0, max(0.0, 1 - sum(reached))) if uncertain else 0.0


def _simulate(loads: Sequence[_Load], odds: Mapping[str, _Odds]) -> float:
    """Share of the draws in which some rule refuses."""
    random = Random(SEED)  # noqa: S311  # statistics
    sums = [[0] * DRAWS for _ in loads]
    for case in dict.fromkeys(case for load in loads for case in load.weights):
        cumulated = list(accumulate(odds[case].chances))
        drawn = random.choices(range(len(cumulated)), cum_weights=cumulated, k=DRAWS)
        for load, of_load in zip(loads, sums, strict=True):
            if weight := load.weights.get(case):
                for place, failed in enumerate(drawn):
                    of_load[place] += weight * failed
    refused = sum(
        any(of_load[place] > load.allowed for load, of_load in zip(loads, sums, strict=True)) for place in range(DRAWS)
    )
    return refused / DRAWS
