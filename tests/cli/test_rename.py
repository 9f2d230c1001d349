from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.example import edit
from tests.support.git import run_git, write_commit
from tests.support.loop import Workplace, make_workplace, serve_references
from tests.support.python_mock import CODE, give_python

AGENT = "agents/praxis-weber/empfang.yaml"
TOOLSET = "agents/praxis-weber/kalender.yaml"
SUITE = "evals/praxis-weber/empfang.yaml"
PROCESS = "processes/praxis-weber/terminvereinbarung.yaml"
POLICY = "evals/standard.yaml"

RENAMINGS = [
    ("organization:praxis-weber/organization", "praxis"),
    ("agent:praxis-weber/empfang", "telefon"),
    ("toolset:praxis-weber/kalender", "termin-kalender"),
    ("toolset:shared/uebergabe", "weitergabe"),
    ("facts:praxis-weber/oeffnungszeiten", "sprech-zeiten"),
    ("process:praxis-weber/terminvereinbarung", "termine"),
    ("suite:praxis-weber/empfang", "telefon"),
    ("environment:staging", "probe"),
    ("policy:standard", "streng"),
    ("case:praxis-weber/empfang#dienstag-halb-drei", "halb-drei"),
]


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys)


def test_python_of_a_mock_moves_with_its_toolset(place: Workplace) -> None:
    give_python(place.root)
    before = read_all(place.root)
    assert place.run("rename", "toolset:praxis-weber/kalender", "planer").code == 0
    assert place.run("check").out.startswith("No findings")
    there = read_all(place.root)
    assert there["agents/praxis-weber/planer.py"] == before[CODE]
    assert CODE not in there
    (place.root / CODE).write_text("", encoding="utf-8")
    assert place.run("rename", "toolset:praxis-weber/planer", "kalender").code == 2


def read_all(root: Path) -> dict[str, str]:
    paths = sorted(path for folder in ("agents", "processes", "evals") for path in root.glob(f"{folder}/**/*"))
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths if path.is_file()}


def without_former(texts: dict[str, str]) -> dict[str, str]:
    return {path: re.sub(r"^ *formerly: \S+\n", "", text, flags=re.MULTILINE) for path, text in texts.items()}


@pytest.mark.parametrize(("old", "new"), RENAMINGS)
def test_there_and_back_leaves_every_byte_but_the_history(place: Workplace, old: str, new: str) -> None:
    before = read_all(place.root)
    assert place.run("rename", old, new).code == 0
    there = read_all(place.root)
    assert there != before
    assert place.run("check").out.startswith("No findings")
    kind, _, identity = old.partition(":")
    separator = "#" if kind == "case" else "/"
    folder, _, name = identity.rpartition(separator)
    back = place.run("rename", f"{kind}:{folder}{separator if folder else ''}{new}", name)
    assert back.code == 0, back.err
    after = read_all(place.root)
    assert without_former(after) == before
    formers = [line.strip() for text in after.values() for line in text.split("\n") if "formerly:" in line]
    former = new if kind == "case" or not folder else f"{folder}/{new}"
    assert formers == [f"formerly: {former}"]


def test_toolset_is_called_otherwise_everywhere(place: Workplace) -> None:
    shown = place.run("rename", "toolset:praxis-weber/kalender", "termine")
    texts = read_all(place.root)
    assert "tools: [termine, shared/uebergabe]" in texts[AGENT]
    assert 'precedence: ["termine.pruefen:frei", termine.buchen], where' in texts[PROCESS]
    assert "given: {state: {termine: {frei: [2026-12-01T14:30]}}}" in texts[SUITE]
    assert "- state: {termine: {termine: [{beginn: 2026-12-01T14:30" in texts[SUITE]
    assert "- {call: [{termine.pruefen: {beginn: 2026-12-01T14:30}}]" in texts[SUITE]
    assert "drop: termine.pruefen, trips: [erst-pruefen, called]" in texts[SUITE]
    assert texts["agents/praxis-weber/termine.yaml"].startswith(
        "kind: Toolset\nformerly: praxis-weber/kalender\noperations:\n  pruefen:                               # on the"
    )
    assert [path for path, text in texts.items() if re.search(r"\bkalender\b", text)] == [
        "agents/praxis-weber/termine.yaml"
    ]
    assert "ships something else, so new evidence is needed: praxis-weber/empfang\n" in shown.out
    assert "references 1/1, counterexamples 2/2" in place.run("eval").out


@pytest.mark.parametrize(("old", "new"), [item for item in RENAMINGS if not item[0].startswith("toolset")])
def test_only_a_toolset_changes_what_ships(place: Workplace, old: str, new: str) -> None:
    shown = place.run("rename", old, new, "--dry-run", "--format", "json").json
    assert (shown["ships"], shown["cases"]) == ([], [])


