"""Calibrate: a judge beside the people who were asked the same about the same conversations."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.load.suggest import suggest
from kiwerk.pipeline.electorate import Electorate, Helper, find_judges_electorate, find_voter
from kiwerk.pipeline.judging import Question, ask_all
from kiwerk.record.calibration import Calibration
from kiwerk.render.judging import digest_judge, digest_question, digest_verdict, render_exhibit
from kiwerk.score.agreement import compare_people, find_majority, measure_classes, measure_kappa
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kiwerk.gate import ExpectedCase
    from kiwerk.load.project import Loaded, Project
    from kiwerk.pipeline.models import Access
    from kiwerk.pipeline.workspace import Gate, Workspace
    from kiwerk.record import Label
    from kiwerk.score.ballot import Ballot
    from kiwerk.spec import Judge


def find_judge(project: Project, name: str) -> Loaded[Judge]:
    """The judge of an id, or of a local name where only one is called that.

    Raises:
        KiwerkError: there is none, or several are called that.
    """
    named = [judge for judge in project.judges.values() if name in (judge.id, judge.name)]
    exact = [judge for judge in named if judge.id == name]
    found = exact or named
    if len(found) == 1:
        return found[0]
    if found:
        message = f"'{name}' may be {' or '.join(judge.id for judge in found)}"
        raise KiwerkError(message, remedy="Write the whole id")
    known = ", ".join(project.judges) or "none; write one with `kiwerk new judge COMPANY/NAME`"
    near = suggest(name, [item for judge in project.judges.values() for item in (judge.name, judge.id)])
    raise KiwerkError(f"There is no judge '{name}'", path="evals", remedy=near or f"Known: {known}")


def calibrate(workspace: Workspace, name: str | None = None, access: Access | None = None) -> tuple[Calibration, ...]:
    """How far each judge, or the one that was named, agrees with people.

    Args:
        workspace: the repository.
        name: the judge's id or local name; all of them without it.
        access: where models are asked for votes that are missing about what people have judged, if they are.

    Raises:
        KiwerkError: there is no such judge.
    """
    project = workspace.project
    judges = list(project.judges.values()) if name is None else [find_judge(project, name)]
    if access:
        asyncio.run(_ask(access, workspace, judges))
    with Store(project.root, reading=True) as store:
        labels, cases = store.load_labels(), [case for case, _ in workspace.cases]
        return tuple(
            _calibrate(store, judge, labels, find_judges_electorate(workspace, judge.id, cases)) for judge in judges
        )


def load_calibrations(workspace: Workspace, gate: Gate, cases: Sequence[ExpectedCase]) -> tuple[Calibration, ...]:
    """How far the judges that cases ask agree with people; nothing where the policy does not want to know."""
    asked = {judge.id for case in cases for judge in case.judges}
    if not asked or not any(rule.require.judges for rule in gate.policy.rules):
        return ()
    project = workspace.project
    with Store(project.root, reading=True) as store:
        labels = store.load_labels()
        return tuple(
            _calibrate(store, project.judges[name], labels, find_judges_electorate(workspace, name, cases, gate))
            for name in sorted(asked)
        )


def _find_missing(
    store: Store, workspace: Workspace, judges: Sequence[Loaded[Judge]], helper: Helper
) -> Iterator[Question]:
    """Each question as often as a vote is missing about a conversation that people have judged."""
    labels, cases = store.load_labels(), [case for case, _ in workspace.cases]
    for judge in judges:
        electorate = find_judges_electorate(workspace, judge.id, cases)
        key, question = digest_judge(judge.spec), digest_question(judge.spec)
        votes = store.load_votes(key)
        for label in {label.exhibit: label for label in labels if label.question == question}.values():
            transcript = store.load_transcript(label.transcript)
            exhibit = render_exhibit(transcript, None if label.turn is None else label.turn - 1)
            missing = electorate.count(judge.spec, votes.get(exhibit.digest, ()), helper=helper).missing
            asked = Question(judge.spec, key, exhibit, transcript.conversation.case, transcript.started)
            yield from [asked] * missing


async def _ask(access: Access, workspace: Workspace, judges: Sequence[Loaded[Judge]]) -> None:
    async with access.open() as models:
        with Store(workspace.project.root, reading=True) as store:
            wanted = list(_find_missing(store, workspace, judges, models.find_helper))
        if wanted:
            with Store(workspace.project.root) as store:
                await ask_all(models, wanted, store.add_vote)


@dataclass(slots=True)
class _Counted:
    """What is left out, and what is compared."""

    pairs: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What people and judge say, by exhibit."""
    voters: set[str] = field(default_factory=set)
    disputed: int = 0
    unasked: int = 0
    undecided: int = 0


def _calibrate(store: Store, judge: Loaded[Judge], labels: Sequence[Label], electorate: Electorate) -> Calibration:
    spec, question = judge.spec, digest_question(judge.spec)
    newest = {(label.person, label.exhibit): label for label in labels if label.question == question}
    good, bad = classes = _name_classes(spec)
    by_person: dict[str, dict[str, str]] = {}
    names = {label.person: " ".join(label.by.split()) for label in newest.values()}
    for (person, exhibit), label in newest.items():
        by_person.setdefault(names[person], {})[exhibit] = good if spec.is_good(label.answer) else bad
    ballots = {
        exhibit: electorate.count(spec, votes) for exhibit, votes in store.load_votes(digest_judge(spec)).items()
    }
    counted = _count(by_person, ballots, classes)
    pairs = list(counted.pairs.values())
    table = {one: {other: pairs.count((one, other)) for other in classes} for one in classes}
    return Calibration(
        judge=judge.id,
        verdict=digest_verdict(spec),
        labels=len(newest),
        labellers=tuple(sorted(by_person)),
        compared=len(pairs),
        sampled=len(counted.pairs.keys() & _find_sampled(store, newest.values())),
        voters=tuple(sorted(counted.voters)),
        table=table,
        classes=measure_classes(table),
        kappa=measure_kappa(pairs),
        people=compare_people(by_person),
        disputed=counted.disputed,
        unasked=counted.unasked,
        undecided=counted.undecided,
        stale=sum(label.judge == judge.id and label.question != question for label in labels),
    )


def _find_sampled(store: Store, labels: Iterable[Label]) -> set[str]:
    """What people were shown of conversations that a model held, as far as these are still there."""
    origins = store.find_origins({label.transcript for label in labels})
    return {label.exhibit for label in labels if origins.get(label.transcript) == "model"}


def _count(
    by_person: Mapping[str, Mapping[str, str]], ballots: Mapping[str, Ballot], classes: tuple[str, str]
) -> _Counted:
    good, bad = classes
    counted = _Counted()
    for exhibit in sorted({exhibit for answers in by_person.values() for exhibit in answers}):
        people = find_majority([answers[exhibit] for answers in by_person.values() if exhibit in answers])
        ballot = ballots.get(exhibit)
        if people is None:
            counted.disputed += 1
        elif ballot is not None and ballot.outcome is not None:
            counted.pairs[exhibit] = people, good if ballot.outcome else bad
            counted.voters.update(map(find_voter, ballot.votes))
        elif ballot is None or ballot.missing:
            counted.unasked += 1
        else:
            counted.undecided += 1
    return counted


def _name_classes(judge: Judge) -> tuple[str, str]:
    """What passes and what does not, in words."""
    return ("yes", "no") if judge.scale is None else (f"{judge.scale.min} or better", f"below {judge.scale.min}")
