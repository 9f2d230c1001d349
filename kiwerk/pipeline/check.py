"""Everything that is wrong with a repository: what did not change since the last time is not read again.

Nothing heavy is imported before something has to be checked, so that an unchanged repository is answered at once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiwerk.load.discover import Found
from kiwerk.load.file import Fingerprint, load_bytes
from kiwerk.load.parts import COMMON, Part, find_parts
from kiwerk.pipeline.answers import Answer, Answers, find_day
from kiwerk.pipeline.cores import count_cores, map_on_cores
from kiwerk.pipeline.engine import find_engine
from kiwerk.pipeline.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from kiwerk.check.parts import PartChecker
    from kiwerk.finding import Finding

ALL = "/"
"""Name of the answer about the whole repository; no company's folder can have it."""
SETTINGS = "pyproject.toml"
"""Its table for kiwerk weighs the rules; its digest has a dot in its name and so no company's."""
WORTH_SHARING = 1024 * 1024
"""Bytes of files from which on another process is worth its start: about 0.2 s of work."""
MOST_PROCESSES = 8
"""Each holds a company in memory."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A repository with all that is wrong with it."""

    root: Path
    findings: tuple[Finding, ...]
    """By path and position, as far as comments and configuration let them count."""
    sources: Sources
    """Every file that is text, by shown path: what excerpts are taken from."""


def check(root: Path, now: datetime) -> Checked:
    """Everything that is wrong with a repository, as far as its comments and its configuration let it count.

    Raises:
        KiwerkError: there is no such folder, or none of kiwerk's is in it.
    """
    parts = find_parts(root)
    answers = Answers(root)
    keys = _find_keys(root, parts)
    answer = answers.load(ALL)
    if answer is None or not answer.holds(keys[ALL], now):
        answer = _check_changed(root, parts, keys, answers, now)
    settings = Found(root / SETTINGS, SETTINGS, "")
    files = [entry for part in parts.values() for entry in part.entries if isinstance(entry, Found)]
    unread = set(answer.unread)
    return Checked(root, answer.findings, Sources(file for file in (*files, settings) if file.shown not in unread))


def _find_keys(root: Path, parts: Mapping[str, Part]) -> dict[str, str]:
    """Digest of what each part's findings depend on but the day, and of what those of the whole repository do."""
    common = parts[COMMON].fingerprint()
    keys = {
        name: part_key(name, common, common if name == COMMON else part.fingerprint()) for name, part in parts.items()
    }
    keys[SETTINGS] = _find_settings(root)
    keys[ALL] = _digest(keys)
    return keys


def _find_settings(root: Path) -> str:
    settings = Fingerprint()
    if (root / SETTINGS).exists():
        settings.add(SETTINGS, load_bytes(root / SETTINGS, SETTINGS))
    return settings.hexdigest()


def part_key(name: str, common: str, own: str) -> str:
    """Digest of what a part's findings depend on but the day, from the fingerprints of the common part and its own."""
    return _digest(find_engine(), name, common, own)


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _check_changed(
    root: Path, parts: Mapping[str, Part], keys: Mapping[str, str], answers: Answers, now: datetime
) -> Answer:
    """The answer about the whole repository, where something is new."""
    found = {name: answer for name in parts if (answer := answers.load(name)) and answer.holds(keys[name], now)}
    changed = sorted((part for name, part in parts.items() if name not in found), key=lambda part: -part.size)
    check_part = _CheckPart(root, parts[COMMON], now)
    worth_it = sum(part.size for part in changed) >= WORTH_SHARING
    cores = min(count_cores(), MOST_PROCESSES) if worth_it else 1
    if cores > 1:
        # a fork has what is imported and read by then; each would otherwise do both again
        check_part.prepare()
    found.update(zip([part.name for part in changed], map_on_cores(check_part, changed, cores), strict=True))
    whole = check_part.combine(keys[ALL], [found[name] for name in parts])
    # where a file was changed while it was read, this is the answer about neither
    if all(found[name].key == keys[name] for name in parts) and _find_settings(root) == keys[SETTINGS]:
        answers.write(ALL, whole)
    answers.forget_others((*parts, ALL))
    return whole


@dataclass
class _CheckPart:
    """Checks one part and keeps the answer; in another process it reads what is common once again."""

    root: Path
    common: Part
    now: datetime
    checker: PartChecker | None = None

    def __getstate__(self) -> tuple[Any, ...]:
        return self.root, self.common, self.now

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.root, self.common, self.now = state

    def __call__(self, part: Part) -> Answer:
        """What is found in a part."""
        checked = self._checker().check(part)
        answer = Answer(
            key=part_key(part.name, checked.common, checked.own),
            days={zone: find_day(zone, self.now) for zone in ("", *checked.zones)},
            findings=checked.findings,
            # as they come back from a file, so that an answer that was kept is no other
            notes=json.loads(json.dumps(checked.notes)),
            unread=checked.unread,
            commented=checked.commented,
        )
        Answers(self.root).write(part.name, answer)
        return answer

    def prepare(self) -> None:
        """Read what is common, and import all that reads and checks."""
        self._checker()

    def combine(self, key: str, answers: Sequence[Answer]) -> Answer:
        """What is found in all parts and about all of them, as far as comments and configuration let it count."""
        from kiwerk.check.configuration import apply_configuration, load_configuration
        from kiwerk.check.ignores import apply_ignores
        from kiwerk.load.source import Source

        findings = set(self._checker().judge([answer.notes for answer in answers]))
        findings.update(item for answer in answers for item in answer.findings)
        commented = {path: Source(path, text) for answer in answers for path, text in answer.commented.items()}
        configuration = load_configuration(self.root)
        settings = () if configuration.source else (SETTINGS,)
        return Answer(
            key=key,
            days={zone: day for answer in answers for zone, day in answer.days.items()},
            findings=apply_configuration(apply_ignores(findings, commented), configuration),
            unread=(*settings, *(path for answer in answers for path in answer.unread)),
        )

    def _checker(self) -> PartChecker:
        if self.checker is None:
            from kiwerk.check.parts import PartChecker

            self.checker = PartChecker(self.root, self.common, self.now)
        return self.checker
