from __future__ import annotations

from pathlib import Path

from kiwerk.load.file import MAX_BYTES
from kiwerk.pipeline.sides import load_sides
from tests.support.example import write_example
from tests.support.git import write_commit

COUNTED = {
    "pyproject.toml": "[tool.kiwerk]\n",
    ".github/workflows/a.yml": "run: kiwerk gate",
    ".github/workflows/README.md": "kiwerk gate",
    ".github/actions/check/action.yml": "run: kiwerk check",
    ".github/CODEOWNERS": "* @somebody",
    "Makefile": "check:",
}
NOT_COUNTED = {
    ".github/workflows/large.yml": "#" * (MAX_BYTES + 1),
    "sub/pyproject.toml": "",
}


def test_both_sides_read_the_same_files_beside_the_documents(tmp_path: Path) -> None:
    write_example(tmp_path)
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/e.yml").symlink_to("a.yml")
    write_commit(tmp_path, COUNTED | NOT_COUNTED)
    expected = {path: text.encode() for path, text in COUNTED.items()}
    assert load_sides(tmp_path, "HEAD", None).files == (expected, expected)
    assert load_sides(tmp_path, "HEAD", "HEAD").files == (expected, expected)
