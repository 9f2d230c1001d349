"""`--report FORMAT=FILE` beside what is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk.cli import run
from kiwerk.errors import ExitCode
from tests.support.example import edit, write_example
from tests.support.git import write_commit
from tests.support.junit import find_outcomes, read_junit
from tests.support.loop import make_workplace, playbooks_of
from tests.support.openai_server import serve


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = write_example(tmp_path / "repository")
    write_commit(root, {}, "Stand von gestern")
    return root


def test_files_lie_beside_what_is_printed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, other = repository / "build/report.xml", repository / "build/summary.md"
    arguments = ["--report", f"junit={file}", "--report", f"markdown={other}", "--now", "2026-11-27"]
    assert run(["eval", "--repo", str(repository), *arguments]) == ExitCode.FINE
    assert capsys.readouterr().out.startswith("kiwerk eval")
    assert set(find_outcomes(read_junit(file.read_text(encoding="utf-8"))).values()) == {"passed"}
    assert other.read_text(encoding="utf-8").startswith("### Evaluation")


def test_samples_have_their_durations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = make_workplace(tmp_path / "repository", capsys)
    with serve({"playbooks": playbooks_of(place.root)}) as model:
        shown = place.run("eval", "--base-url", model.base_url, "--format", "junit")
    root = read_junit(shown.out)
    times = {case.attrib["name"]: case.attrib.get("time") for case in root.iter("testcase")}
    assert times["dienstag-halb-drei[reference]"] is None
    assert float(times["dienstag-halb-drei[sample-1]"] or 0) > 0


def test_repository_that_cannot_be_run_is_red_in_the_file_too(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(repository / "agents/praxis-weber/empfang.yaml", "owner: praxisleitung", "owner: praxisleiter")
    assert run(["eval", "--repo", str(repository), "--format", "junit", "--now", "2026-11-27"]) == ExitCode.REFUSED
    [error] = read_junit(capsys.readouterr().out).iter("error")
    assert "praxisleiter" in error.attrib["message"]


def test_diff_writes_what_fails_there(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository / "evals/standard.yaml", "min: 0.9", "min: 0.5")
    file = repository / "diff.xml"
    arguments = ["--report", f"junit={file}", "--repo", str(repository), "--now", "2026-11-27"]
    assert run(["diff", "HEAD", *arguments]) == ExitCode.REFUSED
    assert "refused   loosened-threshold" in capsys.readouterr().out
    assert find_outcomes(read_junit(file.read_text(encoding="utf-8"))) == {
        "dienstag-halb-drei": "passed",
        "loosened-threshold:standard.gesamt": "failure",
    }


@pytest.mark.parametrize("written", ["junit", "junit=", "xml=report.xml"])
def test_report_without_format_or_file_is_refused(
    repository: Path, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    assert run(["eval", "--repo", str(repository), "--report", written]) == ExitCode.IMPOSSIBLE
    assert "is not FORMAT=FILE, with one of text, json, markdown, junit" in capsys.readouterr().err


def test_file_that_cannot_be_written_is_told(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = repository / "agents" / "praxis-weber"
    assert run(["diff", "HEAD", "--repo", str(repository), "--report", f"junit={file}"]) == ExitCode.IMPOSSIBLE
    assert "The file cannot be written" in capsys.readouterr().err


def test_estimate_is_no_report(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "--repo", str(repository), "--dry-run", "--format", "junit"]) == ExitCode.IMPOSSIBLE
    assert "--dry-run holds no conversations" in capsys.readouterr().err
