"""From YAML to a deployed release, command by command, with a model over real HTTP and real signatures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.example import edit
from tests.support.loop import Workplace, day, make_workplace, playbooks_of, serve_references
from tests.support.openai_server import serve

STAGING = Path("build/staging/praxis-weber")
PRODUCTION = Path("build/production/praxis-weber")
SUITE = "evals/praxis-weber/empfang.yaml"


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Workplace:
    place = make_workplace(tmp_path, capsys)
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    return place


def evaluate(place: Workplace) -> None:
    with serve_references(place.root) as url:
        assert place.run("eval", "--base-url", url).code == 0


def deploy_everywhere(place: Workplace) -> None:
    evaluate(place)
    assert place.run("attest", "--env", "staging").code == 0
    assert place.run("deploy", "staging").code == 0
    assert place.run("deploy", "production").code == 0


def shipped(place: Workplace, target: Path) -> dict[str, object]:
    file = place.root / target / "current" / "agents" / "praxis-weber__empfang.json"
    result: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    return result


def test_green_change_is_deployed_to_staging_and_production(place: Workplace) -> None:
    deploy_everywhere(place)
    rendered = place.run("render", "empfang", "--env", "production", "--format", "json").json
    assert shipped(place, PRODUCTION) == rendered["bundle"]
    status = place.run("status", "production", "--format", "json")
    assert status.code == 0
    [company] = status.json["companies"]
    assert company["intact"]
    assert company["agents"][0]["ships"] == rendered["ships"]
    assert company["agents"][0]["signer"] == "ci"


def test_same_deploy_again_changes_nothing(place: Workplace) -> None:
    deploy_everywhere(place)
    before = (place.root / PRODUCTION / "current").readlink()
    again = place.run("deploy", "production")
    assert (again.code, "already deployed" in again.out) == (0, True)
    assert (place.root / PRODUCTION / "current").readlink() == before


def test_dry_run_changes_nothing(place: Workplace) -> None:
    evaluate(place)
    place.run("attest", "--env", "staging")
    assert place.run("deploy", "staging", "--dry-run").code == 0
    assert not (place.root / STAGING / "current").exists()


def test_production_takes_only_what_staging_has(place: Workplace) -> None:
    evaluate(place)
    place.run("attest", "--env", "production")
    refused = place.run("deploy", "production")
    assert refused.code == 1
    assert "Deploy to staging first" in refused.out


def test_without_evidence_nothing_is_deployed(place: Workplace) -> None:
    refused = place.run("deploy", "staging")
    assert refused.code == 1
    assert not (place.root / STAGING / "current").exists()


def test_evidence_is_for_exactly_what_ships(place: Workplace) -> None:
    deploy_everywhere(place)
    edit(place.root / "agents/praxis-weber/empfang.yaml", "Sprechzeiten:", "Unsere Sprechzeiten:")
    assert place.run("deploy", "staging").code == 1
    assert place.run("verify", "--env", "staging").code == 1
    assert "model evidence" in place.run("gate", "--env", "staging").out


def test_edited_expectation_is_scored_again_without_a_call(place: Workplace) -> None:
    evaluate(place)
    suite = place.root / "evals/praxis-weber/empfang.yaml"
    edit(
        suite,
        "      - process: {end: resolved}\n      - address: sie",
        "      - process: {end: escalated}\n      - address: sie",
    )
    verdict = place.run("gate", "--env", "staging", "--format", "json").json["verdicts"][0]
    assert (verdict["decision"], verdict["samples"]) == ("refused", 5)


def test_comment_owner_and_description_change_nothing(place: Workplace) -> None:
    people = place.root / "agents/praxis-weber/organization.yaml"
    edit(people, "empfang: {name: Ute Probe}", "empfang: {name: Ute Probe, deputy: praxisleitung}")
    evaluate(place)
    before = place.run("release", "--env", "staging", "--format", "json").json
    edit(
        place.root / "agents/praxis-weber/empfang.yaml", "owner: praxisleitung", "owner: empfang  # neu\ndescription: x"
    )
    assert place.run("release", "--env", "staging", "--format", "json").json == before
    assert place.run("gate", "--env", "staging").code == 0


def test_canonical_policy_refuses_loopback_samples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_workplace(tmp_path, capsys, provider="mistral")
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    evaluate(place)
    gate = place.run("gate", "--env", "staging")
    assert gate.code == 1
    assert "loopback" in gate.out
    assert place.run("attest", "--env", "staging").code == 1
    assert place.run("deploy", "staging").code == 1


def test_simulated_case_is_held_between_two_models_and_counts_for_the_gate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make_workplace(tmp_path, capsys, simulated=True)
    assert "- skipped  praxis-weber/empfang#eiliger-anrufer" in place.run("eval").out.replace("–", "-")
    with serve_references(place.root) as url:
        shown = place.run("eval", "--base-url", url)
    assert (shown.code, "model samples 8/8 passed" in shown.out) == (0, True)
    assert place.run("gate", "--env", "staging").code == 0


def test_without_a_model_there_is_nothing_to_judge(place: Workplace) -> None:
    shown = place.run("eval")
    assert shown.code == 0
    assert "references 1/1, counterexamples 2/2; model evidence for these prompts: none" in shown.out
    gate = place.run("gate", "--env", "production")
    assert (gate.code, "not judged: no model evidence" in gate.out) == (1, True)
    assert place.run("gate", "--env", "production", "--advisory").code == 0
    assert place.run("eval", "--env", "production").code == 1
    assert place.run("attest", "--env", "production").code == 1


def test_failed_sample_is_red_and_kept(place: Workplace) -> None:
    with serve_references(place.root) as url:
        edit(place.root / "evals/praxis-weber/empfang.yaml", "      - address: sie", "      - address: du")
        shown = place.run("eval", "--base-url", url)
    assert shown.code == 1
    assert place.run("gate", "--env", "staging", "--advisory").code == 1
    read = place.run("show")
    assert "✗ address" in read.out
    assert "evals/praxis-weber/empfang.yaml:" in read.out


def test_expired_fact_is_a_warning_for_eval_and_a_refusal_for_gate_and_deploy(place: Workplace) -> None:
    deploy_everywhere(place)
    edit(place.root / "agents/praxis-weber/oeffnungszeiten.yaml", day(400), day(-2))
    assert place.run("check").code == 0
    assert place.run("eval").code == 0
    assert place.run("gate", "--env", "staging").code == 1
    refused = place.run("deploy", "staging")
    assert refused.code == 1
    assert "oeffnungszeiten" in refused.out


def test_rollback_returns_to_what_was_deployed_before(place: Workplace) -> None:
    deploy_everywhere(place)
    first = shipped(place, STAGING)
    edit(place.root / "agents/praxis-weber/empfang.yaml", "Sprechzeiten:", "Unsere Sprechzeiten:")
    evaluate(place)
    place.run("attest", "--env", "staging")
    assert place.run("deploy", "staging").code == 0
    assert shipped(place, STAGING) != first
    back = place.run("rollback", "staging")
    assert (back.code, "rolled back" in back.out) == (0, True)
    assert shipped(place, STAGING) == first
    assert place.run("status", "staging").code == 0


def test_rollback_notes_facts_that_have_expired(place: Workplace) -> None:
    deploy_everywhere(place)
    edit(place.root / "agents/praxis-weber/empfang.yaml", "Sprechzeiten:", "Unsere Sprechzeiten:")
    evaluate(place)
    place.run("attest", "--env", "staging")
    place.run("deploy", "staging")
    edit(place.root / "agents/praxis-weber/oeffnungszeiten.yaml", day(400), day(-2))
    back = place.run("rollback", "staging")
    assert back.code == 0
    assert "note: agents/praxis-weber/oeffnungszeiten.yaml" in back.out


def test_drift_is_told(place: Workplace) -> None:
    deploy_everywhere(place)
    file = place.root / STAGING / "current" / "agents" / "praxis-weber__empfang.json"
    file.chmod(0o644)
    file.write_text(file.read_text(encoding="utf-8").replace("Sprechzeiten", "Öffnungszeiten"), encoding="utf-8")
    status = place.run("status", "staging")
    assert status.code == 1
    assert "drift" in status.out


def test_revoked_contents_are_refused(place: Workplace) -> None:
    deploy_everywhere(place)
    ships = place.run("release", "--env", "staging", "--format", "json").json["releases"][0]["agents"]
    [digest] = ships.values()
    with (place.root / "agents/environments/staging.yaml").open("a", encoding="utf-8") as file:
        file.write(f"revoked: [{{ships: {digest}, reason: Nennt einen falschen Preis}}]\n")
    assert place.run("deploy", "staging").code == 1
    assert place.run("status", "staging").code == 1


def test_unchanged_samples_are_used_again_and_fresh_ones_are_added(place: Workplace) -> None:
    with serve_references(place.root) as url:
        place.run("eval", "--base-url", url)
        other = place.run("eval", "--base-url", url)
        assert "5 of them reused" in other.out
        place.run("eval", "--base-url", url, "--fresh")
    assert place.run("gate", "--env", "staging", "--format", "json").json["verdicts"][0]["samples"] == 10


def test_dry_run_counts_conversations_and_calls(place: Workplace) -> None:
    counted = place.run("eval", "--base-url", "http://127.0.0.1:9/v1", "--dry-run", "--format", "json")
    assert counted.code == 0
    expected = {"version": 1, "references": 1, "counterexamples": 2, "model": 5, "calls": 20, "skipped": 0}
    assert {name: counted.json[name] for name in expected} == expected
    assert not (place.root / ".kiwerk").exists()


def test_way_back_does_not_wait_for_other_files(place: Workplace) -> None:
    deploy_everywhere(place)
    first = shipped(place, STAGING)
    edit(place.root / "agents/praxis-weber/empfang.yaml", "Sprechzeiten:", "Unsere Sprechzeiten:")
    evaluate(place)
    place.run("attest", "--env", "staging")
    place.run("deploy", "staging")
    with (place.root / "agents/praxis-weber/kalender.yaml").open("a", encoding="utf-8") as file:
        file.write("oops: 1\n")
    assert place.run("status", "staging").code == 0
    assert place.run("rollback", "staging").code == 0
    assert shipped(place, STAGING) == first


@pytest.mark.parametrize("command", [["attest", "--env", "staging"], ["deploy", "staging"], ["rollback", "staging"]])
def test_clock_of_what_is_written_down_cannot_be_set(place: Workplace, command: list[str]) -> None:
    assert place.run(*command, "--now", "2026-12-05").code == 2


def answer_nothing(place: Workplace) -> dict[str, object]:
    return {"playbooks": [{**book, "steps": [{"say": ""}] * 9} for book in playbooks_of(place.root)]}


def test_silent_model_fails_and_what_was_good_before_does_not_hide_it(place: Workplace) -> None:
    evaluate(place)
    with serve(answer_nothing(place)) as server:
        shown = place.run("eval", "--base-url", server.base_url, "--fresh", "--env", "staging")
    assert shown.code == 1
    assert "model samples 0/5 passed" in shown.out
    assert "answered nothing" in shown.out
    gate = place.run("gate", "--env", "staging")
    assert (gate.code, "5 of 10 samples" in gate.out) == (1, True)


def test_dead_endpoint_is_never_green_and_new_attempts_mend_it(place: Workplace) -> None:
    evaluate(place)
    assert place.run("eval", "--base-url", "http://127.0.0.1:9/v1", "--fresh", "--env", "staging").code == 1
    gate = place.run("gate", "--env", "staging")
    assert (gate.code, "could not be judged" in gate.out) == (1, True)
    with serve_references(place.root) as url:
        again = place.run("eval", "--base-url", url)
    assert (again.code, "reused" in again.out) == (0, False)
    assert place.run("gate", "--env", "staging").code == 0


@pytest.mark.parametrize("taken", ["evals/praxis-weber/empfang.yaml"])
def test_nothing_shown_is_not_green(place: Workplace, taken: str) -> None:
    (place.root / taken).unlink()
    assert place.run("eval").code == 1


def test_case_that_was_not_held_is_named(place: Workplace) -> None:
    suite = place.root / "evals/praxis-weber/empfang.yaml"
    text = suite.read_text(encoding="utf-8")
    suite.write_text(text[: text.index("    reference:")], encoding="utf-8")
    shown = place.run("eval")
    assert shown.code == 1
    assert "it has no reference, and no model was asked" in shown.out


def test_case_that_only_warns_shows_nothing(place: Workplace) -> None:
    suite = place.root / "evals/praxis-weber/empfang.yaml"
    text = suite.read_text(encoding="utf-8")
    head, tail = text[: text.index("    conversation:")], "    expect: [{address: sie, severity: warn}]\n"
    quiet = f"{head}    conversation: [{{user: Guten Tag}}]\n{tail}    reference: [{{say: Hallo du.}}]\n"
    suite.write_text(quiet, encoding="utf-8")
    shown = place.run("eval", "--format", "json")
    assert shown.code == 1


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("praxis-weber/empfang case:gibts-nicht", "'case:gibts-nicht' matches no case"),
        ("praxis-weber/empfang !tag:gibts-nicht", "'!tag:gibts-nicht' matches no case"),
        ("empfang", "Did you mean 'praxis-weber/empfang'?"),
        ("praxis-weber/empfang !tag:critical", "leaves no case"),
    ],
)
def test_selector_must_mean_something_in_every_part(place: Workplace, selector: str, message: str) -> None:
    shown = place.run("eval", *selector.split())
    assert (shown.code, message in shown.err) == (2, True)


def test_expectation_in_python_never_sees_what_signs_or_deploys(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = tmp_path / "noted"
    with (place.root / "agents/environments/staging.yaml").open("a", encoding="utf-8") as file:
        file.write("credentials: {ziel: TARGET_TOKEN}\n")
    code = f"""
import os
from pathlib import Path
with Path({str(noted)!r}).open("a") as file:
    file.write(f"{{[name for name in os.environ if name.startswith(('KIWERK', 'TARGET'))]}}\\n")
def ok(conversation):
    return True
"""
    (place.root / "evals/praxis-weber/pruefung.py").write_text(code, encoding="utf-8")
    edit(place.root / SUITE, "- address: sie", "- address: sie\n      - python: {file: pruefung.py, function: ok}")
    evaluate(place)
    assert place.run("gate", "--env", "staging").code == 0
    assert place.run("score").code == 0
    assert place.run("verify", "--env", "staging").code == 1
    monkeypatch.setenv("TARGET_TOKEN", "token-of-the-target")
    assert place.run("attest", "--env", "staging").code == 0
    assert place.run("deploy", "staging").code == 0
    assert set(noted.read_text("utf-8").splitlines()) == {"[]"}
