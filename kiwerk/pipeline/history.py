"""History: the documented development of one agent, from git, targets, the store, evidence and policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from kiwerk.deploy.envelope import parse_envelope
from kiwerk.deploy.evidence import evidence_path, parse_statement
from kiwerk.deploy.plan import Destination, read_current, seal_verdict
from kiwerk.errors import KiwerkError
from kiwerk.language.phrase import count
from kiwerk.load.commits import find_commits
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.pipeline.catalogue import load_catalogue
from kiwerk.pipeline.deliver import evidence_folder
from kiwerk.record import Deployment, summarize_run
from kiwerk.record.history import Event, History, Standing
from kiwerk.select.documents import find_documents
from kiwerk.select.selector import SelectorProblem, parse_selector
from kiwerk.spec import Agent, Suite
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Document

_NEWEST_RUNS = 200
"""Runs that are looked through."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A case of the agent, as selectors see it."""

    agent: str
    suite: str
    case: str
    tags: tuple[str, ...]
    process: str | None
    path: str


def trace_history(root: Path, name: str, now: datetime) -> History:
    """Everything that is documented of an agent; what could not be read is noted.

    Args:
        root: the repository's root.
        name: the agent's id or local name.
        now: by which exceptions are over.

    Raises:
        KiwerkError: there is no such agent.
    """
    catalogue = load_catalogue(root)
    node = catalogue.find(name if ":" in name else f"agent:{name}")
    project = catalogue.project
    if node.kind != "Agent":
        raise KiwerkError(f"{node} is no agent", remedy="See `kiwerk list agent`")
    agent = project.agents[node.id]
    names = tuple(filter(None, (agent.id, agent.spec.formerly)))
    documents = tuple({item.document.path: item for item in find_documents(project, agent)}.values())
    suites = tuple(suite for suite in project.suites.values() if _is_about(project, suite, agent))
    notes: list[str] = []
    deployments = tuple(_find_deployments(project, agent, notes))
    events = [
        *_tell_releases(deployments, names),
        *_tell_changes(root, documents, notes),
        *_tell_results(root, names, notes),
        *_tell_approvals(project, agent, names, notes),
        *_tell_decisions(project, {*names, *(item.id for item in (*documents, *suites))}),
    ]
    today = now.astimezone(UTC).date()
    exceptions = [
        Standing(
            policy=policy.id,
            rule=entry.rule,
            select=entry.select,
            owner=entry.owner,
            reason=entry.reason,
            until=entry.until,
            is_over=entry.until < today,
        )
        for policy in project.policies.values()
        for entry in policy.spec.exceptions
        if _concerns(entry.select, agent, suites)
    ]
    return History(
        agent=agent.id,
        title=agent.spec.title,
        documents=tuple(item.document.path for item in documents),
        events=tuple(sorted(events, key=lambda event: event.at, reverse=True)),
        exceptions=tuple(exceptions),
        notes=tuple(notes),
    )


def _find_deployments(project: Project, agent: Loaded[Agent], notes: list[str]) -> Iterator[Deployment]:
    for place in _find_destinations(project, agent):
        try:
            target, _ = read_current(place)
            journal = target.history() if target else ()
        except KiwerkError as error:
            notes.append(f"what was deployed to {place.id} is not known: {error.message}")
            continue
        if target is None:
            notes.append(f"environment {place.id} has no target, so nothing was deployed to it")
        yield from journal


def _find_destinations(project: Project, agent: Loaded[Agent]) -> Iterator[Destination]:
    for environment in project.environments.values():
        yield Destination(company=agent.company, id=environment.id, environment=environment.spec, root=project.root)


def _tell_releases(deployments: tuple[Deployment, ...], names: tuple[str, ...]) -> Iterator[Event]:
    """Switches by which the agent became another one, or came or went."""
    current: dict[str, str | None] = {}
    for deployment in deployments:
        ships = next((deployment.agents[name] for name in names if name in deployment.agents), None)
        place = deployment.environment
        if ships == current.get(place):
            continue
        word = "rolled back in" if deployment.action == "rollback" else "released to"
        yield Event(
            kind="release",
            at=deployment.at,
            title=f"{word} {place}" if ships else f"no longer in {place}",
            details=tuple(
                filter(
                    None,
                    (
                        f"contents {ships[:12]}" if ships else None,
                        f"revision {deployment.revision}" if deployment.revision else None,
                        f"kiwerk {deployment.engine}",
                    ),
                )
            ),
            reference=deployment.release,
        )
        current[place] = ships


def _tell_changes(root: Path, documents: tuple[Loaded[Document], ...], notes: list[str]) -> Iterator[Event]:
    paths = {item.document.path: item for item in documents}
    formerly = {path: path.replace(item.id, item.spec.formerly) for path, item in paths.items() if item.spec.formerly}
    places = (*paths, *formerly.values())
    below = sorted({"/".join(path.split("/")[:2]) if path.count("/") > 1 else path for path in places})
    try:
        commits = find_commits(root, paths, below, formerly)
    except KiwerkError as error:
        notes.append(f"changes are not known: {error.message}")
        return
    for commit in commits:
        subject, _, body = commit.message.partition("\n")
        yield Event(
            kind="change",
            at=commit.at,
            title=subject,
            who=commit.author,
            reason=body.strip() or None,
            details=tuple(f"{change.what} {change.path}" for change in commit.changes),
            reference=commit.digest,
        )


