"""Electorate: whose votes about a case count, and which of them are neither too old nor from the future.

What a policy says of samples holds for the judges as well. A vote of somebody else is passed over, so that whoever
counts can still be asked; it is never mixed with votes that count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from kiwerk.gate import CLOCK_SKEW, find_terms
from kiwerk.pipeline.workspace import find_gate
from kiwerk.score.ballot import Ballot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kiwerk.gate import ExpectedCase
    from kiwerk.pipeline.workspace import Gate, Workspace
    from kiwerk.record import Vote
    from kiwerk.spec import Judge

Helper: TypeAlias = "Callable[[str], str | None]"
"""The provider that is asked for votes, by the name of a judge's model."""

UNKNOWN = "an unknown provider"


@dataclass(frozen=True, slots=True)
class Electorate:
    """Whose votes count."""

    providers: frozenset[str] | None = None
    """None where nobody says."""
    since: datetime | None = None
    """When the oldest that counts was asked for."""
    until: datetime | None = None
    """The moment by which one is from the future; the clock's without it."""
    is_closed: bool = False
    """Whether others count for nothing where these have not voted enough."""

    def select(self, votes: Iterable[Vote], held: datetime | None = None) -> tuple[Vote, ...]:
        """Votes of whomever, asked for after the conversation was held, not too long ago and not in the future."""
        earliest = max((_moment(item) for item in (self.since, held) if item), default=float("-inf"))
        latest = _moment(self.until or datetime.now(UTC)) + CLOCK_SKEW.total_seconds()
        earliest -= CLOCK_SKEW.total_seconds()
        return tuple(
            vote for vote in votes if vote.asked.tzinfo is not None and earliest <= _moment(vote.asked) <= latest
        )

    def count(
        self, judge: Judge, votes: Iterable[Vote], held: datetime | None = None, helper: Helper | None = None
    ) -> Ballot:
        """The ballot of those who count; of who is asked, or of anybody, where these have not voted enough.

        Args:
            judge: what was asked.
            votes: all there are about one conversation.
            held: when that was held.
            helper: who is asked for what is missing, if anybody is.
        """
        cast = self.select(votes, held)
        ballot = Ballot(judge, cast)
        for providers in self._find_circles(judge, helper):
            ballot = Ballot(judge, tuple(vote for vote in cast if providers is None or find_voter(vote) in providers))
            if not ballot.missing:
                break
        return ballot

    def _find_circles(self, judge: Judge, helper: Helper | None) -> Iterator[frozenset[str] | None]:
        yield self.providers
        if self.providers is None or self.is_closed:
            return
        asked = helper(judge.model.name) if helper else None
        if asked is None:
            yield None
        elif asked not in self.providers:
            yield frozenset([asked])


ANYBODY = Electorate()

WHOEVER_IS_ASKED = Electorate(frozenset())


def find_voter(vote: Vote) -> str:
    """Who answered, by the host."""
    return (vote.source.provider if vote.source.origin == "model" else None) or UNKNOWN


def find_electorates(
    workspace: Workspace, gate: Gate | None = None, cases: Iterable[ExpectedCase] | None = None
) -> Mapping[str, Electorate]:
    """Whose votes count, by case that asks a judge: for a gate, or for all there are; of all cases, or of some."""
    asking = [case for case in (cases or (case for case, _ in workspace.cases)) if case.judges]
    if not asking:
        return {}
    gates = [gate] if gate else [find_gate(workspace, name) for name in workspace.project.environments]
    found = {}
    for case in asking:
        terms = [find_terms(item.policy, case, workspace.now_at(case.agent)) for item in gates]
        ages = [item.max_age for item in terms if item.max_age is not None]
        found[case.case] = Electorate(
            unite(item.providers for item in terms),
            workspace.now - min(ages) if ages else None,
            workspace.now if gate else None,
            is_closed=gate is not None,
        )
    return found


def find_judges_electorate(
    workspace: Workspace, judge: str, cases: Iterable[ExpectedCase], gate: Gate | None = None
) -> Electorate:
    """Whose votes of a judge count where these cases ask it; anybody's where none of them does."""
    wanted = [case for case in cases if any(item.id == judge for item in case.judges)]
    if not wanted:
        return ANYBODY
    asking = list(find_electorates(workspace, gate, wanted).values())
    since = max((item.since for item in asking if item.since), default=None)
    return Electorate(unite(item.providers for item in asking), since, asking[0].until, is_closed=asking[0].is_closed)


def unite(providers: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """Those who count for all of them; None where none of them says."""
    said = [item for item in providers if item is not None]
    return frozenset[str].intersection(*said) if said else None


def _moment(moment: datetime) -> float:
    """For comparison: a record of somebody else may lack its offset."""
    return moment.timestamp()
