"""Gate: a policy's verdict over the stored samples of exactly what would ship today."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kiwerk.finding import Finding, Severity
from kiwerk.gate import decide_verdict, restrict_policy
from kiwerk.gate.today import select_today
from kiwerk.pipeline.baseline import Baselines
from kiwerk.pipeline.calibrate import load_calibrations
from kiwerk.pipeline.rehearse import find_broken_tests
from kiwerk.pipeline.score import pool_samples
from kiwerk.pipeline.torn import find_torn, refuse_torn
from kiwerk.score import measure_reliability

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kiwerk.gate import ExpectedCase
    from kiwerk.pipeline.plan import Planning
    from kiwerk.pipeline.workspace import Gate, Workspace
    from kiwerk.record import Reliability, Run, SampleScore, Verdict


def judge(workspace: Workspace, gate: Gate) -> tuple[Verdict, ...]:
    """A verdict for every agent."""
    return judge_pooled(workspace, gate, pool_samples(workspace, gate))


def judge_pooled(
    workspace: Workspace, gate: Gate, pooled: Mapping[str, tuple[SampleScore, ...]]
) -> tuple[Verdict, ...]:
    """A verdict for every agent over samples from `pool_samples`."""
    baselines = Baselines(workspace)
    verdicts = tuple(
        judge_agent(workspace, gate, agent, pooled[agent], baselines=baselines) for agent in workspace.agents
    )
    return refuse_torn(verdicts, find_torn(workspace))


def judge_planned(workspace: Workspace, planning: Planning, run: Run) -> tuple[Verdict, ...] | None:
    """What a run's policy says: of a tier's cases alone where one was chosen; None where nothing is to be judged."""
    if planning.gate is None:
        return None
    # as of its end: what a long run sampled would else be from the future
    workspace = replace(workspace, now=workspace.now + timedelta(seconds=run.seconds or 0))
    if planning.tier is None:
        return judge(workspace, planning.gate)
    return judge_sample(workspace, planning.gate, planning.tier.sampled) if planning.tier.sampled else None


def judge_sample(workspace: Workspace, gate: Gate, sampled: Collection[str]) -> tuple[Verdict, ...]:
    """A verdict over some cases for each agent that has one, which is not enough for a deploy."""
    chosen = frozenset(sampled)
    pooled, baselines = pool_samples(workspace, gate), Baselines(workspace)
    verdicts = []
    for agent in workspace.agents:
        cases = [case for case, _ in workspace.cases if case.agent == agent and case.case in chosen]
        if cases:
            restricted = replace(gate, policy=restrict_policy(gate.policy, cases))
            samples = tuple(sample for sample in pooled[agent] if sample.case in chosen)
            verdict = judge_agent(workspace, restricted, agent, samples, cases, baselines=baselines)
            verdicts.append(verdict.model_copy(update={"sample": True}))
    return refuse_torn(tuple(verdicts), find_torn(workspace, chosen))


def measure_pooled(
    workspace: Workspace, gate: Gate, pooled: Mapping[str, tuple[SampleScore, ...]]
) -> tuple[Reliability, ...]:
    """What one can rely on of every agent that has samples, and which of its cases are flaky."""
    return tuple(_measure(workspace, gate, agent, samples) for agent, samples in pooled.items() if samples)


def _measure(workspace: Workspace, gate: Gate, agent: str, samples: tuple[SampleScore, ...]) -> Reliability:
    """The figures over what counts; no rate where some of it is missing, as after an early stop."""
    cases = [case for case, _ in workspace.cases if case.agent == agent]
    # what is deployed has no part in it
    counted = select_today(gate.policy, cases, samples, workspace.now_at(agent), ships="").of(cases)
    there = Counter(sample.case for sample in counted)
    is_short = any(there[case.case] < gate.repeats(case) for case in cases)
    found = measure_reliability(agent, [(sample.case, sample.status) for sample in counted], stopped=is_short)
    return found.model_copy(update={"demanded": sum(map(gate.repeats, cases))}) if is_short else found


def judge_agent(
    workspace: Workspace,
    gate: Gate,
    agent: str,
    samples: tuple[SampleScore, ...],
    cases: Sequence[ExpectedCase] | None = None,
    *,
    baselines: Baselines | None = None,
    findings: Sequence[Finding] | None = None,
) -> Verdict:
    """The verdict for one agent over the samples given, of all its cases unless some are named.

    Args:
        workspace: the repository.
        gate: whose policy judges.
        agent: its id.
        samples: of what would ship, from `pool_samples`.
        cases: those to judge.
        baselines: what is deployed, where that was read already.
        findings: what speaks against it, where that is known already.
    """
    beside = baselines or Baselines(workspace)
    if cases is None:
        cases = [case for case, _ in workspace.cases if case.agent == agent]
    return decide_verdict(
        gate.policy,
        policy_id=gate.policy_id,
        agent=agent,
        environment=gate.name,
        ships=workspace.agents[agent].ships,
        cases=cases,
        samples=samples,
        findings=find_against(workspace, agent) if findings is None else findings,
        now=workspace.now_at(agent),
        calibrations=load_calibrations(workspace, gate, cases),
        deployed=beside.find_deployed(gate, agent),
        baselines=beside.compare([gate], agent, cases),
    )


def find_against(workspace: Workspace, agent: str) -> tuple[Finding, ...]:
    """All findings that speak against a deploy of an agent: its files', and those of its references, which are held."""
    return (*findings_about(workspace, agent), *find_broken_tests(workspace, agent))


def findings_about(workspace: Workspace, agent: str) -> tuple[Finding, ...]:
    """Findings that speak against a deploy of an agent: those in the documents it is made of, and errors anywhere."""
    paths = workspace.sources(agent)
    return tuple(
        finding for finding in workspace.findings if finding.severity is Severity.ERROR or finding.span.path in paths
    )