def test_facts_are_read_by_their_new_name(place: Workplace) -> None:
    path = place.root / AGENT
    read = "{{ facts.oeffnungszeiten.sprechzeit }}"
    edit(path, read, f"{read} {{{{ facts['oeffnungszeiten'].sprechzeit }}}} facts.oeffnungszeiten bleibt")
    assert place.run("rename", "praxis-weber/oeffnungszeiten", "sprech-zeiten").code == 0
    text = path.read_text(encoding="utf-8")
    assert "{{ facts.sprech_zeiten.sprechzeit }} {{ facts['sprech_zeiten'].sprechzeit }}" in text
    assert "facts.oeffnungszeiten bleibt" in text
    assert "facts: [sprech-zeiten]" in text


def test_selectors_follow_what_they_name_exactly(place: Workplace) -> None:
    path = place.root / POLICY
    select = 'select: "tag:critical"'
    edit(
        path,
        select,
        'select: "praxis-weber/empfang,!tag:x agent:praxis-weber/* case:praxis-weber/empfang#dienstag-halb-drei'
        ' path:evals/praxis-weber/empfang.yaml path:evals/praxis-weber"',
    )
    before = path.read_text(encoding="utf-8")
    assert "unresolved" in place.run("check").out or place.run("check").code in (0, 1)
    edit(path, ",!tag:x", "")
    assert place.run("rename", "agent:praxis-weber/empfang", "telefon").code == 0
    assert place.run("rename", "suite:praxis-weber/empfang", "fragen").code == 0
    assert place.run("rename", "praxis-weber/fragen#dienstag-halb-drei", "halb-drei").code == 0
    wanted = (
        'select: "praxis-weber/telefon agent:praxis-weber/* case:praxis-weber/fragen#halb-drei'
        ' path:evals/praxis-weber/fragen.yaml path:evals/praxis-weber"'
    )
    text = path.read_text(encoding="utf-8")
    assert wanted in text
    assert text.count("\n") == before.count("\n")


def test_case_gets_its_history_however_it_is_written(place: Workplace) -> None:
    path = place.root / SUITE
    assert place.run("rename", "praxis-weber/empfang#dienstag-halb-drei", "halb-drei").code == 0
    assert "  - id: halb-drei\n    formerly: dienstag-halb-drei\n    tags: [critical]\n" in path.read_text(
        encoding="utf-8"
    )
    edit(
        path,
        "  - id: halb-drei\n    formerly: dienstag-halb-drei\n    tags: [critical]\n",
        "  - id: halb-drei\n    tags: [critical]\n",
    )
    assert place.run("rename", "praxis-weber/empfang#halb-drei", "null").code == 0
    assert '  - id: "null"\n    formerly: halb-drei\n' in path.read_text(encoding="utf-8")


def test_dry_run_changes_nothing_and_its_difference_can_be_applied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make_workplace(tmp_path / "a", capsys)
    write_commit(place.root, {})
    before = read_all(place.root)
    shown = place.run("rename", "toolset:praxis-weber/kalender", "termine", "--dry-run")
    assert shown.code == 0
    assert read_all(place.root) == before
    patch = tmp_path / "a.patch"
    patch.write_text(shown.out[: shown.out.index("would rename")], encoding="utf-8")
    run_git(place.root, "apply", str(patch))
    applied = read_all(place.root)
    run_git(place.root, "checkout", "--quiet", ".")
    run_git(place.root, "clean", "--quiet", "--force")
    assert place.run("rename", "toolset:praxis-weber/kalender", "termine").code == 0
    assert read_all(place.root) == applied


def test_what_still_has_the_old_name_is_said(place: Workplace) -> None:
    edit(place.root / AGENT, "Sprechzeiten:", "Nutze kalender.pruefen.\n  Sprechzeiten:")
    shown = place.run("rename", "toolset:praxis-weber/kalender", "termine")
    assert f"still has the old name: {AGENT}:16:9: Nutze kalender.pruefen.\n" in shown.out


def test_workflows_that_have_the_old_name_of_an_environment_are_told(place: Workplace) -> None:
    folder = place.root / ".github/workflows"
    (folder / "notes.yml").mkdir(parents=True)
    lines = "jobs:\n  a:\n    run: kiwerk deploy staging\n  staging-2: {run: tar -cf x build/staging}\n  c: staging2\n"
    (folder / "deploy.yml").write_text(lines, encoding="utf-8")
    shown = place.run("rename", "environment:staging", "probe")
    assert shown.code == 0
    assert [line for line in shown.out.splitlines() if "workflows" in line] == [
        "still has the old name: .github/workflows/deploy.yml:3:24: run: kiwerk deploy staging",
        "still has the old name: .github/workflows/deploy.yml:4:36: staging-2: {run: tar -cf x build/staging}",
    ]
    assert (folder / "deploy.yml").read_text(encoding="utf-8") == lines
    assert "workflows" not in place.run("rename", "policy:standard", "streng").out


