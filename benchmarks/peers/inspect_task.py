"""The benchmark's cases for Inspect AI: one turn, two scorers; `inspect eval inspect_task.py`, cases in $CASES."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import Score, Target, accuracy, includes, scorer
from inspect_ai.solver import TaskState, generate, system_message


@scorer(metrics=[accuracy()])
def formal() -> Any:
    """Whether the reply says no du."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001  # the shape it asks for
        return Score(value=" du " not in state.output.completion)

    return score


@task
def hours() -> Task:
    """Every case: the answer names the hour."""
    cases = json.loads(Path(os.environ["CASES"]).read_text("utf-8"))
    samples = [Sample(input=text, target="17 Uhr") for text in cases["users"]]
    return Task(dataset=samples, solver=[system_message(cases["system"]), generate()], scorer=[includes(), formal()])
