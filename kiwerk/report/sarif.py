"""What every SARIF log of kiwerk has in common.

Specification: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0". Columns are counted in
Unicode code points, as everywhere in kiwerk, and `columnKind` says so. Paths are relative to `%SRCROOT%`, the
repository's root, and nothing says where that is on this machine.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kiwerk import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOT = "%SRCROOT%"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def format_log(rules: Sequence[dict[str, Any]], results: Sequence[dict[str, Any]], name: str | None = None) -> str:
    """One log with one run; runs of another name stand beside it where it is shown."""
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "kiwerk",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": list(rules),
            }
        },
        **({"automationDetails": {"id": f"{name}/"}} if name else {}),
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The repository's root"}}},
        "columnKind": "unicodeCodePoints",
        "results": list(results),
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def escape_message(text: str) -> str:
    """The text in which no brackets make a link, as section 3.11.6 of the specification wants it."""
    return text.replace("[", r"\[").replace("]", r"\]") if "](" in text else text


def describe_place(path: str, region: dict[str, int]) -> dict[str, Any]:
    """A location."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(path), "uriBaseId": _ROOT},
            "region": region,
        }
    }
