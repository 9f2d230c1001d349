"""Tier: of the cases that a model could be asked about, those a pull request asks about, within the policy's budget.

Which cases are drawn follows from their contents alone. What failed recently is known from the records at hand, and
comes on top; the budget counts conversations as if none were stored, so that it ends at the same case everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.gate import CRITICAL
from kiwerk.language.phrase import count
from kiwerk.record import LeftOutCase, Status, TierChoice
from kiwerk.select.draw import Lot, draw_cases, find_seed
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kiwerk.gate import ExpectedCase
    from kiwerk.pipeline.workspace import Gate, Workspace
    from kiwerk.render.situation import Situation

PULL_REQUEST = "pull-request"
FULL = "full"
RECENT_RUNS = 10
"""Runs in which a case counts as failing recently."""


def choose_tier(workspace: Workspace, gate: Gate, cases: Sequence[tuple[ExpectedCase, Situation]]) -> TierChoice:
    """What is sampled of some cases for a pull request, and why each other is not."""
    tier = gate.policy.tiers.pull_request
    failing = find_failing(workspace.project.root)
    critical = [case for case, _ in cases if CRITICAL in case.tags]
    failed = [case for case, situation in cases if CRITICAL not in case.tags and failing.intersection(situation.names)]
    lots = [_lot(workspace, case) for case, _ in cases if CRITICAL not in case.tags]
    seed = find_seed(lots)
    by_id = {case.case: case for case, _ in cases}
    # also of what failed: whoever has other records draws the same
    drawn = [by_id[name] for name in draw_cases(lots, tier.sample, seed)]
    order = list(dict.fromkeys((*critical, *failed, *drawn)))
    sampled: list[ExpectedCase] = []
    conversations = 0
    for case in order:
        if conversations + gate.repeats(case) > tier.max_conversations:
            break
        conversations += gate.repeats(case)
        sampled.append(case)
    chosen = {case.case for case in sampled}
    urgent, ailing = {case.case for case in critical}, {case.case for case in failed}
    beyond = {case.case for case in order} - chosen
    budget = f"beyond the budget of {count(tier.max_conversations, 'conversation')}"
    return TierChoice(
        tier=PULL_REQUEST,
        seed=seed,
        critical=len(chosen & urgent),
        failed=len(chosen & ailing),
        drawn=len(chosen - urgent - ailing),
        strata=len({lot.stratum for lot in lots}),
        conversations=conversations,
        sampled=tuple(case.case for case in sampled),
        left_out=tuple(
            LeftOutCase(agent=case.agent, case=case.case, reason=budget if case.case in beyond else "not drawn")
            for case, _ in cases
            if case.case not in chosen
        ),
    )


def find_failing(root: Path) -> frozenset[str]:
    """Cases of which a conversation with a model failed in one of the newest runs, as they were called then."""
    with Store(root, reading=True) as store:
        runs = store.load_runs(RECENT_RUNS)
    return frozenset(
        result.conversation.case
        for run in runs
        for result in run.results
        if result.conversation.origin == "model" and result.status is Status.FAILED
    )


def _lot(workspace: Workspace, case: ExpectedCase) -> Lot:
    stratum = case.process or next(iter(case.tags), "")
    return Lot(case.case, (case.agent, stratum), f"{workspace.agents[case.agent].ships}:{case.stimulus}")