@pytest.mark.parametrize(("old", "new"), [item for item in RENAMINGS if item[0] != "environment:staging"])
def test_renaming_says_whether_evidence_is_needed_and_deploy_agrees(
    place: Workplace, old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    with serve_references(place.root) as url:
        assert place.run("eval", "--base-url", url).code == 0
    assert place.run("attest", "--env", "staging").code == 0
    said = "new evidence is needed" in place.run("rename", old, new).out
    refused = place.run("deploy", "staging", "--dry-run").code == 1
    assert said is refused
    if said and not old.startswith("toolset"):
        assert place.run("attest", "--env", "staging").code == 0
        assert place.run("deploy", "staging", "--dry-run").code == 0


@pytest.mark.parametrize(
    ("old", "new", "message", "help_"),
    [
        ("praxis-weber/empfang", "telefon", "is several documents", "agent:praxis-weber/empfang or suite:praxis-weber"),
        ("praxis-weber/empfank", "telefon", "There is no document", "Did you mean 'praxis-weber/empfang'?"),
        ("agnet:praxis-weber/empfang", "telefon", "There is no kind 'agnet'", "Did you mean 'agent'?"),
        ("praxis-weber/empfang#x", "y", "There is no case 'x'", "Known: dienstag-halb-drei"),
        ("agent:praxis-weber/empfang", "Telefon", "cannot be an id", "such as praxis-weber/telefon"),
        ("agent:praxis-weber/empfang", "andere/empfang", "another company", "Stay in praxis-weber"),
        ("agent:praxis-weber/empfang", "suite:telefon", "is of kind Agent", "agent:telefon"),
        ("agent:praxis-weber/empfang", "empfang", "its name already", "another name"),
        ("agent:praxis-weber/empfang", "kalender", "There is something already", "another name"),
        ("toolset:praxis-weber/kalender", "uebergabe", "Nothing was renamed", "help"),
    ],
)
def test_what_cannot_be_renamed_says_why_and_changes_nothing(
    place: Workplace, old: str, new: str, message: str, help_: str
) -> None:
    before = read_all(place.root)
    shown = place.run("rename", old, new)
    assert shown.code in (1, 2)
    assert message in shown.err
    assert help_ in shown.err
    assert read_all(place.root) == before


def test_unreadable_file_is_mended_first(place: Workplace) -> None:
    edit(place.root / SUITE, "agent: empfang", "agent: [")
    shown = place.run("rename", "agent:praxis-weber/empfang", "telefon")
    assert shown.code == 1
    assert "cannot be read" in shown.err


def test_findings_that_were_there_before_are_no_obstacle(place: Workplace) -> None:
    edit(place.root / AGENT, "owner: praxisleitung", "owner: niemand")
    before = json.loads(place.run("check", "--format", "json").out)["findings"]
    assert place.run("rename", "agent:praxis-weber/empfang", "telefon").code == 0
    after = json.loads(place.run("check", "--format", "json").out)["findings"]
    assert [item["rule"] for item in after] == [item["rule"] for item in before]


STOPPED = """
import os, signal, sys
from pathlib import Path
root, last = Path(sys.argv[1]), int(sys.argv[2])
count = 0
def stop(self, target, real=Path.replace):
    global count
    if Path(target).suffix == ".yaml" and Path(target).is_relative_to(root):
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1
    return real(self, target)
def stop_at_the_end(self, missing_ok=False, real=Path.unlink):
    if count == last and self.suffix == ".yaml" and self.is_relative_to(root):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, missing_ok=missing_ok)
Path.replace, Path.unlink = stop, stop_at_the_end
from kiwerk import cli
sys.exit(cli.run(["rename", "toolset:praxis-weber/kalender", "termine", "--repo", sys.argv[1]]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", range(5))
def test_killed_renaming_is_explained_by_check_and_carried_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], after: int
) -> None:
    whole, place = (make_workplace(tmp_path / name, capsys) for name in ("whole", "killed"))
    renaming = ("rename", "toolset:praxis-weber/kalender", "termine")
    whole.run(*renaming)
    command = [sys.executable, "-c", STOPPED, str(place.root), str(after)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == -signal.SIGKILL
    shown = place.run("check")
    assert ("termine" in shown.out or "kalender" in shown.out) is (after > 0)
    assert place.run(*renaming).code == 0
    assert {path for path in read_all(place.root) if not path.rpartition("/")[2].startswith(".")} == set(
        read_all(whole.root)
    )
    assert place.run("check").out.startswith("No findings")
    assert "termine.pruefen" in (place.root / PROCESS).read_text(encoding="utf-8")
