"""`kiwerk check`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode, KiwerkError


@click.command
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--fix", is_flag=True, help="First mend what has one right answer, such as a number that lacks quotes.")
@click.option("--diff", is_flag=True, help="Only show what --fix would change, as a unified diff; exit 1 if it would.")
@click.option("--watch", is_flag=True, help="Check again at every change, until Ctrl-C.")
@options.output("text", "json", "github", "sarif")
@options.repo
@options.now
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    fix: bool,
    diff: bool,
    watch: bool,
    style: str,
    repo: Path,
    now: datetime,
) -> int:
    """Find everything that is wrong with the files, in one run.

    The whole repository is read, since one file may break another; with PATH, only findings in these files and folders
    are shown. Errors exit 1; warnings do not. Severities by rule: [tool.kiwerk] in pyproject.toml. A rule is ignored in
    one line by a comment `# kiwerk: ignore[rule] reason`.

    \b
    Examples:
      kiwerk check
      kiwerk check processes/praxis-weber
      kiwerk check --fix --diff
      kiwerk check --watch
      kiwerk check --format github
    """
    if watch:
        if fix or diff or style != "text":
            raise click.UsageError("--watch goes with neither --fix, --diff nor another --format")
        by_the_clock = ctx.get_parameter_source("now") is not click.core.ParameterSource.COMMANDLINE
        _watch(repo, paths, None if by_the_clock else now)
    if diff:
        return _show_diff(repo, paths)
    if fix:
        _fix(repo, paths)
    return _check(repo, paths, style, now)


def _check(repo: Path, paths: tuple[Path, ...], style: str, now: datetime) -> int:
    from kiwerk.finding import Severity
    from kiwerk.pipeline.check import check
    from kiwerk.pipeline.places import select_findings
    from kiwerk.report.findings import format_findings

    checked = check(repo, now)
    shown = select_findings(repo, checked.sources, checked.findings, paths)
    click.echo(format_findings(shown, checked.sources, style, colour=options.use_colour()), nl=False)
    return ExitCode.REFUSED if any(item.severity is Severity.ERROR for item in shown) else ExitCode.FINE


def _fix(repo: Path, paths: tuple[Path, ...]) -> None:
    from kiwerk.pipeline.fix import apply_fixes, plan_fixes
    from kiwerk.report.fixes import format_fixes

    fixes = plan_fixes(repo, paths)
    apply_fixes(fixes)
    # standard output is the report, which a program may read
    click.echo(format_fixes(fixes), nl=False, err=True)


def _show_diff(repo: Path, paths: tuple[Path, ...]) -> int:
    from kiwerk.pipeline.fix import plan_fixes
    from kiwerk.report.fixes import format_diff

    fixes = plan_fixes(repo, paths)
    click.echo(format_diff(fixes), nl=False)
    return ExitCode.REFUSED if fixes else ExitCode.FINE


def _watch(repo: Path, paths: tuple[Path, ...], now: datetime | None) -> NoReturn:
    """Report, wait for a change, and report again; Ctrl-C is the only end, once the first report was possible."""
    from kiwerk.pipeline.watch import find_state, wait_for_change

    state = find_state(repo)
    _check(repo, paths, "text", now or datetime.now(UTC))
    while True:
        sys.stdout.flush()
        click.echo("Watching; Ctrl-C ends", err=True)
        state = wait_for_change(repo, state)
        # only where it is a terminal
        click.clear()
        try:
            _check(repo, paths, "text", now or datetime.now(UTC))
        except KiwerkError as error:
            # a folder that is just being moved comes back
            click.echo(f"error: {error}", err=True)
