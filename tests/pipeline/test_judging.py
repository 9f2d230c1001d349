"""A judge from end to end over real HTTP: who is asked, what is kept, and what nobody takes for green."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiwerk.load.project import load_project
from kiwerk.render.judging import digest_judge
from kiwerk.store import Store
from tests.support.example import edit
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import ScriptedServer, serve

RUBRIC = "Wiederholt der Agent am Ende den Termin?"
YES, NO = (json.dumps({"reason": reason, "verdict": verdict}) for reason, verdict in (("Ja.", "yes"), ("Nein.", "no")))
MARK = "Dein Termin"
"""What only the counterexample says."""


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    place = make_workplace(tmp_path, capsys)
    add_judge(place)
    return place


def add_judge(place: Workplace) -> None:
    """A judge, asked in the case, and named by one of its counterexamples."""
    write_judge(place)
    edit(
        place.root / "evals/praxis-weber/empfang.yaml",
        "- address: sie",
        "- address: sie\n      - {judge: wiederholt-termin}",
    )
    edit(place.root / "evals/praxis-weber/empfang.yaml", "trips: [address]", "trips: [address, judge]")


def write_judge(
    place: Workplace, *, votes: int = 3, rubric: str = RUBRIC, model: str = "mistral:mistral-large-2411"
) -> None:
    (place.root / "evals/praxis-weber/wiederholt-termin.yaml").write_text(
        f'kind: Judge\nrubric: {rubric}\nmodel: {{name: "{model}"}}\nvotes: {votes}\n',
        encoding="utf-8",
    )


@contextmanager
def serve_judge(
    place: Workplace, rest: str = YES, faults: Sequence[Mapping[str, Any]] = ()
) -> Iterator[ScriptedServer]:
    """A model that behaves as the references, and a judge that finds fault with the counterexample alone."""
    judge = [
        {"within": MARK, "system": RUBRIC, "steps": [{"say": NO}]},
        {"within": "<conversation>", "system": RUBRIC, "steps": [{"say": rest, "faults": list(faults)}]},
    ]
    with serve({"playbooks": [*judge, *playbooks_of(place.root)]}) as server:
        yield server


def count_asked(server: ScriptedServer) -> int:
    return sum(RUBRIC in request["body"]["messages"][0]["content"] for request in server.requests)


def results_of(place: Workplace, *arguments: str) -> tuple[int, dict[str, Any]]:
    shown = place.run("eval", "--format", "json", *arguments)
    return shown.code, shown.json


def test_without_an_endpoint_nobody_is_asked_and_the_report_says_so(place: Workplace) -> None:
    shown = place.run("eval")
    assert shown.code == 0
    assert "with a judge that was not asked" in shown.out
    assert "– skipped  praxis-weber/empfang#dienstag-halb-drei  geduzt" in shown.out
    assert "'judge' must notice it, and no model was asked to judge it" in shown.out
    assert "references 1/1, counterexamples 1/1" in shown.out


def test_case_that_only_a_judge_judges_is_skipped_without_one(place: Workplace) -> None:
    (place.root / "evals/praxis-weber/gruss.yaml").write_text(
        "kind: Suite\nagent: empfang\ngiven: {now: 2026-11-27T10:00}\ncases:\n"
        "  - id: gruss\n    conversation: [{user: Guten Tag.}]\n    expect: [{judge: wiederholt-termin}]\n"
        "    reference: [{say: Auf Wiederhören.}]\n",
        encoding="utf-8",
    )
    code, body = results_of(place)
    [found] = [item for item in body["run"]["results"] if item["conversation"]["case"] == "praxis-weber/gruss#gruss"]
    assert (found["status"], found["reason"]) == (
        "skipped",
        "nothing but a judge judges it, and no model was asked",
    )
    assert code == 0
    # alone, it shows nothing, and nothing is not green
    assert place.run("eval", "suite:praxis-weber/gruss").code == 1


def test_votes_are_asked_for_kept_and_not_asked_for_again(place: Workplace) -> None:
    with serve_judge(place) as server:
        code, body = results_of(place, "--base-url", server.base_url)
        assert code == 0
        assert [finding["rule"] for finding in body["findings"]] == ["unchecked-judge"]
        # the reference, the samples that say the same, and two counterexamples: three votes each
        assert count_asked(server) == 9
        [sample, *_] = [item for item in body["run"]["results"] if item["conversation"]["origin"] == "model"]
        [score] = [score for score in sample["scores"] if score["kind"] == "judge"]
        assert score["reasons"] == ["yes: Ja."] * 3
        assert results_of(place, "--base-url", server.base_url)[0] == 0
        assert count_asked(server) == 9
    assert place.run("eval").code == 0
    shown = place.run("show", "last", "dienstag-halb-drei", "--variant", "geduzt").out
    assert "found no, no, no: Nein." in " ".join(shown.split())
    assert shown.count("vote  no: Nein.") == 3


def test_edited_minimum_or_more_votes_ask_only_for_what_is_missing(place: Workplace) -> None:
    write_judge(place, votes=1)
    with serve_judge(place) as server:
        assert place.run("eval", "--base-url", server.base_url).code == 0
        assert count_asked(server) == 3
        write_judge(place, votes=3)
        assert place.run("score").code == 1
        assert place.run("score", "--base-url", server.base_url).code == 0
        assert count_asked(server) == 9
    assert place.run("score").code == 0


def test_sample_without_votes_is_errored_and_no_gate_takes_it(place: Workplace) -> None:
    with serve_judge(place, faults=[{"status": 400, "times": None}]) as server:
        shown = place.run("eval", "--base-url", server.base_url)
    assert shown.code == 1
    assert "not judged yet" in shown.out
    assert "could not be judged" in place.run("gate", "--env", "staging").out
    with serve_judge(place) as server:
        assert place.run("eval", "--base-url", server.base_url).code == 0
    assert "could not be judged" not in place.run("gate", "--env", "staging").out


def test_answer_that_cannot_be_read_is_errored_and_not_asked_for_again(place: Workplace) -> None:
    with serve_judge(place, rest="Ja, das tut er.") as server:
        for _ in range(2):
            shown = place.run("eval", "--base-url", server.base_url)
            assert shown.code == 1
            assert "3 of 3 votes cannot be used" in shown.out
            assert count_asked(server) == 9


def test_refused_key_stops_the_run(place: Workplace) -> None:
    with serve_judge(place, faults=[{"status": 401, "times": None}]) as server:
        assert place.run("eval", "--base-url", server.base_url).code == 2


def test_dry_run_counts_the_votes(place: Workplace) -> None:
    body = place.run("eval", "--dry-run", "--base-url", "http://127.0.0.1:9/v1", "--format", "json").json
    assert body["votes"] == 3 * (1 + 2 + body["model"])
    assert place.run("eval", "--dry-run", "--format", "json").json["votes"] == 0


def test_judge_that_does_not_notice_its_counterexample_is_a_finding(place: Workplace) -> None:
    edit(
        place.root / "evals/praxis-weber/empfang.yaml",
        "trips: [erst-pruefen, called]",
        "trips: [erst-pruefen, called, judge]",
    )
    with serve_judge(place) as server:
        shown = place.run("eval", "--base-url", server.base_url)
    assert shown.code == 1
    assert "blind-gebucht does not trip 'judge'" in shown.out


def test_policy_may_demand_that_judges_agree_with_people(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """From refused to deployable: the demand holds in the gate, in signed evidence, and where that is verified."""
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    edit(
        place.root / "evals/standard.yaml",
        "exceptions: []",
        "  - {id: richter, require: {judges: {min_kappa: 0.6, min_compared: 1}}}\nexceptions: []",
    )
    with serve_judge(place) as server:
        results = results_of(place, "--base-url", server.base_url)[1]["run"]["results"]
    shown = place.run("gate", "--env", "staging")
    assert (shown.code, "compared on 0 conversations with a model, 1 demanded" in " ".join(shown.out.split())) == (
        1,
        True,
    )
    by_variant = {item["conversation"]["variant"]: item["transcript"] for item in results}
    for variant, answer in ((None, "yes"), ("geduzt", "no")):
        place.run("label", "wiederholt-termin", by_variant[variant], answer, "--by", "Ute Probe")
    assert place.run("gate", "--env", "staging").code == 0
    assert place.run("attest", "--env", "staging").code == 0
    assert place.run("verify", "--env", "staging").code == 0
    # evidence is enough: whoever deploys needs no labels, and no name of those who judged
    (place.root / ".kiwerk/store.sqlite3").unlink()
    assert place.run("verify", "--env", "staging").code == 0
    signed = b"".join(path.read_bytes() for path in (place.root / ".kiwerk/evidence").rglob("*.json"))
    assert b"Ute" not in base64.b64decode(json.loads(signed)["payload"])
    edit(place.root / "evals/standard.yaml", "min_compared: 1", "min_compared: 2")
    assert place.run("verify", "--env", "staging").code == 1


def test_votes_that_came_before_the_end_are_kept(place: Workplace) -> None:
    with serve_judge(place, faults=[{"delay": 1, "status": 401, "times": None}]) as server:
        assert place.run("eval", "--base-url", server.base_url).code == 2
    with serve_judge(place) as server:
        assert place.run("eval", "--base-url", server.base_url).code == 0
        # those about the counterexample were answered at once
        assert count_asked(server) == 6


def test_records_are_not_written_where_no_vote_is_missing(place: Workplace) -> None:
    with serve_judge(place) as server:
        place.run("eval", "--base-url", server.base_url)
        before = (place.root / ".kiwerk/store.sqlite3").read_bytes()
        assert place.run("score", "--base-url", server.base_url).code == 0
        assert place.run("judge", "calibrate", "--base-url", server.base_url).code == 0
    assert (place.root / ".kiwerk/store.sqlite3").read_bytes() == before


def test_judge_at_a_turn_is_asked_about_that_turn_alone(place: Workplace) -> None:
    suite = place.root / "evals/praxis-weber/empfang.yaml"
    edit(suite, "\n      - {judge: wiederholt-termin}", "")
    edit(suite, "trips: [address, judge]", "trips: [address]")
    edit(suite, "expect: [{called:", "expect: [{judge: wiederholt-termin}, {called:")
    with serve_judge(place) as server:
        assert place.run("eval", "--base-url", server.base_url).code == 0
        shown = [
            item["body"]["messages"] for item in server.requests if RUBRIC in item["body"]["messages"][0]["content"]
        ]
    # what is said later is not shown, so that the counterexample with other words at the end shares these votes
    assert len(shown) == 6
    assert all('"judged": true' in messages[1]["content"] for messages in shown)
    assert not any("Ja, das passt." in messages[1]["content"] for messages in shown)


def test_judge_may_be_asked_at_its_own_vendor(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "demo")
    assert place.run("eval").code == 0
    with serve_judge(place) as server:
        monkeypatch.setenv("MISTRAL_BASE_URL", server.base_url.removesuffix("/v1"))
        assert place.run("score", "--provider", "native").code == 0
        asked = count_asked(server)
    assert asked > 0
    with Store(place.root, reading=True) as store:
        judge = load_project(place.root).judges["praxis-weber/wiederholt-termin"].spec
        votes = [vote for cast in store.load_votes(digest_judge(judge)).values() for vote in cast]
    assert {(vote.source.provider, vote.source.host) for vote in votes} == {("loopback", "127.0.0.1")}
    assert len(votes) == asked
