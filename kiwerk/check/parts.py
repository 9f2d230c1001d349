"""All rules over a repository, one company after the other (decision 0017).

What is found is the same as over the whole project at once; a test compares the two on every example.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.check.ignores import may_ignore
from kiwerk.check.rules import RULES
from kiwerk.check.run import judge_notes, run_partial_checks
from kiwerk.load.collection import collection_paused
from kiwerk.load.discover import Found
from kiwerk.load.parts import COMMON, Part, part_of
from kiwerk.load.project import read_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from kiwerk.check.survey import Notes
    from kiwerk.finding import Finding


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """What is found in one part, and what that depends on."""

    own: str
    """Fingerprint of its files, as they were read."""
    common: str
    """Fingerprint of the common part, as it was read."""
    zones: tuple[str, ...]
    """Time zones whose day it depends on."""
    findings: tuple[Finding, ...]
    """Those in its own files."""
    notes: Mapping[str, Notes]
    """For the rules about the whole repository."""
    unread: tuple[str, ...]
    """Files that are no text, by shown path."""
    commented: Mapping[str, str]
    """Texts of the files in which findings may be ignored, by shown path."""


class PartChecker:
    """Checks the parts of one repository; what is common to them is read once."""

    def __init__(self, root: Path, common: Part, now: datetime) -> None:
        self._root = root
        self._now = now
        self._common = read_files(root, common.entries)

    def check(self, part: Part) -> CheckedPart:
        """What is found in the files of a part."""
        # until its documents are gone again: then there is next to nothing to search
        with collection_paused():
            return self._check(part)

    def _check(self, part: Part) -> CheckedPart:
        common = self._common
        reading = common if part.name == COMMON else read_files(self._root, part.entries, common)
        project = reading.project()
        partial = run_partial_checks(project, self._now, RULES)
        return CheckedPart(
            own=reading.fingerprint.hexdigest(),
            common=common.fingerprint.hexdigest(),
            zones=tuple(sorted({loaded.spec.timezone for loaded in project.organizations.values()})),
            findings=tuple(item for item in partial.findings if part_of(item.span.path) == part.name),
            notes=partial.notes,
            unread=tuple(
                entry.shown for entry in part.entries if isinstance(entry, Found) and entry.shown not in project.sources
            ),
            commented={
                path: source.text
                for path, source in project.sources.items()
                if part_of(path) == part.name and may_ignore(source.text)
            },
        )

    def judge(self, notes: Sequence[Mapping[str, Notes]]) -> frozenset[Finding]:
        """What is found in the notes of all parts."""
        return judge_notes(self._common.project(), notes, RULES)
