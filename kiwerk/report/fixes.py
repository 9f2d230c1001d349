"""What was mended, or would be: a line for each finding, and a unified diff that `git apply` takes."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING, Protocol

from kiwerk.report.cells import show_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.finding import Finding


class Fix(Protocol):
    """What is mended in one file."""

    @property
    def shown(self) -> str:
        """Its path."""
        ...

    @property
    def before(self) -> str:
        """Its text."""
        ...

    @property
    def after(self) -> str:
        """Its text when it is mended."""
        ...

    @property
    def fixed(self) -> Sequence[Finding]:
        """What is mended."""
        ...

    @property
    def renamed(self) -> str | None:
        """Its new path, where it gets one."""
        ...


def format_fixes(fixes: Sequence[Fix]) -> str:
    """A line for each finding that was mended."""
    return "".join(
        f"fixed[{finding.rule}] {show_text(fix.shown)}:{finding.span.line}:{finding.span.column} "
        f"{show_text(finding.message)}{f'; now {show_text(fix.renamed)}' if fix.renamed else ''}\n"
        for fix in fixes
        for finding in fix.fixed
    )


def format_diff(fixes: Sequence[Fix]) -> str:
    """The difference that mending makes, in git's form."""
    return "".join(line for fix in fixes for line in _diff(fix))


def _diff(fix: Fix) -> Iterator[str]:
    new = fix.renamed or fix.shown
    yield f"diff --git a/{fix.shown} b/{new}\n"
    if fix.renamed:
        yield f"similarity index 100%\nrename from {fix.shown}\nrename to {fix.renamed}\n"
    for line in unified_diff(_lines(fix.before), _lines(fix.after), f"a/{fix.shown}", f"b/{new}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
