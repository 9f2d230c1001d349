"""JSON Schemas of what kiwerk writes, for whoever reads it by program.

Written by `python -m kiwerk.record.schema` into `schemas/records/`. Dialect: JSON Schema 2020-12
(https://json-schema.org/draft/2020-12/schema). Within a version fields are added, never renamed, retyped or removed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiwerk.record.comparison import Comparison
from kiwerk.record.release import Bundle, Deployment, Release
from kiwerk.record.run import Run
from kiwerk.record.transcript import Transcript
from kiwerk.record.verdict import Verdict

if TYPE_CHECKING:
    from kiwerk.record.base import Record

FOLDER = Path("schemas/records")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_RECORDS: tuple[type[Record], ...] = (Bundle, Comparison, Deployment, Release, Run, Transcript, Verdict)


def build_schemas() -> dict[str, dict[str, Any]]:
    """Schemas by file name, `comparison.schema.json` and so on."""
    found = {}
    for model in _RECORDS:
        name = f"{model.__name__.lower()}.schema.json"
        found[name] = {"$schema": _DIALECT, "$id": name, **model.model_json_schema(mode="serialization")}
    return found


def format_schema(schema: dict[str, Any]) -> str:
    """A schema as it is committed."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """Write every schema below the current folder."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, schema in build_schemas().items():
        (FOLDER / name).write_text(format_schema(schema), encoding="utf-8")


if __name__ == "__main__":
    main()
