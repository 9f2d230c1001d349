from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.example import edit
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import serve

SUITE = "evals/praxis-weber/empfang.yaml"
LIMIT = "      - {latency: {first_token_max_seconds: 60}, severity: block}\n"


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    place = make_workplace(tmp_path, capsys)
    edit(place.root / SUITE, "    expect:\n", f"    expect:\n{LIMIT}")
    return place


def evaluate(place: Workplace, base_url: str, *options: str) -> list[dict[str, Any]]:
    shown = place.run("eval", "--base-url", base_url, "--fresh", "--format", "json", *options)
    results = [result for result in shown.json["run"]["results"] if result["conversation"]["origin"] == "model"]
    assert len(results) == 5
    return results


def test_time_to_the_first_piece_is_measured_where_answers_come_in_pieces(place: Workplace) -> None:
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        results = evaluate(place, server.base_url, "--stream")
        assert all(asked["body"]["stream"] for asked in server.requests)
    assert {result["status"] for result in results} == {"passed"}
    [score] = [score for score in results[0]["scores"] if score["name"] == "latency"]
    assert "until its first piece" in score["message"]


def test_without_pieces_it_is_unknown_and_the_message_says_how_to_know(place: Workplace) -> None:
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        results = evaluate(place, server.base_url)
        assert not any("stream" in asked["body"] for asked in server.requests)
    assert {result["status"] for result in results} == {"errored"}
    [score] = [score for score in results[0]["scores"] if score["name"] == "latency"]
    assert "`kiwerk eval --stream --fresh` measures" in score["message"]
