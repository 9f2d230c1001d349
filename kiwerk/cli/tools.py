"""`kiwerk tools`."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode, KiwerkError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from kiwerk.tools.mcp import Address, Process


@click.group
def command() -> None:
    """Work with the operations that an agent may call.

    \b
    Example:
      kiwerk tools pull praxis-weber/kalender --command "python server.py"
    """


@command.command
@click.argument("identity", metavar="ID")
@click.option("--command", "words", metavar="TEXT", help="Program with arguments that is a server over stdio.")
@click.option("--url", metavar="URL", help="Address of a server over streamable HTTP.")
@click.option(
    "--header", "headers", multiple=True, metavar="NAME=VARIABLE", help="Send a header whose value is in a variable."
)
@click.option(
    "--variable", "variables", multiple=True, metavar="NAME", help="Give the program this variable of the environment."
)
@click.option(
    "--timeout", type=click.FloatRange(0, 3600, min_open=True), default=30, show_default=True, help="Seconds in all."
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing, and exit 1 where document and server differ.")
@options.output("text", "json")
@options.repo
@options.now
def pull(
    identity: str,
    words: str | None,
    url: str | None,
    headers: tuple[str, ...],
    variables: tuple[str, ...],
    timeout: float,
    only_check: bool,
    style: str,
    repo: Path,
    now: datetime,
) -> int:
    """Write what a live MCP server offers into the Toolset ID.

    A new operation gets the server's description and parameters. What it may do, only a person can say: until then it
    is `effect: write` with `confirm: explicit`, or `read` where the server says so. In a document that exists
    descriptions and parameters follow the server; everything else and all comments stay, and what the server does not
    offer any more is told and kept.

    \b
    Examples:
      kiwerk tools pull praxis-weber/kalender --command "python server.py" --variable KALENDER_TOKEN
      kiwerk tools pull praxis-weber/kalender --url https://kalender.example.org/mcp --header X-Token=KALENDER_TOKEN
      kiwerk tools pull praxis-weber/kalender --url https://kalender.example.org/mcp --check
    """
    from kiwerk.finding import Severity
    from kiwerk.pipeline.tools import pull_tools
    from kiwerk.report.findings import format_findings
    from kiwerk.report.pulling import format_pulling

    server = _find_server(words, url, headers, variables)
    pulled = pull_tools(repo, identity, server, timeout, now, write=not only_check)
    click.echo(format_pulling(pulled.pulling, style), nl=False)
    if pulled.findings and style == "text":
        sources = {pulled.pulling.path: pulled.project.sources[pulled.pulling.path]}
        shown = format_findings(pulled.findings, sources, "text", colour=options.use_colour())
        click.echo(f"\n{shown}", nl=False)
    if only_check and pulled.pulling.differs:
        return ExitCode.REFUSED
    is_wrong = any(finding.severity is Severity.ERROR for finding in pulled.findings)
    return ExitCode.REFUSED if is_wrong else ExitCode.FINE


def _find_server(
    words: str | None, url: str | None, headers: tuple[str, ...], variables: tuple[str, ...]
) -> Process | Address:
    from kiwerk.providers.host import split_address
    from kiwerk.tools.mcp import Address, Process

    if (words is None) == (url is None):
        message = "Name one server: --command TEXT or --url URL"
        raise click.UsageError(message)
    if url is not None:
        if variables:
            message = "--variable is for a program that is started with --command; --header sends a value to a --url"
            raise click.UsageError(message)
        split_address(url, may_have_query=True)
        pairs = (header.partition("=") for header in headers)
        return Address(url, {name: _read_variable(variable, name) for name, _, variable in pairs})
    if headers:
        message = "--header is for a --url; --variable gives a program a variable of the environment"
        raise click.UsageError(message)
    try:
        split = shlex.split(words or "")
    except ValueError as error:
        message = f"--command cannot be read: {error}"
        raise click.UsageError(message) from None
    if not split:
        message = "--command names no program"
        raise click.UsageError(message)
    return Process(tuple(split), {name: _read_variable(name, name) for name in variables})


def _read_variable(name: str, wanted_for: str) -> str:
    if not name:
        message = f"--header {wanted_for} names no variable that holds its value: write NAME=VARIABLE"
        raise click.UsageError(message)
    if (value := os.environ.get(name)) is None:
        message = f"The environment has no variable {name}"
        raise KiwerkError(message, remedy=f"Set it: export {name}=…")
    return value
