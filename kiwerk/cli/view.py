"""`kiwerk view`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path


@click.command
@click.argument("run", required=False)
@click.option("--base", metavar="REV", help="Show the run beside this revision, as `kiwerk diff` compares them.")
@click.option("--no-browser", is_flag=True, help="Only say the address.")
@options.repo
@options.now
def command(run: str | None, base: str | None, no_browser: bool, repo: Path, now: datetime) -> None:
    """Show a run in the browser, and follow it while it goes on.

    RUN is a run's id or the beginning of it; the newest run otherwise. Its conversations are listed with their
    judgements, and shown with calls and state changes. The page is served on this machine alone, until Ctrl-C.

    \b
    Examples:
      kiwerk view
      kiwerk view --base origin/main
    """
    import webbrowser

    from kiwerk.pipeline.follow import Follower
    from kiwerk.pipeline.serve import Answer, serve

    follower = Follower(repo, None if run in (None, "last") else run.removeprefix("run:") if run else None)
    if base is None:
        from kiwerk.report.run_page import format_run_page, format_run_state, format_shown

        def tell(asked: Mapping[str, str]) -> str:
            follower.look()
            known = asked.get("known", "0")
            return format_run_state(follower.run, follower.held, int(known) if known.isdecimal() else 0)

        answers = {
            "/": Answer("text/html", lambda _: format_run_page(follower.run)),
            "/run.json": Answer("application/json", tell),
            "/conversation.json": Answer(
                "application/json", lambda asked: format_shown(follower.show(asked.get("transcript", "")))
            ),
        }
    else:
        from kiwerk.pipeline.compare import compare
        from kiwerk.report.comparison_page import format_comparison_page

        page = format_comparison_page(compare(repo, base, f"run:{follower.run.id}", now))
        answers = {"/": Answer("text/html", lambda _: page)}

    def announce(address: str) -> None:
        click.echo(f"Run {follower.run.id} at {address} until Ctrl-C")
        if not no_browser:
            webbrowser.open(address)

    serve(answers, announce)
