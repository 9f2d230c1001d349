"""One expectation judged on a small conversation."""

from __future__ import annotations

from typing import Any

from kiwerk.record import Score, Transcript
from kiwerk.score import score_transcript
from kiwerk.score.scope import World
from kiwerk.spec.expectation import Expectation
from tests.support.transcripts import agent, transcript, user


def judge(
    expectation: dict[str, Any], talk: Transcript | str, turn: int | None = None, world: World | None = None
) -> Score:
    """Score of one expectation; a text stands for a conversation in which the agent says only that."""
    held = transcript(user(), agent(talk)) if isinstance(talk, str) else talk
    return score_transcript(held, [(turn, Expectation.model_validate(expectation))], {}, world=world)[0]


def assert_judged(
    expectation: dict[str, Any],
    talk: Transcript | str,
    turn: int | None = None,
    world: World | None = None,
    *,
    passes: bool,
) -> None:
    """The expectation passes or fails, and its negation does the opposite."""
    assert judge(expectation, talk, turn, world).status == ("passed" if passes else "failed")
    assert judge({**expectation, "not": True}, talk, turn, world).status == ("failed" if passes else "passed")
