from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kiwerk.spec import KINDS
from kiwerk.spec.schema import FOLDER, build_schemas, format_schema

ROOT = Path(__file__).parents[2]
SCHEMAS = build_schemas()


@pytest.mark.parametrize("name", SCHEMAS)
def test_committed_schema_is_what_the_models_say(name: str) -> None:
    committed = (ROOT / FOLDER / name).read_text(encoding="utf-8")
    assert committed == format_schema(SCHEMAS[name]), "stale: run `make schemas`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_valid_2020_12(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in (ROOT / FOLDER).glob("*.json")} == set(SCHEMAS)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"kind": "Facts", "source": "Aushang", "valid_until": "2027-01-31", "values": {"a": "b"}}, None),
        ({"kind": "Facts", "source": "Aushang", "valid_until": "31.01.2027", "values": {"a": "b"}}, ["valid_until"]),
        ({"kind": "Facts", "source": "Aushang", "valid_until": "2027-01-31", "vals": {}}, []),
        ({"kind": "Fact"}, ["kind"]),
        ({}, []),
    ],
)
def test_combined_schema_judges_a_document_by_its_kind(document: dict[str, Any], path: list[str] | None) -> None:
    errors = list(jsonschema.Draft202012Validator(SCHEMAS["kiwerk.schema.json"]).iter_errors(document))
    if path is None:
        assert not errors
    else:
        assert path in [list(error.absolute_path) for error in errors]


def test_every_kind_has_a_branch() -> None:
    branches = json.dumps(SCHEMAS["kiwerk.schema.json"]["allOf"])
    assert all(f'"const": "{kind}"' in branches for kind in KINDS)
