from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiwerk.pipeline.workspace import Workspace, prepare
from tests.support.example import edit
from tests.support.loop import Workplace, make_workplace
from tests.support.python_mock import give_python

AGENT = "agents/praxis-weber/empfang.yaml"
DISORDER = ("kind: Agent\ntitle: Telefonempfang\nowner:", "title: Telefonempfang   \nkind: Agent\nowner:")


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys)


def digests(root: Path) -> dict[str, object]:
    from datetime import UTC, datetime

    workspace = prepare(root, datetime.now(UTC))
    assert isinstance(workspace, Workspace)
    ships = {name: rendered.ships for name, rendered in workspace.agents.items()}
    return {**ships, **{case.case: (case.stimulus, case.oracle) for case, _ in workspace.cases}}


def test_file_is_formatted_and_no_digest_changes(place: Workplace) -> None:
    path = place.root / AGENT
    canonical, before = path.read_text(encoding="utf-8"), digests(place.root)
    edit(path, *DISORDER)
    path.chmod(0o640)
    shown = place.run("fmt")
    assert (shown.code, shown.out) == (0, f"formatted {AGENT}\n1 of 10 files formatted\n")
    assert path.read_text(encoding="utf-8") == canonical
    assert path.stat().st_mode & 0o777 == 0o640
    assert digests(place.root) == before
    assert place.run("fmt").out == "0 of 10 files formatted\n"
    assert [item for item in path.parent.iterdir() if item.suffix != ".yaml"] == []


def test_check_names_files_and_changes_none(place: Workplace) -> None:
    path = place.root / AGENT
    edit(path, *DISORDER)
    before = path.read_bytes()
    shown = place.run("fmt", "--check")
    assert (shown.code, shown.out) == (1, f"would format {AGENT}\n1 of 10 files would be formatted\n")
    assert place.run("fmt", "--check", "processes").code == 0
    assert place.run("fmt", "--check", "--format", "json").json["changed"] == [AGENT]
    assert path.read_bytes() == before


def test_diff_shows_what_would_change(place: Workplace) -> None:
    path = place.root / AGENT
    edit(path, *DISORDER)
    shown = place.run("fmt", "--diff", AGENT)
    assert shown.code == 0
    assert (
        f"--- a/{AGENT}\n+++ b/{AGENT}\n@@ -1,5 +1,5 @@\n-title: Telefonempfang   \n kind: Agent\n+title" in shown.out
    )
    assert "Telefonempfang   \n" in path.read_text(encoding="utf-8")


def test_unreadable_file_is_told_and_the_others_are_formatted(place: Workplace) -> None:
    edit(place.root / AGENT, *DISORDER)
    broken = place.root / "agents/praxis-weber/oeffnungszeiten.yaml"
    broken.write_text("kind: Facts\n\tsource: x\n", encoding="utf-8")
    shown = place.run("fmt")
    assert shown.code == 1
    assert f"formatted {AGENT}\n" in shown.out
    place_of_tab = "agents/praxis-weber/oeffnungszeiten.yaml:2:1"
    assert f"cannot be read: {place_of_tab}: A tab in the indentation\n" in shown.out
    assert broken.read_text(encoding="utf-8") == "kind: Facts\n\tsource: x\n"


def test_path_without_documents_says_where_they_are(place: Workplace) -> None:
    (place.root / "notes.yaml").write_text("a: 1\n", encoding="utf-8")
    shown = place.run("fmt", str(place.root / "notes.yaml"))
    assert shown.code == 2
    assert "No document of kiwerk's is there" in shown.err
    assert "No document of kiwerk's is there" in place.run("fmt", "agents/gibt-es-nicht.yaml").err


def test_link_stays_a_link(place: Workplace) -> None:
    path = place.root / "agents/praxis-weber/empfang2.yaml"
    path.symlink_to("empfang.yaml")
    edit(place.root / AGENT, *DISORDER)
    assert place.run("fmt").code == 0
    assert path.is_symlink()
    assert not (place.root / AGENT).is_symlink()
    assert (place.root / AGENT).read_text(encoding="utf-8").startswith("kind: Agent\ntitle: Telefonempfang\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everything")
def test_nothing_changes_where_a_file_cannot_be_written(place: Workplace) -> None:
    edit(place.root / AGENT, *DISORDER)
    process = place.root / "processes/praxis-weber/terminvereinbarung.yaml"
    edit(process, "title: Terminvereinbarung\n", "title: Terminvereinbarung  \n")
    process.chmod(0o444)
    shown = place.run("fmt")
    assert shown.code == 2
    assert (place.root / AGENT).read_text(encoding="utf-8").startswith("title")


def test_python_of_a_mock_is_left_as_it_is(place: Workplace) -> None:
    code = give_python(place.root, "def buchen( args ):  return {'outcome':'ok'}\n")
    before = code.read_bytes()
    assert place.run("fmt").out == "0 of 10 files formatted\n"
    assert code.read_bytes() == before
