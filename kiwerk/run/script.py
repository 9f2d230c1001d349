"""What a person wrote for the agent's side, and the edits of it that a case must notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.providers.reference import ScriptedTurn
from kiwerk.render.canonical import digest
from kiwerk.render.procedure import wire_name

if TYPE_CHECKING:
    from kiwerk.record import Bundle
    from kiwerk.spec.suite import Calls, Case, Counterexample


def script_reference(case: Case) -> tuple[ScriptedTurn, ...]:
    """The reference as a script."""
    return tuple(ScriptedTurn(_calls(turn.call), turn.say) for turn in case.reference)


def script_counterexample(case: Case, counterexample: Counterexample) -> tuple[ScriptedTurn, ...]:
    """The reference with one edit: its first turns, with other calls and words, then the dropped operation left out."""
    return tuple(
        ScriptedTurn(
            _calls(counterexample.call.get(str(number), turn.call), without=counterexample.drop),
            counterexample.say.get(str(number), turn.say),
        )
        for number, turn in enumerate(case.reference[: counterexample.until], 1)
    )


def digest_script(script: tuple[ScriptedTurn, ...], bundle: Bundle) -> str:
    """Digest of a script with what the loop reads of the bundle: equal scripts hold equal conversations."""
    tools = [tool.model_dump(mode="json") for tool in bundle.tools]
    turns = [[[name, arguments] for name, arguments in turn.calls] + [turn.say] for turn in script]
    limits = bundle.limits.model_dump(mode="json")
    return digest({"turns": turns, "opening": bundle.opening, "tools": tools, "limits": limits})


def _calls(calls: Calls, without: str | None = None) -> list[tuple[str, dict[str, object]]]:
    return [(wire_name(label), arguments) for call in calls for label, arguments in call.items() if label != without]
