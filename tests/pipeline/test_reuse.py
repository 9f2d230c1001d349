"""What was judged already is not judged again by `eval`, and always by the gate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiwerk.score.judge import score_transcript
from tests.support.example import edit
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import serve

SUITE = "evals/praxis-weber/empfang.yaml"


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys)


@pytest.fixture(name="judged")
def fixture_judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Origins of the conversations that are judged, while they are."""
    origins: list[str] = []

    def note(transcript: Any, *arguments: Any, **named: Any) -> Any:
        origins.append(transcript.conversation.origin)
        return score_transcript(transcript, *arguments, **named)

    monkeypatch.setattr("kiwerk.pipeline.score.score_transcript", note)
    return origins


def test_conversation_that_passed_is_judged_once_by_eval_and_always_by_the_gate(
    place: Workplace, judged: list[str]
) -> None:
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        live = ("--base-url", server.base_url)
        assert place.run("eval", *live).code == 0
        assert judged.count("model") == 5
        judged.clear()
        assert place.run("eval", *live).code == 0
        assert judged.count("model") == 0
        assert place.run("gate", "--env", "staging").code == 0
        assert judged.count("model") == 5


def test_edited_expectation_is_judged_anew(place: Workplace, judged: list[str]) -> None:
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        live = ("--base-url", server.base_url)
        place.run("eval", *live)
        edit(place.root / SUITE, "- address: sie", "- address: du")
        judged.clear()
        shown = place.run("eval", *live)
    assert (shown.code, judged.count("model")) == (1, 5)
    assert f"{SUITE}:" in shown.out


def test_samples_of_another_server_on_this_machine_are_not_used_again(place: Workplace) -> None:
    books = {"playbooks": playbooks_of(place.root)}
    with serve(books) as first, serve(books) as other:
        assert place.run("eval", "--base-url", first.base_url).code == 0
        number = len(first.requests)
        assert place.run("eval", "--base-url", other.base_url).code == 0
        assert len(other.requests) == number
        assert place.run("eval", "--base-url", first.base_url).code == 0
        assert len(first.requests) == number
