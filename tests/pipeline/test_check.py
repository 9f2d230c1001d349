"""Cached or not, company by company or at once, on one core or two: always the same findings."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.generate import write_repository
from kiwerk import check as check_package
from kiwerk.check import check_project
from kiwerk.check.configuration import apply_configuration, load_configuration
from kiwerk.check.ignores import apply_ignores
from kiwerk.errors import KiwerkError
from kiwerk.finding import Finding
from kiwerk.load.parts import Part
from kiwerk.load.project import load_project
from kiwerk.pipeline import check as module
from kiwerk.pipeline.answers import FOLDER
from kiwerk.pipeline.check import check
from kiwerk.report.findings import FINDING_STYLES, format_findings
from tests.support.example import read_example

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[1] / "check"
FOLDERS = sorted(path for path in EXAMPLES.glob("*/*") if path.is_dir())

OTHER = "kanzlei-beck"
FILES = {
    **read_example(),
    **{name.replace("praxis-weber", OTHER): text for name, text in read_example().items() if "praxis-weber" in name},
}
ODD_NAMES = (
    *("agents/praxis-weber/KALENDER.yaml", "agents/praxis-weber/notiz.txt", "agents/kalender.yaml", "agents/neu"),
    *("agents/environments/empfang.yaml", "agents/shared/empfang.yaml", "processes/dritte/neu.yaml", "evals/x.yaml"),
    *("evals/praxis-weber/eigene.yaml", "agents/kanzlei-beck/kalender.yml", "evals/dritte/empfang.yaml"),
)
WORDS = (
    *(("praxis-weber", OTHER), ("kalender", "kalendar"), ("empfang", "shared/empfang"), ("2027-01-31", "2026-01-31")),
    *(("kind: Agent", "kind: Agnet"), ("kind: Organization", "kind: Facts"), ("tag:critical", "tag:unbekannt")),
    *(("tag:critical", "case:dienstag-*"), ("Europe/Berlin", "Pacific/Auckland"), ("dienstag-halb-drei", "mittwoch")),
    *((": ", ":\t"), ("kind:", "# kiwerk: ignore[unused-tool] darum\nkind:"), ("target:", "policy2:"), ("", "x")),
    ("processes: [terminvereinbarung]", f"processes: [{OTHER}/terminvereinbarung]"),
)
SETTINGS = '[tool.kiwerk]\nseverity = {unused-tool = "error", untested-agent = "ignore"}\n'


def check_at_once(root: Path, now: datetime = NOW) -> tuple[Finding, ...]:
    """What all rules say about the whole repository, in the plainest way."""
    project = load_project(root)
    findings = apply_ignores(check_project(project, now), project.sources)
    return apply_configuration(findings, load_configuration(root))


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def note_names(names: list[str]) -> Callable[..., list[Any]]:
    """Does the work here, and notes what about."""

    def work_here(work: Callable[[Part], Any], parts: Sequence[Part], _cores: int) -> list[Any]:
        names.extend(part.name for part in parts)
        return [work(part) for part in parts]

    return work_here


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.relative_to(EXAMPLES).as_posix())
def test_each_company_on_its_own_has_the_findings_of_the_whole(folder: Path, tmp_path: Path) -> None:
    """Beside another company, so that rules which look further than they say are seen."""
    write(tmp_path, {name: text for name, text in FILES.items() if OTHER in name})
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    expected = check_at_once(tmp_path)
    cold, warm = check(tmp_path, NOW), check(tmp_path, NOW)
    assert cold.findings == warm.findings == expected
    sources = load_project(tmp_path).sources
    for style in FINDING_STYLES:
        reports = {format_findings(expected, each, style) for each in (sources, cold.sources, warm.sources)}
        assert len(reports) == 1


EDITS = st.one_of(
    st.tuples(st.just("replace"), st.sampled_from(sorted(FILES)), st.sampled_from(WORDS)),
    st.tuples(st.just("remove"), st.sampled_from(sorted(FILES)), st.none()),
    st.tuples(st.just("move"), st.sampled_from(sorted(FILES)), st.sampled_from((*sorted(FILES), *ODD_NAMES))),
    st.tuples(st.just("copy"), st.sampled_from(sorted(FILES)), st.sampled_from((*sorted(FILES), *ODD_NAMES))),
    st.tuples(
        st.just("break"), st.sampled_from(sorted(FILES)), st.sampled_from((b"", b"\xff\xfe", b"a: [", b"a: 1.10"))
    ),
    st.tuples(st.just("forget"), st.integers(0, 9), st.none()),
    st.tuples(st.just("corrupt"), st.integers(0, 9), st.integers(0, 5000)),
    st.tuples(st.just("settings"), st.booleans(), st.none()),
    st.tuples(st.just("wait"), st.sampled_from((1, 11, 24, 24 * 200)), st.none()),
)
Edit = tuple[str, object, object]


def edit(root: Path, change: Edit) -> None:
    kind, where, what = change
    path = root / str(where)
    kept = sorted((root.joinpath(*FOLDER)).glob("*.json"))
    match kind, what:
        case "replace", (old, new) if path.is_file():
            path.write_bytes(path.read_bytes().replace(str(old).encode(), str(new).encode(), 1))
        case "remove", _ if path.is_file():
            path.unlink()
        case (("move" | "copy"), str()) if path.is_file() and not (root / what).is_dir():
            (root / what).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, root / what) if path != root / what else None
            if kind == "move" and path != root / what:
                path.unlink()
        case "break", bytes() if path.parent.is_dir():
            path.write_bytes(what)
        case "forget", _ if kept and isinstance(where, int):
            kept[where % len(kept)].unlink()
        case "corrupt", int() if kept and isinstance(where, int):
            data = bytearray(kept[where % len(kept)].read_bytes())
            data[what % len(data)] ^= 1
            kept[where % len(kept)].write_bytes(data)
        case "settings", _:
            (root / "pyproject.toml").write_text(SETTINGS if where else "[tool.kiwerk", "utf-8")


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=12)
@given(st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_warm_findings_are_the_cold_ones_after_any_edits(rounds: list[list[Edit]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, now = Path(folder), NOW
        write(root, FILES)
        for edits in ([], *rounds):
            for change in edits:
                edit(root, change)
                if change[0] == "wait" and isinstance(change[1], int):
                    now += timedelta(hours=change[1])
            assert check(root, now).findings == check_at_once(root, now)


def test_unchanged_repository_is_answered_without_reading_a_document(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = check(root, NOW)
    monkeypatch.setattr(module, "_check_changed", None)
    assert check(root, NOW).findings == cold.findings


def test_edit_is_checked_with_its_company_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(root, NOW)
    (root / "agents" / OTHER / "kalender.yaml").write_text("kind: [", "utf-8")
    checked: list[str] = []
    monkeypatch.setattr(module, "map_on_cores", note_names(checked))
    assert check(root, NOW).findings == check_at_once(root)
    assert checked == [OTHER]


def test_helpers_find_what_one_process_finds(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WORTH_SHARING", 0)
    (root / "agents" / OTHER / "kalender.yaml").write_text("kind: [", "utf-8")
    assert check(root, NOW).findings == check_at_once(root)


def test_two_processes_at_once_find_the_same_as_one(root: Path) -> None:
    (root / "agents" / OTHER / "kalender.yaml").write_text("kind: [", "utf-8")
    command = [sys.executable, "-m", "kiwerk", "check", "--repo", str(root), "--now", NOW.isoformat()]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    reports = {process.communicate()[0] for process in both}
    assert reports == {format_findings(check_at_once(root), load_project(root).sources, "text")}


def test_repository_that_cannot_be_written_is_checked_all_the_same(root: Path) -> None:
    (root / ".kiwerk").write_text("a file", "utf-8")
    assert check(root, NOW).findings == check_at_once(root)


def test_folder_without_documents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KiwerkError, match="no agents/"):
        check(tmp_path, NOW)


def test_answer_of_another_kiwerk_does_not_count(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(root, NOW)
    monkeypatch.setattr(module, "find_engine", lambda: "another")
    calls: list[str] = []
    monkeypatch.setattr(module, "map_on_cores", note_names(calls))
    check(root, NOW)
    assert sorted(calls) == ["", OTHER, "praxis-weber"]


def test_rules_ask_the_clock_for_nothing_but_the_local_day() -> None:
    """Answers are kept for a day in the company's zone: a rule that looks at hours would be answered too late."""
    for path in (Path(check_package.__file__).parent).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "now":
                assert path.name == "clock.py", f"{path.name}:{node.lineno}"


@pytest.mark.slow
def test_interrupt_ends_every_process_at_once_and_keeps_what_was_found(tmp_path: Path) -> None:
    write_repository(tmp_path, 4000, companies=40)
    command = [sys.executable, "-m", "kiwerk", "check", "--repo", str(tmp_path), "--now", "2026-11-27"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    kept = tmp_path.joinpath(*FOLDER)
    while not list(kept.glob("*.json")):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=20)[1].split() == ["Interrupted"]
    assert process.returncode == 130
    assert 0 < len(list(kept.glob("*.json"))) < 40
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
