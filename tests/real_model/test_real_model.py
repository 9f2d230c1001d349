"""A real language model, too small for the job: what comes of it is real, and told as it is.

Run by `make real-model`, which names the interpreter that has llama.cpp and the weights.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiwerk.store import Store
from tests.support.example import edit

HERE = Path(__file__).parent
INTERPRETER = os.environ["KIWERK_REAL_MODEL"]
FLAKY = "harbour-bakery/counter#short-answer"
ORDER = "harbour-bakery/counter#order"
SIMULATED = "harbour-bakery/counter#simulated-customer"


@dataclass(frozen=True, slots=True)
class Bakery:
    """A repository and a model."""

    root: Path
    address: str

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command in the repository, in a process of its own."""
        command = [sys.executable, "-m", "kiwerk", *arguments, "--repo", str(self.root)]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    def evaluate(self, *arguments: str) -> Any:
        """The report of an evaluation with the model."""
        return json.loads(self.run("eval", *arguments, "--base-url", self.address, "--format", "json").stdout)

    def read(self, report: Any) -> list[tuple[Any, Any]]:
        """Result and transcript of each conversation of an evaluation."""
        with Store(self.root, reading=True) as store:
            return [
                (result, store.load_transcript(result["transcript"]).model_dump(mode="json"))
                for result in report["run"]["results"]
            ]


@pytest.fixture(name="address", scope="module")
def fixture_address() -> Iterator[str]:
    server = subprocess.Popen(
        [INTERPRETER, str(HERE / "serve.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    yield server.stdout.readline().strip()
    server.stdin.close()
    server.stdout.close()
    server.wait(timeout=30)


@pytest.fixture(name="bakery", scope="module")
def fixture_bakery(tmp_path_factory: pytest.TempPathFactory, address: str) -> Bakery:
    root = tmp_path_factory.mktemp("bakery")
    shutil.copytree(HERE / "company", root, dirs_exist_ok=True)
    return Bakery(root, address)


@pytest.fixture(name="report", scope="module")
def fixture_report(bakery: Bakery) -> Any:
    return bakery.evaluate("--env", "staging", "--stream")


@pytest.fixture(name="held", scope="module")
def fixture_held(bakery: Bakery, report: Any) -> dict[str, list[tuple[Any, Any]]]:
    found: dict[str, list[tuple[Any, Any]]] = {}
    for result, transcript in bakery.read(report):
        found.setdefault(result["conversation"]["case"], []).append((result, transcript))
    return found


def _asked(transcript: Any, role: str) -> list[Any]:
    return [turn for turn in transcript["turns"] if turn["role"] == role and turn["usage"]]


def test_every_answer_has_its_tokens_its_times_and_who_gave_it(held: dict[str, list[tuple[Any, Any]]]) -> None:
    answers = 0
    for result, transcript in held[FLAKY] + held[ORDER]:
        source = transcript["source"]
        assert (source["provider"], source["reported"]) == ("loopback", "smollm2-135m-instruct")
        assert result["source"] == source
        for turn in _asked(transcript, "agent"):
            answers += 1
            assert turn["usage"]["input_tokens"] > 30
            assert 0 < turn["usage"]["output_tokens"] <= 48
            assert 0 < turn["first_token_seconds"] <= turn["latency_seconds"]
            assert turn["attempts"] >= 1
    assert answers == 10
    print(f"{answers} answers")  # noqa: T201 - shown by `make real-model`


def test_repeats_differ_and_a_case_that_some_of_them_pass_is_flaky(
    bakery: Bakery, held: dict[str, list[tuple[Any, Any]]]
) -> None:
    said = [turn["text"] for _, transcript in held[FLAKY] for turn in _asked(transcript, "agent")]
    shortest = min(len(text.split()) for text in said if text)  # one that was cut off has none, and failed
    edit(bakery.root / "evals/harbour-bakery/counter.yaml", "max_words: 100", f"max_words: {shortest}")
    again = bakery.evaluate("case:short-answer", "--env", "staging", "--stream")
    print(bakery.run("eval", "case:short-answer", "--base-url", bakery.address).stdout)  # noqa: T201
    [flaky] = again["reliability"][0]["flaky"]
    assert (len(set(said)) > 1, again["summary"]["total"]["reused"]) == (True, 8)
    assert (flaky["case"], flaky["passed"] + flaky["failed"], 0 < flaky["passed"] < 8) == (FLAKY, 8, True)


def test_what_the_model_cannot_do_has_failed_and_is_not_errored(held: dict[str, list[tuple[Any, Any]]]) -> None:
    assert len(held[ORDER]) == 2
    for result, transcript in held[ORDER]:
        print(result["status"], [score["message"] for score in result["scores"]])  # noqa: T201
        assert result["status"] == "failed"
        assert transcript["state"] == {"orders": {"orders": []}}
        assert transcript["fault"] in (None, "agent")


def test_errors_of_the_model_as_a_user_are_never_the_agents(held: dict[str, list[tuple[Any, Any]]]) -> None:
    for result, transcript in held[SIMULATED]:
        print(result["status"], transcript["simulation"], transcript["error"])  # noqa: T201
        assert transcript["simulation"] is not None
        assert _asked(transcript, "user") or transcript["fault"] == "user"
        if transcript["fault"] == "user":
            assert result["status"] == "errored"


def test_policy_refuses_what_failed(report: Any) -> None:
    [verdict] = report["verdicts"]
    print([rule["message"] for rule in verdict["rules"]])  # noqa: T201
    assert verdict["decision"] == "refused"
    assert {rule["rule"]: rule["decision"] for rule in verdict["rules"]}["origin"] == "passed"


def test_second_run_asks_nothing(bakery: Bakery, report: Any) -> None:
    again = bakery.evaluate("case:short-answer", "case:order", "--env", "staging", "--stream")
    assert again["summary"]["total"]["reused"] == 10
    names = [{item["transcript"] for item in one["run"]["results"]} for one in (again, report)]
    assert names[0] < names[1]


def test_answer_in_one_piece_tells_no_first_token(bakery: Bakery, report: Any) -> None:
    fresh = bakery.evaluate("case:order", "--env", "staging", "--fresh")
    for _, transcript in bakery.read(fresh):
        for turn in _asked(transcript, "agent"):
            assert (turn["first_token_seconds"], turn["usage"]["output_tokens"] > 0) == (None, True)
