"""Findings without the secrets that their sentences quote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiwerk.check.secret_text import mask_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kiwerk.finding import Finding


def hide_secrets(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with asterisks where a message or help repeats a key, a token or a password."""
    return tuple(
        replace(
            finding,
            message=mask_secrets(finding.message),
            help=mask_secrets(finding.help) if finding.help else finding.help,
            related=tuple(replace(item, message=mask_secrets(item.message)) for item in finding.related),
        )
        for finding in findings
    )
