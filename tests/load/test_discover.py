from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiwerk.finding import Finding, Severity
from kiwerk.load.discover import Found, find_files


def write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("kind: Facts\n")


def shown(root: Path) -> list[str]:
    """What was found, and `path rule` for findings, in order."""
    return [
        result.shown if isinstance(result, Found) else f"{result.span.path} {result.rule}"
        for result in find_files(root)
    ]


def only_finding(root: Path) -> Finding:
    (finding,) = [result for result in find_files(root) if isinstance(result, Finding)]
    assert (finding.span.line, finding.span.column, finding.span.end_line, finding.span.end_column) == (1, 1, 1, 1)
    assert finding.help
    return finding


def test_documents_are_found_in_order_of_their_paths(tmp_path: Path) -> None:
    write(
        tmp_path, "processes/b/x.yaml", "evals/standard.yaml", "agents/b/c/d.yaml", "agents/a.yaml", "agents/b/a.yaml"
    )
    write(tmp_path, "README.md", "build/agents/x.yaml", ".github/x.yaml")

    assert shown(tmp_path) == [
        "agents/a.yaml",
        "agents/b/a.yaml",
        "agents/b/c/d.yaml",
        "evals/standard.yaml",
        "processes/b/x.yaml",
    ]
    first = next(iter(find_files(tmp_path)))
    assert first == Found(tmp_path / "agents/a.yaml", "agents/a.yaml", "agents")


def test_missing_folders_are_nothing(tmp_path: Path) -> None:
    assert shown(tmp_path) == []
    write(tmp_path, "evals/a.yaml")
    assert shown(tmp_path) == ["evals/a.yaml"]


def test_what_editors_and_python_leave_behind_is_ignored(tmp_path: Path) -> None:
    write(tmp_path, "agents/a/.gitkeep", "agents/a/.b.yaml.swp", "agents/a/#b.yaml#", "agents/a/b.yaml~")
    write(tmp_path, "agents/a/README.md", "agents/a/__pycache__/b.pyc", "agents/.idea/x.yaml", "agents/a/b.yaml.orig")

    assert shown(tmp_path) == []


def test_python_of_mocks_and_expectations_is_read_and_no_document(tmp_path: Path) -> None:
    write(tmp_path, "agents/a/b.py", "agents/a/b.yaml", "agents/a/__pycache__/b.py", "evals/a/b.py", "processes/a/b.py")

    assert shown(tmp_path) == ["agents/a/b.py", "agents/a/b.yaml", "evals/a/b.py"]
    assert [entry.is_document for entry in find_files(tmp_path) if isinstance(entry, Found)] == [False, True, False]


def test_folder_named_like_a_document_is_no_file(tmp_path: Path) -> None:
    write(tmp_path, "agents/a/x.yaml/y.yaml", "agents/a/z.yaml")

    assert shown(tmp_path) == ["agents/a/x.yaml not-a-file", "agents/a/z.yaml"]


def test_pipe_is_no_file(tmp_path: Path) -> None:
    write(tmp_path, "agents/a/z.yaml")
    os.mkfifo(tmp_path / "agents/a/x.yaml")

    assert shown(tmp_path) == ["agents/a/x.yaml not-a-file", "agents/a/z.yaml"]


def test_file_named_like_a_top_folder_is_no_folder(tmp_path: Path) -> None:
    write(tmp_path, "agents", "evals/a.yaml")

    assert shown(tmp_path) == ["agents not-a-folder", "evals/a.yaml"]


@pytest.mark.parametrize("name", ["x.yml", "x.YAML", "x.Yml", "x.yaml.txt", "x.yaml.j2"])
def test_ending_that_would_not_be_read_is_an_error(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"agents/a/{name}")

    finding = only_finding(tmp_path)
    assert (finding.rule, finding.span.path) == ("wrong-ending", f"agents/a/{name}")
    assert (finding.severity, finding.help) == (Severity.ERROR, "Rename it to agents/a/x.yaml")


@pytest.mark.parametrize("name", ["x.json", "x", "x.txt", "x.csv"])
def test_other_file_is_a_warning(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"agents/a/{name}")

    finding = only_finding(tmp_path)
    assert (finding.rule, finding.severity, finding.span.path) == (
        "unexpected-file",
        Severity.WARNING,
        f"agents/a/{name}",
    )


