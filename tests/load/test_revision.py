from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.load.file import MAX_BYTES
from kiwerk.load.git import Git
from kiwerk.load.project import load_project
from kiwerk.load.revision import find_changed_files, load_snapshot, name_blob, take_base, take_snapshot
from tests.support.example import edit, read_example, write_example
from tests.support.git import run_git, write_commit

FACTS = "agents/praxis-weber/oeffnungszeiten.yaml"


@pytest.fixture(name="repository")
def fixture_repository(tmp_path: Path) -> Path:
    write_example(tmp_path / "r")
    write_commit(tmp_path / "r", {})
    return tmp_path / "r"


def test_project_at_a_revision_is_what_was_committed_and_not_what_lies_there(repository: Path) -> None:
    before = load_project(repository)
    edit(repository / FACTS, "17:00", "18:00")
    (repository / "evals/standard.yaml").unlink()
    project = load_snapshot(take_snapshot(repository, "HEAD"))
    assert project.findings == before.findings
    assert {item.document.path: item.spec for item in project.all()} == {
        item.document.path: item.spec for item in before.all()
    }


def test_base_is_where_the_branch_left(repository: Path) -> None:
    start = run_git(repository, "rev-parse", "HEAD")
    run_git(repository, "switch", "--quiet", "--create", "work")
    write_commit(repository, {"agents/praxis-weber/neu.yaml": "kind: Facts\n"})
    run_git(repository, "switch", "--quiet", "main")
    newest = write_commit(repository, {"README.md": "main went on"})
    run_git(repository, "switch", "--quiet", "work")
    assert take_base(repository, "main").commit == start
    assert take_snapshot(repository, "main").commit == newest


def test_only_the_named_companies_and_what_is_common_are_read(repository: Path) -> None:
    write_commit(repository, {"agents/andere/organization.yaml": "kind: Organization\ntitle: A\n"})
    read = load_snapshot(take_snapshot(repository, "HEAD"), {"praxis-weber"}).documents
    assert "agents/andere/organization.yaml" not in read
    assert {FACTS, "agents/shared/uebergabe.yaml", "evals/standard.yaml"} <= set(read)


def test_changed_files_are_those_with_other_bytes_new_or_gone(repository: Path) -> None:
    snapshot = take_snapshot(repository, "HEAD")
    assert find_changed_files(snapshot) == set()
    edit(repository / FACTS, "17:00", "18:00")
    (repository / "evals/standard.yaml").unlink()
    (repository / "agents/praxis-weber/neu.yaml").write_text("kind: Facts\n", encoding="utf-8")
    assert find_changed_files(snapshot) == {FACTS, "evals/standard.yaml", "agents/praxis-weber/neu.yaml"}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_blob_is_named_as_git_names_it(tmp_path: Path, algorithm: str) -> None:
    run_git(tmp_path, "init", "--quiet", f"--object-format={algorithm}")
    (tmp_path / "a").write_bytes(b"a\0b")
    name = run_git(tmp_path, "hash-object", "a")
    assert name_blob(b"a\0b", name) == name


def test_repository_may_lie_further_down_in_git(tmp_path: Path) -> None:
    write_example(tmp_path / "firma")
    write_commit(tmp_path, {"agents/fremd.yaml": "kind: Facts\n"})
    snapshot = take_snapshot(tmp_path / "firma", "HEAD")
    assert snapshot.blobs.keys() == read_example().keys()
    assert find_changed_files(snapshot) == set()


def test_links_are_followed_as_in_a_checkout(repository: Path) -> None:
    (repository / "vorlagen/tief").mkdir(parents=True)
    (repository / "vorlagen/tief/preise.yaml").write_text("kind: Facts\nsource: x\nvalues: {}\n", encoding="utf-8")
    (repository / "vorlagen/tief/mehr.yaml").symlink_to("preise.yaml")
    (repository / "agents/praxis-weber/preise.yaml").symlink_to("../../vorlagen/tief/preise.yaml")
    (repository / "agents/praxis-weber/alles").symlink_to("../../vorlagen/tief")
    (repository / "agents/praxis-weber/kreis").symlink_to("kreis")
    (repository / "agents/praxis-weber/aussen.yaml").symlink_to("../../../x.yaml")
    write_commit(repository, {})
    snapshot = take_snapshot(repository, "HEAD")
    linked = {path for path in snapshot.blobs if path not in read_example()}
    inside = "agents/praxis-weber"
    assert linked == {f"{inside}/preise.yaml", f"{inside}/alles/preise.yaml", f"{inside}/alles/mehr.yaml"}
    assert find_changed_files(snapshot) == set()
    assert set(load_snapshot(snapshot).documents) == set(load_project(repository).documents)


