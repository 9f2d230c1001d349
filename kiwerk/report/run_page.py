"""A run as a page that asks the server it came from for what there is by now (`kiwerk view`).

The page itself holds nothing of a run: its script asks for the list, and for a conversation when somebody looks at it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from kiwerk.report.comparison_data import show_record
from kiwerk.report.evaluation_junit import name_conversation
from kiwerk.report.evaluation_text import describe_partial
from kiwerk.report.page import render_page, show_prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.record import Conversation, Run, Status
    from kiwerk.record.comparison import SideBySide


class Held(Protocol):
    """One conversation in the list of a run."""

    @property
    def conversation(self) -> Conversation:
        """Which one it is."""
        ...

    @property
    def transcript(self) -> str | None:
        """Id of the stored transcript."""
        ...

    @property
    def status(self) -> Status | None:
        """Absent while it is not judged yet."""
        ...

    @property
    def reason(self) -> str | None:
        """Why it was skipped or errored."""
        ...

    @property
    def tags(self) -> tuple[str, ...]:
        """The case's."""
        ...


def format_run_page(run: Run) -> str:
    """The page; everything in it comes from the server."""
    values = {"title": f"kiwerk view: run {run.id}", "run": run}
    return render_page("run.html", values, scripts=("conversation.js", "run.js"), may_connect=True)


def format_run_state(run: Run, held: Sequence[Held], known: int) -> str:
    """How far a run is, as JSON: with the conversations after those known, or with all of them once it is finished."""
    is_over = run.finished is not None
    body = {
        "version": 1,
        "run": run.id,
        "planned": run.planned,
        "held": len(held),
        "finished": is_over,
        "partial": show_prose(describe_partial(run.partial)) if run.partial else None,
        "conversations": [_describe(item) for item in (held if is_over else held[known:])],
    }
    return json.dumps(body, ensure_ascii=False)


def format_shown(shown: SideBySide) -> str:
    """One conversation as JSON, with what cannot be seen in it by its number."""
    return json.dumps(show_record(shown.model_dump(mode="json", exclude_defaults=True)), ensure_ascii=False)


def _describe(item: Held) -> dict[str, Any]:
    conversation = item.conversation
    return {
        "suite": show_prose(conversation.case.rpartition("#")[0]),
        "name": show_prose(name_conversation(conversation)),
        "agent": show_prose(conversation.agent),
        "origin": conversation.origin,
        "transcript": item.transcript,
        "status": item.status or "held",
        "reason": show_prose(item.reason or "")[:500],
        "tags": [show_prose(tag) for tag in item.tags],
    }
