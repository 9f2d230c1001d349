"""Which day it is where a document is at home."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date, datetime

    from kiwerk.load.project import Project


def local_day(project: Project, company: str, now: datetime) -> date:
    """The day in the company's time zone; the day that `now` itself says where either zone is unknown."""
    organization = project.organization(company)
    if organization is None or now.tzinfo is None:
        return now.date()
    return now.astimezone(ZoneInfo(organization.spec.timezone)).date()
