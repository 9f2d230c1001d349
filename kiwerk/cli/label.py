"""`kiwerk label`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kiwerk.pipeline.labelling import Item, Labelling


@click.command
@click.argument("judge")
@click.argument("transcript", required=False)
@click.argument("answer", required=False)
@click.option("--by", metavar="NAME", help="Who answers.")
@click.option("--reason", metavar="TEXT", help="Why, in a sentence.")
@click.option("--turn", type=click.IntRange(min=1), metavar="N", help="User turn at which the judge is asked.")
@click.option("--run", metavar="RUN", help="Run whose conversations are shown; the newest one otherwise.")
@click.option("--case", metavar="CASE", help="Show conversations of this case alone.")
@click.option(
    "--import", "file", type=click.Path(path_type=Path), metavar="FILE", help="Take answers from JSON lines or CSV."
)
@options.repo
@options.now
def command(
    judge: str,
    transcript: str | None,
    answer: str | None,
    by: str | None,
    reason: str | None,
    turn: int | None,
    run: str | None,
    case: str | None,
    file: Path | None,
    repo: Path,
    now: datetime,
) -> int:
    """Answer a judge's question yourself, so that the two of you can be compared.

    Without a TRANSCRIPT the stored conversations are shown one after the other, in mixed order, without who spoke for
    the agent and without the judge's votes. Every answer is kept at once and never changed; of several
    by one person about the same, the newest counts.

    ANSWER is yes or no, or a grade. A file has the fields transcript, answer and by, and may have turn and reason.

    \b
    Examples:
      kiwerk label freundlich --by "Ute Probe"
      kiwerk label freundlich 3f2a91 no --by "Ute Probe" --reason "Fragt nach Daten, ehe er zuhört."
      kiwerk label freundlich --import answers.csv
    """
    from kiwerk.language.phrase import count
    from kiwerk.pipeline.labelling import Labelling
    from kiwerk.pipeline.workspace import must_prepare

    if file is None and by is None:
        message = "Say who answers with --by NAME"
        raise click.UsageError(message)
    if (transcript is None) is not (answer is None):
        message = "A TRANSCRIPT needs its ANSWER"
        raise click.UsageError(message)
    with Labelling(must_prepare(repo, now), judge) as labelling:
        if file is not None:
            labels = labelling.read_file(file)
            labelling.keep(labels)
            click.echo(f"{count(len(labels), 'answer')} to '{labelling.judge.id}' kept")
        elif transcript is not None and answer is not None:
            item = labelling.find_item(transcript, turn)
            labelling.keep([labelling.describe(item, labelling.must_parse(answer), by or "", reason)])
            click.echo(f"1 answer to '{labelling.judge.id}' kept")
        else:
            _ask(labelling, labelling.find_items(run, case, by or ""), by or "")
    return ExitCode.FINE


def _ask(labelling: Labelling, items: Sequence[Item], by: str) -> None:
    """Show what there is, one after the other, until the end or until the person has had enough."""
    from kiwerk.report.labelling import format_question

    scale = labelling.judge.spec.scale
    keys = "y or n" if scale is None else f"1 to {scale.points}"
    number = kept = 0
    while number < len(items):
        item = items[number]
        click.echo(f"\n{number + 1} of {len(items)}\n")
        shown = format_question(
            labelling.judge.spec.rubric, item.exhibit.turn, item.transcript, colour=options.use_colour()
        )
        click.echo(shown)
        given = click.prompt(f"{keys}, s to skip, b to go back, q to quit", prompt_suffix=" > ").strip().lower()
        answer = labelling.parse_answer(given)
        if answer is not None:
            why = click.prompt("why (may be empty)", default="", show_default=False, prompt_suffix=" > ")
            labelling.keep([labelling.describe(item, answer, by, why.strip())])
            kept += 1
            number += 1
        elif given == "s":
            number += 1
        elif given == "b":
            number = max(number - 1, 0)
        elif given == "q":
            break
        else:
            click.echo(f"That is neither {keys} nor s, b or q")
    click.echo(f"\n{kept} kept, {len(items) - number} left")
