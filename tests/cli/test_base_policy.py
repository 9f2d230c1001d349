"""`kiwerk gate --base`: who edits the policy is judged by the old one as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example import edit
from tests.support.git import run_git, write_commit
from tests.support.loop import Workplace, make_workplace, serve_references

POLICY = "evals/standard.yaml"
PRODUCTION = "agents/environments/production.yaml"


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    """The canonical example on a branch of its own, sampled of a model on this machine."""
    place = make_workplace(tmp_path / "repository", capsys, provider="mistral")
    write_commit(place.root, {".gitignore": ".kiwerk/\nbuild/\n"}, "Stand von gestern")
    run_git(place.root, "checkout", "--quiet", "-b", "aenderung")
    with serve_references(place.root) as url:
        place.run("eval", "--base-url", url)
    return place


def test_change_that_loosens_its_own_policy_is_refused_by_the_old_one(place: Workplace) -> None:
    edit(place.root / POLICY, "providers: [mistral]", "providers: [loopback]")
    write_commit(place.root, {}, "lockern")
    assert place.run("gate", "--env", "production").code == 0
    shown = place.run("gate", "--env", "production", "--base", "main")
    base = run_git(place.root, "rev-parse", "main")
    assert shown.code == 1
    assert f"policy standard@{base[:12]}" in " ".join(shown.out.split())
    assert "0 of 1 agents pass" in shown.out
    assert "both must pass" in shown.out
    body = place.run("gate", "--env", "production", "--base", "main", "--format", "json").json
    assert body["base"] == base
    found = [(verdict["policy"], verdict["decision"]) for verdict in body["verdicts"]]
    assert found == [("standard", "passed"), (f"standard@{base[:12]}", "refused")]


def test_base_is_where_the_branch_left_it(place: Workplace) -> None:
    run_git(place.root, "checkout", "--quiet", "main")
    edit(place.root / POLICY, "providers: [mistral]", "providers: [mistral, loopback]")
    write_commit(place.root, {}, "auf main gelockert")
    run_git(place.root, "checkout", "--quiet", "aenderung")
    edit(place.root / POLICY, "providers: [mistral]", "providers: [loopback]")
    assert place.run("gate", "--env", "production", "--base", "main").code == 1


def test_policy_that_requires_the_same_judges_once(place: Workplace) -> None:
    entry = "{on: 2026-11-26, owner: Ute Probe, reason: Probebetrieb., weakens: ['x:y']}"
    edit(place.root / POLICY, "exceptions: []", f"log: [{entry}]\nexceptions: []")
    shown = place.run("gate", "--env", "production", "--base", "main", "--format", "json").json
    assert [verdict["policy"] for verdict in shown["verdicts"]] == ["standard"]
    said = place.run("gate", "--env", "production", "--base", "main", "--format", "markdown").out
    assert "Policy standard requires the same at" in said


def test_environment_that_moves_to_another_policy_is_judged_by_its_old_one(place: Workplace) -> None:
    text = (place.root / POLICY).read_text(encoding="utf-8").replace("[mistral]", "[loopback]")
    (place.root / "evals/locker.yaml").write_text(text, encoding="utf-8")
    edit(place.root / PRODUCTION, "policy: standard", "policy: locker")
    shown = place.run("gate", "--env", "production", "--base", "main")
    assert shown.code == 1
    assert "policy locker" in shown.out


def test_new_environment_has_only_its_own_policy(place: Workplace) -> None:
    text = (place.root / PRODUCTION).read_text(encoding="utf-8").replace("build/production", "build/test")
    (place.root / "agents/environments/test.yaml").write_text(text, encoding="utf-8")
    assert "There was no environment test at" in place.run("gate", "--env", "test", "--base", "main").out


@pytest.mark.parametrize("path", [POLICY, PRODUCTION])
def test_policy_that_cannot_be_read_at_base_judges_nothing(place: Workplace, path: str) -> None:
    good = (place.root / path).read_text(encoding="utf-8")
    run_git(place.root, "checkout", "--quiet", "main")
    write_commit(place.root, {path: f"{good}oops: 1\n"}, "kaputt")
    run_git(place.root, "checkout", "--quiet", "-b", "reparatur")
    (place.root / path).write_text(good, encoding="utf-8")
    shown = place.run("gate", "--env", "production", "--base", "main")
    assert shown.code == 2
    assert "cannot be read as it was at" in shown.err


def test_unknown_base_is_refused(place: Workplace) -> None:
    assert place.run("gate", "--env", "production", "--base", "mian").code == 2
