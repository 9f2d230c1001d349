from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kiwerk import cli
from kiwerk.errors import KiwerkError
from kiwerk.pipeline.fix import apply_fixes, plan_fixes
from tests.support.example import edit, write_example

SUITE = "evals/praxis-weber/empfang.yaml"
FACTS = "agents/praxis-weber/oeffnungszeiten"
NOW = ("--now", "2026-11-27")


@pytest.fixture(name="root")
def fixture_root(tmp_path: Path) -> Path:
    """A repository with mistakes, four of which have one right answer."""
    write_example(tmp_path)
    edit(tmp_path / SUITE, 'telefon: "03023125042"', "telefon: 03023125042")
    edit(tmp_path / SUITE, "      - user: Ja, das passt.", "      - uesr: Ja, das passt.")
    edit(tmp_path / SUITE, "say: Ihr Termin am Dienstag, 1. Dezember, um 14:30 Uhr ist gebucht.", "say: 030")
    facts = tmp_path / f"{FACTS}.yaml"
    facts.rename(tmp_path / f"{FACTS}.yml")
    agent = tmp_path / "agents/praxis-weber/empfang.yaml"
    agent.write_text(f"\ufeff{agent.read_text('utf-8')}", "utf-8", newline="\r\n")
    agent.chmod(0o640)
    return tmp_path


def read(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.y*ml"))}


def test_fix_mends_says_what_and_reports_the_rest(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agent = root / "agents/praxis-weber/empfang.yaml"
    before = agent.read_bytes()
    assert cli.run(["check", "--fix", "--repo", str(root), *NOW]) == 1
    shown = capsys.readouterr()
    assert shown.err.splitlines() == [
        "fixed[file-encoding] agents/praxis-weber/empfang.yaml:1:1 The file begins with a byte order mark",
        f"fixed[wrong-ending] {FACTS}.yml:1:1 Only files that end with .yaml are read; now {FACTS}.yaml",
        f"fixed[unknown-key] {SUITE}:13:9 Unknown key 'uesr'",
        f"fixed[ambiguous-scalar] {SUITE}:21:14 Expected text, found the number 030",
    ]
    assert "ambiguous-scalar" in shown.out  # where anything may stand, a number may be meant
    assert agent.read_bytes() == before.removeprefix("\ufeff".encode())
    assert agent.stat().st_mode & 0o777 == 0o640
    once = read(root)
    assert cli.run(["check", "--fix", "--repo", str(root), *NOW]) == 1
    assert capsys.readouterr().err == ""
    assert read(root) == once


def test_diff_writes_nothing_and_is_what_fix_does(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = read(root)
    assert cli.run(["check", "--fix", "--diff", "--repo", str(root)]) == 1
    diff = capsys.readouterr().out
    assert read(root) == before
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    (root.parent / "fix.diff").write_text(diff, "utf-8", newline="")
    subprocess.run(["git", "apply", "-v", "../fix.diff"], cwd=root, check=True, capture_output=True)
    applied = read(root)
    for name, data in before.items():
        (root / name).write_bytes(data)
    (root / f"{FACTS}.yaml").unlink()
    cli.run(["check", "--fix", "--repo", str(root)])
    assert read(root) == applied != before


def test_diff_of_nothing_is_empty_and_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_example(tmp_path)
    assert cli.run(["check", "--diff", "--repo", str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""


def test_folder_without_documents_is_no_folder_without_mistakes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["check", "--diff", "--repo", str(tmp_path)]) == 2
    assert "kiwerk init" in capsys.readouterr().err


def test_only_what_lies_in_the_named_paths_is_mended(root: Path) -> None:
    assert {fix.shown for fix in plan_fixes(root, [Path(SUITE)])} == {SUITE}
    assert {fix.shown for fix in plan_fixes(root, [Path("agents")])} == {
        "agents/praxis-weber/empfang.yaml",
        f"{FACTS}.yml",
    }


def test_file_without_a_last_line_break_has_a_diff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "agents/praxis/preise.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("kind: Facts\nvalid_until: 2027-01-31\nvalues: {}\nsource: 12", "utf-8")
    assert cli.run(["check", "--diff", "--repo", str(tmp_path)]) == 1
    assert '-source: 12\n\\ No newline at end of file\n+source: "12"\n\\ No newline' in capsys.readouterr().out


def test_file_that_was_changed_meanwhile_is_not_overwritten(root: Path) -> None:
    fixes = plan_fixes(root, [])
    (root / SUITE).write_text("kind: Suite\n", "utf-8")
    before = read(root)
    with pytest.raises(KiwerkError, match="changed meanwhile"):
        apply_fixes(fixes)
    assert read(root) == before


@pytest.mark.parametrize(
    ("name", "text"),
    [("docker-compose.yml", "services: {}\n"), ("oeffnungszeiten.yml.bak", "kind: Facts\n"), ("x.yml", "kind: [\n")],
)
def test_what_is_no_document_of_ours_keeps_its_name(tmp_path: Path, name: str, text: str) -> None:
    write_example(tmp_path)
    (tmp_path / "agents/praxis-weber" / name).write_text(text, "utf-8")
    assert plan_fixes(tmp_path, []) == ()


def test_rename_takes_no_other_files_place(root: Path) -> None:
    (root / f"{FACTS}.yaml").write_text("kind: Facts\n", "utf-8")
    assert f"{FACTS}.yml" not in {fix.shown for fix in plan_fixes(root, [])}
