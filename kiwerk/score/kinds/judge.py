"""judge: what more than half of a judge's votes say; they were collected before, here nobody is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.phrase import count
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, NotAsked, Scope

if TYPE_CHECKING:
    from kiwerk.score.ballot import Ballot
    from kiwerk.spec.expectation import Expectation


def judge_by_votes(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether the judge's answer is good enough; `not`: is not."""
    name = expectation.judge or ""
    ballot = scope.world.ballots.get((name, scope.turn))
    if ballot is None:
        raise CannotJudge(f"nothing is known of the judge '{name}'")
    scope.require_replies()
    outcome = ballot.outcome
    if outcome is None:
        raise _explain_open(ballot, is_authored=scope.world.is_authored)
    votes = [vote for vote in ballot.votes if vote.answer is not None]
    deciding = [vote for vote in votes if vote.answer is not None and ballot.judge.is_good(vote.answer) is outcome]
    wanted = f"{'no answer of' if expectation.negated else ''} {_wanted(ballot)} to '{name}' {scope.where}".strip()
    found = f"{_format_answers(ballot)}: {deciding[0].reason}".rstrip(".")
    return Judgement(
        outcome is not expectation.negated,
        format_message(wanted, found),
        reasons=tuple(f"{vote.answer}: {vote.reason}" for vote in votes),
    )


def _explain_open(ballot: Ballot, *, is_authored: bool) -> CannotJudge:
    """Why there is no answer; that nobody was asked about what a person wrote is no failure of theirs."""
    if ballot.missing:
        if is_authored:
            return NotAsked()
        have = f", {len(ballot.votes)} of {count(ballot.judge.votes, 'vote')} there" if ballot.votes else ""
        return CannotJudge(f"not judged yet{have}: run `kiwerk eval --base-url URL`")
    if len(ballot.votes) > ballot.judge.votes:
        return CannotJudge(
            f"{len(ballot.votes)} votes were cast where {ballot.judge.votes} are wanted, and another choice among them "
            f"would say something else ({_format_answers(ballot)}): let the judge have more `votes`"
        )
    problems = "; ".join(dict.fromkeys(vote.problem or "no answer" for vote in ballot.unusable))
    return CannotJudge(
        f"{len(ballot.unusable)} of {count(ballot.judge.votes, 'vote')} cannot be used, and the others decide nothing: "
        f"{problems}"
    )


def _wanted(ballot: Ballot) -> str:
    scale = ballot.judge.scale
    return "yes" if scale is None else f"{scale.min} or better"


def _format_answers(ballot: Ballot) -> str:
    """`yes`, or where there were several votes `no, yes, no`."""
    return ", ".join(str(vote.answer if vote.answer is not None else "unusable") for vote in ballot.votes)
