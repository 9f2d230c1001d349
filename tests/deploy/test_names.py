from __future__ import annotations

import pytest

from kiwerk.deploy.names import check_digest, slug
from kiwerk.errors import KiwerkError


def test_an_id_becomes_one_file_name() -> None:
    assert slug("praxis-weber/empfang") == "praxis-weber__empfang"


@pytest.mark.parametrize(
    "name", ["", "..", "a/..", "../a", "/a", "a/", "a//b", "a__b", "A", "a\n", "a\0", "ä", "a.b", "a-"]
)
def test_what_is_no_id_becomes_no_path(name: str) -> None:
    with pytest.raises(KiwerkError, match="is not an id"):
        slug(name)


@pytest.mark.parametrize("value", ["", "..", "a" * 63, "a" * 65, "A" * 64, "g" * 64, f"{'a' * 64}\n"])
def test_what_is_no_digest_becomes_no_path(value: str) -> None:
    with pytest.raises(KiwerkError, match="is not a digest"):
        check_digest(value)
