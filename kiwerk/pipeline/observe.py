"""Observe: every case of two versions, with what was sampled of it on both sides."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from kiwerk.diff.agents import pair_agents
from kiwerk.diff.behaviour import Observed
from kiwerk.errors import KiwerkError
from kiwerk.language.phrase import join_names
from kiwerk.pipeline.checked_out import NOT_HERE, CheckedOut
from kiwerk.pipeline.fresh import count_samples
from kiwerk.pipeline.pooled import Samples
from kiwerk.pipeline.shared import find_shared_suites
from kiwerk.pipeline.showcase import Showcase
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.situation import Situation, find_situations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from kiwerk.diff.alignment import Judged
    from kiwerk.load.project import Project
    from kiwerk.pipeline.models import Access
    from kiwerk.pipeline.sides import Sides
    from kiwerk.record import Transcript
    from kiwerk.store import Store


@dataclass(frozen=True, slots=True)
class Pair:
    """One case with the agent of both sides."""

    situation: Situation
    base: Rendered
    head: Rendered


@dataclass(frozen=True, slots=True)
class Observation:
    """What is known about the behaviour of both sides."""

    cases: list[Observed] = field(default_factory=list)
    base: list[Transcript] = field(default_factory=list)
    """Samples of the cases that can be compared."""
    head: list[Transcript] = field(default_factory=list)
    pairs: dict[str, Pair] = field(default_factory=dict)
    """What can be sampled afresh, by case."""
    broken: list[str] = field(default_factory=list)
    """Why suites could not be made ready; their cases are left out."""


def observe(store: Store, sides: Sides, since: datetime, access: Access | None = None) -> Observation:
    """Every case of base and head, judged on both sides by the expectations of head.

    Args:
        store: the records.
        sides: the two versions.
        since: when the oldest sample that counts was held.
        access: to whose fresh samples count; of all who gave some the last without it.
    """
    found = Observation()
    before, after = _find_cases(sides, found)
    former = {side.agent.id: old.agent.id for old, side in pair_agents(sides.base, sides.head) if old and side}
    agents = _render_agents(sides.base), _render_agents(sides.head)
    here = CheckedOut(sides.head.root)
    samples = Samples(store, (*before.values(), *after.values()), since, here)
    showcase = Showcase()
    describe = partial(_describe, showcase)

    def refuse(situation: Situation) -> str | None:
        return None if here.may_judge(situation) else NOT_HERE

    for situation in after.values():
        agent = situation.agent.id
        old = before.pop(_former_name(situation, before), None)
        now, then = agents[1].get(agent), agents[0].get(former.get(agent, ""))
        if old is not None and _is_untouched(old, situation, then, now):
            # nothing that is sampled or judged differs: whatever there is, both sides have it
            found.cases.append(describe(situation, [], [], is_same=True))
            continue
        head = samples.take(now, situation)
        if old is None:
            found.cases.append(describe(situation, None, head, reason=refuse(situation)))
        elif reason := refuse(situation):
            found.cases.append(describe(situation, [], [], reason=reason))
        elif old.stimulus != situation.stimulus:
            base = samples.take(agents[0].get(old.agent.id), old)
            found.cases.append(describe(situation, base, head, reason=_explain(old, situation, refuse(old))))
        else:
            is_same = then is not None and now is not None and then.ships == now.ships
            base = head if is_same else samples.take(then, situation)
            confirmed = None
            if then is not None and now is not None and not is_same:
                if here.may_hold(situation):
                    found.pairs[situation.id] = Pair(situation, then, now)
                confirmed = samples.take_fresh(then, now, situation, access)
            found.base.extend(item.transcript for item in base)
            found.head.extend(item.transcript for item in head)
            found.cases.append(describe(situation, base, head, is_same=is_same, confirmed=confirmed))
    found.cases.extend(
        describe(old, samples.take(agents[0].get(old.agent.id), old), None, reason=refuse(old))
        for old in before.values()
    )
    drawn = showcase.draw()
    found.cases[:] = [replace(case, shown=drawn.get(case.case, case.shown)) for case in found.cases]
    return found


def _find_cases(sides: Sides, found: Observation) -> tuple[dict[str, Situation], dict[str, Situation]]:
    """The cases of both sides by id; a suite that is broken on one side says nothing on the other."""
    cases: tuple[dict[str, Situation], dict[str, Situation]] = {}, {}
    broken = {item.identity.id for project in (sides.base, sides.head) for item in project.broken}
    shared = find_shared_suites(sides.base, sides.head)
    for project, into in zip((sides.head, sides.base), reversed(cases), strict=True):
        for suite in project.suites.values():
            if project is sides.base and suite.id in shared:
                own = f"{suite.id}#"
                into.update((name, situation) for name, situation in cases[1].items() if name.startswith(own))
                continue
            try:
                into.update((situation.id, situation) for situation in find_situations(project, [suite]))
            except KiwerkError as error:
                broken.add(suite.id)
                found.broken.append(f"{suite.document.path}: {error}")
    for side in cases:
        for name in [name for name in side if name.partition("#")[0] in broken]:
            del side[name]
    return cases


def _is_untouched(old: Situation, new: Situation, then: Rendered | None, now: Rendered | None) -> bool:
    is_same = (old.stimulus, old.oracle) == (new.stimulus, new.oracle)
    return is_same and then is not None and now is not None and then.ships == now.ships


def _render_agents(project: Project) -> Mapping[str, Rendered]:
    """Agents as they would ship; what cannot be rendered is left out."""
    rendered = [render_agent(project, agent) for agent in project.agents.values()]
    return {item.agent.id: item for item in rendered if isinstance(item, Rendered)}


def _former_name(situation: Situation, before: Mapping[str, Situation]) -> str:
    """The case's id at base: as it is, or as its suite or the case says that it was called."""
    if situation.id in before:
        return situation.id
    suites = [name for name in (situation.suite.id, situation.suite.spec.formerly) if name]
    names = [name for name in (situation.case.id, situation.case.formerly) if name]
    return next((f"{suite}#{name}" for suite in suites for name in names if f"{suite}#{name}" in before), "")


