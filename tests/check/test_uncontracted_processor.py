from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check.rules.uncontracted_processor import check_uncontracted_processors
from kiwerk.load.project import load_project
from tests.support.example import write_example


@pytest.mark.parametrize(
    ("now", "findings"),
    [
        (datetime(2026, 2, 28, 22, 59, tzinfo=UTC), 1),
        (datetime(2026, 2, 28, 23, 0, tzinfo=UTC), 0),  # midnight in Berlin
    ],
)
def test_contract_holds_from_its_day_in_the_company_on(tmp_path: Path, now: datetime, findings: int) -> None:
    project = load_project(write_example(tmp_path))
    assert len(list(check_uncontracted_processors(project, now))) == findings
