from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from kiwerk.check.clock import local_day
from kiwerk.load.project import Project, load_project
from tests.support.example import write_example


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root: Path = tmp_path_factory.mktemp("example")
    return load_project(write_example(root))


@pytest.mark.parametrize(
    ("company", "now", "expected"),
    [
        ("praxis-weber", datetime(2026, 11, 26, 22, 59, tzinfo=UTC), date(2026, 11, 26)),
        ("praxis-weber", datetime(2026, 11, 26, 23, 0, tzinfo=UTC), date(2026, 11, 27)),
        ("praxis-weber", datetime(2026, 7, 26, 22, 0, tzinfo=UTC), date(2026, 7, 27)),
        ("praxis-weber", datetime(2026, 11, 27, 8, 0, tzinfo=timezone(timedelta(hours=14))), date(2026, 11, 26)),
        ("praxis-weber", datetime(2026, 11, 26, 23, 0), date(2026, 11, 26)),  # noqa: DTZ001  # without a zone
        ("shared", datetime(2026, 11, 26, 23, 0, tzinfo=UTC), date(2026, 11, 26)),
    ],
)
def test_day_is_the_companys(project: Project, company: str, now: datetime, expected: date) -> None:
    assert local_day(project, company, now) == expected
