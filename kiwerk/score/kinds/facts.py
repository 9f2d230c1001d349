"""facts: every amount, date, time and phone number in the replies comes from somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.known import Known, find_unknown
from kiwerk.language.values import read_values
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.score.subset import format_value
from kiwerk.spec.expectation import FactCheck
from kiwerk.spec.toolset import ERROR_OUTCOME

if TYPE_CHECKING:
    from kiwerk.language.values import Values
    from kiwerk.score.scope import Reply
    from kiwerk.spec.expectation import Expectation

_SORTS = {"amount": "amount", "date": "date", "time": "time", "phone": "phone number"}


def judge_facts(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether every value has a source known by then; `not`: whether some value has none.

    Sources are the agent's facts, its opening and holes, what the tools returned and the user said until that reply,
    what a `read` operation was asked and answered, what follows from now, and the numbers for emergencies. A reply
    without values is true.

    Raises:
        CannotJudge: a reply names a day that only now could place, and the case has no `given.now`.
    """
    check = expectation.facts
    if check is None:
        raise CannotJudge("it asks for nothing")
    if not isinstance(check, FactCheck):
        check = FactCheck()
    today = scope.world.now.date() if scope.world.now else None
    count = 0
    unknown = None
    for reply in scope.require_replies():
        values = read_values(reply.text, today)
        if today is None and "date" in check.only and any(not day.days for day in values.days):
            raise CannotJudge("a reply names a day, and the case has no given.now to reckon it from")
        count += _count(values, check)
        unknown = find_unknown(values, _gather(scope, reply, check), check.only)
        if unknown is not None:
            place = f"in the reply to user turn {reply.turn}: {format_value(reply.text)}"
            unknown = (f"'{unknown[0]}' ({unknown[1]})", place)
            break
    names = [_SORTS[sort] for sort in check.only]
    sorts = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    which = f"{'some' if expectation.negated else 'every'} {sorts}"
    comes = "to come from nowhere" if expectation.negated else "to come from facts, tools, the user or now"
    found = f"{unknown[0]} {unknown[1]}" if unknown else f"{count} that {'does' if count == 1 else 'do'}"
    return Judgement(
        (unknown is not None) is expectation.negated, format_message(f"{which} {scope.where} {comes}", found)
    )


def _count(values: Values, check: FactCheck) -> int:
    found = {"amount": values.amounts, "date": values.days, "time": values.times, "phone": values.phones}
    return sum(len(found[sort]) for sort in check.only)


def _gather(scope: Scope, reply: Reply, check: FactCheck) -> Known:
    """All that was known when the agent replied."""
    now = scope.world.now
    known = Known(now.date() if now else None)
    if now is not None:
        known.days.add(now.date())
        known.times.add((now.hour, now.minute))
    known.add_data(scope.world.facts, timely=False)
    known.add_data(scope.holes, timely=True)
    for text in check.also:
        known.add_text(text, timely=True)
    user_turn = 0
    for turn in scope.turns:
        user_turn += turn.role == "user"
        if user_turn > reply.turn:
            break
        if turn.role == "user" or not user_turn:
            known.add_text(turn.text, timely=True)
        for call in turn.calls:
            known.add_data(call.result, timely=True)
            # "frei" says something about the moment that was asked for
            if call.operation in scope.world.reads and call.outcome != ERROR_OUTCOME:
                known.add_data(call.arguments, timely=True)
    return known
