from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiwerk.load.project import load_project
from kiwerk.providers.protocol import Provider, ProviderFailure, Reply, Request, RequestedCall
from kiwerk.providers.reference import ReferenceProvider
from kiwerk.record import Conversation, Source, Transcript, Usage
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.situation import Situation, find_situations
from kiwerk.run.loop import run_conversation
from kiwerk.run.script import script_counterexample, script_reference
from tests.support.example import edit, write_example
from tests.support.python_mock import CODE, give_python

FREE = "2026-12-01T14:30"


class ScriptedModel:
    """A model that says what it is told, and keeps what it was asked."""

    source = Source(origin="model", provider="loopback", host="127.0.0.1")

    def __init__(self, replies: Sequence[Reply | Exception]) -> None:
        self.replies = list(replies)
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Reply:
        self.requests.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


USED = Usage(input_tokens=40, output_tokens=12)


@pytest.fixture(name="example")
def fixture_example(tmp_path: Path) -> tuple[Rendered, Situation]:
    return prepare(write_example(tmp_path))


def prepare(repository: Path) -> tuple[Rendered, Situation]:
    project = load_project(repository)
    assert project.findings == ()
    rendered = render_agent(project, project.agents["praxis-weber/empfang"])
    assert isinstance(rendered, Rendered)
    return rendered, next(find_situations(project))


def talk(example: tuple[Rendered, Situation], provider: Provider) -> Transcript:
    rendered, situation = example
    conversation = Conversation(
        agent=rendered.agent.id,
        case=situation.id,
        origin=provider.source.origin,
        subject=rendered.ships,
        stimulus=situation.stimulus,
    )
    return asyncio.run(run_conversation(rendered.bundle, situation, provider, conversation))


def call(name: str, arguments: object, id_: str = "c1") -> RequestedCall:
    return RequestedCall(id_, name, arguments if isinstance(arguments, str) else json.dumps(arguments))


def test_reference_goes_through_calls_and_mocks(example: tuple[Rendered, Situation]) -> None:
    transcript = talk(example, ReferenceProvider(script_reference(example[1].case), "reference"))
    assert transcript.error is None
    opening, first, check, _, book = transcript.turns
    assert opening.text.startswith("Praxis Dr. Weber, guten Tag.")
    assert first.role == "user"
    assert [(item.operation, item.outcome) for item in check.calls] == [("kalender.pruefen", "frei")]
    assert [(item.operation, item.outcome) for item in book.calls] == [("kalender.buchen", "ok")]
    assert book.usage is None
    assert transcript.state["kalender"]["frei"] == []
    assert transcript.state["kalender"]["termine"][0]["telefon"] == "03023125042"
    assert transcript.holes == {"heute": "Freitag, 27. November 2026"}


def test_counterexample_leaves_the_dropped_operation_out(example: tuple[Rendered, Situation]) -> None:
    case = example[1].case
    script = script_counterexample(case, case.counterexamples[0])
    transcript = talk(example, ReferenceProvider(script, "counterexample"))
    assert [item.operation for turn in transcript.turns for item in turn.calls] == ["kalender.buchen"]


def test_time_to_the_first_token_is_that_of_the_first_reply_without_waits_of_our_own(
    example: tuple[Rendered, Situation],
) -> None:
    class SlowModel(ScriptedModel):
        async def complete(self, request: Request) -> Reply:
            request.tally.waited_seconds += 5
            reply = await super().complete(request)
            begun_after = 5.25 if len(self.requests) == 1 else 20
            return dataclasses.replace(reply, first_token_at=time.monotonic() + begun_after)

    pruefen = call("kalender__pruefen", {"beginn": FREE})
    transcript = talk(example, SlowModel([Reply("", (pruefen,)), Reply("Ist frei."), ProviderFailure("out of reach")]))
    assert transcript.turns[2].first_token_seconds == pytest.approx(0.25, abs=0.05)
    assert transcript.turns[4].first_token_seconds is None
    whole = talk(example, ScriptedModel([Reply("Ist frei."), Reply("Gut.")]))
    assert whole.turns[2].first_token_seconds is None


def test_model_gets_prompt_opening_words_and_results(example: tuple[Rendered, Situation]) -> None:
    model = ScriptedModel(
        [
            Reply(
                "Moment.", (call("kalender__pruefen", {"beginn": FREE}),), "tool_calls", "m-1", Usage(input_tokens=5)
            ),
            Reply("Ist frei.", model="m-2", usage=Usage(input_tokens=7, output_tokens=2)),
            Reply("Gut."),
        ]
    )
    transcript = talk(example, model)
    roles = [message.role for message in model.requests[1].messages]
    assert roles == ["system", "assistant", "user", "assistant", "tool"]
    assert "Heute ist Freitag, 27. November 2026." in model.requests[0].messages[0].content
    assert json.loads(model.requests[1].messages[4].content) == {"frei": True}
    assert model.requests[1].messages[4].call_id == "c1"
    turn = transcript.turns[2]
    assert turn.text == "Moment.\nIst frei."
    assert turn.usage == Usage(input_tokens=12, output_tokens=2)
    assert turn.latency_seconds is not None
    assert (transcript.source.model, transcript.source.reported) == ("mistral:mistral-small-2506", "m-2")


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        ("kalender__loeschen", {}, "unknown function"),
        ("kalender__pruefen", "{kein json", "not JSON"),
        ("kalender__pruefen", "[1]", "not an object"),
        ("kalender__pruefen", {}, "'beginn' is a required property"),
        ("kalender__pruefen", {"beginn": 7}, "beginn: 7 is not of type 'string'"),
    ],
)
def test_wrong_call_is_answered_as_a_backend_would(
    example: tuple[Rendered, Situation], name: str, arguments: object, problem: str
) -> None:
    model = ScriptedModel([Reply("", (call(name, arguments),)), Reply("Verzeihung."), Reply("Gut.")])
    transcript = talk(example, model)
    assert transcript.error is None
    [made] = transcript.turns[2].calls
    assert made.outcome == "error"
    assert problem in made.result["error"]
    assert problem in json.loads(model.requests[1].messages[-1].content)["error"]


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        ([ProviderFailure("cannot reach the endpoint")], "cannot reach"),
        ([Reply("")], "answered nothing"),
        ([Reply("Guten", finish_reason="length")], "cut off"),
        ([Reply("", (call("kalender__pruefen", {"beginn": FREE}),))] * 11, "more than 10 operations"),
    ],
)
def test_conversation_that_cannot_go_on_says_why(
    example: tuple[Rendered, Situation], replies: list[Reply | Exception], error: str
) -> None:
    transcript = talk(example, ScriptedModel(replies))
    assert transcript.error is not None
    assert error in transcript.error
    assert transcript.turns[1].role == "user"


