"""`kiwerk render`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from datetime import datetime


@click.command
@click.argument("agent", required=False)
@options.env
@click.option("--all", "everything", is_flag=True, help="Every agent; needs --output.")
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the canonical bundles.")
@click.option("--explain", is_flag=True, help="Show which file and line each part of the prompt comes from.")
@options.output("text", "json")
@options.repo
@options.now
def command(
    agent: str | None,
    environment: str,
    everything: bool,
    output: Path | None,
    explain: bool,
    style: str,
    repo: Path,
    now: datetime,
) -> None:
    """Show exactly what would ship: prompt, tools and settings.

    \b
    Examples:
      kiwerk render empfang --env production
      kiwerk render empfang --env production --explain
      kiwerk render --all --env production --output build/bundle
    """
    from kiwerk.pipeline.render import find_agent, write_bundles
    from kiwerk.pipeline.workspace import find_gate, must_prepare
    from kiwerk.render.origin import explain_prompt
    from kiwerk.report.bundle_text import format_bundle
    from kiwerk.report.origin import format_parts, format_parts_json

    if everything is (agent is not None) or everything is (output is None):
        raise click.UsageError("Name one AGENT, or give --all with --output DIR.")
    if explain and everything:
        raise click.UsageError("--explain is about one AGENT.")
    workspace = must_prepare(repo, now)
    find_gate(workspace, environment)
    if output is not None:
        digests = write_bundles(workspace, environment, output)
        if style == "json":
            listed = {"version": 1, "environment": environment, "agents": dict(digests)}
            click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        else:
            click.echo("\n".join(f"{ships}  {name}" for name, ships in digests.items()))
        return
    rendered = find_agent(workspace, agent or "")
    shown = {"version": 1, "environment": environment, "ships": rendered.ships}
    if explain:
        parts = explain_prompt(workspace.project, rendered.agent)
        if style == "json":
            click.echo(json.dumps({**shown, "parts": format_parts_json(parts)}, ensure_ascii=False, indent=2))
        else:
            click.echo(format_parts(parts, rendered.bundle.holes, colour=options.use_colour()), nl=False)
    elif style == "json":
        bundle = rendered.bundle.model_dump(mode="json")
        click.echo(json.dumps({**shown, "bundle": bundle}, ensure_ascii=False, indent=2))
    else:
        click.echo(format_bundle(rendered.bundle, rendered.ships, environment, colour=options.use_colour()), nl=False)
