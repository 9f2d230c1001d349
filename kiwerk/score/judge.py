"""One conversation against everything it must show: the case's expectations, then the rules of its processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from kiwerk.record import Score, Status, Transcript
from kiwerk.score.kinds import KINDS
from kiwerk.score.scope import CannotJudge, NotAsked, NotMeasured, Scope, World, select_scope
from kiwerk.score.seen import NotTold, require_told, require_told_for_rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.spec.expectation import Expectation
    from kiwerk.spec.process import OrderRule, Process

RULE = "rule"
"""Kind of the scores that come from order rules."""

FINISHED = "finished"
"""Name and kind of the score of a conversation that the agent did not finish."""

Route = tuple[str | int, ...]
"""Keys and positions from the root of a document, or of a case, to a value in it."""


class Place(Protocol):
    """Where something is written."""

    def __call__(self, route: Route, process: str | None = None) -> str | None:
        """`path:line` of a route within the case, or within the process of this id."""
        ...


def score_transcript(
    transcript: Transcript,
    expectations: Sequence[tuple[int | None, Expectation]],
    processes: Mapping[str, Process],
    *,
    case_process: str | None = None,
    place: Place | None = None,
    world: World | None = None,
) -> tuple[Score, ...]:
    """A score for every expectation, in their order, then one for every rule of the processes.

    A conversation that could not be finished has only errored scores, whatever was expected of it; one that the agent
    did not finish has a single score, which failed.

    Args:
        transcript: what happened.
        expectations: each with the user turn it stands at (from 0), or None for the whole conversation.
        processes: by id, the processes of the agent, and the one the case names.
        case_process: id of that one; it alone is judged. Without it all are, except their `init` rules: which of
            them the conversation began is not known.
        place: where things are written, for the reports.
        world: what some kinds need beside the conversation.
    """
    if transcript.fault == "agent":
        message = f"Expected the agent to finish the conversation; found that {transcript.error}."
        return (Score(name=FINISHED, kind=FINISHED, status=Status.FAILED, message=message),)
    judged = processes if case_process is None else {case_process: processes[case_process]}
    where = place or _nowhere
    scopes = {turn: _find_scope(transcript, judged, turn, world) for turn in (None, *dict(expectations))}
    scores = []
    seen: dict[int | None, int] = {}
    for turn, expectation in expectations:
        number = seen[turn] = seen.get(turn, -1) + 1
        route: Route = ("expect", number) if turn is None else ("conversation", turn, "expect", number)
        score = _score_expectation(expectation, turn, scopes[turn])
        scores.append(_placed(score, where, route))
    for name, process in judged.items():
        for number, rule in enumerate(process.rules):
            if case_process is not None or rule.template != "init":
                scores.append(_placed(_score_rule(rule, scopes[None], (name, number)), where, ("rules", number), name))
    return tuple(scores)


def _placed(score: Score, where: Place, route: Route, process: str | None = None) -> Score:
    """The score with its place, unless it passed: to find the lines of all of them takes longer than to judge them."""
    return score if score.status is Status.PASSED else score.model_copy(update={"place": where(route, process)})


def _find_scope(
    transcript: Transcript, processes: Mapping[str, Process], turn: int | None, world: World | None
) -> Scope | CannotJudge:
    if transcript.error is not None:
        return CannotJudge(f"the conversation was not finished: {transcript.error}")
    try:
        return select_scope(transcript, processes, turn, world)
    except CannotJudge as problem:
        return problem


def _score_expectation(expectation: Expectation, turn: int | None, scope: Scope | CannotJudge) -> Score:
    severity: Literal["block", "warn"] = "warn" if expectation.is_measured else expectation.severity
    figure = None
    reasons: tuple[str, ...] = ()
    try:
        if isinstance(scope, CannotJudge):
            raise scope
        require_told(expectation.kind, scope.source)
        judgement = KINDS[expectation.kind](expectation, scope)
        status = Status.PASSED if judgement.passed else Status.FAILED
        if expectation.is_measured:
            status = Status.MEASURED
        message, figure = judgement.message, judgement.figure
        severity = judgement.severity or severity
        reasons = judgement.reasons
    except (NotAsked, NotMeasured, NotTold) as problem:
        status, message = Status.SKIPPED, str(problem)
    except CannotJudge as problem:
        status = Status.ERRORED
        message = str(problem)
    return Score(
        name=expectation.name,
        kind=expectation.kind,
        turn=None if turn is None else turn + 1,
        status=status,
        message=message,
        severity=severity,
        weight=expectation.weight,
        figure=figure,
        reasons=reasons,
    )


def _score_rule(rule: OrderRule, scope: Scope | CannotJudge, position: tuple[str, int]) -> Score:
    activations = None
    try:
        if isinstance(scope, CannotJudge):
            raise scope
        require_told_for_rule(rule, scope.source)
    except NotTold as problem:
        status, message = Status.SKIPPED, str(problem)
    except CannotJudge as problem:
        status, message = Status.ERRORED, str(problem)
    else:
        process, number = position
        judged = scope.processes[process].rules[number]
        status = Status.PASSED if judged.holds else Status.FAILED
        message, activations = judged.sentence, judged.judgement.activations
    return Score(
        name=rule.id,
        kind=RULE,
        status=status,
        message=message,
        severity=rule.severity,
        activations=activations,
    )


def _nowhere(route: Route, process: str | None = None) -> str | None:  # noqa: ARG001 - the shape of Place
    return None