@pytest.mark.parametrize(
    ("path", "place", "better"),
    [
        ("agents/a/Empfang.yaml", "agents/a/Empfang.yaml", "empfang"),
        ("agents/Praxis Müller/a.yaml", "agents/Praxis Müller", "praxis-mueller"),
        ("agents/a/b_c.yaml", "agents/a/b_c.yaml", "b-c"),
        ("agents/a/b.c.yaml", "agents/a/b.c.yaml", "b-c"),
        ("agents/a/tele--fon.yaml", "agents/a/tele--fon.yaml", "tele-fon"),
        ("agents/a/-a.yaml", "agents/a/-a.yaml", "a"),
        ("agents/a/x\x1b[31m.yaml", "agents/a/x\ufffd[31m.yaml", "x-31m"),
        ("agents/a/x\ny.yaml", "agents/a/x\ufffdy.yaml", "x-y"),
        ("agents/a/x\udcff.yaml", "agents/a/x\ufffd.yaml", "x"),
    ],
)
def test_name_that_is_no_part_of_an_id_is_found_with_its_content(
    tmp_path: Path, path: str, place: str, better: str
) -> None:
    write(tmp_path, path)

    finding = only_finding(tmp_path)
    assert (finding.rule, finding.span.path) == ("invalid-path", place)
    assert finding.help == f"Use lower-case letters and digits, joined by single hyphens, such as {better}"
    (found,) = [result for result in find_files(tmp_path) if isinstance(result, Found)]
    assert found.path == tmp_path / path
    assert found.shown.isprintable()


@pytest.mark.parametrize(
    ("link", "target", "rule"),
    [
        ("agents/a/x.yaml", "../../../outside.yaml", "outside-repository"),
        ("agents/a/x.yaml", "/etc/passwd", "outside-repository"),
        ("agents/a/x", "../../..", "outside-repository"),
        ("agents/a/x.py", "../../../outside.yaml", "outside-repository"),
        ("agents/a/x.yaml", "nirgends.yaml", "broken-link"),
        ("agents/a/x.yaml", "x.yaml", "broken-link"),
        ("agents/a/x", "..", "broken-link"),
        ("agents/a/x", ".", "broken-link"),
        ("agents/a/x", "../..", "broken-link"),
        ("processes", "../fremd", "outside-repository"),
        ("processes", "nirgends", "broken-link"),
        ("processes", ".", "broken-link"),
    ],
)
def test_link_that_cannot_be_followed_is_shown(tmp_path: Path, link: str, target: str, rule: str) -> None:
    root = tmp_path / "repository"
    write(root, "agents/a/b.yaml")
    write(tmp_path, "outside.yaml", "repository-other/a.yaml", "fremd/a.yaml")
    (root / link).symlink_to(target)

    finding = only_finding(root)
    assert (finding.rule, finding.span.path) == (rule, link)
    assert "agents/a/b.yaml" in shown(root)


def test_neighbour_with_the_same_beginning_is_outside(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    write(root, "agents/a/b.yaml")
    write(tmp_path, "repository-other/a.yaml")
    (root / "agents/a/x.yaml").symlink_to("../../../repository-other/a.yaml")

    assert only_finding(root).rule == "outside-repository"


def test_link_inside_the_repository_is_followed(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    write(root, "agents/a/b.yaml", "vorlagen/c/d.yaml")
    (root / "agents/a/x.yaml").symlink_to("b.yaml")
    (root / "agents/v").symlink_to("../vorlagen")
    (tmp_path / "link").symlink_to("repository")

    expected = ["agents/a/b.yaml", "agents/a/x.yaml", "agents/v/c/d.yaml"]
    assert shown(root) == expected
    assert shown(tmp_path / "link") == expected


def test_links_that_lead_to_each_other_end(tmp_path: Path) -> None:
    for number in range(30):
        write(tmp_path, f"agents/f{number}/a.yaml")
        for name in ("l", "r"):
            (tmp_path / f"agents/f{number}/{name}").symlink_to(f"../f{(number + 1) % 30}")

    results = shown(tmp_path)
    assert len([result for result in results if not result.endswith("broken-link")]) == 30 * 3
    assert len([result for result in results if result.endswith("broken-link")]) == 30 * 2 * 2


def test_unreadable_folder_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "agents/a/x.yaml", "agents/b/y.yaml")
    scandir = os.scandir

    def forbid(path: str) -> object:
        if path.endswith("agents/a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    # Root, as in containers, may read everything.
    monkeypatch.setattr(os, "scandir", forbid)

    assert shown(tmp_path) == ["agents/a unreadable-file", "agents/b/y.yaml"]


def test_very_deep_folders_are_walked(tmp_path: Path) -> None:
    folders = [f"{tmp_path}/agents" + "/a" * depth for depth in range(1050)]
    file = f"{folders[-1]}/x.yaml"
    for folder in folders:
        os.mkdir(folder)  # noqa: PTH102 - pathlib recurses, too
    os.close(os.open(file, os.O_CREAT))

    assert len(shown(tmp_path)) == 1

    # pytest would remove them by recursion.
    os.unlink(file)  # noqa: PTH108
    for folder in reversed(folders):
        os.rmdir(folder)  # noqa: PTH106
