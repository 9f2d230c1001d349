from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from kiwerk import cli
from kiwerk.importers.tau2 import read_trajectories
from kiwerk.record import Transcript
from kiwerk.score.statistics import pass_hat_k
from kiwerk.store import Store
from tests.support.example import edit
from tests.support.loop import Outcome
from tests.support.tau2 import MODEL, SAMPLE, WHOLE, name_files, name_sample

NOW = ("--now", "2026-11-27")
RECORDED = "evals/airline/recorded.yaml"


class Place:
    """An empty folder with a command line in it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.capsys = capsys

    def run(self, *arguments: str) -> Outcome:
        self.capsys.readouterr()
        code = cli.run([*arguments, "--repo", str(self.root)])
        return Outcome(code, *self.capsys.readouterr())

    def take_over(self, arguments: Sequence[str]) -> Any:
        shown = self.run("import", *arguments, *NOW, "--format", "json")
        assert (shown.code, shown.err) == (0, "")
        return shown.json


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, capsys)


def test_what_is_written_is_canonical_and_without_errors(place: Place) -> None:
    written = place.take_over(name_sample())["files"]
    assert [item["written"] for item in written] == [True] * 5
    assert place.run("fmt", "--check").code == 0
    checked = place.run("check", *NOW, "--format", "json").json
    assert checked["errors"] == 0
    assert {item["rule"] for item in checked["findings"]} == {
        "missing-deputy",
        "uncontracted-processor",
        "unused-tool",
    }


def test_sample_is_judged_as_was_published(place: Place) -> None:
    body = place.take_over(name_sample())
    rewards = {(item["case"].rpartition("-")[2], item["trial"]): item["reward"] for item in body["conversations"]}
    assert rewards == {
        (item.task.id, item.trial): item.reward for item in read_trajectories(SAMPLE / "trajectories.jsonl.gz")
    }
    assert Counter((item["reward"], item["status"]) for item in body["conversations"]) == {
        (1.0, "passed"): 4,
        (0.0, "failed"): 8,
    }
    assert body["pass_hat"][0] == {"k": 1, "published": pytest.approx(1 / 3), "judged": pytest.approx(1 / 3)}
    assert [item["k"] for item in body["pass_hat"]] == [1, 2, 3, 4]


def test_disagreement_is_named_with_what_failed(place: Place) -> None:
    place.take_over(name_sample())
    edit(place.root / RECORDED, "first_name: Omar", "first_name: Omer")
    shown = place.run("score", *NOW)
    assert "passed → failed  airline/recorded#recorded-5  imported" in shown.out
    assert "writes: passed → failed: Expected exactly this to be written" in shown.out


def test_same_again_keeps_everything_and_adds_nothing(place: Place) -> None:
    first = place.take_over(name_sample())
    before = _load(place)
    again = place.take_over(name_sample())
    assert [item["written"] for item in again["files"]] == [False] * 5
    assert (first["known"], again["known"], again["run"]) == (False, True, first["run"])
    assert again["conversations"] == first["conversations"]
    assert _load(place) == before
    assert len(before) == 12


def test_nothing_is_overwritten(place: Place) -> None:
    place.take_over(name_sample())
    edit(place.root / "agents/airline/service.yaml", "title: Customer service", "title: Kundendienst")
    shown = place.run("import", *name_sample(), *NOW)
    assert (shown.code, "agents/airline/service.yaml: There is something else already" in shown.err) == (2, True)
    assert "Kundendienst" in (place.root / "agents/airline/service.yaml").read_text(encoding="utf-8")
    assert place.run("import", *name_sample(), *NOW, "--company", "airline-2").code == 0


def test_imported_conversations_are_no_evidence(place: Place) -> None:
    place.take_over(name_sample())
    with (place.root / "agents/airline/organization.yaml").open("a", encoding="utf-8") as organization:
        organization.write("processors: {openai: {region: us, contract: 2024-01-01}}\n")
    (place.root / "agents/environments").mkdir()
    (place.root / "agents/environments/staging.yaml").write_text(
        "kind: Environment\nallowed_regions: [us]\npolicy: standard\n", encoding="utf-8"
    )
    (place.root / "evals/standard.yaml").write_text(
        "kind: Policy\nrepeats: {critical: 1, other: 1}\nrules:\n"
        "  - {id: all, require: {failures: {max: 99}}}\n"
        "  - {id: origin, require: {samples: {origin: model, providers: [openai, tau-bench], max_age: 14d}}}\n",
        encoding="utf-8",
    )
    shown = place.run("gate", "--env", "staging", "--now", "2024-05-16")
    assert (shown.code, "no model evidence" in shown.out, "0 samples" in shown.out) == (1, True, True)


def test_imported_conversation_can_be_read(place: Place) -> None:
    place.take_over(name_sample())
    shown = place.run("show", "last", "recorded-5")
    assert "airline/recorded#recorded-5  imported from tau-bench, sample 2" in shown.out
    assert "airline.update_reservation_passengers:ok" in shown.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tau2", "--policy", "x.md", "--model", MODEL], "There is nothing to make cases of"),
        ([*name_sample(), "--company", "Air Line"], "'Air Line' cannot be a company's name"),
        ([*name_sample(), "--company", "shared"], "'shared' cannot be a company's name"),
        ([*name_sample(), "--tasks", "x.json"], "x.json: The file cannot be read"),
    ],
)
def test_what_cannot_be_imported_says_why_and_writes_nothing(place: Place, arguments: list[str], message: str) -> None:
    shown = place.run("import", *arguments, *NOW)
    assert (shown.code, message in shown.err, "help: " in shown.err) == (2, True, True)
    assert list(place.root.iterdir()) == []


def test_tasks_alone_are_taken_over_without_a_run(place: Place) -> None:
    body = place.take_over([*name_sample()[:-2]])
    assert (body["run"], body["conversations"], len(body["files"])) == (None, [], 4)
    assert not (place.root / ".kiwerk").exists()


@pytest.mark.skipif(not WHOLE.is_dir(), reason="the whole of tau-bench's airline is not beside this repository")
def test_whole_benchmark_is_judged_as_was_published(place: Place) -> None:
    files = name_files(WHOLE, "tau2_tasks.json")
    body = place.take_over(files)
    conversations = body["conversations"]
    assert len(conversations) == 100
    rewards = defaultdict(list)
    for item in read_trajectories(WHOLE / "trajectories.jsonl.gz"):
        rewards[item.task.id].append(item.reward)
    for figure in body["pass_hat"]:
        published = fmean(pass_hat_k(sum(r == 1 for r in of_task), 4, figure["k"]) for of_task in rewards.values())
        assert (figure["published"], figure["judged"]) == (pytest.approx(published), pytest.approx(published))
    disagreeing = [item for item in conversations if (item["reward"] == 1) is not (item["status"] == "passed")]
    assert disagreeing == []
    assert "100 of 100 are judged as was published" in place.run("import", *files, *NOW).out
    assert place.run("check", *NOW).code == 0


def _load(place: Place) -> list[Transcript]:
    with Store(place.root, reading=True) as store:
        runs = store.load_runs()
        assert len(runs) == 1
        assert (runs[0].complete, runs[0].started.date() <= datetime.now(UTC).date()) == (True, True)
        return [transcript for _, transcript in store.load_conversations(runs[0].id).values()]
