from __future__ import annotations

from datetime import timedelta

import pytest

from kiwerk.gate.answering import contradicts
from kiwerk.record import Source
from tests.support.gate import SAMPLES, find_rule, judge, make_case, make_policy, make_sample

ASKED = "mistral:mistral-small-2506"


def by(reported: str | None, model: str = ASKED) -> Source:
    return Source(origin="model", provider="mistral", model=model, reported=reported)


@pytest.mark.parametrize(
    ("asked", "reported"),
    [
        (ASKED, "mistral-small-2506"),
        (ASKED, "mistral-small"),
        (ASKED, "mistral-small-2506-eu"),
        (ASKED, None),
        (None, "mistral-small-2506"),
        ("mistral:mistral-small-latest", "mistral-small-2506"),
        ("openai:gpt-4o", "gpt-4o-2024-08-06"),
        ("openai:llama3.2", "llama3.2:latest"),
        ("openrouter:mistralai/mistral-small-2506", "mistral-small-2506"),
        ("anthropic:claude-sonnet-4-5", "claude-sonnet-4-5@20250929"),
        ("bedrock:eu.anthropic.claude-3-5-sonnet-20240620-v1:0", "claude-3-5-sonnet-20240620"),
        ("google:gemini-2.5-pro-preview", "Gemini-2.5-pro-preview-05-06"),
    ],
)
def test_alias_and_dated_name_are_the_same_model(asked: str | None, reported: str | None) -> None:
    assert not contradicts(asked, reported)


@pytest.mark.parametrize(
    ("asked", "reported"),
    [
        (ASKED, "gpt-evil-2"),
        (ASKED, "mistral-small-2503"),
        (ASKED, "mistral-large-2506"),
        ("openai:gpt-4o", "gpt-4o-mini"),
        ("openai:gpt-4", "gpt-4.1"),
        ("openai:gpt-4o-2024-08-06", "gpt-4o-2024-05-13"),
    ],
)
def test_another_variant_or_date_is_another_model(asked: str, reported: str) -> None:
    assert contradicts(asked, reported)


def test_samples_of_two_models_are_no_evidence_together() -> None:
    policy = make_policy(SAMPLES, repeats=2)
    old = make_sample("a", source=by("mistral-small"), age=timedelta(days=2))
    new = make_sample("a", repetition=1, source=by("mistral-small-2506"))
    assert find_rule(judge(policy, [make_case("a")], [old, new]), "complete") == (
        "refused",
        (
            "1 sample of 1 case, 2 demanded; 1 case without enough: a/suite#a (1 of 2); sample them anew: `kiwerk eval "
            "a/agent --fresh`; left out: 1 answered by mistral-small, while mistral-small-2506 answers now."
        ),
    )


def test_what_answers_now_counts_alone_once_there_is_enough_of_it() -> None:
    policy = make_policy(SAMPLES, repeats=2)
    old = [make_sample("a", "-", n, source=by("mistral-small"), age=timedelta(days=2)) for n in range(2)]
    new = [make_sample("a", "+", n, source=by("mistral-small-2506")) for n in range(2)]
    verdict = judge(policy, [make_case("a")], [*new, *old])
    assert (verdict.decision, verdict.samples) == ("passed", 2)


def test_model_that_was_not_asked_for_is_refused() -> None:
    verdict = judge(make_policy(), [make_case("a")], [make_sample("a", source=by("gpt-evil-2"))])
    decision, message = find_rule(verdict, "complete")
    assert decision == "refused"
    assert "1 sample answered by gpt-evil-2, while mistral:mistral-small-2506 was asked for" in message


def test_unreported_name_neither_counts_as_another_model_nor_contradicts() -> None:
    policy = make_policy(SAMPLES, repeats=2)
    samples = [make_sample("a", source=by(None)), make_sample("a", repetition=1, source=by("mistral-small-2506"))]
    assert judge(policy, [make_case("a")], samples).decision == "passed"