@pytest.mark.parametrize("reply", [Reply("", usage=Usage(input_tokens=9)), Reply("Gu", (), "length", "m", USED)])
def test_answer_that_is_not_accepted_took_its_tokens_all_the_same(
    example: tuple[Rendered, Situation], reply: Reply
) -> None:
    transcript = talk(example, ScriptedModel([reply]))
    assert (transcript.fault, transcript.turns[-1].usage) == ("agent", reply.usage)


def test_failure_of_the_mock_ends_the_conversation_with_what_was_done(tmp_path: Path) -> None:
    repository = write_example(tmp_path)
    edit(
        repository / "agents/praxis-weber/kalender.yaml",
        "      - {outcome: belegt, result: {fehler: Termin nicht mehr frei}}\n",
        "",
    )
    booking = {"beginn": "2026-12-02T09:00", "name": "Erika", "telefon": "1"}
    model = ScriptedModel([Reply("Gern.", (call("kalender__buchen", booking),))])
    transcript = talk(prepare(repository), model)
    assert transcript.error is not None
    assert "no clause of the mock of kalender.buchen matches" in transcript.error
    assert transcript.turns[-1].text == "Gern."


def test_agents_limit_of_turns_ends_the_conversation(tmp_path: Path) -> None:
    repository = write_example(tmp_path)
    edit(repository / "agents/praxis-weber/empfang.yaml", "runtime:", "limits: {turns: 1}\nruntime:")
    transcript = talk(prepare(repository), ScriptedModel([Reply("Gut.")]))
    assert transcript.error == "the conversation is longer than the agent's limit of 1 turns"


def test_calls_of_one_reply_are_carried_out_in_order_and_answered_each_by_its_id(
    example: tuple[Rendered, Situation],
) -> None:
    booking = {"beginn": FREE, "name": "Erika Beispiel", "telefon": "03023125042"}
    together = (
        call("kalender__pruefen", {"beginn": FREE}, "a"),
        call("kalender__buchen", {"beginn": FREE}, "b"),
        call("kalender__loeschen", {}, "c"),
        call("kalender__buchen", booking, "d"),
        call("kalender__pruefen", {"beginn": FREE}, "e"),
    )
    model = ScriptedModel(
        [
            Reply("Moment.", together, "tool_calls"),
            Reply("", (call("kalender__pruefen", {"beginn": FREE}, "f"),), "tool_calls"),
            Reply("Gebucht."),
            Reply("Gern."),
        ]
    )
    transcript = talk(example, model)
    assert [(item.operation, item.outcome, item.reply) for item in transcript.turns[2].calls] == [
        ("kalender.pruefen", "frei", 1),
        ("kalender.buchen", "error", 1),
        ("kalender__loeschen", "error", 1),
        ("kalender.buchen", "ok", 1),
        ("kalender.pruefen", "belegt", 1),
        ("kalender.pruefen", "belegt", 2),
    ]
    messages = model.requests[1].messages[3:]
    assert [(message.role, message.call_id) for message in messages] == [
        ("assistant", None),
        *(("tool", name) for name in "abcde"),
    ]
    assert messages[0].calls == together
    assert "required property" in messages[2].content
    assert "unknown function kalender__loeschen" in messages[3].content
    assert json.loads(messages[4].content) == {"nummer": 1}


def test_python_answers_in_the_conversation_and_the_seed_is_kept(tmp_path: Path) -> None:
    give_python(write_example(tmp_path))
    example = prepare(tmp_path)
    transcript = talk(example, ReferenceProvider(script_reference(example[1].case), "reference"))
    assert transcript.error is None
    assert transcript.turns[-1].calls[0].result == {"nummer": 1}
    assert transcript.state["kalender"]["termine"][0]["name"] == "Erika Beispiel"
    assert transcript.seed == transcript.conversation.seed
    other = transcript.conversation.model_copy(update={"subject": "another agent"})
    again = transcript.conversation.model_copy(update={"repetition": 1})
    assert other.seed == transcript.seed != again.seed


def test_python_that_fails_is_no_fault_of_the_agent(tmp_path: Path) -> None:
    give_python(write_example(tmp_path), "def buchen(args):\n    return args['fehlt']\n")
    example = prepare(tmp_path)
    transcript = talk(example, ReferenceProvider(script_reference(example[1].case), "reference"))
    assert transcript.error == f"the mock of kalender.buchen: {CODE}:2: KeyError: 'fehlt'"
    assert transcript.fault == "surroundings"
    assert transcript.is_broken_off
