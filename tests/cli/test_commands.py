"""What all commands share, and what each reports."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from kiwerk import cli
from tests.support.example import edit, write_example
from tests.support.loop import Workplace, make_workplace, serve_references
from tests.support.tau2 import name_sample

COMMANDS = cli.group.list_commands(click.Context(cli.group))
NOW = ("--now", "2026-11-27")


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example_and_explains_every_option(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert re.search(rf"Examples?:\n +(\S+=\S+ )?kiwerk {name}", shown)
    command = cli.group.get_command(click.Context(cli.group), name)
    assert command is not None
    assert [item.name for item in command.params if isinstance(item, click.Option) and not item.help] == []


def test_help_lists_every_command_by_its_part_of_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(re.search(rf"^  {name} ", shown, re.MULTILINE) for name in COMMANDS)
    assert [section for section in ("Write:", "Evaluate:", "Deliver:") if section not in shown] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evl"], "Did you mean 'eval'?"),
        (["gate"], "Missing option '--env'"),
        (["render", "--env", "production"], "Name one AGENT, or give --all with --output DIR"),
        (["render", "--all", "--env", "production", "--output", "x", "--explain"], "--explain is about one AGENT"),
        (["eval", "--now", "gestern"], "neither a date"),
        (["eval", "--format", "xml"], "is not one of"),
        (["eval", "--durations", "x.json"], "name one with --shard I/N"),
        (["eval", "--explain"], "name a revision with --changed REV"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_right(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["eval", "tag:nonsense"], "matches no case"),
        (["eval", "tga:critical"], "did you mean 'tag:'"),
        (["eval", "path:evals/praxis-weber/empfnag.yaml"], "Did you mean 'path:evals/praxis-weber/empfang.yaml'?"),
        (["eval", "--env", "produktion"], "Known: production, staging"),
        (["eval", "--base-url", "mistral"], "Not the address of an endpoint"),
        (["render", "empfank", "--env", "production"], "Did you mean 'praxis-weber/empfang'?"),
        (["show", "last"], "There is no run"),
        (["gate", "--env", "x"], "There is no environment 'x'"),
        (["eval", "--shard", "4/3"], "Write it as 3/16"),
        (["eval", "--shard", "1/2"], "1 case cannot be cut into 2 parts"),
        (["shard", "--count", "2"], "Take at most 1"),
        (["merge", "gibt-es-nicht"], "There are no records here"),
        (["eval", "--shard", "1/1", "--durations", "gibt-es-nicht"], "kiwerk shard --count N --write-durations"),
        (["deploy", "staging", "--company", "x"], "The company 'x' has no agents"),
        (["check", "gibt-es-nicht"], "No such file or folder"),
        (["attest", "--env", "staging"], "KIWERK_SIGNING_KEY is not set"),
        (["rollback", "staging"], "Nothing was deployed here before"),
        (["keys", "--env", "produktion"], "Known: production, staging"),
    ],
)
def test_what_cannot_be_done_says_why_and_what_to_do(place: Workplace, arguments: list[str], message: str) -> None:
    shown = place.run(*arguments)
    assert shown.code in (1, 2)
    assert message in shown.err
    assert "help: " in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize("command", [["eval"], ["gate", "--env", "staging"], ["render", "empfang", "--env", "staging"]])
def test_nothing_is_built_from_files_with_errors(place: Workplace, command: list[str]) -> None:
    edit(place.root / "evals/praxis-weber/empfang.yaml", "    expect:\n      - state:", "    expects:\n      - state:")
    assert place.run(*command).code == 1
    assert not (place.root / ".kiwerk" / "store.sqlite3").exists()


def test_folder_without_documents_says_how_to_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "--repo", str(tmp_path)]) == 2
    assert "kiwerk init" in capsys.readouterr().err


def test_check_shows_only_what_lies_in_the_named_paths(place: Workplace) -> None:
    edit(place.root / "agents/praxis-weber/empfang.yaml", "owner: praxisleitung", "owner: niemand")
    edit(place.root / "agents/praxis-weber/oeffnungszeiten.yaml", "source: Aushang Praxis", "quelle: Aushang")
    both = place.run("check", "--format", "json").json["findings"]
    one = place.run("check", "--format", "json", str(place.root / "agents/praxis-weber/empfang.yaml"))
    assert {item["span"]["path"] for item in both} > {"agents/praxis-weber/empfang.yaml"}
    assert {item["span"]["path"] for item in one.json["findings"]} == {"agents/praxis-weber/empfang.yaml"}
    assert place.run("check", "processes").code == 0


def test_render_writes_the_canonical_bundle_with_its_digests(place: Workplace, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    shown = place.run("render", "--all", "--env", "production", "--output", str(folder))
    digests = json.loads((folder / "digests.json").read_text(encoding="utf-8"))
    assert digests["environment"] == "production"
    [(agent, ships)] = digests["agents"].items()
    assert shown.out == f"{ships}  {agent}\n"
    first = (folder / f"{agent}.json").read_bytes()
    place.run("render", "--all", "--env", "production", "--output", str(folder))
    assert (folder / f"{agent}.json").read_bytes() == first
    bundle = json.loads(first)
    assert {"hole": "heute"} in [{key: value for key, value in part.items() if value} for part in bundle["prompt"]]


def test_init_passes_check_and_eval_unedited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "neue firma"
    assert cli.run(["init", str(folder)]) == 0
    assert cli.run(["check", "--repo", str(folder)]) == 0
    assert "No findings in" in capsys.readouterr().out
    assert cli.run(["eval", "--repo", str(folder)]) == 0
    assert "references 2/2, counterexamples 4/4" in capsys.readouterr().out


def test_init_says_what_it_kept_and_what_can_be_pasted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mit leer ü"
    folder.mkdir()
    (folder / ".gitignore").write_text("mine\n", encoding="utf-8")
    assert cli.run(["init", str(folder), "--now", "2026-11-27"]) == 0
    shown = capsys.readouterr().out
    assert f"kept {folder / '.gitignore'}" in shown
    assert f"wrote {folder / 'evals/standard.yaml'}" in shown
    assert shown.endswith(f"Next: cd '{folder}' && kiwerk eval\n")
    assert cli.run(["init", "--help"]) == 0
    assert "expiry and age" not in capsys.readouterr().out


def test_init_lists_its_files_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".gitignore").write_text("mine\n", encoding="utf-8")
    assert cli.run(["init", str(tmp_path), "--format", "json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["version"], body["folder"]) == (1, str(tmp_path))
    written = {item["path"]: item["written"] for item in body["files"]}
    assert set(written) == {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert [path for path, is_new in written.items() if not is_new] == [".gitignore"]


@pytest.mark.parametrize("moment", ["0001-01-01", "1969-12-31", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00+14:00"])
@pytest.mark.parametrize("command", [["gate", "--env", "staging"], ["check"], ["init", "neu"]])
def test_moment_that_cannot_be_reckoned_with_is_refused(
    command: list[str], moment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([*command, "--now", moment]) == 2
    assert "lies outside the years 1970 to 2200" in capsys.readouterr().err


@pytest.mark.parametrize("moment", ["1970-01-01", "2200-12-31T23:59:59-23:59"])
def test_first_and_last_moment_can_be_reckoned_with(place: Workplace, moment: str) -> None:
    edit(place.root / "evals/standard.yaml", "max_age: 14d", "max_age: 36525d")
    edit(place.root / "processes/praxis-weber/terminvereinbarung.yaml", "review_every: 90d", "review_every: 36525d")
    assert place.run("check", "--now", moment).code == 0 or moment < "2000"
    assert place.run("gate", "--env", "staging", "--now", moment).code == 1
    assert place.run("check", "--now", moment, "--format", "json").code in (0, 1)


def test_duration_beyond_all_reckoning_is_a_finding(place: Workplace) -> None:
    edit(place.root / "evals/standard.yaml", "max_age: 14d", "max_age: 999999d")
    shown = place.run("check")
    assert (shown.code, "Expected a duration up to 100 years" in shown.out) == (1, True)


def test_help_says_each_summary_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    assert "..." not in capsys.readouterr().out.replace("[ARGS]...", "")


def test_init_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "evals" / "standard.yaml"
    policy.parent.mkdir()
    policy.write_text("mine", encoding="utf-8")
    assert cli.run(["init", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert policy.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "agents").exists()


def test_key_joins_the_signers_and_comments_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_example(tmp_path)
    path = tmp_path / "agents/environments/staging.yaml"
    before = path.read_text(encoding="utf-8")
    key = tmp_path / "signing.key"
    assert cli.run(["keys", "--name", "zweite", "--env", "staging", "--output", str(key), "--repo", str(tmp_path)]) == 0
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_text(encoding="utf-8").strip() not in capsys.readouterr().out
    after = path.read_text(encoding="utf-8")
    assert "# whose evidence counts here" in after
    assert "zweite" in after
    assert before.splitlines()[0] == after.splitlines()[0]
    assert cli.run(["check", "--repo", str(tmp_path), *NOW]) == 0
    assert cli.run(["keys", "--name", "dritte", "--env", "staging", "--output", str(key), "--repo", str(tmp_path)]) == 2
    assert "a key in it would be lost" in capsys.readouterr().err


def run_in_terminal(root: Path, **variables: str) -> str:
    """What `kiwerk eval` writes to a terminal."""
    main, terminal = pty.openpty()
    command = [sys.executable, "-m", "kiwerk", "eval", "--repo", str(root)]
    environment = {**os.environ, "TERM": "xterm-256color", **variables}
    with subprocess.Popen(command, stdout=terminal, stderr=subprocess.DEVNULL, env=environment):
        os.close(terminal)
        shown = b""
        while chunk := read_or_end(main):
            shown += chunk
    os.close(main)
    return shown.decode()


def read_or_end(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that the other side of a terminal is closed
        return b""


def test_colours_are_for_terminals_that_want_them(place: Workplace) -> None:
    assert "\x1b[" in run_in_terminal(place.root)
    assert "\x1b[" not in run_in_terminal(place.root, NO_COLOR="1")
    assert "\x1b[" not in run_in_terminal(place.root, TERM="dumb")
    assert "\x1b[" not in place.run("eval").out


def test_reader_that_has_seen_enough_is_no_error(place: Workplace) -> None:
    command = f"{sys.executable} -m kiwerk render empfang --env staging --format json --repo '{place.root}' | head -c 1"
    result = subprocess.run(["bash", "-c", command], check=False, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("{", "")


SHAPES: dict[str, set[str]] = {
    "check": {"version", "files", "errors", "warnings", "findings"},
    "fmt": {"version", "files", "changed", "left", "findings"},
    "rename policy:standard streng --dry-run": {
        "version",
        "kind",
        "old",
        "new",
        "written",
        "edits",
        "ships",
        "cases",
        "leftovers",
    },
    "eval": {"version", "summary", "bill", "findings", "verdicts", "reliability", "selection", "tier", "run"},
    f"import {' '.join(name_sample()[:-2])}": {"version", "files", "run", "known", "conversations", "pass_hat"},
    "eval --dry-run": {
        "version",
        "references",
        "counterexamples",
        "model",
        "calls",
        "skipped",
        "simulated",
        "user_calls",
        "votes",
        "reused",
        "sampled",
        "requests",
        "input_tokens",
        "output_tokens",
        "cost_eur",
        "unpriced",
        "priced_by",
        "helpers",
        "all_eur",
    },
    "score": {"version", "run", "summary", "changes", "refused", "findings"},
    "show": {"version", "run", "conversations"},
    "judge calibrate": {"version", "judges"},
    "list": {"version", "documents"},
    "graph": {"version", "edges"},
    "show agent:empfang": {"version", "document", "refers_to", "referred_to_by", "content"},
    "render empfang --env staging": {"version", "environment", "ships", "bundle"},
    "render empfang --env staging --explain": {"version", "environment", "ships", "parts"},
    "render --all --env staging --output {folder}": {"version", "environment", "agents"},
    "attest --env staging": {"version", "environment", "agents"},
    "merge {store}": {"version", "stores", "transcripts", "runs"},
    "gate --env staging": {"version", "environment", "base", "verdicts", "reliability"},
    "gate --env staging --explain": {"version", "environment", "base", "verdicts", "reliability", "alarms", "findings"},
    "release --env staging": {"version", "environment", "releases"},
    "verify --env staging": {"version", "environment", "agents"},
    "deploy staging": {"version", "environment", "plans", "left_over"},
    "status staging": {"version", "environment", "companies"},
    "history empfang": {"version", "agent", "title", "documents", "events", "exceptions", "notes"},
}


@pytest.mark.parametrize("command", SHAPES)
def test_json_has_its_documented_shape(place: Workplace, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    place.run("eval")
    shown = place.run(
        *command.format(folder=place.root / "build", store=place.root / ".kiwerk").split(), "--format", "json"
    )
    body: dict[str, Any] = shown.json
    assert set(body) == SHAPES[command]
    assert body["version"] == 1
    documentation = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    assert [key for key in body if key != "version" and f"`{key}`" not in documentation] == []


def test_markdown_escapes_what_a_model_said(place: Workplace) -> None:
    hostile = "</details><img src=x> @everyone [klick](http://example.org) | `x`"
    suite = place.root / "evals/praxis-weber/empfang.yaml"
    edit(suite, "Ihr Termin am Dienstag, 1. Dezember, um 14:30 Uhr ist gebucht.", hostile)
    with serve_references(place.root) as url:
        edit(suite, hostile, "Auf Wiederhören.")
        edit(suite, "- address: sie", "- address: sie\n      - equals: Auf Wiederhören.")
        edit(suite, "trips: [erst-pruefen, called]", "trips: [erst-pruefen, called]")
        shown = place.run("eval", "--base-url", url, "--format", "markdown")
    assert shown.code == 1
    assert "failed" in shown.out
    assert "everyone" in place.run("show").out
    assert "<img" not in shown.out
    assert re.search(r"(?<!\\)\]\(http", shown.out) is None
    assert re.search(r"(?<!\\)@everyone", shown.out) is None


def test_unreachable_model_is_errored_and_never_green(place: Workplace) -> None:
    shown = place.run("eval", "--base-url", "http://127.0.0.1:9/v1")
    assert shown.code == 1
    assert "errored" in shown.out
    assert "cannot reach" in shown.out
    assert "could not be judged" in place.run("gate", "--env", "staging").out


def test_refused_key_stops_the_run_with_a_remedy(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWERK_API_KEY", "very-secret")
    with serve_references(place.root, faults=[{"status": 401, "times": None}]) as url:
        shown = place.run("eval", "--base-url", url)
    assert shown.code == 2
    assert "KIWERK_API_KEY" in shown.err
    assert "very-secret" not in shown.err + shown.out


def test_key_reaches_no_record(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWERK_API_KEY", "very-secret")
    with serve_references(place.root) as url:
        assert place.run("eval", "--base-url", url).code == 0
    stored = b"".join(path.read_bytes() for path in (place.root / ".kiwerk").iterdir() if path.is_file())
    assert b"praxis-weber" in stored
    assert b"very-secret" not in stored


def test_full_disk_is_a_clear_error_with_nothing_half_written(place: Workplace) -> None:
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (40960, 40960));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"from kiwerk.cli import run; sys.exit(run(['eval', '--repo', {str(place.root)!r}]))"
    )
    result = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert result.returncode == 2, result.stderr
    assert "cannot be read or written" in result.stderr
    assert place.run("eval").code == 0


def test_read_only_store_is_a_clear_error(place: Workplace) -> None:
    (place.root / ".kiwerk").write_text("in the way", encoding="utf-8")
    shown = place.run("eval")
    assert (shown.code, "Records cannot be kept here" in shown.err) == (2, True)
