"""What `kiwerk tools pull` has to say: what is new, what changed, what is gone, and what a person should look at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kiwerk.language.phrase import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.record import Pulling


def format_pulling(pulling: Pulling, style: str) -> str:
    """The report as `text` or `json`."""
    if style == "json":
        return json.dumps({"version": 1, **pulling.model_dump(mode="json")}, ensure_ascii=False, indent=2) + "\n"
    return "\n".join(_lines(pulling)) + "\n"


def _lines(pulling: Pulling) -> Iterator[str]:
    if pulling.written:
        yield f"wrote {pulling.path}"
    elif pulling.is_new:
        yield f"there is no {pulling.path} yet"
    elif pulling.differs:
        yield f"{pulling.path} differs from what the server offers"
    else:
        yield f"{pulling.path} is what the server offers: {count(pulling.unchanged, 'operation')}"
    for added in pulling.added:
        confirm = f", confirm: {added.confirm}" if added.confirm else ""
        yield f"  new      {added.operation}: effect: {added.effect}{confirm}, since {added.reason}"
    for changed in pulling.changed:
        yield f"  changed  {changed.operation}: {' and '.join(changed.fields)}"
    for name in pulling.removed:
        yield f"  gone     {name}: the server does not offer it; what the document says about it is kept"
    for note in pulling.notes:
        yield f"  note     {note}"
    if pulling.written and pulling.added:
        yield "\nNext: look at each effect, name the outcomes and write the mock, then `kiwerk check`"
