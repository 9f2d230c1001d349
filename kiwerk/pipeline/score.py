"""Score: what was held, judged by today's expectations; of a run, or of all stored samples."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kiwerk.language.phrase import join_names
from kiwerk.pipeline.electorate import UNKNOWN, find_electorates, find_voter
from kiwerk.pipeline.judging import Votes
from kiwerk.record import AUTHORED, Result, SampleScore, Score, Status, Transcript, find_spending, sum_status
from kiwerk.render.effects import find_operations
from kiwerk.score.counterexample import find_failing_reference, find_trip_mismatches
from kiwerk.score.judge import RULE, score_transcript
from kiwerk.score.scope import World
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kiwerk.finding import Finding
    from kiwerk.gate import ExpectedCase
    from kiwerk.pipeline.workspace import Gate, Workspace
    from kiwerk.record import Vote
    from kiwerk.render.situation import Situation
    from kiwerk.run.plan import Planned


_NEVER_TOLD = ("state", "python")
"""Kinds of expectations that look at what lies inside of an agent that runs elsewhere."""


def score_plan(
    plan: Sequence[Planned],
    held: Mapping[int, tuple[str, Transcript]],
    started: datetime,
    judged: Mapping[int, tuple[Score, ...]] | None = None,
    votes: Votes | None = None,
) -> tuple[list[Result], tuple[Finding, ...]]:
    """Results of a plan in its order, and what its references and counterexamples say about their cases.

    Args:
        plan: the conversations.
        held: id and transcript by position in the plan; skipped cases have none, and what is missing has no result.
        started: when the run began; what was held before is reused.
        judged: scores by position, from `score_conversation`, where they are known already.
        votes: those of judges; without them none were cast.
    """
    cast = votes or Votes(None, (item.situation for item in plan))
    results: list[Result] = []
    findings: list[Finding] = []
    for position, item in enumerate(plan):
        case, oracle = item.situation.case, item.situation.oracle
        if position not in held and item.skipped is None:
            continue
        if position not in held:
            results.append(
                Result(
                    conversation=item.conversation,
                    transcript=None,
                    oracle=oracle,
                    tags=tuple(case.tags),
                    status=Status.SKIPPED,
                    reason=item.skipped,
                )
            )
            continue
        name, transcript = held[position]
        known = judged.get(position) if judged else None
        scores = score_conversation(item.situation, transcript, cast) if known is None else known
        surprises = tuple(_find_surprises(item, scores))
        findings += surprises
        results.append(
            Result(
                conversation=item.conversation,
                transcript=name,
                oracle=oracle,
                sampled=transcript.started,
                source=transcript.source,
                tags=tuple(case.tags),
                status=_status(item, transcript, scores, surprises),
                scores=scores,
                trips=tuple(item.counterexample.trips) if item.counterexample else (),
                reason=transcript.error or _explain_skipped(item, scores),
                seconds=transcript.seconds,
                reused=transcript.started < started,
                spent=find_spending(transcript),
                simulation=transcript.simulation,
            )
        )
    return results, tuple(findings)


def score_conversation(situation: Situation, transcript: Transcript, votes: Votes) -> tuple[Score, ...]:
    """A conversation judged by its case's expectations and rules, and by the votes there are."""
    return score_transcript(
        transcript,
        situation.expectations,
        {name: loaded.spec for name, loaded in situation.processes.items()},
        case_process=situation.case_process,
        place=situation.place,
        world=World(
            handovers=find_operations(situation.toolsets, "handover"),
            reads=find_operations(situation.toolsets, "read"),
            writes=find_operations(situation.toolsets, "write"),
            facts=situation.facts,
            now=datetime.fromisoformat(situation.now) if situation.now else None,
            checks=situation.checks,
            prices=situation.prices,
            ballots=votes.about(situation, transcript) if situation.judges else {},
            is_authored=transcript.conversation.origin in AUTHORED,
        ),
    )


def _find_surprises(item: Planned, scores: Sequence[Score]) -> Iterator[Finding]:
    """What a reference or counterexample says about its case: nothing, where all is as written."""
    situation, variant = item.situation, item.counterexample
    route = ("cases", situation.index)
    if variant is not None:
        position = situation.case.counterexamples.index(variant)
        span = situation.suite.span(*route, "counterexamples", position, "trips")
        yield from find_trip_mismatches(f"{situation.case.id}, {variant.id}", variant.trips, scores, span)
    elif item.script is not None:
        span = situation.suite.span(*route, "reference", key=True)
        yield from find_failing_reference(situation.case.id, scores, span)


