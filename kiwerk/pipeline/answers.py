r"""What checking the parts of a repository found, kept so that what did not change is not checked again.

One file a part in `.kiwerk/cache/check/`: SHA-256 of the rest, a line feed, and an `Answer` as JSON. A file that does
not say so is as good as none. Each is written under another name and then moved to its place, so that two processes
at once read whole answers; whatever goes wrong in writing is no harm, since the answer can be found again.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kiwerk.finding import Finding, Related, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

FOLDER = (".kiwerk", "cache", "check")
"""Below the repository's root; may be deleted at any time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found in one part."""

    key: str
    """Digest of all it depends on but the day."""
    days: Mapping[str, str]
    """The day it was found on, by time zone; of no zone the day that `now` itself says."""
    findings: tuple[Finding, ...]
    notes: Mapping[str, Any] = field(default_factory=dict)
    """For the rules about the whole repository, by rule."""
    unread: tuple[str, ...] = ()
    """Files that are no text, by shown path."""
    commented: Mapping[str, str] = field(default_factory=dict)
    """Texts of the files in which findings may be ignored, by shown path."""

    def holds(self, key: str, now: datetime) -> bool:
        """Whether the same would be found again."""
        return self.key == key and all(day == find_day(zone, now) for zone, day in self.days.items())


class Answers:
    """The answers kept for one repository, by part."""

    def __init__(self, root: Path) -> None:
        self._folder = root.joinpath(*FOLDER)

    def load(self, part: str) -> Answer | None:
        """The answer that was last kept for a part, where there is a whole one."""
        try:
            digest, _, body = self._path(part).read_bytes().partition(b"\n")
            if hashlib.sha256(body).hexdigest().encode() != digest:
                return None
            return _read(json.loads(body))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, part: str, answer: Answer) -> None:
        """Keep an answer, where that is possible."""
        body = json.dumps(asdict(answer), separators=(",", ":")).encode()
        path = self._path(part)
        passing = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            self._make_folder()
            passing.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            passing.replace(path)
        except OSError:
            return

    def forget_others(self, parts: Iterable[str]) -> None:
        """Remove what is kept for other parts than these, and what a killed process left behind."""
        known = {".gitignore", *(self._path(part).name for part in parts)}
        try:
            for path in self._folder.iterdir():
                if path.name not in known:
                    path.unlink()
        except OSError:
            return

    def _make_folder(self) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True)
            # whatever the repository's own .gitignore says
            (self._folder / ".gitignore").write_text("*\n", "utf-8")

    def _path(self, part: str) -> Path:
        # a company's folder may have any name
        name = hashlib.sha256(part.encode("utf-8", "backslashreplace")).hexdigest()[:32]
        return self._folder / f"{name}.json"


def find_day(zone: str, now: datetime) -> str:
    """The day in a time zone; without a zone the day that `now` itself says."""
    return (now.astimezone(ZoneInfo(zone)) if zone and now.tzinfo else now).date().isoformat()


def _read(body: Any) -> Answer:
    body["findings"] = tuple(_read_finding(item) for item in body["findings"])
    body["unread"] = tuple(body["unread"])
    return Answer(**body)


def _read_finding(item: Any) -> Finding:
    item["span"] = Span(**item["span"])
    item["severity"] = Severity(item["severity"])
    item["related"] = tuple(Related(Span(**each["span"]), each["message"]) for each in item["related"])
    return Finding(**item)
