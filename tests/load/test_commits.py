from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.load.commits import find_commits
from tests.support.git import run_git, write_commit

LONG = "".join(f"zeile: {number}\n" for number in range(40))


def tell(root: Path, *paths: str, **options: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    commits = find_commits(root, paths, ["agents", "processes"], **options)
    return [(commit.message, [(change.what, change.path) for change in commit.changes]) for commit in commits]


def test_file_is_followed_through_a_rename_and_no_other_is_told(tmp_path: Path) -> None:
    write_commit(tmp_path, {"agents/a/alt.yaml": LONG, "agents/a/andere.yaml": "x: 1\n"}, "anfang")
    write_commit(tmp_path, {"agents/a/andere.yaml": "x: 2\n"}, "fremd")
    run_git(tmp_path, "mv", "agents/a/alt.yaml", "agents/a/neu.yaml")
    write_commit(tmp_path, {}, "umbenannt")
    write_commit(tmp_path, {"agents/a/alt.yaml": "etwas: anderes\n"}, "wieder ein alter Name")
    write_commit(tmp_path, {"agents/a/neu.yaml": f"{LONG}mehr: 1\n"}, "mehr")
    assert tell(tmp_path, "agents/a/neu.yaml") == [
        ("mehr", [("changed", "agents/a/neu.yaml")]),
        ("umbenannt", [("moved", "agents/a/neu.yaml")]),
        ("anfang", [("added", "agents/a/alt.yaml")]),
    ]


def test_file_that_was_written_anew_is_followed_where_it_says_what_it_was(tmp_path: Path) -> None:
    write_commit(tmp_path, {"agents/a/alt.yaml": LONG}, "anfang")
    run_git(tmp_path, "rm", "-q", "agents/a/alt.yaml")
    write_commit(tmp_path, {"agents/a/neu.yaml": "ganz: anders\n"}, "neu geschrieben")
    formerly = {"agents/a/neu.yaml": "agents/a/alt.yaml"}
    assert [message for message, _ in tell(tmp_path, "agents/a/neu.yaml")] == ["neu geschrieben"]
    assert [message for message, _ in tell(tmp_path, "agents/a/neu.yaml", formerly=formerly)] == [
        "neu geschrieben",
        "anfang",
    ]


def test_whatever_stands_in_a_message_or_name_one_commit_is_one(tmp_path: Path) -> None:
    message = "betreff\n\nM\tagents/a.yaml\n\x1e\x1f --format=%H\nä 'x' \"y\""
    write_commit(tmp_path, {"agents/ä b\n.yaml": "x: 1\n"}, message)
    [commit] = find_commits(tmp_path, ["agents/ä b\n.yaml"], ["agents"])
    assert commit.message == message
    assert commit.author == "Test"
    assert commit.at.tzinfo is not None
    assert [change.path for change in commit.changes] == ["agents/ä b\n.yaml"]


def test_paths_count_from_the_folder_also_below_the_root_of_the_repository(tmp_path: Path) -> None:
    write_commit(tmp_path, {"inner/agents/a.yaml": "x: 1\n", "agents/a.yaml": "y: 1\n"}, "anfang")
    write_commit(tmp_path, {"agents/a.yaml": "y: 2\n"}, "draussen")
    assert [message for message, _ in tell(tmp_path / "inner", "agents/a.yaml")] == ["anfang"]


def test_git_is_asked_once_however_many_commits_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        write_commit(tmp_path, {"agents/a.yaml": f"x: {number}\n"}, str(number))
    asked = []
    real = subprocess.run

    def count(*arguments: Any, **options: Any) -> Any:
        asked.append(arguments)
        return real(*arguments, **options)

    monkeypatch.setattr(subprocess, "run", count)
    assert len(find_commits(tmp_path, ["agents/a.yaml"], ["agents"])) == 5
    assert len(asked) == 1


def test_folder_outside_of_git_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KiwerkError, match="Git cannot be asked here"):
        find_commits(tmp_path, ["agents/a.yaml"], ["agents"])


def test_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "--quiet")
    with pytest.raises(KiwerkError, match="Git tells no history"):
        find_commits(tmp_path, ["agents/a.yaml"], ["agents"])
