"""Which conversations a run holds: each case's reference and counterexamples, and samples of a model if any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from kiwerk.record import Conversation
from kiwerk.render.canonical import digest
from kiwerk.run.script import digest_script, script_counterexample, script_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kiwerk.providers.reference import ScriptedTurn
    from kiwerk.record import Origin
    from kiwerk.render.bundle import Rendered
    from kiwerk.render.situation import Situation
    from kiwerk.spec.suite import Counterexample


UNHELD = "it has no reference, and no model was asked"
UNPLAYED = "a model plays the user; none was asked"


@dataclass(frozen=True, slots=True)
class Planned:
    """One conversation of a run."""

    conversation: Conversation
    situation: Situation
    rendered: Rendered
    script: tuple[ScriptedTurn, ...] | None
    """What is spoken; absent where a model is asked."""
    counterexample: Counterexample | None = None
    skipped: str | None = None
    """Why it is not held; absent when it is."""


class Speaker(Protocol):
    """Who speaks for agents where no script does."""

    @property
    def origin(self) -> Origin:
        """As records name it."""

    def subject_of(self, rendered: Rendered) -> str:
        """Digest of who would speak."""

    def offer(self, rendered: Rendered, situation: Situation, wanted: int) -> int | str:
        """How many conversations of a case can be held of those that are wanted, or why none."""


def plan_conversations(
    situations: Iterable[Situation],
    rendered: Mapping[str, Rendered],
    samples_of: Callable[[Situation], int],
    speaker: Speaker | None = None,
) -> tuple[Planned, ...]:
    """The conversations of a run, case by case.

    Args:
        situations: the selected cases.
        rendered: every agent as it would ship, by id.
        samples_of: number of model conversations a case needs; 0 where no model is asked.
        speaker: who is asked; a model with exactly what ships unless told.
    """
    return tuple(
        planned
        for situation in situations
        for planned in _plan_case(situation, rendered[situation.agent.id], samples_of(situation), speaker)
    )


def digest_plan(plan: Iterable[Planned], endpoint: str | None, *, fresh: bool) -> str:
    """Digest of a plan: an interrupted run is carried on by the same plan only.

    Args:
        plan: the conversations.
        endpoint: who is asked, such as the address of the model, or None.
        fresh: whether stored samples are left alone.
    """
    items = [[item.conversation.model_dump(mode="json"), item.situation.oracle] for item in plan]
    return digest({"conversations": items, "endpoint": endpoint, "fresh": fresh})


def digest_conversations(held: Iterable[tuple[Conversation, str]]) -> str:
    """Digest of conversations with what each is judged by, in whatever order: the same for a plan and for its results.

    Args:
        held: each conversation with the digest of its oracle.
    """
    return digest(sorted(digest([conversation.model_dump(mode="json"), oracle]) for conversation, oracle in held))


def _plan_case(situation: Situation, rendered: Rendered, samples: int, speaker: Speaker | None) -> Iterator[Planned]:
    case = situation.case
    origin: Origin = speaker.origin if speaker else "model"
    subject = speaker.subject_of(rendered) if speaker else rendered.ships

    def planned(
        script: tuple[ScriptedTurn, ...] | None, counterexample: Counterexample | None = None, repetition: int = 0
    ) -> Planned:
        conversation = Conversation(
            agent=rendered.agent.id,
            case=situation.id,
            origin=origin if script is None else "counterexample" if counterexample else "reference",
            variant=counterexample.id if counterexample else None,
            repetition=repetition,
            subject=subject if script is None else digest_script(script, rendered.bundle),
            stimulus=situation.stimulus,
        )
        until = counterexample.until if counterexample else None
        held = situation if until is None else replace(situation, until=until)
        return Planned(conversation, held, rendered, script, counterexample)

    if not case.reference and not samples:
        yield replace(planned(None), skipped=UNPLAYED if case.simulate else UNHELD)
        return
    if case.reference:
        yield planned(script_reference(case))
    for counterexample in case.counterexamples:
        yield planned(script_counterexample(case, counterexample), counterexample)
    offered = speaker.offer(rendered, situation, samples) if speaker and samples else samples
    if isinstance(offered, str):
        yield replace(planned(None), skipped=offered)
        return
    for repetition in range(offered):
        yield planned(None, repetition=repetition)
