"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from kiwerk.cli.streams import use_colour

__all__ = ["base_url", "budget", "company", "env", "evidence", "now", "now_for", "output", "repo", "use_colour"]

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


base_url: Decorator = click.option(
    "--base-url", envvar="KIWERK_BASE_URL", metavar="URL", help="OpenAI-compatible endpoint, up to /v1."
)

provider: Decorator = click.option(
    "--provider",
    metavar="NAME",
    help="Who speaks for agents: openai (at --base-url; the default), native (each model's own vendor), recorded "
    "(stored samples, said again), endpoint:FILE (an agent that runs elsewhere) or python:module:function.",
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
