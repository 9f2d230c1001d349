"""What runs, in which order and with which keys, shown by a kiwerk that only writes down how it was called."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.act import Event, WorkflowRun, pull_request, push, run_workflow
from tests.support.pipeline import make_pipeline_repository

# The call that begins with FAIL ends with CODE; a call that has the model's key begins with "sampling". The folders are
# those that the real kiwerk leaves.
SETUP = r"""#!/bin/sh
set -eu
mkdir -p .venv/bin
cat > .venv/bin/kiwerk <<'END'
#!/bin/sh
tab='%s\t%s\t%s\t%s\t%s\n'
printf "$tab" "$GITHUB_JOB" "$*" "${KIWERK_BASE_URL:-}" "${KIWERK_API_KEY:-}" "${KIWERK_SIGNING_KEY:-}" >> "$CALLS"
echo "# said by kiwerk $*"
case "$1" in
    eval) mkdir -p .kiwerk/runs && echo sample > .kiwerk/runs/1.json ;;
    attest) test -e .kiwerk/runs/1.json && mkdir -p .kiwerk/evidence && echo "$3" > .kiwerk/evidence/1.json ;;
    diff)
        mkdir comparison && printf '<!-- kiwerk diff -->\nsaid by kiwerk\n' > comparison/comment.md
        echo '# all that differs' > comparison/summary.md ;;
    deploy) test -e .kiwerk/evidence/1.json && mkdir -p "build/$2" && ln -s x "build/$2/current" ;;
