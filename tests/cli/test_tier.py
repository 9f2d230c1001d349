"""`kiwerk eval --tier pull-request`: critical cases, recent failures, and a draw of the rest, within the budget."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example import edit
from tests.support.git import write_commit
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import serve

SUITE = "evals/praxis-weber/empfang.yaml"
POLICY = "evals/standard.yaml"
TIERED = ("--tier", "pull-request", "--env", "staging")


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    """The example with one critical case and five others."""
    place = make_workplace(tmp_path, capsys)
    suite = tmp_path / SUITE
    text = suite.read_text(encoding="utf-8")
    case = text[text.index("  - id: dienstag-halb-drei") :].rstrip() + "\n"
    more = [
        case.replace("dienstag-halb-drei", f"fall-{number}", 1)
        .replace("Guten Tag, einen", f"Guten Tag zum {number}., einen")
        .replace("    tags: [critical]\n", "")
        for number in range(5)
    ]
    suite.write_text(text.rstrip() + "\n" + "".join(more), encoding="utf-8")
    tiers = "tiers: {pull-request: {sample: 2, max_conversations: 100}}\n"
    edit(tmp_path / POLICY, "repeats: {critical: 5, other: 3}\n", f"repeats: {{critical: 5, other: 3}}\n{tiers}")
    return place


def test_sample_is_judged_and_called_one(place: Workplace) -> None:
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        shown = place.run("eval", "--base-url", server.base_url, *TIERED)
        assert shown.code == 0, shown.out
        assert (
            "a sample and not enough for a deploy: 1 critical, 0 failed recently, 2 drawn from 1 stratum" in shown.out
        )
        assert "11 conversations; 3 cases not sampled: praxis-weber/empfang#fall-" in shown.out
        assert "references 6/6, counterexamples 12/12; model samples 11/11 passed" in shown.out
        assert "✓ passed (a sample of its cases)  praxis-weber/empfang  staging" in shown.out
        # what was sampled is kept, and not enough
        assert "3 cases without enough" in place.run("gate", "--env", "staging").out
        asked = len(server.requests)
        again = place.run("eval", "--base-url", server.base_url, *TIERED, "--format", "json").json
    assert len(server.requests) == asked
    assert (again["run"]["tier"], again["run"]["seed"]) == ("pull-request", again["tier"]["seed"])
    assert again["verdicts"][0]["sample"] is True
    assert {item["reason"] for item in again["tier"]["left_out"]} == {"not drawn"}


def test_gate_judges_what_the_tier_sampled(place: Workplace) -> None:
    gate = ("gate", "--env", "staging", "--tier", "pull-request")
    nothing = place.run(*gate)
    assert (nothing.code, "no run of the tier pull-request sampled anything" in nothing.out) == (1, True)
    assert place.run(*gate, "--advisory").code == 0
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        place.run("eval", "--base-url", server.base_url, "--tier", "pull-request")
    judged = place.run(*gate)
    assert (judged.code, "✓ passed (a sample of its cases)" in judged.out) == (0, True)
    assert place.run("gate", "--env", "staging").code == 1


def test_gate_judges_the_tree_as_it_is_and_not_the_run(place: Workplace) -> None:
    gate = ("gate", "--env", "staging", "--tier", "pull-request")
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        place.run("eval", "--base-url", server.base_url, "--tier", "pull-request")
    assert place.run(*gate).code == 0
    edit(place.root / "agents/praxis-weber/empfang.yaml", "Du bist der", "Sie sind der")
    judged = place.run(*gate)
    assert (
        judged.code,
        "not judged: no model evidence (a sample of its cases)  praxis-weber/empfang" in judged.out,
    ) == (1, True), judged.out


def test_run_of_named_cases_is_no_run_of_the_tier(place: Workplace) -> None:
    gate = ("gate", "--env", "staging", "--tier", "pull-request")
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        live = ("eval", "--base-url", server.base_url, "--tier", "pull-request")
        place.run(*live, "case:dienstag-halb-drei")
        assert place.run(*gate).code == 1
        place.run(*live)
    assert place.run(*gate).code == 0


def test_change_that_affects_nothing_is_green(place: Workplace) -> None:
    write_commit(place.root, {".gitignore": ".kiwerk/\n"})
    gate = ("gate", "--env", "staging", "--tier", "pull-request")
    assert place.run("eval", "--changed", "HEAD", "--tier", "pull-request").code == 0
    judged = place.run(*gate)
    assert judged.code == 0
    assert judged.out.startswith("Gate for staging: passed, for nothing has to be asked of a model: None of 6 cases")
    assert place.run(*gate, "--format", "json").json["selection"]["selected"] == []
    edit(place.root / "agents/praxis-weber/empfang.yaml", "Du bist der", "Sie sind der")
    judged = place.run(*gate)
    assert (
        judged.code,
        "not judged: no model evidence (a sample of its cases)  praxis-weber/empfang" in judged.out,
    ) == (1, True)


def test_nothing_is_green_where_all_that_is_affected_is_beyond_the_budget(place: Workplace) -> None:
    write_commit(place.root, {".gitignore": ".kiwerk/\n"})
    assert place.run("eval", "--changed", "HEAD", "--tier", "pull-request").code == 0
    edit(place.root / POLICY, "max_conversations: 100", "max_conversations: 1")
    edit(place.root / "agents/praxis-weber/empfang.yaml", "Du bist der", "Sie sind der")
    assert place.run("gate", "--env", "staging", "--tier", "pull-request").code == 1


def test_gate_does_not_excuse_a_model_that_could_not_be_reached(place: Workplace) -> None:
    place.run("eval", "--base-url", "http://127.0.0.1:9/v1", "--tier", "pull-request")
    judged = place.run("gate", "--env", "staging", "--tier", "pull-request", "--advisory")
    assert (judged.code, "could not be judged" in judged.out) == (1, True)


def test_failed_sample_refuses(place: Workplace) -> None:
    books = playbooks_of(place.root)
    with serve({"playbooks": [{**books[0], "steps": [{"say": "Dein Termin steht."}] * 2}, *books[1:]]}) as server:
        shown = place.run("eval", "--base-url", server.base_url, *TIERED)
    assert shown.code == 1
    assert "✗ refused (a sample of its cases)" in shown.out
    assert "✗ kritisch" in shown.out


def test_recent_failure_is_sampled_beside_the_same_draw(place: Workplace) -> None:
    dry = ("eval", "--base-url", "http://127.0.0.1:9/v1", *TIERED)
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        before = place.run("eval", "--base-url", server.base_url, *TIERED, "--format", "json").json["tier"]
    books = playbooks_of(place.root)
    left_out = before["left_out"][0]["case"].rpartition("-")[2]
    wrong = [
        {**book, "steps": [{"say": "Dein Termin steht."}] * 2} if f"zum {left_out}." in book["user"] else book
        for book in books
    ]
    with serve({"playbooks": wrong}) as server:
        place.run("eval", "--base-url", server.base_url, f"case:fall-{left_out}")
    edit(place.root / SUITE, f"  - id: fall-{left_out}", f"  - id: neu\n    formerly: fall-{left_out}")
    shown = place.run(*dry, "--dry-run").out
    assert "1 critical, 1 failed recently, 2 drawn" in shown
    assert f"(seed {before['seed']})" in shown


def test_budget_ends_the_draw_first_and_says_so(place: Workplace) -> None:
    edit(place.root / POLICY, "max_conversations: 100", "max_conversations: 8")
    shown = place.run("eval", "--base-url", "http://127.0.0.1:9/v1", *TIERED, "--dry-run", "--explain-not").out
    assert "1 critical, 0 failed recently, 1 drawn" in shown
    assert "(beyond the budget of 8 conversations)" in shown


def test_full_tier_asks_about_everything(place: Workplace) -> None:
    shown = place.run("eval", "--base-url", "http://127.0.0.1:9/v1", "--tier", "full", "--dry-run", "--format", "json")
    assert shown.json["model"] == 5 + 5 * 3
