"""A name that leads nowhere.

What it does:
    Follows every name that a document uses: documents, people, phrases, operations with their arguments and outcomes;
    in processes steps, slots, ends and the words of branches; in mocks operations and outcomes; in cases the agent's
    toolsets, holes and processes, personas, ends, rules, and what `trips` names; in policies selectors. What exists but
    could not be read is told where it stands, not here.

Why:
    Whatever hangs on such a name silently does not happen: a branch is never taken, a rule never judged, a state never
    set, a counterexample never tripped.

Example:
    ```yaml
    steps:
      - id: pruefen
        call: kalender.prufen
        next: [{when: frei, then: anbieten}, {else: uebergebn}]
    ```

Instead:
    Correct the name; where one is close, the finding proposes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.lost_in_policy import find_lost_selectors, note_selectors
from kiwerk.check.lost_in_process import find_lost_in_process
from kiwerk.check.lost_in_suite import find_lost_in_suite
from kiwerk.check.lost_in_toolset import find_lost_in_toolset
from kiwerk.check.rule import Rule
from kiwerk.check.survey import Survey
from kiwerk.finding import Finding
from kiwerk.graph import find_links
from kiwerk.load.resolve import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from typing import Any

    from kiwerk.check.lost import Lost
    from kiwerk.check.survey import Notes
    from kiwerk.graph import Link
    from kiwerk.load.project import Loaded, Project

RULE = Rule("unresolved-reference", essential=True)


def _check_within(project: Project, _now: datetime) -> Iterator[Finding]:
    """Names that lead nowhere, in any document."""
    for link in find_links(project):
        if isinstance(link.target, Unresolved) and link.target.reason == "missing" and not _is_owner(link):
            yield Finding(RULE.name, link.target.message, link.span, help=link.target.help)
    for toolset in project.toolsets.values():
        for lost in find_lost_in_toolset(toolset):
            yield _finding(toolset, lost)
    for process in project.processes.values():
        for lost in find_lost_in_process(project, process):
            yield _finding(process, lost)
    for suite in project.suites.values():
        for lost in find_lost_in_suite(project, suite):
            yield _finding(suite, lost)


def check_noted_selectors(notes: Sequence[Notes]) -> Iterator[Finding]:
    """Selectors of policies that lead nowhere in the whole repository."""
    for span, why in find_lost_selectors(notes):
        yield Finding(RULE.name, why.message, span, help=why.help)


def _is_owner(link: Link) -> bool:
    """Whether it is the reference that the rule `missing-owner` is about."""
    return link.reference.target == "Person" and link.reference.route == ("owner",)


def _finding(loaded: Loaded[Any], lost: Lost) -> Finding:
    return Finding(RULE.name, lost.why.message, loaded.document.span(lost.route, key=lost.is_key), help=lost.why.help)


check_unresolved_references = Survey(note_selectors, check_noted_selectors, within=_check_within)
