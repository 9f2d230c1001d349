"""Bill: what a run spent, by the repository's prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.pipeline.judging import find_questions
from kiwerk.prices import find_prices
from kiwerk.prices.bill import bill_run
from kiwerk.record import Bill, Spending, describe_vote
from kiwerk.render.canonical import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from kiwerk.pipeline.judging import Votes
    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.record import Run, Transcript
    from kiwerk.run.plan import Planned


def find_bill(workspace: Workspace, run: Run) -> Bill:
    """What a run spent; the prices are read only where it spent something."""
    if not run.asked and not any(result.spent and not result.reused for result in run.results):
        return Bill()
    prices = find_prices(workspace.project)
    return bill_run(run, prices, digest(prices.describe()))


def find_vote_spending(
    votes: Votes, plan: Sequence[Planned], held: Mapping[int, tuple[str, Transcript]], since: datetime
) -> tuple[Spending, ...]:
    """What judges took for conversations of a plan since a moment, each vote once."""
    questions = {
        (question.digest, question.exhibit.digest): question
        for position, (_, transcript) in held.items()
        if plan[position].situation.judges
        for _, question in find_questions(plan[position].situation, transcript)
    }
    return tuple(
        describe_vote(vote) for question in questions.values() for vote in votes.cast(question, since) if vote.usage
    )
