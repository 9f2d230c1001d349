"""Alarm: how likely a gate refuses agents that stay as they are, and where that is too likely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rules.unpassable_gate import RULE
from kiwerk.finding import Finding, Severity
from kiwerk.gate import HIGHEST_CHANCE, measure_alarm
from kiwerk.language.phrase import format_chance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kiwerk.pipeline.workspace import Gate, Workspace
    from kiwerk.record import Alarm, SampleScore


def measure_alarms(
    workspace: Workspace, gate: Gate, pooled: Mapping[str, tuple[SampleScore, ...]]
) -> tuple[Alarm, ...]:
    """The chance for every agent that has samples, from `pool_samples`."""
    return tuple(
        measure_alarm(
            gate.policy,
            agent,
            [case for case, _ in workspace.cases if case.agent == agent],
            samples,
            workspace.now_at(agent),
        )
        for agent, samples in pooled.items()
        if samples
    )


def find_unpassable(workspace: Workspace, gate: Gate, alarms: Iterable[Alarm]) -> Iterator[Finding]:
    """Where a gate is more likely to refuse an agent that stays as it is than it may be."""
    policy = workspace.project.policies[gate.policy_id]
    places = {rule.id: number for number, rule in enumerate(gate.policy.rules)}
    for alarm in alarms:
        if alarm.chance is None or alarm.chance <= HIGHEST_CHANCE:
            continue
        worst = max(alarm.rules, key=lambda item: item.chance)
        chance, limit = format_chance(alarm.chance), format_chance(HIGHEST_CHANCE)
        yield Finding(
            RULE.name,
            f"{alarm.agent} would be refused with a chance of {chance} although nothing changed; {limit} are tolerable",
            policy.span("rules", places[worst.rule]),
            severity=Severity.WARNING,
            help="Mend its flaky cases or loosen the rule; more repeats make one that counts failures stricter",
        )
