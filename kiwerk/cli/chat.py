"""`kiwerk chat`."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from kiwerk.pipeline.chat import Chat


@click.command
@click.argument("agent")
@click.option(
    "--case", "case_name", metavar="CASE", help="Talk in this case's world; without a model its reference answers."
)
@options.base_url
@options.provider
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE", help="Value of a hole of the agent; repeatable.")
@click.option("--save-case", metavar="ID", help="Append the talk to the agent's suite as a case with its reference.")
@options.repo
@options.now
def command(
    agent: str,
    case_name: str | None,
    base_url: str | None,
    provider: str | None,
    values: tuple[str, ...],
    save_case: str | None,
    repo: Path,
    now: datetime,
) -> None:
    """Talk to an agent against its mocks; calls and what they change are shown beside.

    A line of yours is a turn; `/state` shows the mocks' state, `/quit` or the end of input ends the talk. Without a
    model, `--case` plays a case: an empty line says what its caller says next.

    \b
    Examples:
      kiwerk chat empfang --base-url https://api.mistral.ai/v1 --save-case termin-am-freitag
      kiwerk chat empfang --case dienstag-halb-drei
    """
    from kiwerk.pipeline import chat
    from kiwerk.pipeline.models import find_access
    from kiwerk.pipeline.render import find_agent
    from kiwerk.pipeline.workspace import must_prepare

    workspace = must_prepare(repo, now)
    rendered = find_agent(workspace, agent)
    case = chat.find_case(workspace, rendered, case_name) if case_name else None
    given = dict(split_value(value) for value in values)
    access = find_access(base_url, os.environ, provider=provider, root=repo)
    world = case or chat.make_world(workspace, rendered, given)
    suite = chat.find_suite(workspace, rendered, case, save_case) if save_case else None
    with chat.open_chat(rendered, world, access, case) as talk:
        try:
            hold(talk, case.user_turns if case else (), only_script=talk.is_scripted)
        finally:
            # also after Ctrl-C or a model that broke off: what was said so far is not lost
            if suite is not None and save_case is not None:
                described = talk.describe_case(save_case, case)
                if described is None:
                    click.echo("nothing was said, so nothing is saved", err=True)
                else:
                    path = chat.save_case(workspace, suite, described)
                    click.echo(f"saved {save_case} in {path}; say more of what must show, then run `kiwerk eval`")


def split_value(text: str) -> tuple[str, str]:
    """Name and value of `--set`."""
    name, sign, value = text.partition("=")
    if not sign or not name:
        message = f"'{text}' is not NAME=VALUE"
        raise click.BadParameter(message, param_hint="--set")
    return name, value


def hold(talk: Chat, script: tuple[str, ...], *, only_script: bool) -> None:
    """Read lines, say them, show what comes back.

    Args:
        talk: with whom.
        script: what the case's caller says, for empty lines.
        only_script: whether a reference answers, which knows no other words.
    """
    from kiwerk.report.transcript_text import format_turn

    colour = options.use_colour()
    for turn in talk.turns:
        click.echo(format_turn(turn, 0, colour=colour), nl=False)
    said = 0
    for line in read_lines():
        if line == "/quit":
            return
        if line == "/state":
            click.echo(json.dumps(talk.state, ensure_ascii=False, indent=2))
            continue
        if line.startswith("/"):
            click.echo(f"There is no {line}; there are /state and /quit", err=True)
            continue
        if said >= len(script) > 0 and (only_script or not line):
            return
        if only_script and line:
            click.echo("A reference answers the case's own words alone; these are said instead:", err=True)
        text = script[said] if script and (only_script or not line) else line
        said += 1
        if text != line:
            click.echo(f"{said} user    {text}")
        click.echo(format_turn(talk.say(text), said, colour=colour), nl=False)


def read_lines() -> Iterator[str]:
    """Lines typed by a person, or piped in, until the end of input."""
    while True:
        if sys.stdin.isatty():
            click.echo("> ", nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            return
        yield line.strip()
