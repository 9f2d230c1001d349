"""process: the end that was reached, and rules that were activated and kept."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.spec.process import ABANDONED

if TYPE_CHECKING:
    from kiwerk.conformance import JudgedRule, ProcessVerdict
    from kiwerk.spec.expectation import Expectation


def judge_process_expectation(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether the end is the expected one and every named rule was activated and kept; `not`: whether something is not.

    Raises:
        CannotJudge: there is no process, or it is not clear which is meant; the end or a rule is unknown.
    """
    wanted = expectation.process
    if wanted is None:
        raise CannotJudge("it names neither end nor rules")
    parts = [] if wanted.end is None else [_judge_end(wanted.end, scope)]
    parts += [_judge_rule(name, scope) for name in wanted.rules]
    kept = all(holds for holds, _, _ in parts)
    expected = " and ".join(phrase for _, phrase, _ in parts)
    found = " and ".join(phrase for holds, _, phrase in parts if holds is kept)
    prefix = "not " if expectation.negated else ""
    return Judgement(kept is not expectation.negated, format_message(f"{prefix}{expected} {scope.where}", found))


def _judge_end(name: str, scope: Scope) -> tuple[bool, str, str]:
    verdict = _require_one_process(scope)
    ends = (*verdict.process.ends, ABANDONED)
    if name not in ends:
        raise CannotJudge(f"the process has no end '{name}'{_suggest(name, ends)}")
    after = f" after {verdict.after} in turn {verdict.after.turn}" if verdict.after else ""
    return verdict.end == name, f"the end '{name}'", f"the end '{verdict.end}'{after}"


def _judge_rule(name: str, scope: Scope) -> tuple[bool, str, str]:
    judged = _require_one_rule(name, scope)
    expected = f"rule {name} activated and kept"
    if not judged.judgement.activations:
        return False, expected, f"rule {name} never activated"
    return judged.holds, expected, f"rule {name} {'kept' if judged.holds else 'broken'} ({judged.sentence[:-1]})"


def _require_one_process(scope: Scope) -> ProcessVerdict:
    if not scope.processes:
        raise CannotJudge("the agent has no process")
    if len(scope.processes) > 1:
        names = ", ".join(scope.processes)
        raise CannotJudge(f"the agent has several processes ({names}), and the case does not say which with 'process'")
    return next(iter(scope.processes.values()))


def _require_one_rule(name: str, scope: Scope) -> JudgedRule:
    rules = [judged for verdict in scope.processes.values() for judged in verdict.rules]
    found = [judged for judged in rules if judged.rule.id == name]
    if not found:
        raise CannotJudge(f"there is no rule '{name}'{_suggest(name, [judged.rule.id for judged in rules])}")
    if len(found) > 1:
        raise CannotJudge(f"several processes have a rule '{name}', and the case does not say which with 'process'")
    return found[0]


def _suggest(name: str, names: list[str] | tuple[str, ...]) -> str:
    near = get_close_matches(name, names, n=1)
    return f"; did you mean '{near[0]}'" if near else ""
