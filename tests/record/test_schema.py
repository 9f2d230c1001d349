from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from kiwerk.record.schema import FOLDER, build_schemas, format_schema
from tests.support.comparisons import make_rich_comparison

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", build_schemas())
def test_schema_is_the_committed_one(name: str) -> None:
    """Written by `make schemas`."""
    assert (ROOT / FOLDER / name).read_text(encoding="utf-8") == format_schema(build_schemas()[name])


def test_no_other_schema_lies_there() -> None:
    assert {path.name for path in (ROOT / FOLDER).iterdir()} == set(build_schemas())


def test_comparison_is_what_its_schema_says() -> None:
    schema = build_schemas()["comparison.schema.json"]
    body = json.loads(make_rich_comparison().model_dump_json())
    jsonschema.validate(body, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**body, "behaviour": None}, schema)