def test_hidden_files_and_notes_are_no_documents(repository: Path) -> None:
    extra = {"agents/praxis-weber/.alt.yaml": "x", "agents/praxis-weber/notiz.md": "x", "evals/#a.yaml": "x"}
    write_commit(repository, extra)
    assert take_snapshot(repository, "HEAD").blobs.keys() == read_example().keys()


@pytest.mark.parametrize(
    ("revision", "message"),
    [("mian", "Did you mean 'main'?"), ("origin/x", "Fetch it first"), ("--all", "There is no revision '--all'")],
)
def test_unknown_revision_says_so(repository: Path, revision: str, message: str) -> None:
    with pytest.raises(KiwerkError) as caught:
        take_base(repository, revision)
    assert message in str(caught.value)


def test_folder_outside_git_says_so(tmp_path: Path) -> None:
    with pytest.raises(KiwerkError, match="not a git repository"):
        take_snapshot(tmp_path, "main")


def test_repository_without_a_commit_says_so(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "--quiet")
    with pytest.raises(KiwerkError, match="Commit something first"):
        take_snapshot(tmp_path, "HEAD")


def test_histories_with_nothing_in_common_say_so(repository: Path) -> None:
    run_git(repository, "checkout", "--quiet", "--orphan", "fremd")
    write_commit(repository, {"x": "y"})
    with pytest.raises(KiwerkError, match=r"no commit in common\n.*descends from"):
        take_base(repository, "main")


def test_shallow_history_says_what_to_fetch(repository: Path, tmp_path: Path) -> None:
    run_git(repository, "switch", "--quiet", "--create", "work")
    write_commit(repository, {"a": "1"})
    run_git(repository, "switch", "--quiet", "main")
    write_commit(repository, {"b": "1"})
    clone = tmp_path / "clone"
    address = repository.as_uri()
    run_git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=work", address, str(clone))
    with pytest.raises(KiwerkError, match="the history here is shallow"):
        take_base(clone, "origin/main")
    assert take_base(clone, "HEAD").commit == run_git(clone, "rev-parse", "HEAD")


def test_object_that_is_not_here_is_no_empty_file(repository: Path) -> None:
    snapshot = take_snapshot(repository, "HEAD")
    blob = snapshot.blobs[FACTS]
    (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(KiwerkError, match=f"Git has no {blob[:12]} here"):
        load_snapshot(snapshot)


def test_machine_without_git_says_so(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError()))
    with pytest.raises(KiwerkError, match="Install git"):
        take_snapshot(repository, "HEAD")


def test_file_that_is_too_large_is_a_finding_and_never_read(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = "agents/praxis-weber/gross.yaml"
    write_commit(repository, {large: "a" * (MAX_BYTES + 1), "evals/praxis-weber/gross.py": "#" * (MAX_BYTES + 1)})
    asked: list[bytes] = []

    def note(git: Git, *arguments: str, stdin: bytes = b"") -> Any:
        answer = real(git, *arguments, stdin=stdin)
        asked.append(answer.stdout)
        return answer

    real = Git._run
    monkeypatch.setattr(Git, "_run", note)
    project = load_snapshot(take_snapshot(repository, "HEAD"))
    assert [finding for finding in project.findings if finding.rule == "file-too-large"] == [
        finding for finding in load_project(repository).findings if finding.rule == "file-too-large"
    ]
    assert {item.identity.id for item in project.broken} == {"praxis-weber/gross"}
    assert max(map(len, asked)) < MAX_BYTES


def test_blob_of_most_bytes_is_read_and_of_one_more_measured(repository: Path) -> None:
    write_commit(repository, {"a": "xyz", "b": "xyzz"})
    names = [run_git(repository, "rev-parse", f"HEAD:{name}") for name in "ab"]
    assert Git(repository).read_blobs(names, 3) == {names[0]: b"xyz", names[1]: 4}


def test_blob_that_is_not_here_is_told(repository: Path) -> None:
    with pytest.raises(KiwerkError, match="Git has no 000000000000 here"):
        Git(repository).read_blobs(["0" * 40], 3)
