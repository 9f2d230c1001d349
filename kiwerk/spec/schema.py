"""JSON Schemas of the content model, for editors: one a kind, and one for any document that looks at `kind` first.

Written by `python -m kiwerk.spec.schema` into `schemas/`. Dialect: JSON Schema 2020-12
(https://json-schema.org/draft/2020-12/schema). What a schema cannot say, `kiwerk check` does.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kiwerk.spec import KINDS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = Path("schemas")


def build_schemas() -> dict[str, dict[str, Any]]:
    """Schemas by file name: `agent.schema.json` and so on, and `kiwerk.schema.json` for all kinds."""
    by_kind = {
        kind: {"$schema": _DIALECT, "$id": f"{kind.lower()}.schema.json", **model.model_json_schema(by_alias=True)}
        for kind, model in KINDS.items()
    }
    schemas = {f"{kind.lower()}.schema.json": schema for kind, schema in by_kind.items()}
    schemas["kiwerk.schema.json"] = _combine(by_kind)
    return schemas


def format_schema(schema: dict[str, Any]) -> str:
    """A schema as it is committed."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _combine(by_kind: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One schema that decides by `kind`; `if`/`then` rather than `oneOf`, so that an error names one kind's field."""
    definitions: dict[str, Any] = {}
    branches = []
    for kind, schema in by_kind.items():
        body = {key: value for key, value in schema.items() if key not in ("$schema", "$id", "$defs")}
        definitions.update(schema.get("$defs", {}))
        definitions[kind] = body
        condition = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
        branches.append({"if": condition, "then": {"$ref": f"#/$defs/{kind}"}})
    return {
        "$schema": _DIALECT,
        "$id": "kiwerk.schema.json",
        "title": "A document of kiwerk",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": list(by_kind), "description": "What the document is."}},
        "allOf": branches,
        "$defs": definitions,
    }


def main() -> None:
    """Write every schema below the current folder."""
    FOLDER.mkdir(exist_ok=True)
    for name, schema in build_schemas().items():
        (FOLDER / name).write_text(format_schema(schema), encoding="utf-8")


if __name__ == "__main__":
    main()
