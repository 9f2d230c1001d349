"""`kiwerk explain`."""

from __future__ import annotations

import json

import click

from kiwerk.cli import options
from kiwerk.errors import KiwerkError


@click.command
@click.argument("rule", required=False)
@options.output("text", "json")
def command(rule: str | None, style: str) -> None:
    """Explain a rule: what it does, why, an example, and what to write instead.

    Without RULE every rule is listed with its first sentence.

    \b
    Examples:
      kiwerk explain expired-fact
      kiwerk explain
    """
    from kiwerk.check.documentation import find_pages
    from kiwerk.load.suggest import suggest

    pages = {page.name: page for page in find_pages()}
    if rule is not None and rule not in pages:
        message = f"There is no rule '{rule}'"
        raise KiwerkError(message, remedy=suggest(rule, pages) or "`kiwerk explain` lists all of them")
    chosen = [pages[rule]] if rule else list(pages.values())
    if style == "json":
        shown = [
            {"rule": page.name, "severity": page.severity, "summary": page.summary, "text": page.body}
            for page in chosen
        ]
        click.echo(json.dumps({"version": 1, "rules": shown}, ensure_ascii=False, indent=2))
    elif rule:
        click.echo(f"{rule} ({pages[rule].severity})\n\n{pages[rule].body}")
    else:
        width = max(map(len, pages))
        click.echo("\n".join(f"{page.name:{width}}  {page.summary}" for page in chosen))
