"""What a case begins with: values of holes, state of the mocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.errors import KiwerkError
from kiwerk.render.german import format_moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kiwerk.load.project import Loaded
    from kiwerk.spec import Agent, Suite


def merge_state(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid upon `base`: mappings are merged, everything else, lists included, replaces."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = merge_state(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def fill_hole(
    agent: Loaded[Agent], suite: Loaded[Suite], name: str, given: Mapping[str, str], moment: datetime | None
) -> str:
    """What a hole is filled with: as given, or from the moment in the agent's language.

    Raises:
        KiwerkError: it has no value.
    """
    if name in given:
        return given[name]
    kind = agent.spec.runtime[name]
    if moment is not None and kind in ("date", "time", "datetime"):
        return format_moment(moment, kind, agent.spec.language)
    message = f"The hole '{name}' of agent {agent.id} has no value"
    raise KiwerkError(message, path=suite.document.path, remedy="Run `kiwerk check`")
