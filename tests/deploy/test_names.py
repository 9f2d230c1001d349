from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from kiwerk.deploy.names import check_digest, slug
from kiwerk.edit.new import check_identity
from kiwerk.errors import KiwerkError
from kiwerk.finding import Finding
from kiwerk.load.discover import find_files
from kiwerk.spec.base import Slug


def test_an_id_becomes_one_file_name() -> None:
    assert slug("praxis-weber/empfang") == "praxis-weber__empfang"


@pytest.mark.parametrize(
    "name", ["", "..", "a/..", "../a", "/a", "a/", "a//b", "a__b", "A", "a\n", "a\0", "ä", "a.b", "a-", "a--b", "-a"]
)
def test_what_is_no_id_becomes_no_path(name: str) -> None:
    with pytest.raises(KiwerkError, match="is not an id"):
        slug(name)


@pytest.mark.parametrize("value", ["", "..", "a" * 63, "a" * 65, "A" * 64, "g" * 64, f"{'a' * 64}\n"])
def test_what_is_no_digest_becomes_no_path(value: str) -> None:
    with pytest.raises(KiwerkError, match="is not a digest"):
        check_digest(value)


@pytest.mark.parametrize("name", ["a", "a-b", "2-a", "a--b", "-a", "a-", "a_b", "A", "ä", "a.b"])
def test_what_is_an_id_here_is_one_everywhere(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "agents" / "x"
    folder.mkdir(parents=True)
    (folder / f"{name}.yaml").write_text("kind: Facts\n", encoding="utf-8")
    found = not any(isinstance(item, Finding) for item in find_files(tmp_path))
    assert found is accepts(slug, f"x/{name}")
    assert found is accepts(lambda text: check_identity("Facts", text), f"x/{name}")
    assert found is accepts(TypeAdapter(Slug).validate_python, name)


def accepts(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except (KiwerkError, ValueError):
        return False
    return True
