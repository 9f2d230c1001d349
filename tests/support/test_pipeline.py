from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.act import push, run_workflow
from tests.support.git import run_git
from tests.support.pipeline import LINK_KIWERK, WORKFLOWS, edit_workflow, insert_step, make_pipeline_repository

DEPLOY = WORKFLOWS / "deploy.yml"


def test_set_up_takes_the_kiwerk_of_this_environment(tmp_path: Path) -> None:
    repository = make_pipeline_repository(tmp_path / "repository", {"agents/a.yaml": "kind: Agent\n"})
    insert_step(repository, "deploy.yml", before="Check", run="readlink .venv/bin/kiwerk && exit 3")
    run = run_workflow(repository, str(DEPLOY), push(), tmp=tmp_path / "run")
    assert run.failed_steps[0][0] == "evaluate"
    assert "Check" not in {step for _, step in run.steps}
    assert "/bin/kiwerk\n" in run.output
    assert "$STANDIN_SCRIPTS" in LINK_KIWERK


def test_what_a_run_makes_is_ignored_by_git(tmp_path: Path) -> None:
    repository = make_pipeline_repository(tmp_path / "repository", {})
    insert_step(
        repository, "deploy.yml", before="Check", run="'test -z \"$(git status --porcelain)\" || exit 4; exit 3'"
    )
    run = run_workflow(repository, str(DEPLOY), push(), tmp=tmp_path / "run")
    assert "exit status 3" in run.output


def test_edit_of_a_workflow_is_a_commit(tmp_path: Path) -> None:
    repository = make_pipeline_repository(tmp_path / "repository", {})
    edit_workflow(repository, "deploy.yml", "name: deploy\n", "name: other\n")
    assert run_git(repository, "show", "HEAD:.github/workflows/deploy.yml").count("name: other\n") == 1
    assert run_git(repository, "status", "--porcelain") == ""


@pytest.mark.parametrize("passage", ["no such passage", "contents: read"])
def test_edit_that_would_not_hit_exactly_one_place_is_refused(tmp_path: Path, passage: str) -> None:
    repository = make_pipeline_repository(tmp_path / "repository", {})
    with pytest.raises(ValueError, match=r"deploy.yml has this passage \d times"):
        edit_workflow(repository, "deploy.yml", passage, "")
