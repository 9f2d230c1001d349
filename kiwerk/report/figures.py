"""What was measured of a model's samples: a line for each expectation about tokens, euro or seconds."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from kiwerk.language.phrase import format_eur

if TYPE_CHECKING:
    from kiwerk.record import Figure, Run


def describe_figures(run: Run) -> list[str]:
    """Median and most of each measure by its name, and how many were within what is expected; empty for none."""
    measured: dict[tuple[str, str], list[Figure]] = {}
    for result in run.results:
        for score in result.scores if result.conversation.origin == "model" else ():
            if score.figure is not None:
                measured.setdefault((score.name, score.figure.unit), []).append(score.figure)
    return [_describe(name, unit, figures) for (name, unit), figures in measured.items()]


def _describe(name: str, unit: str, figures: list[Figure]) -> str:
    values = [figure.value for figure in figures]
    kept = sum(figure.kept for figure in figures)
    middle, most = (_format(value, unit) for value in (median(values), max(values)))
    return f"{name}: median {middle}, most {most}; {kept} of {len(figures)} as expected"


def _format(value: float, unit: str) -> str:
    if unit == "EUR":
        return format_eur(value)
    return f"{value:,.0f} tokens" if unit == "tokens" else f"{value:.2f} s"
