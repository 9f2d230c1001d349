from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.act import Annotation, Event, WorkflowNotStartedError, WorkflowRun, pull_request, push, run_workflow
from tests.support.git import run_git, write_commit

TOY = """
name: toy
on: [pull_request, push]
permissions: {}
defaults: {run: {shell: bash}}
jobs:
  first:
    name: The first job
    runs-on: ubuntu-24.04
    timeout-minutes: 1
    outputs:
      word: ${{ steps.say.outputs.word }}
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with: {persist-credentials: false}
      - uses: actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0
        with: {python-version: "3.11"}
      - id: say
        name: Say
        env:
          TITLE: ${{ github.event.pull_request.title }}
          TOKEN: ${{ secrets.TOKEN }}
          WORD: ${{ vars.WORD }}
        run: |
          python -c 'import sys; print("version", sys.version_info[0])'
          echo "title $TITLE, token $TOKEN of ${#TOKEN}, extra $EXTRA$FOO, home $HOME"
          echo "commit $(git rev-parse HEAD) of $(git rev-list --count HEAD)"
          echo "## $WORD" >> "$GITHUB_STEP_SUMMARY"
          echo "::error file=a.yaml,line=3,title=broken::one%0Atwo"
          echo "word=$WORD" >> "$GITHUB_OUTPUT"
          mkdir -p .hidden && cp file.txt .hidden/copy.txt
      - name: Fail where told
        run: test "$(cat file.txt)" != red
      - name: Count
        if: ${{ !cancelled() }}
        run: echo "one more line" >> "$GITHUB_STEP_SUMMARY"
      - uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1
        with: {name: kept, path: .hidden, include-hidden-files: true, if-no-files-found: error}
  second:
    needs: first
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1
        with: {name: kept, path: got}
      - name: Compare
        env:
          WORD: ${{ needs.first.outputs.word }}
        run: |
          test ! -e file.txt
          test "$(cat got/copy.txt)" = green
          test "$WORD" = Hallo
"""


def run_toy(tmp_path: Path, event: Event, content: str, workflow: str = TOY, **given: Mapping[str, str]) -> WorkflowRun:
    repo = tmp_path / "repo"
    write_commit(repo, {"file.txt": "the first"})
    write_commit(repo, {".github/workflows/toy.yml": workflow, "file.txt": content})
    values: dict[str, Any] = {"variables": {"WORD": "Hallo"}} | given
    return run_workflow(repo, ".github/workflows/toy.yml", event, tmp=tmp_path / "run", **values)


def test_green_run_reports_jobs_outputs_and_summary(tmp_path: Path) -> None:
    run = run_toy(tmp_path, pull_request(), "green")
    assert run.exit_code == 0, run.output
    assert run.jobs == {"first": "success", "second": "success"}
    assert run.summary == "## Hallo\none more line\n"
    assert run.annotations == (Annotation("error", "one\ntwo", {"file": "a.yaml", "line": "3", "title": "broken"}),)
    assert (run.artifacts / "kept" / "copy.txt").read_text() == "green"


def test_red_step_fails_the_run_and_skips_the_job_that_needs_it(tmp_path: Path) -> None:
    run = run_toy(tmp_path, push(), "red")
    assert run.exit_code == 1
    assert run.jobs == {"first": "failure"}
    assert run.failed_steps == [("first", "Fail where told")]
    assert run.steps["first", "Count"] == "success"
    assert not run.artifacts.exists()


def test_steps_see_secrets_variables_and_the_event_but_nothing_of_the_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXTRA", "of the person")
    awkward = "a b'\"$HOME ${HOME} \\ #x"
    title = "$(touch pwned) `id` ${{ 1 }}"
    run = run_toy(tmp_path, pull_request(title=title), "green", secrets={"TOKEN": awkward}, env={"FOO": "bar"})
    head = run_git(tmp_path / "repo", "rev-parse", "HEAD")
    assert f"title {title}, token *** of {len(awkward)}, extra bar, home {tmp_path}/run/home" in run.output
    assert f"commit {head} of 1" in run.output
    assert awkward not in run.output


def test_source_repository_is_left_as_it_was(tmp_path: Path) -> None:
    run_toy(tmp_path, pull_request(), "red")
    assert run_git(tmp_path / "repo", "status", "--porcelain", "--ignored") == ""
    assert run_git(tmp_path / "repo", "worktree", "list").count("\n") == 0


def test_whole_history_is_there_where_asked(tmp_path: Path) -> None:
    workflow = TOY.replace("{persist-credentials: false}", "{persist-credentials: false, fetch-depth: 0}")
    run = run_toy(tmp_path, pull_request(), "green", workflow)
    assert run.exit_code == 0, run.output
    assert "of 2" in run.output


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", include-hidden-files: true", "", "No files were found with the provided path: .hidden."),
        (
            "name: kept, path: .hidden",
            "name: kept, path: nowhere",
            "No files were found with the provided path: nowhere.",
        ),
        ("name: kept, path: .hidden", "name: kept, path: '*.txt'", "this stand-in takes one file or folder"),
        ("name: kept, path: got", "name: other, path: got", "Artifact not found for name: other"),
    ],
)
def test_artifact_stand_ins_fail_where_the_real_ones_do(tmp_path: Path, old: str, new: str, said: str) -> None:
    run = run_toy(tmp_path, push(), "green", TOY.replace(old, new))
    assert run.exit_code == 1
    assert said in run.annotations[-1].message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("on: [pull_request, push]", "on: [push]", "Could not find any stages to run"),
        ("jobs:", "jobs: [", "workflow is not valid"),
        ("actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd", "actions/checkout@v6", "not pinned"),
        ("actions/checkout@", "someone/else@", "has no stand-in: write actions/someone/else/action.yml"),
    ],
)
def test_broken_workflow_never_passes_for_a_red_one(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(WorkflowNotStartedError, match=said):
        run_toy(tmp_path, pull_request(), "green", TOY.replace(old, new))
