"""The benchmark's cases for pydantic-evals: one turn, two evaluators; cases in $CASES."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import Contains, Evaluator, EvaluatorContext


@dataclass
class Formal(Evaluator[str, str, Any]):
    """Whether the reply says no du."""

    def evaluate(self, ctx: EvaluatorContext[str, str, Any]) -> bool:
        """The verdict."""
        return " du " not in ctx.output


async def main(cases: dict[str, Any]) -> None:
    """Evaluate, and fail unless every assertion passed."""
    client = AsyncOpenAI()

    async def answer(text: str) -> str:
        messages = [{"role": "system", "content": cases["system"]}, {"role": "user", "content": text}]
        reply = await client.chat.completions.create(model="mistral-small-2506", messages=messages)
        return reply.choices[0].message.content or ""

    dataset = Dataset(
        name="hours",
        cases=[Case(name=str(number), inputs=text) for number, text in enumerate(cases["users"])],
        evaluators=[Contains(value="17 Uhr"), Formal()],
    )
    report = await dataset.evaluate(answer, max_concurrency=32, progress=False)
    passed = sum(all(result.value for result in case.assertions.values()) for case in report.cases)
    if passed != len(cases["users"]):
        raise SystemExit(f"{passed} passed")


asyncio.run(main(json.loads(Path(os.environ["CASES"]).read_text("utf-8"))))
