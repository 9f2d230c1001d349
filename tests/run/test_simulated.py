from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.load.project import load_project
from kiwerk.providers.protocol import Reply, Request
from kiwerk.record import Conversation, Source, Status, Transcript, sum_status
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.situation import Situation, find_situations
from kiwerk.run.loop import run_conversation
from kiwerk.run.simulated import open_user
from kiwerk.score.judge import score_transcript
from tests.support.example import edit, write_example
from tests.support.simulated import AGENT, OPENING, USER, converse

SUITE = "evals/praxis-weber/empfang.yaml"


@pytest.fixture(name="root")
def fixture_root(tmp_path: Path) -> Path:
    return write_example(tmp_path, simulated=True)


def errors(transcript: Transcript) -> list[str]:
    assert transcript.simulation is not None
    return [error.check for error in transcript.simulation.errors]


def ended(transcript: Transcript) -> str | None:
    assert transcript.simulation is not None
    return transcript.simulation.ended


def test_good_user_reaches_its_goal_and_its_farewell_is_answered(root: Path) -> None:
    transcript = converse(root, USER, reported_model="mistral-small-2506")
    assert transcript.error is None
    assert [turn.text for turn in transcript.turns if turn.role == "user"] == [
        *USER[:-1],
        "Danke, tschüss.",
    ]
    assert transcript.turns[-1].text == "Auf Wiederhören."
    assert transcript.state["kalender"]["termine"][0]["name"] == "Max Muster"
    simulation = transcript.simulation
    assert simulation is not None
    assert (simulation.ended, simulation.errors) == ("goal", ())
    assert (simulation.model, simulation.reported) == ("mistral:mistral-small-2506", "mistral-small-2506")


def test_users_tokens_time_and_attempts_stand_at_its_own_turns(root: Path) -> None:
    transcript = converse(root, [{"say": USER[0], "faults": [{"status": 500}]}, *USER[1:]])
    first = next(turn for turn in transcript.turns if turn.role == "user")
    assert first.attempts == 2
    assert first.usage is not None
    assert first.usage.input_tokens > 0
    assert first.latency_seconds is not None


def test_a_bare_end_is_no_turn_and_its_tokens_are_kept(root: Path) -> None:
    transcript = converse(root, [*USER[:-1], "[[done]]"])
    assert transcript.turns[-1].text == AGENT[2]["say"]
    assert transcript.error is None
    assert transcript.simulation is not None
    assert transcript.simulation.unspoken is not None
    assert transcript.simulation.unspoken.output_tokens > 0


@pytest.mark.parametrize(
    ("user", "check", "spoken"),
    [
        pytest.param(["Am Mittwoch um elf, bitte."], "invented", True, id="inventing"),
        pytest.param([USER[0], "Erika Beispiel, 0171 2345678."], "invented", True, id="inventing later"),
        pytest.param([USER[0], "[[done]]"], "ended-early", False, id="quitting early"),
        pytest.param(["[[done]]"], "ended-early", False, id="quitting at once"),
        pytest.param(["Wie kann ich Ihnen helfen?"], "changed-sides", True, id="changing sides"),
        pytest.param([OPENING], "changed-sides", True, id="echoing the opening"),
        pytest.param(['{"say": "Hallo", "done": false}'], "unreadable", False, id="data"),
        pytest.param(["<think>Was will ich?</think> Hallo."], "unreadable", False, id="thoughts"),
        pytest.param(["Kunde: Hallo.\nAgent: Guten Tag."], "unreadable", False, id="a play"),
        pytest.param(["[[done]] Danke!"], "unreadable", False, id="a mark in the wrong place"),
        pytest.param(["[[STOP]]"], "unreadable", False, id="another mark"),
        pytest.param([""], "unreadable", False, id="nothing"),
        pytest.param([{"call": [{"name": "kalender__buchen", "arguments": "{}"}]}], "unreadable", False, id="a call"),
    ],
)
def test_users_error_ends_the_conversation_and_is_never_the_agents(
    root: Path, user: list[Any], check: str, *, spoken: bool
) -> None:
    transcript = converse(root, user)
    assert errors(transcript) == [check]
    assert transcript.fault == "user"
    assert transcript.is_broken_off
    assert transcript.error is not None
    assert transcript.error.startswith("the simulated user ")
    assert (transcript.turns[-1].role == "user") is spoken


def test_leaving_early_with_a_farewell_is_the_users_error_after_the_agents_answer(root: Path) -> None:
    agent = [AGENT[0], {"say": "Auf Wiederhören."}]
    transcript = converse(root, [USER[0], "Danke, tschüss. [[done]]"], agent)
    assert errors(transcript) == ["ended-early"]
    assert transcript.turns[-1].text == "Auf Wiederhören."


def test_agent_that_claims_what_it_did_not_do_is_judged(root: Path) -> None:
    agent = [{"say": "Ihr Termin am Montag um neun ist gebucht. Kann ich sonst noch etwas tun?"}, {"say": "Gern."}]
    transcript = converse(root, [USER[0], "Nein danke. [[done]]"], agent)
    assert (transcript.error, ended(transcript)) == (None, "goal")


