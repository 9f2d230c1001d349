"""What would ship for one agent, to read: model, limits, opening, prompt with its holes, tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.text import Text

from kiwerk.report.layout import draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.record import Bundle


def format_bundle(bundle: Bundle, ships: str, environment: str, *, colour: bool) -> str:
    """The bundle as text."""
    return draw(*_parts(bundle, ships, environment), colour=colour)


def _parts(bundle: Bundle, ships: str, environment: str) -> Iterator[Text]:
    yield Text.assemble((bundle.agent, "bold"), f"  for {environment}")
    yield Text(f"ships {ships}", style="dim")
    settings = [
        f"{name} {value}"
        for name, value in (
            ("temperature", bundle.model.temperature),
            ("max_tokens", bundle.model.max_tokens),
        )
        if value is not None
    ]
    yield Text.assemble(("\nModel  ", "cyan"), ", ".join([bundle.model.name, *settings]))
    limits = f"{bundle.limits.turns} turns, {bundle.limits.tool_calls} tool calls a turn"
    yield Text.assemble(("Limits  ", "cyan"), limits)
    if bundle.opening is not None:
        yield Text.assemble(("Opening  ", "cyan"), bundle.opening)
    yield Text("\nPrompt", style="cyan")
    prompt = Text(no_wrap=True)
    for segment in bundle.prompt:
        if segment.hole is not None:
            prompt.append(f"⟨{segment.hole}: {bundle.holes[segment.hole]}⟩", style="bold yellow")
        else:
            prompt.append(segment.text or "")
    yield from (Text("  ", no_wrap=True).append_text(line) for line in prompt.split("\n"))
    yield Text("Tools", style="cyan")
    for tool in bundle.tools:
        yield Text.assemble("  ", (tool.name, "bold"), f"  {tool.description}", no_wrap=True)
        yield Text(f"    {json.dumps(tool.parameters, ensure_ascii=False)}", style="dim", no_wrap=True)
