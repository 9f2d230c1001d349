"""What would ship: one agent to read, or all of them as files."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.render.canonical import canonical_json

if TYPE_CHECKING:
    from pathlib import Path

    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.render.bundle import Rendered


def find_agent(workspace: Workspace, name: str) -> Rendered:
    """An agent by its id, or by its local name where only one is called so.

    Raises:
        KiwerkError: there is none, or several.
    """
    agents = workspace.agents
    if name in agents:
        return agents[name]
    found = [rendered for rendered in agents.values() if rendered.agent.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        message = f"Several agents are called '{name}'"
        raise KiwerkError(message, remedy=f"Write the whole id, such as {found[0].agent.id}")
    near = difflib.get_close_matches(name, agents, n=1, cutoff=0.4)
    message = f"There is no agent '{name}'"
    raise KiwerkError(message, remedy=f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(agents)}")


def write_bundles(workspace: Workspace, environment: str, folder: Path) -> dict[str, str]:
    """Every agent's bundle as canonical JSON, `<agent>.json`, with `digests.json`; the digests by agent.

    Raises:
        KiwerkError: the folder cannot be written.
    """
    digests = {name: rendered.ships for name, rendered in workspace.agents.items()}
    files = {f"{name}.json": rendered.bundle.model_dump(mode="json") for name, rendered in workspace.agents.items()}
    files["digests.json"] = {"version": 1, "environment": environment, "agents": digests}
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(canonical_json(content) + b"\n")
    except OSError as error:
        message = f"The bundle cannot be written: {error.strerror}"
        raise KiwerkError(message, path=folder, remedy="Name a folder that can be written with --output") from error
    return digests
