"""regressions: no case goes worse than with what is deployed where this would be deployed.

Judged is from figures, as `kiwerk diff` judges cases: what looks worse must have been sampled afresh by both sides in
turns, and only what these samples show is a regression. What they do not show is undecided and refuses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.behaviour import Observed, compare_behaviour, find_candidates
from kiwerk.gate.answer import Answer
from kiwerk.language.phrase import count, join_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kiwerk.gate.today import Deployed, ExpectedCase, Today
    from kiwerk.record import BaselineCase, BaselineFigures
    from kiwerk.record.comparison import Behaviour, CaseChange
    from kiwerk.spec.policy import Regressions, Requirement

_SHORT = 12


def judge_regressions(require: Requirement, cases: Sequence[ExpectedCase], today: Today) -> Answer:
    """Whether no more cases than allowed went worse than with what is deployed; an unknown baseline is not enough."""
    wanted, deployed = require.regressions, today.deployed
    if wanted is None or deployed is None:
        return Answer(met=False, message="nobody looked at what is deployed, so there is nothing to compare with")
    where = deployed.environment
    if deployed.ships == today.ships:
        return Answer(met=True, message=f"exactly this is deployed in {where}")
    if deployed.trouble:
        return Answer(met=False, message=f"what is deployed in {where} is no baseline: {deployed.trouble}")
    if deployed.ships is None:
        return Answer(met=True, message=f"nothing of it is deployed in {where} yet, so there is no baseline")
    figures = today.baselines.get(deployed.ships)
    if figures is None:
        return Answer(
            met=False,
            message=f"{where} has {deployed.ships[:_SHORT]} now, with which it was not compared: "
            f"run `kiwerk attest --env {where}` again",
        )
    return _judge_figures(wanted, cases, figures, today, deployed)


def _judge_figures(
    wanted: Regressions, cases: Sequence[ExpectedCase], figures: BaselineFigures, today: Today, deployed: Deployed
) -> Answer:
    known = {(item.case, item.stimulus, item.oracle): item for item in figures.cases}
    items = [known.get((case.case, case.stimulus, case.oracle)) for case in cases]
    compared = [item for item in items if item is not None and item.reason is None]
    # all that was confirmed is tested together, whatever the rule selects of it
    observed = {item.case: _observe(item, today) for item in figures.cases}
    behaviour = compare_behaviour(tuple(observed.values()))
    changes = {change.case: change for change in behaviour.cases}
    unconfirmed = frozenset(
        case.case for case in find_candidates([observed[item.case] for item in compared], wanted.confirm_repeats)
    )
    regressed = [item.case for item in compared if changes[item.case].status == "regressed"]
    problems = [
        *_find_strangers(figures, cases, today),
        *_find_unknown(cases, items),
        *_find_unsampled(compared, changes, deployed, wanted),
        *_find_unconfirmed(compared, unconfirmed, deployed, wanted),
    ]
    of = f"{len(regressed)} of {count(len(compared), 'case')} regressed"
    message = f"{of} from {figures.ships[:_SHORT]} in {deployed.environment}, {wanted.max} allowed"
    listed = [_format_regressed(changes[case]) for case in regressed]
    named = f"{message}: {join_names(listed)}" if regressed else message
    notes = [*_describe_whole(behaviour), *_describe_rest(items, changes, unconfirmed)]
    return Answer(not problems and len(regressed) <= wanted.max, "; ".join((named, *problems, *notes)))


def _observe(item: BaselineCase, today: Today) -> Observed:
    confirmed = (item.confirmed_base, item.confirmed_head)
    return Observed(
        item.case,
        today.cases[0].agent,
        base=item.base,
        head=item.head,
        confirmed=None if confirmed[0] is None or confirmed[1] is None else (confirmed[0], confirmed[1]),
        not_comparable=item.reason,
    )


def _find_strangers(figures: BaselineFigures, cases: Sequence[ExpectedCase], today: Today) -> Iterator[str]:
    """Providers of either side that no rule of the policy counts."""
    allowed = {
        provider for rule in today.policy.rules if rule.require.samples for provider in rule.require.samples.providers
    }
    strangers = [provider for provider in figures.providers if provider not in allowed]
    if cases and strangers:
        yield f"some of the samples compared come from {join_names(strangers)}"


def _find_unknown(cases: Sequence[ExpectedCase], items: Sequence[BaselineCase | None]) -> Iterator[str]:
    unknown = [case.case for case, item in zip(cases, items, strict=True) if item is None]
    if unknown:
        yield f"{count(len(unknown), 'case')} not compared as it stands today: {join_names(unknown)}"


def _find_unsampled(
    compared: Sequence[BaselineCase], changes: Mapping[str, CaseChange], deployed: Deployed, wanted: Regressions
) -> Iterator[str]:
    """Cases of which one side is unknown; that head's is, another rule says as well."""
    unsampled = [item.case for item in compared if changes[item.case].status in ("not-sampled", "errored")]
    if unsampled:
        what = f"{count(len(unsampled), 'case')} without judged samples of both sides ({join_names(unsampled)})"
        yield f"{what}: {_remedy(deployed, wanted)}"


def _find_unconfirmed(
    compared: Sequence[BaselineCase], unconfirmed: frozenset[str], deployed: Deployed, wanted: Regressions
) -> Iterator[str]:
    """Cases that look worse and were not sampled afresh often enough; what looks better can wait."""
    worse = [item for item in compared if item.case in unconfirmed and _is_worse(item)]
    if worse:
        verb = "looks worse and was" if len(worse) == 1 else "look worse and were"
        listed = join_names([f"{item.case} {item.base} → {item.head}" for item in worse])
        what = f"{count(len(worse), 'case')} {verb} not sampled afresh often enough ({listed})"
        yield f"{what}: {_remedy(deployed, wanted)}"


def _is_worse(item: BaselineCase) -> bool:
    return item.head.passed * item.base.judged < item.base.passed * item.head.judged


def _describe_whole(behaviour: Behaviour) -> Iterator[str]:
    """That fewer conversations pass on the whole, which no single case need show."""
    for whole in behaviour.slices[:1]:
        if whole.verdict == "lower":
            rates = f"{whole.base_rate:.2f} → {whole.head_rate:.2f}"
            yield f"fewer conversations pass than before over all of its cases ({rates}), which is not counted"


def _describe_rest(
    items: Sequence[BaselineCase | None], changes: Mapping[str, CaseChange], unconfirmed: frozenset[str]
) -> Iterator[str]:
    """What is said and not counted."""
    there = [item for item in items if item is not None]
    undecided = [
        item.case
        for item in there
        if changes[item.case].status in ("undecided", "flaky") and changes[item.case].reason
        if item.confirmed_base and item.case not in unconfirmed
    ]
    if undecided:
        yield f"undecided after fresh samples: {join_names(undecided)}"
    reasons: dict[str, list[str]] = {}
    for item in there:
        if item.reason is not None:
            reasons.setdefault(item.reason, []).append(item.case)
    for reason, names in reasons.items():
        yield f"{count(len(names), 'case')} not compared, {reason}: {join_names(names)}"


def _format_regressed(change: CaseChange) -> str:
    return f"{change.case} (fresh samples {change.confirmed_base} → {change.confirmed_head})"


def _remedy(deployed: Deployed, wanted: Regressions) -> str:
    return f"run `kiwerk diff deployed:{deployed.environment} --confirm {wanted.confirm_repeats}`"
