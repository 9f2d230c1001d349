from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check.rules.floating_model import check_floating_models
from kiwerk.load.project import load_project
from tests.support.example import edit, write_example


@pytest.mark.parametrize(
    ("name", "floats"),
    [
        ("mistral:mistral-small-2506", False),
        ("openai:gpt-4o-2024-08-06", False),
        ("openai:gpt-4-0613", False),
        ("anthropic:claude-sonnet-4-20250514", False),
        ("anthropic:claude-sonnet-4-5", False),
        ("google:gemini-2.0-flash-001", False),
        ("google:gemini-2.5-flash", False),
        ("ollama:llama3.1:8b", False),
        ("ollama:gemma2:9b-instruct", False),
        ("local:qwen-v3", False),
        ("local:empfang@sha256", False),
        ("mistral:mistral-small-latest", True),
        ("mistral:mistral-small-2506-latest", True),
        ("ollama:llama3.1:latest", True),
        ("openai:chatgpt-4o-latest", True),
        ("openrouter:auto", True),
        ("openai:gpt-4o", True),
        ("openai:gpt-5", True),
        ("openai:o3", True),
        ("mistral:mistral-large", True),
        ("anthropic:claude-sonnet-4", True),
        ("local:latest-news-2506", True),
        ("local:autopilot-2506", False),
        ("openai:gpt-4.1", True),
        ("openai:gpt-4.1-2025-04-14", False),
        ("openai:gpt-3.5-turbo", True),
        ("openai:gpt-3.5-turbo-0125", False),
        ("openai:gpt-4-1106-preview", False),
        ("google:gemini-2.5-flash-preview", True),
        ("google:gemini-2.5-flash-preview-05-20", False),
        ("google:gemini-2.0-flash-exp", True),
        ("google:gemini-exp-1206", False),
        ("local:gpt-4.1", False),
        ("local:expert-v2", False),
    ],
)
def test_name_that_may_mean_another_model_is_found(tmp_path: Path, name: str, floats: bool) -> None:  # noqa: FBT001
    root = write_example(tmp_path)
    edit(root / "agents/praxis-weber/empfang.yaml", "mistral:mistral-small-2506", name)
    assert bool(list(check_floating_models(load_project(root), datetime.now(UTC)))) is floats