def _status(item: Planned, transcript: Transcript, scores: Sequence[Score], surprises: Sequence[Finding]) -> Status:
    if item.counterexample is None or transcript.error is not None:
        status = sum_status(scores)
        # what the case demands and nobody could see has not passed
        return Status.SKIPPED if status is Status.PASSED and _find_untold(item, scores) else status
    if surprises:
        return Status.FAILED
    return Status.SKIPPED if _find_unasked(item, scores) else Status.PASSED


def _explain_skipped(item: Planned, scores: Sequence[Score]) -> str | None:
    """Why a conversation that was held was not judged; None where it was."""
    if item.counterexample is not None:
        return _find_unasked(item, scores)
    if untold := _find_untold(item, scores):
        return f"the endpoint does not tell what {join_names(untold)} must be judged by" if _is_open(scores) else None
    is_open = sum_status(scores) is Status.SKIPPED and any(score.is_unasked for score in scores)
    return "nothing but a judge judges it, and no model was asked" if is_open else None


def _is_open(scores: Sequence[Score]) -> bool:
    return sum_status(scores) in (Status.PASSED, Status.SKIPPED)


def _find_untold(item: Planned, scores: Sequence[Score]) -> list[str]:
    """Expectations of the case that count and could not be judged, because an agent elsewhere does not tell enough.

    Left out are what no endpoint tells (`state`, `python`), and the rules of processes, which hold for all cases:
    they are reported as not judged.
    """
    if item.script is not None:
        return []
    return [
        score.name
        for score in scores
        if score.status is Status.SKIPPED
        and score.severity == "block"
        and score.kind not in (RULE, *_NEVER_TOLD)
        and not score.is_unasked
    ]


def _find_unasked(item: Planned, scores: Sequence[Score]) -> str | None:
    """Why a counterexample was not put to the test: a judge that must notice it was not asked."""
    trips = item.counterexample.trips if item.counterexample else ()
    unasked = [score for score in scores if score.is_unasked and score.name in trips]
    return f"'{unasked[0].name}' must notice it, and no model was asked to judge it" if unasked else None


def pool_samples(workspace: Workspace, gate: Gate) -> Mapping[str, tuple[SampleScore, ...]]:
    """Model samples of what would ship today, by agent: all within the policy's age, judged by today's expectations."""
    pooled: dict[str, list[SampleScore]] = {name: [] for name in workspace.agents}
    with Store(workspace.project.root, reading=True) as store:
        votes = Votes(store, (situation for _, situation in workspace.cases), find_electorates(workspace, gate))
        for case, situation in workspace.cases:
            ships = workspace.agents[case.agent].ships
            found = [held for _, held in store.find_samples(ships, case.stimulus, workspace.now - gate.max_age)]
            pooled[case.agent] += [
                _sample(case, situation, transcript, votes)
                for transcript in _select_attempts(found, gate.repeats(case))
            ]
    return {name: tuple(samples) for name, samples in pooled.items()}


def _select_attempts(found: Sequence[Transcript], repeats: int) -> Iterator[Transcript]:
    """The attempts the gate hears of, oldest first.

    What broke off says nothing, but the newest attempts must all have come to an end: otherwise one could try until
    enough of them do. Errors of simulated users are no attempts at the agent, and all of them are told: the gate bounds
    their number.
    """
    newest = sum(transcript.fault != "user" for transcript in found) - repeats
    number = 0
    for transcript in found:
        if transcript.fault == "user" or number >= newest or not transcript.is_broken_off:
            yield transcript
        number += transcript.fault != "user"


def _sample(case: ExpectedCase, situation: Situation, transcript: Transcript, votes: Votes) -> SampleScore:
    voters = votes.find_voters(situation, transcript) if situation.judges else ()
    return make_sample(case, transcript, score_conversation(situation, transcript, votes), voters)


def make_sample(
    case: ExpectedCase, transcript: Transcript, scores: Sequence[Score], voters: Sequence[Vote] = ()
) -> SampleScore:
    """A conversation with a model as the gate sees it, with the votes it was judged by."""
    simulation = transcript.simulation
    return SampleScore(
        case=case.case,
        tags=case.tags,
        stimulus=case.stimulus,
        oracle=case.oracle,
        repetition=transcript.conversation.repetition,
        sampled=transcript.started,
        source=transcript.source,
        status=sum_status(scores),
        fault="user" if transcript.fault == "user" else None,
        user=simulation.provider or UNKNOWN if simulation else None,
        voters=tuple(sorted({find_voter(vote) for vote in voters})),
        voted=min((vote.asked for vote in voters), default=None),
        failed=tuple(score.name for score in scores if score.status is Status.FAILED and score.severity == "block"),
    )
