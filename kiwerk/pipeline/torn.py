"""Torn: plans that were put together from shards of which one is missing or duplicate, and what is not known for that.

It stays so, whatever else is run, until the plan is merged whole, or the agent's cases of it were held anew by a run
that came to its end.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kiwerk.language.phrase import count
from kiwerk.record import Decision, RuleVerdict
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.record import Run, Verdict

SHARDS = "shards"
"""Name of the rule that refuses where a shard is missing or duplicate."""


def refuse_torn(verdicts: tuple[Verdict, ...], torn: Mapping[str, str]) -> tuple[Verdict, ...]:
    """The verdicts, refused where something is wrong with what was put together.

    Args:
        verdicts: as the policy has them.
        torn: what is wrong, by agent.
    """
    return tuple(
        verdict.model_copy(
            update={
                "decision": Decision.REFUSED,
                "rules": (
                    *verdict.rules,
                    RuleVerdict(rule=SHARDS, decision=Decision.REFUSED, message=torn[verdict.agent]),
                ),
            }
        )
        if verdict.agent in torn
        else verdict
        for verdict in verdicts
    )


def find_torn(workspace: Workspace, among: Collection[str] | None = None) -> Mapping[str, str]:
    """What is wrong, in a sentence, by each agent that it concerns.

    Args:
        workspace: the repository.
        among: the cases that matter; all unless told.
    """
    with Store(workspace.project.root, reading=True) as store:
        torn = store.load_torn_runs()
        whole = [run for run in store.load_runs() if run.complete and run.shard is None] if torn else []
    found: dict[str, str] = {}
    for run in torn:
        planned, anew = frozenset(run.cases), _find_anew(run, whole)
        unknown = Counter(
            case.agent
            for case, situation in workspace.cases
            if (among is None or case.case in among)
            and (not planned or not planned.isdisjoint(situation.names))
            and anew.isdisjoint(situation.names)
        )
        for agent, number in unknown.items():
            found[agent] = (
                f"records were put together from shards, and one is missing or duplicate: run {run.id}; merge all of "
                f"its shards, or evaluate {count(number, 'case')} of the agent anew, in one run."
            )
    return found


def _find_anew(torn: Run, whole: Iterable[Run]) -> frozenset[str]:
    """Cases that were held since in runs that came to their end, by a model where one was to be asked."""
    is_asked = not torn.results or any(result.conversation.origin == "model" for result in torn.results)
    return frozenset(
        result.conversation.case
        for run in whole
        if run.started > torn.started
        for result in run.results
        if result.transcript and (result.conversation.origin == "model" or not is_asked)
    )
