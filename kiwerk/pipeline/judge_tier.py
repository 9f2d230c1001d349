"""Gate of a pull request: the verdict over what its tier samples of the tree as it is today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.pipeline.judge import judge_sample
from kiwerk.pipeline.plan import plan_tier
from kiwerk.pipeline.tier import PULL_REQUEST
from kiwerk.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from kiwerk.pipeline.workspace import Gate, Workspace
    from kiwerk.record import Run, Selection, TierChoice, Verdict

_NEWEST = 100
"""Runs among which one of the tier is looked for."""


@dataclass(frozen=True, slots=True)
class TierJudgement:
    """What the gate says of a pull request."""

    selection: Selection | None
    """What it can affect today; absent where the tier was run of all there is."""
    tier: TierChoice
    """What has to be sampled of it."""
    verdicts: tuple[Verdict, ...]
    """One for each agent of that."""

    @property
    def is_unaffected(self) -> bool:
        """Whether there are cases, and none of them can come out otherwise with a model than at the base."""
        asked = self.tier.sampled or self.tier.left_out
        return self.selection is not None and bool(self.selection.left_out or self.selection.selected) and not asked


def judge_tier(workspace: Workspace, gate: Gate) -> TierJudgement | None:
    """The verdict over the tier's cases of today, compared with the base of the newest run of it; None without one.

    Which cases these are, the tree says and not the run: what was edited since, or left out by a selector, is missing.

    Raises:
        KiwerkError: the base is not here.
    """
    run = _find_run(workspace.project.root)
    if run is None:
        return None
    selection, tier = plan_tier(workspace, gate, run.base)
    return TierJudgement(selection, tier, judge_sample(workspace, gate, tier.sampled))


def _find_run(root: Path) -> Run | None:
    """The newest run of the tier; one of cases that somebody named is none."""
    with Store(root, reading=True) as store:
        runs = store.load_runs(_NEWEST)
    return next((run for run in runs if run.tier == PULL_REQUEST and run.selector is None), None)
