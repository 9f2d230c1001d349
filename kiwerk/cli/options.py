"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from kiwerk.cli.streams import use_colour

__all__ = [
    "base_url",
    "budget",
    "company",
    "env",
    "evidence",
    "now",
    "now_for",
    "output",
    "repo",
    "reports",
    "use_colour",
    "write_reports",
]

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

repo: Decorator = click.option(
    "--repo",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Repository to work in; the current folder otherwise.",
)


env: Decorator = click.option(
    "--env", "environment", required=True, metavar="ENV", help="Environment, such as production."
)

company: Decorator = click.option("--company", metavar="NAME", help="One company; all of them otherwise.")

evidence: Decorator = click.option(
    "--evidence",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the signed envelopes; .kiwerk/evidence in the repository otherwise.",
)


def _must_say_something(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """The address; an empty one is a variable that nobody set, and no wish to ask no model."""
    if value == "":
        message = "it is empty: set it, or leave the option out to ask no model"
        raise click.BadParameter(message)
    return value


base_url: Decorator = click.option(
    "--base-url",
    envvar="KIWERK_BASE_URL",
    metavar="URL",
    callback=_must_say_something,
    help="OpenAI-compatible endpoint, up to /v1.",
)

provider: Decorator = click.option(
    "--provider",
    metavar="NAME",
    help="Who speaks for agents: openai (at --base-url; the default), native (each model's own vendor), recorded "
    "(stored samples, said again), endpoint:FILE (an agent that runs elsewhere) or python:module:function.",
)

judge_provider: Decorator = click.option(
    "--provider",
    type=click.Choice(["openai", "native"]),
    help="Who is asked for votes of judges that are missing: a model at --base-url, or each judge's model at its own "
    "vendor.",
)

max_in_flight: Decorator = click.option(
    "--max-in-flight",
    type=click.IntRange(1, 1024),
    default=64,
    show_default=True,
    metavar="N",
    help="Requests an endpoint gets at once at most; its refusals make it fewer.",
)


# those of `kiwerk.spec.base`, which takes too long to import for a command line
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


class _Moment(click.ParamType[datetime]):
    """A date, or a date and time with an offset."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment in UTC; a bare date is its first."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is neither a date (2026-11-27) nor a moment (2026-11-27T10:00+01:00)", param, ctx)
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            self.fail(f"{value!r} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}", param, ctx)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def now_for(purpose: str) -> Decorator:
    """An option that takes the place of the clock, for a purpose that its help says."""
    return click.option(
        "--now", type=_Moment(), default=lambda: datetime.now(UTC), show_default="the clock", help=purpose
    )


now: Decorator = now_for("Moment by which expiry and age are judged.")


def output(*formats: str) -> Decorator:
    """An option to choose how a report is written; the first format is the default."""
    return click.option(
        "--format", "style", type=click.Choice(formats), default=formats[0], show_default=True, help="How to report."
    )


class _Written(click.ParamType[tuple[str, Path]]):
    """A format and the file it goes into."""

    name = "written"

    def __init__(self, formats: tuple[str, ...]) -> None:
        self._formats = formats

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        """The two."""
        if isinstance(value, tuple):
            return value
        style, _, path = value.partition("=")
        if style not in self._formats or not path:
            self.fail(f"{value!r} is not FORMAT=FILE, with one of {', '.join(self._formats)} as its format", param, ctx)
        return style, Path(path)


def reports(*formats: str) -> Decorator:
    """An option to write a report into files beside what is printed: `written`, pairs of format and file."""
    return click.option(
        "--report",
        "written",
        type=_Written(formats),
        multiple=True,
        metavar="FORMAT=FILE",
        help="Also write a file, such as junit=report.xml; in any --format, as often as given.",
    )


def write_reports(written: tuple[tuple[str, Path], ...], render: Callable[[str], str]) -> None:
    """Write the files that were asked for, each as `render` makes it of its format's name.

    Raises:
        KiwerkError: a file cannot be written.
    """
    from kiwerk.edit.write import write_texts

    write_texts({path: render(style) for style, path in written})


class _Duration(click.ParamType[timedelta]):
    """A whole number and a unit."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The duration."""
        from kiwerk.spec.base import parse_duration  # the models take too long to import for a command line

        try:
            duration = value if isinstance(value, timedelta) else parse_duration(value)
        except ValueError:
            self.fail(f"{value!r} is no duration: write a whole number and s, m, h or d, such as 30m", param, ctx)
        if not duration:
            self.fail("it must be more than nothing", param, ctx)
        return duration


def budget(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say what may be spent: `max_cost` in euro, `max_tokens` and `timeout`."""
    chosen = (
        click.option(
            "--max-cost",
            type=click.FloatRange(0, min_open=True),
            metavar="EUR",
            help="Begin nothing more once this is spent.",
        ),
        click.option(
            "--max-tokens", type=click.IntRange(1), metavar="N", help="Begin nothing more once these are spent."
        ),
        click.option(
            "--timeout", type=_Duration(), metavar="DURATION", help="Begin nothing more after this time, such as 30m."
        ),
    )
    for option in reversed(chosen):
        command = option(command)
    return command