def _describe(
    showcase: Showcase,
    situation: Situation,
    base: Sequence[Judged] | None,
    head: Sequence[Judged] | None,
    *,
    is_same: bool = False,
    reason: str | None = None,
    confirmed: tuple[list[Judged], list[Judged]] | None = None,
) -> Observed:
    """A case with what its samples came to, and two of them to look at where not all went the same good way."""
    pair = confirmed or (base or (), head or ())
    return Observed(
        situation.id,
        situation.agent.id,
        tuple(situation.case.tags),
        next(iter(situation.processes)) if situation.case.process is not None else None,
        None if base is None else count_samples(base),
        None if head is None else count_samples(head),
        confirmed=(count_samples(confirmed[0]), count_samples(confirmed[1])) if confirmed else None,
        is_same=is_same,
        not_comparable=reason,
        shown=showcase.choose(situation, pair),
    )


def _explain(before: Situation, after: Situation, unjudged: str | None) -> str:
    """What about the situation is another one, and why samples of base are not judged where they are not."""
    differences = join_names(list(_find_differences(before, after)))
    return f"the agent meets another situation: {differences}{f'; base {unjudged}' if unjudged else ''}"


def _find_differences(before: Situation, after: Situation) -> Iterator[str]:
    if before.user_turns != after.user_turns:
        yield "other words of the user"
    if before.case.simulate != after.case.simulate:
        yield "another simulated user"
    if (before.now, before.holes) != (after.now, after.holes):
        yield "another time or other values of the holes"
    if before.state != after.state:
        yield "another state of the systems"
    if {name: toolset.mock for name, toolset in before.toolsets.items()} != {
        name: toolset.mock for name, toolset in after.toolsets.items()
    }:
        yield "other mocks"
    if {name: source.text for name, source in before.code.items()} != {
        name: source.text for name, source in after.code.items()
    }:
        yield "other Python of mocks"
