"""The one comment on a pull request: written once, then updated, and by nobody who runs code of the pull request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.act import Event, WorkflowRun, pull_request, run_workflow
from tests.support.pipeline import make_pipeline_repository

SETUP = r"""#!/bin/sh
set -eu
mkdir -p .venv/bin
cat > .venv/bin/kiwerk <<'END'
#!/bin/sh
case "$1" in
    eval) mkdir -p .kiwerk && echo sample > .kiwerk/store.sqlite3 ;;
    diff) mkdir comparison && touch comparison/summary.md && printf "$COMMENT" > comparison/comment.md; exit "$CODE" ;;
esac
END
chmod +x .venv/bin/kiwerk
"""
KEY = "<!-- kiwerk diff -->"
OURS = {"id": 7, "user": {"login": "github-actions[bot]"}, "body": f"{KEY}\n### kiwerk: old"}
THEIRS = {"id": 5, "user": {"login": "jemand"}, "body": f"{KEY}\nhello"}
OTHER = {"id": 6, "user": {"login": "github-actions[bot]"}, "body": "coverage 90 %"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run of the workflow, how `gh` was called in it, and what it wrote."""

    run: WorkflowRun
    calls: list[str]
    written: str


def comment(
    tmp_path: Path, *there: dict[str, Any], event: Event | None = None, text: str = f"{KEY}\\nnew\\n", code: int = 0
) -> Outcome:
    """What the workflow makes of a pull request with these comments."""
    repository = make_pipeline_repository(tmp_path / "repository", {}, setup=SETUP)
    github = tmp_path / "run" / "github"
    github.mkdir(parents=True)
    (github / "comments.json").write_text(json.dumps(there), encoding="utf-8")
    run = run_workflow(
        repository,
        ".github/workflows/pull-request.yml",
        event or pull_request(),
        tmp=tmp_path / "run",
        env={"COMMENT": text, "CODE": str(code)},
    )
    calls, written = (
        path.read_text("utf-8") if path.exists() else "" for path in (github / "calls", github / "written")
    )
    return Outcome(run, calls.splitlines(), written)


def test_first_comparison_becomes_a_comment(tmp_path: Path) -> None:
    outcome = comment(tmp_path, THEIRS, OTHER)
    assert outcome.run.exit_code == 0, outcome.run.output
    assert outcome.calls[1:] == [
        "api --silent --method POST repos/example/agents/issues/12/comments --field body=@comparison/comment.md"
    ]
    assert outcome.written == f"{KEY}\nnew\n"


def test_later_one_takes_its_place(tmp_path: Path) -> None:
    outcome = comment(tmp_path, THEIRS, OTHER, OURS, OURS | {"id": 8})
    assert outcome.run.exit_code == 0, outcome.run.output
    assert outcome.calls[1:] == [
        "api --silent --method PATCH repos/example/agents/issues/comments/7 --field body=@comparison/comment.md"
    ]


def test_refused_change_is_red_and_commented_on(tmp_path: Path) -> None:
    outcome = comment(tmp_path, code=1)
    assert outcome.run.failed_steps == [("evaluate", "Compare with the base")]
    assert outcome.written == f"{KEY}\nnew\n"


@pytest.mark.parametrize("code", [2, 70])
def test_comparison_that_could_not_be_made_is_red_and_no_comment(tmp_path: Path, code: int) -> None:
    outcome = comment(tmp_path, OURS, code=code)
    assert outcome.run.failed_steps == [("evaluate", "Compare with the base")]
    assert "comment" not in outcome.run.jobs
    assert outcome.calls == []


def test_fork_gets_no_comment(tmp_path: Path) -> None:
    outcome = comment(tmp_path, event=pull_request(fork=True))
    assert outcome.run.exit_code == 0, outcome.run.output
    assert "comment" not in outcome.run.jobs
    assert outcome.calls == []


def test_text_without_the_key_is_not_posted(tmp_path: Path) -> None:
    outcome = comment(tmp_path, text="hello\\n")
    assert outcome.run.failed_steps == [("comment", "Write or update the comment")]
    assert outcome.calls == []
