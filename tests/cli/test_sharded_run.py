"""The whole way past one machine: parts of a plan on copies of a repository, united, judged by the gate."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.pipeline.shard import measure_durations
from kiwerk.pipeline.workspace import must_prepare
from tests.support.example import edit
from tests.support.git import write_commit
from tests.support.loop import Workplace, make_workplace, serve_references

SUITE = "evals/praxis-weber/empfang.yaml"
MACHINES = 3


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    """The example with three cases, each with words of its own."""
    place = make_workplace(tmp_path / "here", capsys)
    suite = tmp_path / "here" / SUITE
    text = suite.read_text(encoding="utf-8")
    case = text[text.index("  - id: dienstag-halb-drei") :].rstrip() + "\n"
    more = [
        case.replace("dienstag-halb-drei", name, 1).replace("Guten Tag, einen", f"{hello}, einen")
        for name, hello in (("zweiter", "Moin"), ("dritter", "Servus"))
    ]
    suite.write_text(text.rstrip() + "\n" + "".join(more), encoding="utf-8")
    return place


def run_shards(place: Workplace, numbers: tuple[int, ...]) -> list[Path]:
    """The shards, each on a machine with a copy of the repository and no records."""
    machines = []
    with serve_references(place.root) as url:
        for number in numbers:
            root = place.root.parent / f"machine-{number}"
            shutil.copytree(place.root, root, ignore=shutil.ignore_patterns(".kiwerk"))
            shown = Workplace(root, place.keys, place.capsys).run(
                "eval", "--base-url", url, "--env", "staging", "--shard", f"{number}/{MACHINES}"
            )
            assert shown.code == 0, shown.out
            assert ("1 case:" in shown.out, "staging" in shown.out) == (True, False)
            machines.append(root)
    return machines


def test_shards_united_are_green(place: Workplace) -> None:
    machines = run_shards(place, (2, 3, 1))
    assert place.run("gate", "--env", "staging").code == 1
    merged = place.run("merge", *map(str, machines))
    assert (merged.code, "all of 3 shards" in merged.out) == (0, True)
    assert place.run("gate", "--env", "staging").code == 0
    assert len(place.run("score", "--format", "json").json["changes"]) == 0


def test_tier_survives_the_shards(place: Workplace) -> None:
    machines = []
    with serve_references(place.root) as url:
        for number in (1, 2):
            root = place.root.parent / f"tier-{number}"
            shutil.copytree(place.root, root, ignore=shutil.ignore_patterns(".kiwerk"))
            machines.append(str(root))
            Workplace(root, place.keys, place.capsys).run(
                "eval", "--base-url", url, "--tier", "pull-request", "--shard", f"{number}/2"
            )
    assert place.run("merge", *machines).code == 0
    judged = place.run("gate", "--env", "staging", "--tier", "pull-request")
    assert (judged.code, "15 samples" in judged.out) == (0, True)


def test_missing_shard_is_red(place: Workplace) -> None:
    machines = run_shards(place, (1, 3))
    merged = place.run("merge", *map(str, machines))
    assert (merged.code, "is not complete: missing 2/3" in merged.out) == (1, True)
    gate = place.run("gate", "--env", "staging")
    assert (gate.code, "1 case without enough" in gate.out) == (1, True)
    assert "✗ shards  records were put together from shards, and one is missing or duplicate" in gate.out
    assert "some are missing" in place.run("score", "last").err


def test_torn_plan_stays_red_until_its_cases_were_sampled_anew(place: Workplace) -> None:
    machines = run_shards(place, (1, 3))
    place.run("merge", *map(str, machines))
    with serve_references(place.root) as url:
        live = ("eval", "--base-url", url, "--fresh")
        assert place.run("eval").code == 0
        assert place.run(*live, "case:zweiter").code == 0
        assert "✗ shards" in place.run("gate", "--env", "staging").out
        assert place.run(*live).code == 0
    assert place.run("gate", "--env", "staging").code == 0


def test_torn_plan_of_some_cases_says_nothing_about_others(place: Workplace) -> None:
    root = place.root.parent / "machine"
    shutil.copytree(place.root, root)
    machine = Workplace(root, place.keys, place.capsys)
    with serve_references(place.root) as url:
        assert machine.run("eval", "case:zweiter", "case:dritter", "--base-url", url, "--shard", "1/2").code == 0
        assert place.run("merge", str(root)).code == 1
        assert place.run("eval", "case:zweiter", "case:dritter", "--base-url", url).code == 0
        gate = place.run("gate", "--env", "staging")
    assert ("✗ shards" in gate.out, "1 case without enough" in gate.out) == (False, True), gate.out


def test_duplicate_shard_is_red_at_the_gate_until_it_is_sorted_out(place: Workplace) -> None:
    machines = run_shards(place, (1, 2, 3))
    again = place.root.parent / "again"
    shutil.copytree(machines[0], again, ignore=shutil.ignore_patterns(".kiwerk"))
    with serve_references(place.root) as url:
        Workplace(again, place.keys, place.capsys).run(
            "eval", "--base-url", url, "--env", "staging", "--shard", f"1/{MACHINES}"
        )
    assert "duplicate 1/3" in place.run("merge", *map(str, (*machines, again))).out
    gate = place.run("gate", "--env", "staging")
    assert (gate.code, "✗ shards" in gate.out) == (1, True)
    assert place.run("merge", *map(str, machines)).code == 0
    assert place.run("gate", "--env", "staging").code == 0


def test_every_job_of_the_matrix_has_its_cases(place: Workplace) -> None:
    jobs = json.loads(place.run("shard", "--count", "3").out)["include"]
    assert [job["name"] for job in jobs] == ["1-of-3", "2-of-3", "3-of-3"]
    planned = [
        place.run("eval", "--dry-run", "--shard", job["shard"], "--format", "json").json["references"] for job in jobs
    ]
    assert planned == [1, 1, 1]


def test_parts_do_not_depend_on_what_a_machine_has_stored(place: Workplace) -> None:
    before = place.run("eval", "--shard", "1/2", "--dry-run").out
    with serve_references(place.root) as url:
        place.run("eval", "--base-url", url)
    assert place.run("eval", "--shard", "1/2", "--dry-run").out == before


def test_parts_are_cut_by_durations_where_all_are_given_them(place: Workplace) -> None:
    with serve_references(place.root) as url:
        place.run("eval", "--base-url", url)
    file = place.root / "durations.json"
    assert place.run("shard", "--count", "2", "--write-durations", str(file)).code == 0
    written = json.loads(file.read_text(encoding="utf-8"))["seconds"]
    assert written == measure_durations(must_prepare(place.root, datetime.now(UTC)))
    assert len(written) == 3
    assert all(seconds > 0 for seconds in written.values())
    slow = dict.fromkeys(written, 1.0) | {"praxis-weber/empfang#zweiter": 9.0}
    file.write_text(json.dumps({"version": 1, "seconds": slow}), encoding="utf-8")
    part = ("eval", "--base-url", "http://127.0.0.1:9/v1", "--shard", "1/2", "--dry-run", "--format", "json")
    assert place.run(*part).json["references"] == 2
    assert place.run(*part, "--durations", str(file)).json["references"] == 1


def test_count_follows_from_what_conversations_took(place: Workplace) -> None:
    guessed = place.run("shard", "--count", "auto", "--env", "staging")
    # fifteen conversations of fifteen seconds, eight at once
    assert (
        "15 conversations of 3.8 minutes in all, 15 of them guessed, 8 at once on a machine: 1 machine" in guessed.err
    )
    assert json.loads(guessed.out) == {"include": [{"shard": "1/1", "name": "1-of-1"}]}
    assert len(json.loads(place.run("shard", "--count", "auto", "--minutes", "0.2").out)["include"]) == 3
    with serve_references(place.root) as url:
        place.run("eval", "--base-url", url)
    known = place.run("shard", "--count", "auto", "--minutes", "0.1")
    assert ("guessed" in known.err, len(json.loads(known.out)["include"])) == (False, 1)


def test_renamed_case_keeps_its_duration(place: Workplace) -> None:
    with serve_references(place.root) as url:
        place.run("eval", "--base-url", url)
    edit(place.root / SUITE, "  - id: zweiter", "  - id: neu\n    formerly: zweiter")
    measured = measure_durations(must_prepare(place.root, datetime.now(UTC)))
    assert [name.rpartition("#")[2] for name in measured] == ["dienstag-halb-drei", "dritter", "neu"]


@pytest.mark.parametrize("count", ["0", "257", "alle"])
def test_count_that_is_none_is_refused(place: Workplace, count: str) -> None:
    assert place.run("shard", "--count", count).code == 2


@pytest.mark.parametrize(
    "text", ["[]", "{}", "nonsense", '{"version": 1, "seconds": {"a": -1}}', '{"version": 2, "seconds": {}}']
)
def test_file_that_holds_no_durations_is_refused(place: Workplace, text: str) -> None:
    file = place.root / "durations.json"
    file.write_text(text, encoding="utf-8")
    shown = place.run("eval", "--shard", "1/2", "--durations", str(file))
    assert (shown.code, "These are no durations" in shown.err) == (2, True)


def test_killed_run_of_a_part_is_not_carried_on_as_a_whole_one(place: Workplace) -> None:
    first = place.run("eval", "--shard", "1/1", "--format", "json").json["run"]
    assert (first["shard"], len(first["plan"])) == ("1/1", 64)
    with sqlite3.connect(place.root / ".kiwerk/store.sqlite3") as database:
        database.execute("UPDATE runs SET finished = 0")
    database.close()
    assert place.run("eval", "--format", "json").json["run"]["shard"] is None
    assert place.run("eval", "--shard", "1/1", "--format", "json").json["run"]["id"] == first["id"]


def test_matrix_of_a_pull_request_is_cut_of_what_it_affects(place: Workplace) -> None:
    write_commit(place.root, {})
    narrowed = ("--changed", "HEAD", "--tier", "pull-request", "--env", "staging")
    nothing = place.run("shard", "--count", "auto", *narrowed)
    assert (nothing.code, json.loads(nothing.out)) == (0, {"include": []})
    edit(place.root / SUITE, "- user: Moin, einen Termin bitte", "- user: Moin moin, einen Termin bitte")
    edit(place.root / SUITE, "- user: Servus, einen Termin bitte", "- user: Servus beinand, einen Termin bitte")
    cut = place.run("shard", "--count", "auto", "--minutes", "0.1", *narrowed)
    jobs = [job["shard"] for job in json.loads(cut.out)["include"]]
    assert jobs == ["1/2", "2/2"], cut.err
    with serve_references(place.root) as url:
        asked = place.run("eval", "--base-url", url, *narrowed, "--shard", "1/2", "--format", "json").json
    assert {result["conversation"]["case"] for result in asked["run"]["results"]} < {
        "praxis-weber/empfang#zweiter",
        "praxis-weber/empfang#dritter",
    }
