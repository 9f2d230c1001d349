"""A counterexample that ends the conversation early, from the file to its judgement."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.load.project import load_project
from kiwerk.pipeline.score import score_plan
from kiwerk.providers.reference import ReferenceProvider
from kiwerk.record import Status
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.situation import find_situations
from kiwerk.run.loop import run_conversation
from kiwerk.run.plan import plan_conversations
from tests.support.example import edit, write_example

SUITE = "evals/praxis-weber/empfang.yaml"
LAST = "      - {id: geduzt, say: {2: Dein Termin ist gebucht.}, trips: [address]}\n"


def _judge_early_end(folder: Path, trips: str, *, at_turn: bool = False) -> tuple[Status, list[str]]:
    """Status of a counterexample that ends after the first agent turn, and what was found besides."""
    write_example(folder)
    edit(folder / SUITE, LAST, f"{LAST}      - {{id: aufgelegt, until: 1, trips: [{trips}]}}\n")
    edit(folder / SUITE, "    expect:\n", "    expect:\n      - turns: {min: 2}\n")
    if at_turn:
        edit(folder / SUITE, "      - user: Ja, das passt.\n", "      - {user: Ja, expect: [{contains: gebucht}]}\n")
    project = load_project(folder)
    assert project.findings == ()
    rendered = render_agent(project, project.agents["praxis-weber/empfang"])
    assert isinstance(rendered, Rendered)
    plan = plan_conversations([next(find_situations(project))], {"praxis-weber/empfang": rendered}, lambda _: 0)
    item = next(item for item in plan if item.conversation.variant == "aufgelegt")
    assert item.script is not None
    provider = ReferenceProvider(item.script, "counterexample")
    transcript = asyncio.run(run_conversation(rendered.bundle, item.situation, provider, item.conversation))
    assert transcript.error is None
    assert [turn.role for turn in transcript.turns] == ["agent", "user", "agent"]
    (result,), findings = score_plan([item], {0: ("t", transcript)}, datetime.now(UTC))
    return result.status, [finding.message for finding in findings]


def test_early_end_trips_what_needs_more_turns(tmp_path: Path) -> None:
    assert _judge_early_end(tmp_path, "turns, state, process") == (Status.PASSED, [])


def test_early_end_that_trips_less_than_it_says_is_found(tmp_path: Path) -> None:
    status, messages = _judge_early_end(tmp_path, "turns, state, process, address")
    assert status is Status.FAILED
    assert [message.split(":")[0] for message in messages] == ["dienstag-halb-drei, aufgelegt does not trip 'address'"]


def test_what_stands_at_a_turn_nobody_came_to_is_not_judged(tmp_path: Path) -> None:
    assert _judge_early_end(tmp_path, "turns, state, process", at_turn=True) == (Status.PASSED, [])


@pytest.mark.parametrize(
    ("edited", "message"),
    [
        ("until: 2", "until must be below 2, where the reference ends"),
        ("until: 0", "Expected at least 1"),
        ("until: 1, say: {2: Hallo.}", "there is no agent turn 2"),
    ],
)
def test_end_that_ends_nothing_is_refused(tmp_path: Path, edited: str, message: str) -> None:
    write_example(tmp_path)
    edit(tmp_path / SUITE, LAST, f"{LAST}      - {{id: aufgelegt, {edited}, trips: [turns]}}\n")
    assert message in " ".join(finding.message for finding in load_project(tmp_path).findings)
