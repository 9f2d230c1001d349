"""A company that is gone from the repository, and whose agents still answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.git import run_git, write_commit
from tests.support.loop import Workplace, make_workplace, serve_references


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """The example, deployed to staging as praxis-weber; then the company was renamed."""
    place = make_workplace(tmp_path, capsys)
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    with serve_references(place.root) as url:
        for command in (["eval", "--base-url", url], ["attest", "--env", "staging"], ["deploy", "staging"]):
            assert place.run(*command).code == 0
    for folder in ("agents", "processes", "evals"):
        (tmp_path / folder / "praxis-weber").rename(tmp_path / folder / "praxis-neu")
    return place


def test_status_names_what_nobody_looks_after(place: Workplace) -> None:
    shown = place.run("status", "staging")
    assert shown.code == 1
    assert "praxis-neu in staging: nothing is deployed" in shown.out
    assert "praxis-weber/empfang  ships" in shown.out
    assert "The repository has no agents of this company any more" in shown.out
    companies = place.run("status", "staging", "--format", "json").json["companies"]
    assert [(item["company"], item["left_over"]) for item in companies] == [
        ("praxis-neu", False),
        ("praxis-weber", True),
    ]


def test_status_of_the_company_alone_shows_it(place: Workplace) -> None:
    shown = place.run("status", "staging", "--company", "praxis-weber")
    assert (shown.code, "praxis-weber/empfang  ships" in shown.out) == (1, True)
    assert "praxis-neu" not in shown.out


def test_deploy_names_it(place: Workplace) -> None:
    shown = place.run("deploy", "staging", "--dry-run")
    assert "praxis-weber is still deployed to staging" in " ".join(shown.out.split())
    assert place.run("deploy", "staging", "--dry-run", "--format", "json").json["left_over"] == ["praxis-weber"]


def test_status_says_that_what_is_deployed_was_never_committed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_workplace(tmp_path, capsys)
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    run_git(write_and_forget(place), "status")
    with serve_references(place.root) as url:
        for command in (["eval", "--base-url", url], ["attest", "--env", "staging"], ["deploy", "staging"]):
            assert place.run(*command).code == 0
    assert "+ (not committed)" in " ".join(place.run("status", "staging").out.split())


def write_and_forget(place: Workplace) -> Path:
    """A commit of everything, and a document that is not in it."""
    write_commit(place.root, {".gitignore": ".kiwerk/\nbuild/\n"})
    run_git(place.root, "rm", "--cached", "-q", "evals/praxis-weber/empfang.yaml")
    run_git(place.root, "commit", "-qm", "one forgotten")
    return place.root