esac || exit 9
case "${KIWERK_API_KEY:+sampling }$*" in "${FAIL:-nothing}"*) exit "$CODE" ;; esac
END
chmod +x .venv/bin/kiwerk
"""
MODEL = {"KIWERK_BASE_URL": "http://127.0.0.1:9/v1"}
DIFF = (
    "diff origin/main --page https://github.com/example/agents/actions/runs/1#artifacts --format github "
    "--report summary=comparison/summary.md --report markdown=comparison/comment.md --report html=comparison/page.html"
)
KEYS = {"KIWERK_API_KEY": "model-key", "KIWERK_SIGNING_KEY": "signing-key"}


class Outcome:
    """A run and the calls in it: (job, arguments, base URL, model key, signing key)."""

    def __init__(self, run: WorkflowRun, calls: Path) -> None:
        self.run = run
        text = calls.read_text(encoding="utf-8") if calls.exists() else ""
        self.calls = [tuple(line.split("\t")) for line in text.splitlines()]

    @property
    def commands(self) -> list[str]:
        return [call[1] for call in self.calls]


def run(tmp_path: Path, workflow: str, event: Event, *, keys: bool = True, fail: str = "", code: int = 1) -> Outcome:
    repository = make_pipeline_repository(tmp_path / "repository", {}, setup=SETUP)
    calls = tmp_path / "calls"
    result = run_workflow(
        repository,
        f".github/workflows/{workflow}.yml",
        event,
        tmp=tmp_path / "run",
        secrets=KEYS if keys else {},
        variables=MODEL,
        env={"CALLS": str(calls), "CODE": str(code)} | ({"FAIL": fail} if fail else {}),
    )
    return Outcome(result, calls)


def test_pull_request_checks_evaluates_samples_and_judges(tmp_path: Path) -> None:
    outcome = run(tmp_path, "pull-request", pull_request())
    assert outcome.run.exit_code == 0, outcome.run.output
    assert outcome.commands == [
        "check --format github",
        "eval --format markdown",
        "eval --changed origin/main --tier pull-request --format markdown",
        "gate --env staging --base origin/main --tier=pull-request --advisory --format markdown",
        "gate --env production --base origin/main --tier=pull-request --advisory --format markdown",
        DIFF,
    ]
    assert [call[2:] for call in outcome.calls].count((MODEL["KIWERK_BASE_URL"], "model-key", "")) == 1
    assert outcome.calls[2][3] == "model-key"
    assert (outcome.run.artifacts / "records" / "runs" / "1.json").exists()


def test_summary_begins_with_the_verdicts(tmp_path: Path) -> None:
    outcome = run(tmp_path, "pull-request", pull_request())
    assert outcome.run.summary.splitlines() == [
        "# said by kiwerk gate --env staging --base origin/main --tier=pull-request --advisory --format markdown",
        "# said by kiwerk gate --env production --base origin/main --tier=pull-request --advisory --format markdown",
        "# all that differs",
        "# said by kiwerk eval --changed origin/main --tier pull-request --format markdown",
    ]


def test_pull_request_without_key_calls_no_model_and_is_still_judged(tmp_path: Path) -> None:
    outcome = run(tmp_path, "pull-request", pull_request(fork=True), keys=False)
    assert outcome.run.exit_code == 0, outcome.run.output
    assert outcome.commands == [
        "check --format github",
        "eval --format markdown",
        "gate --env staging --base origin/main --advisory --format markdown",
        "gate --env production --base origin/main --advisory --format markdown",
        DIFF,
    ]
    assert {call[2:] for call in outcome.calls} == {("", "", "")}


@pytest.mark.parametrize("failing", ["check", "eval", "gate --env staging", "gate --env production", "diff"])
def test_pull_request_is_red_where_a_command_is(tmp_path: Path, failing: str) -> None:
    outcome = run(tmp_path, "pull-request", pull_request(), keys=False, fail=failing)
    assert outcome.run.exit_code == 1
    assert len(outcome.run.failed_steps) == 1


def test_refused_pull_request_still_shows_verdicts_and_keeps_records(tmp_path: Path) -> None:
    outcome = run(tmp_path, "pull-request", pull_request(), keys=False, fail="eval")
    assert outcome.run.summary.count("said by kiwerk gate") == 2
    assert (outcome.run.artifacts / "records" / "runs" / "1.json").exists()


def test_title_of_a_pull_request_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "pwned"
    outcome = run(tmp_path, "pull-request", pull_request(title=f'$(touch {mark})`touch {mark}`"; touch {mark} #'))
    assert outcome.run.exit_code == 0
    assert not mark.exists()


def test_deploy_brings_main_to_staging_and_then_to_production(tmp_path: Path) -> None:
    outcome = run(tmp_path, "deploy", push())
    assert outcome.run.exit_code == 0, outcome.run.output
    assert list(outcome.run.jobs) == ["evaluate", "attest", "staging", "production"]
    assert [call[:2] for call in outcome.calls[-3:]] == [
        ("attest", "attest --env production"),
        ("staging", "deploy staging"),
        ("production", "deploy production"),
    ]
    assert {path.name for path in outcome.run.artifacts.iterdir()} == {"records", "evidence", "staging", "production"}


def test_keys_of_a_deploy_reach_only_the_step_that_needs_them(tmp_path: Path) -> None:
    outcome = run(tmp_path, "deploy", push())
    assert {call[1] for call in outcome.calls if call[4]} == {"attest --env production"}
    assert [call[1] for call in outcome.calls if call[3]] == ["eval"]
    assert not any(value in outcome.run.output for value in KEYS.values())


@pytest.mark.parametrize(
    "failing",
    ["check", "eval", "gate --env staging", "gate --env production", "attest"],
)
def test_nothing_is_deployed_after_a_red_command(tmp_path: Path, failing: str) -> None:
    outcome = run(tmp_path, "deploy", push(), fail=failing)
    assert outcome.run.exit_code == 1
    assert not [command for command in outcome.commands if command.startswith("deploy")]


@pytest.mark.parametrize("workflow", ["pull-request", "deploy"])
def test_failed_samples_are_left_to_the_policy(tmp_path: Path, workflow: str) -> None:
    event = push() if workflow == "deploy" else pull_request()
    outcome = run(tmp_path, workflow, event, fail="sampling eval", code=1)
    assert outcome.run.exit_code == 0, outcome.run.output
    assert outcome.run.steps["evaluate", "Judge for production"] == "success"


@pytest.mark.parametrize("workflow", ["pull-request", "deploy"])
def test_sampling_that_could_not_be_done_is_red(tmp_path: Path, workflow: str) -> None:
    event = push() if workflow == "deploy" else pull_request()
    outcome = run(tmp_path, workflow, event, fail="sampling eval", code=2)
    assert outcome.run.exit_code == 1
    assert outcome.run.failed_steps == [("evaluate", "Sample the model")]


def test_production_waits_for_staging(tmp_path: Path) -> None:
    outcome = run(tmp_path, "deploy", push(), fail="deploy staging")
    assert outcome.run.exit_code == 1
    assert "deploy production" not in outcome.commands
