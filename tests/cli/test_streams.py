from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from kiwerk import cli
from kiwerk.errors import ExitCode
from tests.support.loop import Workplace, make_workplace


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    place = make_workplace(tmp_path, capsys)
    assert place.run("eval").code == 0
    return place


def run_process(place: Workplace, *arguments: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "kiwerk", *arguments, "--repo", str(place.root)]
    return subprocess.run(command, check=False, capture_output=True, env={**os.environ, **variables})


# ASCII is not among them: click takes it for a mistake and writes UTF-8
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_old_encoding_loses_nothing(place: Workplace, encoding: str) -> None:
    shown = run_process(place, "show", "last", PYTHONIOENCODING=encoding)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert b"\\u2713 passed" in shown.stdout
    arguments = ("render", "empfang", "--env", "staging", "--format", "json")
    old = json.loads(run_process(place, *arguments, PYTHONIOENCODING=encoding).stdout.decode(encoding))
    assert old == json.loads(run_process(place, *arguments, PYTHONIOENCODING="utf-8").stdout)


def test_half_a_character_is_written_as_what_it_is(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    script = "from kiwerk.cli.streams import *; escape_what_does_not_fit(); print('\\ud83d \\U0001f600')"
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert capfdbinary.readouterr().out == b"\\ud83d \\ud83d\\ude00\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", ["show last", "check", "--help", "keys --name neu --env staging"])
def test_full_standard_output_is_a_clear_error(place: Workplace, command: str) -> None:
    before = (place.root / "agents/environments/staging.yaml").read_bytes()
    arguments = command.split() if command == "--help" else [*command.split(), "--repo", str(place.root)]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command_line = [sys.executable, "-m", "kiwerk", *arguments]
        shown = subprocess.run(command_line, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert shown.stderr == "error: Standard output cannot be written: no space left on device\n"
    assert shown.returncode == 2
    assert (place.root / "agents/environments/staging.yaml").read_bytes() == before


def test_own_defect_shows_its_traceback_and_is_no_refusal(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiwerk.pipeline import show

    def fail(*_: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(show, "find_conversations", fail)
    shown = place.run("show")
    assert shown.code == int(ExitCode.DEFECT) == 70
    assert "Traceback" in shown.err
    assert "ZeroDivisionError: on purpose" in shown.err
    assert "This is a defect of kiwerk" in shown.err


def read_from_terminal(**variables: str) -> str:
    """What a command that fails writes to standard error, which is a terminal."""
    main, terminal = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    environment |= {"TERM": "xterm-256color", **variables}
    command = [sys.executable, "-m", "kiwerk", "explain", "no-such-rule"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=terminal, env=environment):
        os.close(terminal)
        shown = b""
        try:
            while chunk := os.read(main, 65536):
                shown += chunk
        except OSError:  # how Linux says that the other side of a terminal is closed
            pass
    os.close(main)
    return shown.decode()


def test_errors_have_colours_only_where_they_are_wanted() -> None:
    assert "\x1b[" in read_from_terminal()
    assert "\x1b[" not in read_from_terminal(NO_COLOR="1")
    assert "\x1b[" not in read_from_terminal(TERM="dumb")


def test_deploy_that_lacks_something_is_impossible_rather_than_refused(place: Workplace) -> None:
    path = place.root / "agents/environments/staging.yaml"
    path.write_text(path.read_text("utf-8") + "credentials: {api-key: KIWERK_TEST_NOT_SET}\n", encoding="utf-8")
    shown = place.run("deploy", "staging")
    assert (shown.code, "Credentials are missing: KIWERK_TEST_NOT_SET" in shown.out) == (2, True)
    [plan] = place.run("deploy", "staging", "--format", "json").json["plans"]
    assert "KIWERK_TEST_NOT_SET" in plan["missing"][0]["message"]


def test_interrupted_is_no_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.group, "main", interrupt)
    assert cli.run([]) == ExitCode.INTERRUPTED
