"""Talking to an agent against its mocks, and keeping the talk as a case."""

from __future__ import annotations

import asyncio
import itertools
import re
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from kiwerk.edit.draft import write_value
from kiwerk.edit.write import write_texts
from kiwerk.errors import KiwerkError
from kiwerk.load.code import find_code
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.load.suggest import suggest
from kiwerk.pipeline.models import Models
from kiwerk.providers.protocol import ProviderFailure, Session
from kiwerk.providers.reference import ReferenceProvider
from kiwerk.record import Conversation
from kiwerk.render.german import format_moment
from kiwerk.run.loop import ConversationStopped, Talk
from kiwerk.run.mock import MockFailure
from kiwerk.run.script import script_reference
from kiwerk.run.user import Utterance
from kiwerk.spec import Toolset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path
    from types import TracebackType

    from kiwerk.load.project import Loaded
    from kiwerk.load.source import Source
    from kiwerk.pipeline.models import Access
    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.record import Turn
    from kiwerk.render.bundle import Rendered
    from kiwerk.render.situation import Situation
    from kiwerk.run.loop import World
    from kiwerk.spec import Suite
    from kiwerk.spec.toolset import Fault


@dataclass(frozen=True, slots=True)
class FreeWorld:
    """A world that no case describes: the mocks as they are, and the real time."""

    now: str | None
    holes: Mapping[str, str]
    toolsets: Mapping[str, Toolset]
    state: Mapping[str, Any]
    faults: Mapping[str, Fault | Sequence[Fault | None]]
    code: Mapping[str, Source]