def _tell_results(root: Path, names: tuple[str, ...], notes: list[str]) -> Iterator[Event]:
    """Runs that asked a model or an agent elsewhere, as they were judged then."""
    with Store(root, reading=True) as store:
        runs = store.load_runs(_NEWEST_RUNS)
    if len(runs) == _NEWEST_RUNS:
        notes.append(f"of runs, the newest {_NEWEST_RUNS} were looked through")
    for run in runs:
        for item in summarize_run(run).agents:
            if item.agent not in names or not (item.model.total or item.others):
                continue
            figures = [f"model samples {item.model} passed"] if item.model.total else []
            figures += [f"{origin} {tally} passed" for origin, tally in item.others.items()]
            details = [f"references {item.references}, counterexamples {item.counterexamples}"]
            details += [f"{item.reused} samples of earlier runs"] if item.reused else []
            details += [f"{count(item.stopped, 'sample')} not taken, so no rate is fair"] if item.stopped else []
            details += [f"{count(item.errored, 'conversation')} could not be judged"] if item.errored else []
            details += [] if run.complete else ["the run is not complete"]
            details += [f"revision {run.revision}"] if run.revision else []
            yield Event(
                kind="result",
                at=run.finished or run.started,
                title=f"{', '.join(figures)} over {count(item.cases, 'case')}",
                details=tuple(details),
                reference=run.id,
            )


def _tell_approvals(
    project: Project, agent: Loaded[Agent], names: tuple[str, ...], notes: list[str]
) -> Iterator[Event]:
    """Signed evidence that is kept here, and whose signature it carries by today's signers of each environment."""
    folder, places = evidence_folder(project.root), list(_find_destinations(project, agent))
    for name in names:
        for path in sorted(evidence_path(folder, name, "0" * 64).parent.glob("*.dsse.json")):
            ships = path.name.partition(".")[0]
            try:
                envelope = parse_envelope(path.read_bytes())
                evidence = parse_statement(envelope.payload)
            except (ValueError, OSError):
                notes.append(f"evidence about {ships[:12]} cannot be read")
                continue
            verdicts = {place.id: seal_verdict(place, envelope, name, ships) for place in places}
            signers = {environment: verdict.signer for environment, verdict in verdicts.items() if verdict.signer}
            if not signers:
                notes.append(f"evidence about {ships[:12]} carries the signature of no signer of today")
                continue
            accepted = [environment for environment in signers if not verdicts[environment].reasons]
            refused = [
                f"not accepted in {environment}: {reason.message}"
                for environment in signers
                for reason in verdicts[environment].reasons
            ]
            yield Event(
                kind="approval",
                at=max(sample.sampled for sample in evidence.samples),
                title=f"evidence {evidence.outcome.lower()} over {count(len(evidence.samples), 'sample')}",
                who=", ".join(dict.fromkeys(signers.values())),
                details=(
                    f"contents {ships[:12]}",
                    *([f"accepted in {', '.join(accepted)}"] if accepted else []),
                    *refused,
                ),
                reference=ships,
            )


def _tell_decisions(project: Project, ids: set[str]) -> Iterator[Event]:
    """Entries in logs of policies about the agent, what it is made of or tested by, or about all agents."""
    for policy in project.policies.values():
        for entry in policy.spec.log:
            subjects = {name: name.partition(":")[2] for name in entry.weakens}
            mine = [name for name, subject in subjects.items() if "/" not in subject or _names(subject, ids)]
            if mine:
                yield Event(
                    kind="decision",
                    at=datetime.combine(entry.on, time(), UTC),
                    title=f"the gate of {policy.id} was made weaker: {', '.join(mine)}",
                    who=entry.owner,
                    reason=entry.reason,
                )


def _names(subject: str, ids: set[str]) -> bool:
    words = subject.removeprefix("agent:")
    return any(words == name or words.startswith((f"{name}#", f"{name}.", f"{name}:")) for name in ids)


def _is_about(project: Project, suite: Loaded[Suite], agent: Loaded[Agent]) -> bool:
    found = resolve_document(project, Agent, suite.spec.agent, suite.company)
    return not isinstance(found, Unresolved) and found is not None and found.id == agent.id


def _concerns(select: str, agent: Loaded[Agent], suites: tuple[Loaded[Suite], ...]) -> bool:
    try:
        selector = parse_selector(select)
    except SelectorProblem:
        return False
    return any(
        selector.matches(
            _Case(agent.id, suite.id, f"{suite.id}#{case.id}", tuple(case.tags), case.process, suite.document.path)
        )
        for suite in suites
        for case in suite.spec.cases
    )
