"""A user played by a model: it hears what the agent says, and answers until its goal, its patience or its turns end.

The model answers in plain words, and with a mark behind them when its goal is reached. What it cannot know or must not
say ends the conversation as the user's error. Patience and turns are counted here, never by the model.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from kiwerk.providers.protocol import Message, Provider, ProviderFailure, Reply, Request, Tally
from kiwerk.record import ShippedModel, Simulation, Turn, Usage, UserError
from kiwerk.render.simulator import BEGIN, DONE
from kiwerk.run.user import ScriptedUser, User, UserErred, Utterance
from kiwerk.run.user_errors import AT_END, IN_TURN, UNREADABLE, Check, make_brief

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.record.transcript import UserEnd
    from kiwerk.render.situation import Situation

_MARK = re.compile(re.escape(DONE), re.IGNORECASE)
_NO_WORDS = re.compile(
    r"\[\[|\]\]|```|</?think|^\s*[{[]"
    r"|^\s*(?:Kunde|Kundin|Anrufer|Anruferin|Mitarbeiter|Mitarbeiterin|Assistent|Assistentin|KI|Agent|Customer|Caller"
    r"|User|Assistant|System)\s*:",
    re.MULTILINE,
)
"""What nobody says: other marks, code, thoughts, data, and the names of roles in front of words."""


class SimulatedUser:
    """One conversation's user; it keeps how it ended and what went wrong."""

    def __init__(self, situation: Situation, provider: Provider | None) -> None:
        """Be the user of a case; without a model to ask it has nothing to say.

        Raises:
            ValueError: the case has no simulated user.
        """
        simulation = situation.case.simulate
        if simulation is None or situation.role is None:
            message = f"{situation.id} has no simulated user"
            raise ValueError(message)
        self._brief = make_brief(situation)
        self._role = Message("system", situation.role)
        self._begin = BEGIN["de" if situation.agent.spec.language == "de" else "en"]
        self._patience = situation.suite.spec.personas[simulation.persona].patience
        # beyond the agent's own limit the agent would be blamed for the user's length
        self._most_turns = min(simulation.max_turns, situation.agent.spec.limits.turns)
        self._provider = provider
        self._model = ShippedModel(**situation.simulator.model_dump())
        self._record = Simulation(model=self._model.name, provider=provider.source.provider if provider else None)

    @property
    def simulation(self) -> Simulation:
        """How it went so far."""
        return self._record

    async def speak(self, turns: Sequence[Turn]) -> Utterance | None:
        """The next words; None when the conversation is over.

        Raises:
            UserErred: the user did something wrong.
            ProviderFailure: the model cannot be asked.
        """
        if self._record.ended is None:
            self._note(ended=self._find_end(turns))
        if self._record.ended is not None:
            self._check_end(turns)
            return None
        reply, spent = await self._ask(turns)
        said, is_done = self._read(turns, reply)
        if is_done:
            self._note(ended="goal")
        if not said:
            self._note(unspoken=spent.usage)
            self._check_end(turns)
            return None
        utterance = Utterance(said, spent.usage, spent.latency_seconds, spent.attempts)
        self._check(IN_TURN, (*turns, Turn(role="user", text=said)), utterance)
        return utterance

    def _find_end(self, turns: Sequence[Turn]) -> UserEnd | None:
        """The end that needs no model to be told."""
        said = sum(turn.role == "user" for turn in turns)
        if said and self._brief.find_ends(turns[-1]) & self._brief.handovers:
            return "handover"
        if said >= self._patience:
            return "gave-up"
        return "limit" if said >= self._most_turns else None

    async def _ask(self, turns: Sequence[Turn]) -> tuple[Reply, Utterance]:
        """What the model answers, and what that took."""
        if self._provider is None:
            message = "a model plays the user, and there is none to ask: name its endpoint with --base-url"
            raise ProviderFailure(message)
        began, tally = time.monotonic(), Tally()
        request = Request((self._role, *self._hear(turns)), (), self._model, tally)
        try:
            reply = await self._provider.complete(request)
        except ProviderFailure as failure:
            message = f"whoever plays the user: {failure}"
            raise ProviderFailure(message) from failure
        provider = (reply.source or self._provider.source).provider
        self._note(reported=reply.model or self._record.reported, provider=provider)
        seconds = round(max(time.monotonic() - began - tally.waited_seconds, 0.0), 6)
        return reply, Utterance(reply.text, reply.usage or Usage(), seconds, tally.attempts)

    def _hear(self, turns: Sequence[Turn]) -> list[Message]:
        """The conversation as the user hears it: the agent's words come to it, its own are the model's."""
        heard = [Message("assistant" if turn.role == "user" else "user", turn.text) for turn in turns]
        return heard if heard and heard[0].role == "user" else [Message("user", self._begin), *heard]

    def _read(self, turns: Sequence[Turn], reply: Reply) -> tuple[str, bool]:
        """The words of an answer, and whether the goal is reached.

        Raises:
            UserErred: it is no answer that could be said.
        """
        text = reply.text.strip()
        words = text[: -len(DONE)].strip() if (is_done := _MARK.search(text[-len(DONE) :]) is not None) else text
        problem = None
        if reply.calls:
            problem = "calls an operation instead of speaking"
        elif reply.finish_reason == "length":
            problem = "was cut off at its token limit"
        elif not text:
            problem = "answers nothing"
        elif found := _NO_WORDS.search(words):
            problem = f"answers what cannot be said: '{_excerpt(words, found.start())}'"
        if problem is not None:
            self._note(unspoken=reply.usage)
            raise self._fail([(UNREADABLE, problem)], turns, None)
        return words, is_done

    def _check_end(self, turns: Sequence[Turn]) -> None:
        if self._record.ended == "goal":
            self._check(AT_END, turns, None)

    def _check(self, checks: Mapping[str, Check], turns: Sequence[Turn], said: Utterance | None) -> None:
        """Let the declared checks look.

        Raises:
            UserErred: one of them found something.
        """
        found = [
            (name, problem)
            for name, check in checks.items()
            if name not in self._brief.unchecked and (problem := check(turns, self._brief))
        ]
        if found:
            raise self._fail(found, turns, said)

    def _fail(self, found: Sequence[tuple[str, str]], turns: Sequence[Turn], said: Utterance | None) -> UserErred:
        number = sum(turn.role == "user" for turn in turns) + (said is None and found[0][0] == UNREADABLE)
        self._note(errors=tuple(UserError(check=name, message=problem, turn=number) for name, problem in found))
        return UserErred(f"the simulated user {found[0][1]} ({found[0][0]})", said)

    def _note(self, **more: object) -> None:
        self._record = self._record.model_copy(update=more)


def open_user(situation: Situation, helper: Provider | None) -> User:
    """Who speaks with the agent in a case: its own words, or a model where there is one to ask."""
    if situation.case.simulate is None:
        return ScriptedUser(situation.user_turns)
    return SimulatedUser(situation, helper)


def _excerpt(text: str, start: int) -> str:
    return " ".join(text[start : start + 60].split())
