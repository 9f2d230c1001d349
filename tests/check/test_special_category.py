from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check.rules.special_category import check_special_categories
from kiwerk.load.project import load_project
from tests.support.example import edit, write_example


def count_findings(root: Path, basis: str) -> int:
    stated = f'data_protection: {{purpose: Termine, legal_basis: "{basis}", retention: 30d}}'
    edit(root / "agents/praxis-weber/empfang.yaml", "runtime: ", f"{stated}\nruntime: ")
    edit(root / "processes/praxis-weber/terminvereinbarung.yaml", "pii: identity", "pii: health")
    return len(list(check_special_categories(load_project(root), datetime.now(UTC))))


@pytest.mark.parametrize(
    "basis",
    [
        "Art. 6 Abs. 1 lit. b und Art. 9 Abs. 2 lit. h DSGVO",
        "Art. 9 Abs. 2 lit. h DSGVO",
        "Art. 6, 9 DSGVO",
        "Art.9 DSGVO",
        "Artikel 6 und 9",
        "Articles 6 and 9 GDPR",
        "Art. 6(1)(b), art. 9(2)(h) GDPR",
    ],
)
def test_basis_that_names_article_9_is_enough(tmp_path: Path, basis: str) -> None:
    assert count_findings(write_example(tmp_path), basis) == 0


@pytest.mark.parametrize(
    "basis",
    ["Art. 6 Abs. 1 lit. b DSGVO", "Art. 6 Abs. 9 DSGVO", "Art. 90 DSGVO", "Art. 6 und 95", "§ 9 BDSG", "Einwilligung"],
)
def test_basis_that_does_not_name_article_9_is_found(tmp_path: Path, basis: str) -> None:
    assert count_findings(write_example(tmp_path), basis) == 1
