"""The benchmark's cases for DeepEval: one turn, two metrics; cases in $CASES, endpoint in the usual variables.

DeepEval judges answers that somebody has fetched, so this fetches them, 32 at once, before it.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

from deepeval import evaluate
from deepeval.evaluate import AsyncConfig, CacheConfig, DisplayConfig
from deepeval.metrics import BaseMetric
from deepeval.test_case import LLMTestCase
from openai import AsyncOpenAI


class Words(BaseMetric):
    """Whether the reply has words, or has not."""

    def __init__(self, words: str, *, wanted: bool) -> None:
        self.words, self.wanted, self.threshold, self.async_mode = words, wanted, 0.5, True
        self.include_reason = self.strict_mode = False
        self.evaluation_model = self.evaluation_cost = self.error = None

    def measure(self, test_case: LLMTestCase, *_: object, **__: object) -> float:
        """1 where it is as wanted."""
        self.score = float((self.words in (test_case.actual_output or "")) is self.wanted)
        self.success = bool(self.score)
        return self.score

    async def a_measure(self, test_case: LLMTestCase, *_: object, **__: object) -> float:
        """The same."""
        return self.measure(test_case)

    def is_successful(self) -> bool:
        """Whether it was."""
        return bool(self.success)

    @property
    def __name__(self) -> str:
        return f"{'has' if self.wanted else 'has not'} {self.words.strip()}"


async def fetch(system: str, users: list[str]) -> list[LLMTestCase]:
    """The answers to all."""
    client, room = AsyncOpenAI(), asyncio.Semaphore(32)

    async def answer(text: str) -> LLMTestCase:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": text}]
        async with room:
            reply = await client.chat.completions.create(model="mistral-small-2506", messages=messages)
        return LLMTestCase(input=text, actual_output=reply.choices[0].message.content)

    return list(await asyncio.gather(*map(answer, users)))


def main() -> None:
    """Evaluate, and fail unless every metric passed."""
    cases = json.loads(Path(os.environ["CASES"]).read_text("utf-8"))
    results = evaluate(
        test_cases=asyncio.run(fetch(cases["system"], cases["users"])),
        metrics=[Words("17 Uhr", wanted=True), Words(" du ", wanted=False)],
        async_config=AsyncConfig(run_async=True, max_concurrent=32),
        display_config=DisplayConfig(show_indicator=False, print_results=False),
        cache_config=CacheConfig(write_cache=False),
    )
    passed = sum(result.success for result in results.test_results)
    if passed != len(cases["users"]):
        raise SystemExit(f"{passed} passed")


main()
