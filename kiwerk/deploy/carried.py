"""What a Statement carries beside its tests: records in the annotations of one descriptor a kind, each with a version.

By them whoever deploys judges again, instead of believing a result, and needs no store for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from kiwerk.record import Record
from kiwerk.render.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAMPLES = "samples"
JUDGES = "judges"
BASELINES = "baselines"

_REQUIRED = SAMPLES
_VERSION = 1
_R = TypeVar("_R", bound=Record)


def describe_carried(name: str, records: Sequence[Record]) -> dict[str, object]:
    """The descriptor that carries these records."""
    return {
        "name": name,
        "mediaType": f"application/vnd.kiwerk.{name}+json",
        "annotations": {
            "version": _VERSION,
            name: [record.model_dump(mode="json", exclude_none=True) for record in records],
        },
    }


def parse_carried(predicate: Mapping[str, Any], name: str, model: type[_R]) -> tuple[_R, ...]:
    """The records that a predicate carries; none of what it need not carry, which meets no demand.

    Raises:
        ValueError: they cannot be read, or there are no samples; the message completes "The evidence ...".
    """
    from pydantic import TypeAdapter, ValidationError

    configuration = predicate.get("configuration")
    if not isinstance(configuration, list):
        raise ValueError("has no configuration")  # noqa: TRY004  # the one error of this function
    descriptors = [entry for entry in configuration if isinstance(entry, dict) and entry.get("name") == name]
    if not descriptors and name != _REQUIRED:
        return ()
    if len(descriptors) != 1:
        raise ValueError(f"does not carry its {name} once")
    carried = require_object(descriptors[0].get("annotations"), name)
    if carried.get("version") != _VERSION:
        raise ValueError(f"carries its {name} in a form that this kiwerk does not know")
    try:
        adapter: TypeAdapter[tuple[_R, ...]] = TypeAdapter(tuple[model, ...])  # type: ignore[valid-type]
        # through our own encoder, so that pydantic reads what `parse_json` read
        return adapter.validate_json(canonical_json(carried.get(name)), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"carries a {name.removesuffix('s')} that cannot be read: {place}: {first['msg']}") from None


def require_object(value: Any, name: str) -> dict[str, Any]:
    """The value, which has to be an object.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, dict):
        raise ValueError(f"has no {name}")  # noqa: TRY004  # the one error of this function
    return value
