"""`kiwerk diff` on a real repository in real git."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiwerk.cli import run
from kiwerk.errors import ExitCode
from tests.support.example import edit, write_example
from tests.support.git import run_git, write_commit

TOOLSET = "agents/praxis-weber/kalender.yaml"
HOURS = "agents/praxis-weber/oeffnungszeiten.yaml"
SHAPE = {
    "version",
    "engine",
    "base",
    "head",
    "changes",
    "capabilities",
    "prompts",
    "weakenings",
    "baseline",
    "spreads",
    "behaviour",
    "left_out",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The canonical example, committed."""
    root = write_example(tmp_path / "repository")
    write_commit(root, {}, "Stand von gestern")
    return root


def diff(root: Path, *arguments: str) -> int:
    return run(["diff", *arguments, "--repo", str(root), "--now", "2026-11-27"])


def test_json_has_its_documented_shape(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository / HOURS, "17:00", "18:00")
    assert diff(repository, "HEAD", "--format", "json") == ExitCode.FINE
    body = json.loads(capsys.readouterr().out)
    assert set(body) == SHAPE
    documentation = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    assert [key for key in body if key != "version" and f"`{key}`" not in documentation] == []


def test_changed_fact_leads_to_the_prompt_and_names_its_line(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(repository / HOURS, "17:00", "18:00")
    assert diff(repository, "HEAD") == ExitCode.FINE
    shown = capsys.readouterr().out
    assert "praxis-weber/empfang, prompt  because agents/praxis-weber/oeffnungszeiten.yaml:4" in shown
    assert "[-17-]{+18+}:00 Uhr" in shown


def test_nothing_changed_is_said_so(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository / HOURS, "kind: Facts\n", "# neu sortiert\nkind: Facts\n")
    assert diff(repository, "HEAD") == ExitCode.FINE
    assert "nothing differs in meaning" in capsys.readouterr().out


def test_unknown_revision_is_refused_with_a_remedy(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(repository, "mian") == ExitCode.IMPOSSIBLE
    shown = capsys.readouterr().err
    assert "There is no revision 'mian'" in shown
    assert "Did you mean 'main'?" in shown


def test_histories_without_a_common_commit_are_refused(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_git(repository, "checkout", "--quiet", "--orphan", "fremd")
    write_commit(repository, {}, "Ganz von vorn")
    assert diff(repository, "main") == ExitCode.IMPOSSIBLE
    assert "'main' and HEAD have no commit in common" in capsys.readouterr().err


def test_base_that_does_not_validate_is_shown_and_the_rest_compared(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(repository / HOURS, "source:", "quelle:")
    write_commit(repository, {}, "kaputt")
    edit(repository / HOURS, "quelle:", "source:")
    edit(repository / TOOLSET, "    confirm: explicit\n", "")
    assert diff(repository, "HEAD") == ExitCode.REFUSED
    shown = " ".join(capsys.readouterr().out.split())
    assert f"base cannot be read: {HOURS}:2" in shown
    assert "added" not in shown
    assert "may call kalender.buchen without the customer's confirmation" in shown


def test_missing_baseline_says_how_to_get_one(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository / HOURS, "17:00", "18:00")
    diff(repository, "HEAD")
    commit = run_git(repository, "rev-parse", "HEAD")[:12]
    assert f"no behaviour baseline for {commit}; run `kiwerk eval` there" in capsys.readouterr().out.replace("\n", " ")


def test_weaker_gate_is_refused_until_somebody_decides_so(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository / "evals/standard.yaml", "min: 0.9", "min: 0.5")
    assert diff(repository, "HEAD") == ExitCode.REFUSED
    assert "refused   loosened-threshold:standard.gesamt  pass rate 0.5, before 0.9" in capsys.readouterr().out
    entry = "{on: 2026-11-26, owner: Ute Probe, reason: Probebetrieb., weakens: ['loosened-threshold:standard.gesamt']}"
    edit(repository / "evals/standard.yaml", "exceptions: []", f"log: [{entry}]\nexceptions: []")
    assert diff(repository, "HEAD") == ExitCode.FINE
    assert "decided by Ute Probe: Probebetrieb." in " ".join(capsys.readouterr().out.split())
    write_commit(repository, {}, "gelockert")
    edit(repository / "evals/standard.yaml", "min: 0.5", "min: 0.3")
    assert diff(repository, "HEAD") == ExitCode.REFUSED
