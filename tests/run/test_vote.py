"""One vote over real HTTP: what is read, and what is kept as unusable instead of guessed at."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kiwerk.providers.openai import OpenAIProvider
from kiwerk.providers.protocol import ProviderFailure
from kiwerk.record import Vote
from kiwerk.render.judging import digest_judge, render_exhibit
from kiwerk.run.vote import Unusable, ask_vote, parse_answer
from tests.score.test_ballot import make_judge
from tests.support.openai_server import serve
from tests.support.transcripts import agent, transcript, user

TALK = transcript(user(), agent("Gern."))


@pytest.mark.parametrize(
    "text",
    [
        '{"reason": "Er grüßt.", "verdict": "yes"}',
        '\n {"verdict": "yes",\n "reason": " Er\\n grüßt. "} \n',
        '```json\n{"reason": "Er grüßt.", "verdict": "yes"}\n```',
        '```\n{"reason": "Er grüßt.", "verdict": "yes"}\n```\n',
    ],
)
def test_answer_is_read(text: str) -> None:
    assert parse_answer(text, make_judge()) == ("yes", "Er grüßt.")


def test_grade_is_read() -> None:
    assert parse_answer('{"reason": "Gut.", "verdict": 4}', make_judge(points=5, min=4)) == (4, "Gut.")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not one JSON object"),
        ("yes", "not one JSON object"),
        ('Gern: {"reason": "Gut.", "verdict": "yes"}', "not one JSON object"),
        ('{"reason": "Gut.", "verdict": "yes"} {"reason": "Doch nicht.", "verdict": "no"}', "not one JSON object"),
        ('{"reason": "Gut.", "verdict": "no", "verdict": "yes"}', "not one JSON object"),
        ('{"reason": "Gut.", "verdict": NaN}', "not one JSON object"),
        ("[" * 100_000, "not one JSON object"),
        ('["yes"]', "with reason and verdict alone"),
        ('{"verdict": "yes"}', "with reason and verdict alone"),
        ('{"reason": "Gut.", "verdict": "yes", "confidence": 1}', "with reason and verdict alone"),
        ('{"reason": " ", "verdict": "yes"}', "gives no reason"),
        ('{"reason": 4, "verdict": "yes"}', "gives no reason"),
        ('{"reason": "Gut.", "verdict": "Yes"}', "not yes or no"),
        ('{"reason": "Gut.", "verdict": true}', "not yes or no"),
        ('{"reason": "Gut.", "verdict": 1}', "not yes or no"),
        ('{"reason": "Gut.", "verdict": ["yes"]}', "not yes or no"),
        ('{"reason": "Gut.", "verdict": null}', "not yes or no"),
    ],
)
def test_anything_else_is_unusable_never_a_guess(text: str, problem: str) -> None:
    with pytest.raises(Unusable, match=problem):
        parse_answer(text, make_judge())


@pytest.mark.parametrize("verdict", ["0", "6", "4.0", '"4"', "true", "1e1"])
def test_what_is_no_grade_is_unusable(verdict: str) -> None:
    with pytest.raises(Unusable):
        parse_answer(f'{{"reason": "Gut.", "verdict": {verdict}}}', make_judge(points=5, min=4))


def ask(step: dict[str, Any]) -> Vote:
    judge, exhibit = make_judge(), render_exhibit(TALK)

    async def run(url: str) -> Vote:
        async with OpenAIProvider(url, None) as provider:
            return await ask_vote(judge, exhibit, provider)

    playbook = {"user": exhibit.text, "system": judge.rubric, "steps": [step]}
    with serve({"playbooks": [playbook], "reported_model": "b-2411-exact"}) as server:
        return asyncio.run(run(server.base_url))


def test_vote_says_who_answered_and_what_it_took() -> None:
    vote = ask({"say": '{"reason": "Er grüßt.", "verdict": "yes"}', "faults": [{"status": 500}]})
    assert (vote.answer, vote.reason, vote.problem) == ("yes", "Er grüßt.", None)
    assert (vote.source.provider, vote.source.model, vote.source.reported) == ("loopback", "a:b-2411", "b-2411-exact")
    assert vote.judge == digest_judge(make_judge())
    assert vote.usage is not None
    assert vote.usage.input_tokens > 0
    assert vote.attempts == 2


def test_answer_that_cannot_be_used_is_kept_as_it_came() -> None:
    vote = ask({"say": "Ich finde ihn freundlich."})
    assert (vote.answer, vote.text) == (None, "Ich finde ihn freundlich.")
    assert vote.problem == "the answer is not one JSON object"


def test_answer_that_does_not_come_is_no_vote() -> None:
    with pytest.raises(ProviderFailure):
        ask({"say": "", "faults": [{"status": 400, "times": None}]})
