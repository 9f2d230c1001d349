"""What `kiwerk import` has to say: what was written, then how far kiwerk's judgement is the published one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kiwerk.language.phrase import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.record import Importing


def format_importing(importing: Importing, style: str) -> str:
    """The report as `text` or `json`."""
    if style == "json":
        return json.dumps({"version": 1, **importing.model_dump(mode="json")}, ensure_ascii=False, indent=2) + "\n"
    return "\n".join(_lines(importing)) + "\n"


def _lines(importing: Importing) -> Iterator[str]:
    for file in importing.files:
        yield f"{'wrote' if file.written else 'kept'} {file.path}"
    if importing.run is None:
        return
    total = len(importing.conversations)
    agreeing = sum(item.agrees for item in importing.conversations)
    held = ", there already" if importing.known else ""
    yield f"run {importing.run}: {count(total, 'recorded conversation')}{held}"
    yield ""
    yield f"{agreeing} of {total} are judged as was published"
    for item in importing.conversations:
        if not item.agrees:
            yield f"{item.case}, trial {item.trial}: published {item.reward:g}, here {item.status}"
            yield from (f"  {message}" for message in item.failed)
    yield ""
    yield "        published    here"
    for figure in importing.pass_hat:
        yield f"pass^{figure.k}      {figure.published:.3f}   {figure.judged:.3f}"