def test_endless_user_is_cut_off_and_an_impatient_one_gives_up(root: Path) -> None:
    endless = ["Einen Termin am Montag um neun."] + ["Ja."] * 20
    agent = [{"say": f"Einen Moment, Versuch {number}."} for number in range(20)]
    transcript = converse(root, endless, agent)
    assert (ended(transcript), len(transcript.turns)) == ("gave-up", 1 + 2 * 8)
    edit(root / SUITE, "max_turns: 8", "max_turns: 3")
    transcript = converse(root, endless, agent)
    assert (transcript.error, ended(transcript), len(transcript.turns)) == (None, "limit", 1 + 2 * 3)


def test_user_never_outstays_the_agents_own_limit(root: Path) -> None:
    edit(root / "agents/praxis-weber/empfang.yaml", "runtime: {heute", "limits: {turns: 2}\nruntime: {heute")
    transcript = converse(root, [USER[0], "Ja.", "Ja."], [{"say": "Moment."}, {"say": "Moment noch."}])
    assert (transcript.error, ended(transcript)) == (None, "limit")


def test_handover_that_ends_the_process_ends_the_conversation(root: Path) -> None:
    booked = AGENT[2]["call"]
    agent = [{"call": [*booked, {"uebergabe.mensch": {"grund": "Wunsch"}}], "say": "Ich verbinde Sie."}]
    transcript = converse(root, ["Ich möchte einen Menschen sprechen."], agent)
    assert (transcript.error, ended(transcript)) == (None, "handover")
    assert transcript.turns[-1].text == "Ich verbinde Sie."


def test_users_model_out_of_reach_is_nobodys_error(root: Path) -> None:
    transcript = converse(root, [{"say": "", "faults": [{"status": 400, "times": None}]}])
    assert transcript.fault == "surroundings"
    assert transcript.error is not None
    assert transcript.error.startswith("whoever plays the user: ")
    assert errors(transcript) == []


def test_check_that_a_case_switches_off_lets_pass(root: Path) -> None:
    edit(root / SUITE, "max_turns: 8,", "max_turns: 8, unchecked: {invented: Der Anrufer rät},")
    agent = [{"say": "Mittwoch ist frei. Auf welchen Namen?"}]
    transcript = converse(root, ["Am Mittwoch um elf, bitte.", "[[done]]"], agent)
    assert errors(transcript) == ["ended-early"]


def test_agent_that_is_silent_fails_whoever_asked(root: Path) -> None:
    assert converse(root, [USER[0]], [{"say": ""}]).fault == "agent"


def test_user_begins_where_the_agent_has_no_opening(root: Path) -> None:
    edit(root / "agents/praxis-weber/empfang.yaml", "opening: ki_hinweis", "#")
    edit(root / "agents/praxis-weber/empfang.yaml", "channel: phone", "channel: internal")
    begin = {"playbooks": [{"user": "(Das Gespräch beginnt. Du sprichst zuerst.)", "steps": [{"say": USER[0]}]}]}
    transcript = converse(root, [], [], **begin)
    assert transcript.turns[0].text == USER[0]


def test_another_model_may_play_the_user(root: Path) -> None:
    edit(root / SUITE, "personas:", "simulator: {model: {name: 'mistral:mistral-large-2411'}}\npersonas:")
    transcript = converse(root, USER)
    assert transcript.simulation is not None
    assert (transcript.simulation.model, transcript.source.model) == (
        "mistral:mistral-large-2411",
        "mistral:mistral-small-2506",
    )


class Talker:
    """A model that plays both: the user says one thing over and over, the agent another."""

    source = Source(origin="model", provider="loopback", host="127.0.0.1")

    def __init__(self, said: str) -> None:
        self.said = said

    async def complete(self, request: Request) -> Reply:
        plays_user = request.messages[0].content.startswith("Du spielst")
        return Reply(self.said if plays_user else "Auf welchen Namen darf ich buchen?")


@pytest.fixture(name="case", scope="module")
def fixture_case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rendered, Situation]:
    project = load_project(write_example(tmp_path_factory.mktemp("example"), simulated=True))
    rendered = render_agent(project, project.agents["praxis-weber/empfang"])
    assert isinstance(rendered, Rendered)
    return rendered, next(item for item in find_situations(project) if item.case.simulate)


def talk(case: tuple[Rendered, Situation], model: Talker, helper: Talker | None) -> Transcript:
    rendered, situation = case
    conversation = Conversation(agent=rendered.agent.id, case=situation.id, origin="model", subject="s", stimulus="t")
    user = open_user(situation, helper)
    return asyncio.run(run_conversation(rendered.bundle, situation, model, conversation, user))


WORDS = [
    "Am Mittwoch.",
    "[[done]]",
    "Max Muster",
    "0171 2345678",
    "Wie kann ich Ihnen helfen?",
    "{",
    "[[",
    "Ja.",
    OPENING,
]


@given(st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join) | st.text(max_size=40))
def test_users_error_never_makes_an_agent_fail(case: tuple[Rendered, Situation], said: str) -> None:
    model = Talker(said)
    transcript = talk(case, model, model)
    assert transcript.fault in (None, "user")
    assert bool(errors(transcript)) is (transcript.fault == "user")
    if transcript.fault == "user":
        scores = score_transcript(transcript, case[1].expectations, {})
        assert sum_status(scores) is Status.ERRORED


def test_without_a_model_to_ask_one_conversation_is_errored_and_the_others_go_on(
    case: tuple[Rendered, Situation],
) -> None:
    transcript = talk(case, Talker(""), None)
    assert (transcript.fault, "name its endpoint with --base-url" in str(transcript.error)) == ("surroundings", True)
