"""`kiwerk eval --changed` on a repository in git, against a model: what is asked, what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example import edit
from tests.support.git import write_commit
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import serve

SUITE = "evals/praxis-weber/empfang.yaml"
FACTS = "agents/praxis-weber/oeffnungszeiten.yaml"


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    place = make_workplace(tmp_path, capsys)
    write_commit(tmp_path, {".gitignore": ".kiwerk/\n"})
    return place


def test_nothing_affected_is_no_run_and_no_failure(place: Workplace) -> None:
    edit(place.root / SUITE, "    tags: [critical]", "    description: Notiz\n    tags: [critical]")
    shown = place.run("eval", "--changed", "main", "--explain-not", "--base-url", "http://127.0.0.1:9/v1")
    line = f"{SUITE}:7 cases.dienstag-halb-drei.description → praxis-weber/empfang#dienstag-halb-drei"
    assert (shown.code, shown.out.splitlines()[1]) == (0, f"  left out: no digest changed by {line}")
    assert not (place.root / ".kiwerk" / "store.sqlite3").exists()
    body = place.run("eval", "--changed", "main", "--format", "json").json
    assert (body["run"], body["selection"]["selected"], body["selection"]["revision"]) == (None, [], "main")


def test_edited_expectation_is_judged_anew_without_a_request(place: Workplace) -> None:
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        live = ("--base-url", server.base_url, "--env", "staging")
        assert place.run("eval", *live).code == 0
        asked = len(server.requests)
        edit(place.root / SUITE, "- process: {end: resolved}", "- process: {end: resolved}\n      - language: de")
        shown = place.run("eval", "--changed", "main", "--explain", *live)
        assert (shown.code, len(server.requests)) == (0, asked)
        assert "re-scored, without a new conversation" in shown.out
        assert "5 of them reused" in shown.out
        edit(place.root / FACTS, "17:00", "18:00")
        assert place.run("eval", "--changed", "main", *live).code == 0
        assert len(server.requests) > asked


def test_edited_reference_is_held_without_a_model(place: Workplace) -> None:
    edit(place.root / SUITE, "Soll ich buchen?", "Soll ich das buchen?")
    shown = place.run("eval", "--changed", "main", "--base-url", "http://127.0.0.1:9/v1")
    assert (shown.code, "1 by reference and counterexamples alone" in shown.out) == (0, True)
    assert "references 1/1, counterexamples 2/2; model evidence for these prompts: none" in shown.out


def test_dry_run_names_the_lines_before_the_price(place: Workplace) -> None:
    edit(place.root / FACTS, "17:00", "18:00")
    shown = place.run("eval", "--changed", "main", "--explain", "--dry-run")
    assert f"  {FACTS}:4 values.sprechzeit → prompt of praxis-weber/empfang → praxis-weber/empfang#" in shown.out
    assert shown.out.index("values.sprechzeit") < shown.out.index("references")


def test_markdown_names_the_lines(place: Workplace) -> None:
    edit(place.root / FACTS, "17:00", "18:00")
    shown = place.run("eval", "--changed", "main", "--format", "markdown")
    assert shown.out.startswith("### Selection: 1 of 1 case is affected by what changed since ")
    assert "values\\.sprechzeit → prompt of praxis\\-weber/empfang" in shown.out


def test_renamed_case_keeps_its_samples(place: Workplace) -> None:
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        live = ("--base-url", server.base_url, "--env", "staging")
        assert place.run("eval", *live).code == 0
        asked = len(server.requests)
        edit(place.root / SUITE, "  - id: dienstag-halb-drei", "  - id: halb-drei\n    formerly: dienstag-halb-drei")
        assert "None of 1 case is affected" in place.run("eval", "--changed", "main", *live).out
        assert place.run("eval", *live).code == 0
        assert place.run("gate", "--env", "staging").code == 0
        assert len(server.requests) == asked