class Chat:
    """A talk with an agent; use it as a context manager."""

    def __init__(
        self,
        rendered: Rendered,
        world: World,
        models: AbstractAsyncContextManager[Models],
        conversation: Conversation | None = None,
        *,
        is_scripted: bool = False,
    ) -> None:
        """Prepare a talk.

        Args:
            rendered: the agent.
            world: what it happens in.
            models: who speaks for the agent.
            conversation: of the case whose world it is, where it is one.
            is_scripted: whether only the case's own words are answered.
        """
        self._bundle = rendered.bundle
        self._conversation = conversation
        self.is_scripted = is_scripted
        self._world = world
        self._models = models

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            runner = stack.enter_context(asyncio.Runner())
            models = runner.run(self._models.__aenter__())
            stack.push(lambda *error: runner.run(self._models.__aexit__(*error)))
            bundle = models.fit(self._bundle)
            agent = models.agent(bundle, self._conversation)
            if isinstance(agent, Session):
                stack.callback(lambda: runner.run(agent.end()))
            self._talk = Talk(bundle, self._world, agent)
            self._runner, self._open = runner, stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Everything said so far, the opening first."""
        return tuple(self._talk.turns)

    @property
    def state(self) -> dict[str, Any]:
        """State of the mocks now, by toolset."""
        return self._talk.backend.state

    def say(self, text: str) -> Turn:
        """What the agent does and says to it.

        Raises:
            KiwerkError: the talk cannot go on.
        """
        try:
            self._runner.run(self._talk.take_turn(Utterance(text)))
        except (ConversationStopped, MockFailure, ProviderFailure) as stop:
            message = f"The talk stopped: {stop}"
            raise KiwerkError(message, remedy="Mend what it names, and begin again") from stop
        return self._talk.turns[-1]

    def describe_case(self, name: str, case: Situation | None) -> dict[str, Any] | None:
        """The talk as a case with its reference, in the world of the case it was held in; None where nothing was said.

        Each call is expected, or the number of turns where there was none. A last turn without an answer is left out.
        """
        pairs = self._pairs()
        if not pairs:
            return None
        conversation: list[dict[str, Any]] = []
        reference: list[dict[str, Any]] = []
        for user, agent in pairs:
            calls = [{call.operation: call.arguments} for call in agent.calls]
            expected = [{"called": {"tool": call.operation, "with": call.arguments}} for call in agent.calls]
            named = [{"id": f"called-{number}", **item} for number, item in enumerate(expected, 1)]
            chosen = named if len(named) > 1 else expected
            conversation.append({"user": user.text, **({"expect": chosen} if chosen else {})})
            reference.append({**({"call": calls} if calls else {}), "say": agent.text})
        given = case.case.given.model_dump(mode="json", by_alias=True, exclude_defaults=True) if case else {}
        described: dict[str, Any] = {"id": name}
        if case and case.case.process:
            described["process"] = case.case.process
        described |= {"given": {**given, "now": self._world.now}, "conversation": conversation}
        if not any(agent.calls for _, agent in pairs):
            described["expect"] = [{"turns": {"min": len(pairs)}}]
        return {**described, "reference": reference}

    def _pairs(self) -> list[tuple[Turn, Turn]]:
        """What the user said with what the agent answered in words."""
        turns = self.turns
        return [
            (user, agent)
            for user, agent in itertools.pairwise(turns)
            if user.role == "user" and agent.role == "agent" and agent.text
        ]


def make_world(workspace: Workspace, rendered: Rendered, values: Mapping[str, str]) -> FreeWorld:
    """The world of a talk without a case.

    Raises:
        KiwerkError: a hole that no clock fills has no value.
    """
    agent = rendered.agent
    organization = workspace.project.organization(agent.company)
    moment = workspace.now.astimezone(ZoneInfo(organization.spec.timezone)) if organization else workspace.now
    holes = dict(values)
    for name, kind in agent.spec.runtime.items():
        if name not in holes and kind in ("date", "time", "datetime"):
            holes[name] = format_moment(moment, kind, agent.spec.language)
        elif name not in holes:
            message = f"The hole '{name}' of agent {agent.id} has no value"
            raise KiwerkError(message, remedy=f"Give it one: --set {name}=…")
    toolsets = {}
    for name in agent.spec.tools:
        loaded = resolve_document(workspace.project, Toolset, name, agent.company)
        if not isinstance(loaded, Unresolved):
            toolsets[loaded.name] = loaded
    specs = {name: loaded.spec for name, loaded in toolsets.items()}
    state = {name: toolset.mock.state if toolset.mock else {} for name, toolset in specs.items()}
    code = find_code(workspace.project, toolsets)
    return FreeWorld(moment.strftime("%Y-%m-%dT%H:%M"), holes, specs, state, {}, code)


def find_case(workspace: Workspace, rendered: Rendered, name: str) -> Situation:
    """A case of the agent by its id, with or without its suite.

    Raises:
        KiwerkError: there is none.
    """
    own = [situation for case, situation in workspace.cases if case.agent == rendered.agent.id]
    for situation in own:
        if name in (situation.id, situation.case.id):
            return situation
    message = f"Agent {rendered.agent.id} has no case '{name}'"
    names = [situation.case.id for situation in own]
    if not names:
        raise KiwerkError(message, remedy="It has no case at all yet: `kiwerk new suite` writes one")
    raise KiwerkError(message, remedy=suggest(name, names) or f"Its cases: {', '.join(names)}")


def open_chat(rendered: Rendered, world: World, access: Access | None, case: Situation | None) -> Chat:
    """A talk with a model, or with the reference of a case for a look.

    Raises:
        KiwerkError: there is neither.
    """
    if access is not None:
        if case is None:
            return Chat(rendered, world, access.open())
        conversation = Conversation(
            agent=rendered.agent.id,
            case=case.id,
            origin=access.origin,
            subject=access.subject_of(rendered),
            stimulus=case.stimulus,
        )
        return Chat(rendered, world, access.open(), conversation, is_scripted=access.origin == "recorded")
    if case is None or not case.case.reference:
        message = "There is nobody to talk to"
        raise KiwerkError(message, remedy="Name a model with --base-url, or a case with a reference with --case")
    reference = ReferenceProvider(script_reference(case.case), "reference")
    return Chat(rendered, world, nullcontext(Models(lambda *_: reference, None, lambda: 1)), is_scripted=True)


def find_suite(workspace: Workspace, rendered: Rendered, case: Situation | None, name: str) -> Loaded[Suite]:
    """The suite that a case of this name can be appended to: that of the case talked in, or the agent's first.

    Raises:
        KiwerkError: the agent has no suite, the name is none, or the suite has a case of that name.
    """
    own = [situation.suite for _, situation in workspace.cases if situation.agent.id == rendered.agent.id]
    if not own:
        message = f"Agent {rendered.agent.id} has no suite"
        raise KiwerkError(message, remedy="Write one below evals/ first: `kiwerk new suite`")
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) is None:
        message = f"'{name}' is no name of a case"
        raise KiwerkError(message, remedy="Use lower-case letters, digits and hyphens: termin-am-freitag")
    suite = case.suite if case else own[0]
    if any(existing.id == name for existing in suite.spec.cases):
        message = f"There is a case '{name}' already"
        raise KiwerkError(message, path=suite.document.path, remedy="Name the new one otherwise")
    _find_block(suite)
    return suite


def save_case(workspace: Workspace, suite: Loaded[Suite], case: Mapping[str, Any]) -> Path:
    """The suite with one case more at its end, byte for byte as it was before; the file."""
    path = workspace.project.root / suite.document.path
    write_texts({path: _insert_case(suite, case)})
    return path


def _find_block(suite: Loaded[Suite]) -> str:
    """What stands before the first case on its line: blanks and a dash.

    Raises:
        KiwerkError: the cases are not written one below the other.
    """
    first = suite.span("cases", 0)
    dash = suite.document.text.splitlines()[first.line - 1][: first.column - 1]
    if dash.strip() != "-":
        message = "The cases are not written one below the other"
        raise KiwerkError(message, path=suite.document.path, remedy="Give each case lines of its own: `- id: …`")
    return dash


def _insert_case(suite: Loaded[Suite], case: Mapping[str, Any]) -> str:
    dash = _find_block(suite)
    last = suite.span("cases", len(suite.spec.cases) - 1)
    lines = suite.document.text.splitlines(keepends=True)
    end = last.end_line if last.end_column > 1 else last.end_line - 1
    if lines[end - 1][-1:] != "\n":
        lines[end - 1] += "\n"
    block = "\n" + dash + _write_case(case, len(dash))
    return "".join([*lines[:end], block, *lines[end:]])


def _write_case(case: Mapping[str, Any], column: int) -> str:
    """A case as text whose keys stand at a column, lists with an entry a line."""
    lines = []
    for key, value in case.items():
        if isinstance(value, list):
            lines += [f"{key}:", *(f"  - {write_value(item)}" for item in value)]
        else:
            lines.append(f"{key}: {write_value(value)}")
    return f"\n{' ' * column}".join(lines) + "\n"
