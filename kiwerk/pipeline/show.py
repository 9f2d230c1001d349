"""Finding stored conversations to read."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.record import Result, Run, Status, Transcript
from kiwerk.store import Store

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shown:
    """Conversations of a run."""

    run: Run
    conversations: tuple[tuple[Result, Transcript | None], ...]
    """A skipped case has no transcript."""
    is_index: bool
    """Whether nothing in particular was asked for and nothing went wrong, so that a list serves better."""


def find_conversations(root: Path, run_id: str | None, case: str | None, variant: str | None) -> Shown:
    """The conversations of a case, or else those of the run that went wrong, or else all of them.

    Raises:
        KiwerkError: there is no such run, case or variant.
    """
    with Store(root, reading=True) as store:
        run = store.load_run(run_id)
        chosen = [result for result in run.results if case is None or case in _names(result)]
        if not run.results:
            if run.base is not None and run.planned == 0:
                message = f"Run {run.id} held no conversations, for nothing that changed affects a case"
                raise KiwerkError(message, remedy="Name an earlier run: `kiwerk show RUN`")
            if run.finished is not None:
                raise KiwerkError(f"Run {run.id} held no conversations", remedy="Write cases below evals/")
            message = f"Run {run.id} was interrupted before it was scored"
            raise KiwerkError(message, remedy="Run the same `kiwerk eval` again: it carries on")
        if not chosen:
            names = sorted({result.conversation.case.rpartition("#")[2] for result in run.results})
            near = difflib.get_close_matches(case or "", names, n=1)
            message = f"Run {run.id} has no case '{case}'"
            raise KiwerkError(
                message, remedy=f"Did you mean '{near[0]}'?" if near else f"Its cases: {', '.join(names)}"
            )
        if variant is not None:
            variants = sorted({_variant(result) for result in chosen})
            chosen = [result for result in chosen if _variant(result) == variant]
            if not chosen:
                message = f"There is no variant '{variant}'"
                raise KiwerkError(message, remedy=f"There are {', '.join(variants)}")
        wrong = [result for result in chosen if result.status in (Status.FAILED, Status.ERRORED)]
        is_index = case is None and variant is None and not wrong
        if case is None and variant is None and wrong:
            chosen = wrong
        conversations = tuple(
            shown
            for result in chosen
            for shown in (
                *(_recall(result, store.load_transcript(earlier.transcript)) for earlier in result.replaced),
                (result, store.load_transcript(result.transcript) if result.transcript else None),
            )
        )
    return Shown(run, conversations, is_index)


def _recall(result: Result, transcript: Transcript) -> tuple[Result, Transcript]:
    """An attempt that was held again, as if it were a result."""
    changes = {
        "conversation": transcript.conversation,
        "status": Status.ERRORED,
        "scores": (),
        "reason": transcript.error,
        "sampled": transcript.started,
        "source": transcript.source,
        "simulation": transcript.simulation,
        "replaced": (),
    }
    return result.model_copy(update=changes), transcript


def _names(result: Result) -> tuple[str, str]:
    case = result.conversation.case
    return case, case.rpartition("#")[2]


def _variant(result: Result) -> str:
    return result.conversation.variant or result.conversation.origin
