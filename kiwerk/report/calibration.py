"""How far judges agree with people, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kiwerk.language.phrase import count, join_names
from kiwerk.report.layout import draw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from kiwerk.record.calibration import Calibration, ClassAgreement, Kappa


def format_calibrations(found: Sequence[Calibration], style: str, *, colour: bool) -> str:
    """What came of a calibration, as `text` or `json`."""
    if style == "json":
        body = {"version": 1, "judges": [item.model_dump(mode="json", exclude={"version"}) for item in found]}
        return json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    if not found:
        return "There are no judges; write one with `kiwerk new judge COMPANY/NAME`\n"
    return "\n".join(draw(*_parts(item), colour=colour) for item in found)


def format_kappa(kappa: Kappa) -> str:
    """`0.64 (0.41 to 0.87)`, or why there is none."""
    if kappa.value is None:
        return f"no figure: {kappa.note}"
    interval = f" ({kappa.low:.2f} to {kappa.high:.2f})" if kappa.low is not None else f" ({kappa.note})"
    return f"{kappa.value:.2f}{interval}"


def _parts(found: Calibration) -> Iterator[RenderableType]:
    people = f"{count(found.labels, 'answer')} of {join_names(found.labellers) or 'nobody'}"
    compared = f"{count(found.compared, 'conversation')} compared, {found.sampled} with a model"
    yield Text.assemble((found.judge, "bold"), f"  {compared}; {people}")
    yield ""
    if found.compared:
        yield Padding(_table(found), (0, 0, 0, 2))
        yield ""
        for item in found.classes:
            yield Text(f"  where people say {item.name}: {_format_class(item)}")
    else:
        yield Text(
            "  nothing to compare: no figures. `kiwerk label` asks people, `kiwerk eval --base-url URL` the judge"
        )
    yield Text(f"  agreement: {_format_share(found.kappa)}")
    yield Text(f"  Cohen's kappa: {format_kappa(found.kappa)}")
    for pair in found.people:
        yield Text(f"  {pair.first} and {pair.second}, n = {pair.kappa.n}: kappa {format_kappa(pair.kappa)}")
    left_out = [
        f"{number} {why}"
        for number, why in (
            (found.disputed, "on which people are divided"),
            (found.unasked, "without the judge's votes"),
            (found.undecided, "on which its votes decide nothing"),
        )
        if number
    ]
    if left_out:
        yield Text(f"  left out: {join_names(left_out)}", style="yellow")
    if found.stale:
        yield Text(f"  not counted: {count(found.stale, 'answer')} to another rubric or scale", style="yellow")


def _table(found: Calibration) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("people \\ judge", no_wrap=True)
    for name in found.table:
        table.add_column(name, justify="right", no_wrap=True)
    for name, row in found.table.items():
        table.add_row(name, *(str(row[other]) for other in found.table))
    return table


def _format_class(item: ClassAgreement) -> str:
    if item.share is None or item.low is None or item.high is None:
        return "never, so no figure"
    return f"the judge agrees in {item.agreed} of {item.n}, {item.share:.2f} ({item.low:.2f} to {item.high:.2f})"


def _format_share(kappa: Kappa) -> str:
    return "no figure" if kappa.agreement is None else f"{kappa.agreement:.2f} of {kappa.n}"
