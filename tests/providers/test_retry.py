from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from kiwerk.providers.retry import parse_retry_after


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("", 0.0), ("-3", 0.0), ("nan", 0.0), ("inf", 0.0), ("soon", 0.0)],
)
def test_retry_after_is_a_number_of_seconds(value: str, seconds: float) -> None:
    assert parse_retry_after(value) == seconds


def test_retry_after_may_be_a_date() -> None:
    now = datetime.now(UTC)
    assert parse_retry_after(format_datetime(now + timedelta(seconds=60), usegmt=True)) == pytest.approx(59, abs=2)
    assert parse_retry_after(format_datetime(now - timedelta(seconds=60), usegmt=True)) == 0.0
    assert parse_retry_after("Wed, 21 Oct 2026 07:28:00") == 0.0
