"""Workflows that ask the gate otherwise than before, by what GitHub makes of them.

Every workflow that runs kiwerk, itself or through make or another file of the repository, is compared key by key and
step by step. Harmless is what is listed here; whatever else is different has to be decided.
Format: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kiwerk.diff.weakening.makefiles import runs_gate
from kiwerk.diff.weakening.steps import NOTES, compare_keys, compare_steps, read_job, weaken
from kiwerk.load.document import parse_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kiwerk.load.document import Document
    from kiwerk.record.comparison import Weakening

FOLDER = ".github/workflows/"

_WORKFLOW = re.compile(re.escape(FOLDER) + r"[^/]+\.ya?ml")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
_RUNS = re.compile(r"\bkiwerk\b|uses:\s*['\"]?\./")
_MAKES = re.compile(r"\bmake\b")


def find_changed_workflows(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Weakening]:
    """What is other than before in the workflows that ask the gate; one under another name is the same."""
    gone = [path for path in before if _is_gate(path, before) and path not in after]
    new = [_mean(after[path], path) for path in after if _WORKFLOW.fullmatch(path) and path not in before]
    for path in gone:
        if _mean(before[path], path) not in new:
            yield weaken(path, path, "the workflow is gone; it ran kiwerk", before_line=1)
    for path, data in before.items():
        if path in after and data != after[path] and _is_gate(path, before):
            old, now = (parse_document(side[path], path).document for side in (before, after))
            yield from compare_workflow(path, old, now)


def compare_workflow(path: str, old: Document | None, new: Document | None) -> Iterator[Weakening]:
    """What is other than before in one workflow."""
    before, after = (side.data if side is not None else None for side in (old, new))
    if old is None or new is None or not isinstance(before, dict) or not isinstance(after, dict):
        yield weaken(path, path, "it cannot be compared: one of both sides is no workflow that can be read")
        return
    more = _only_more(before.get("on"), after.get("on"))
    yield from compare_keys(path, (), old, new, {"jobs", "on"} if more else {"jobs"})
    jobs, now = before.get("jobs"), after.get("jobs")
    if not isinstance(jobs, dict) or not isinstance(now, dict):
        yield weaken(f"{path}.jobs", path, "its jobs cannot be read")
        return
    for name in jobs:
        if name not in now:
            yield weaken(f"{path}.{name}", path, f"the job '{name}' is gone", before=old.span(("jobs", name), key=True))
            continue
        yield from compare_keys(path, ("jobs", name), old, new, {"steps"})
        yield from compare_steps(path, ("jobs", name), old, new)


def _is_gate(path: str, files: Mapping[str, bytes]) -> bool:
    if not _WORKFLOW.fullmatch(path):
        return False
    text = _COMMENT.sub("", files[path].decode("utf-8", "replace"))
    called = f"./{path}"
    return (
        bool(_RUNS.search(text))
        or (bool(_MAKES.search(text)) and runs_gate(files))
        or any(called in data.decode("utf-8", "replace") for other, data in files.items() if other.startswith(FOLDER))
    )


def _mean(data: bytes, path: str) -> object:
    """What a workflow says, without its notes; its bytes where it cannot be read."""
    document = parse_document(data, path).document
    if document is None or not isinstance(document.data, dict):
        return data
    says = {key: value for key, value in document.data.items() if key not in NOTES}
    jobs = says.get("jobs")
    return says | {"jobs": {name: read_job(job) for name, job in jobs.items()}} if isinstance(jobs, dict) else says


def _only_more(old: object, new: object) -> bool:
    """Whether all triggers are there that were, each as it was."""
    before, after = (_name_triggers(side) for side in (old, new))
    return all(name in after and after[name] == value for name, value in before.items())


def _name_triggers(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return dict.fromkeys(map(str, value if isinstance(value, list) else [value]))
