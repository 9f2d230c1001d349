"""Gate: a policy's verdict over the stored samples of exactly what would ship today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.finding import Finding, Severity
from kiwerk.gate import decide_verdict
from kiwerk.pipeline.score import pool_samples
from kiwerk.score import measure_reliability

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.pipeline.workspace import Gate, Workspace
    from kiwerk.record import Reliability, SampleScore, Verdict


def judge(workspace: Workspace, gate: Gate) -> tuple[Verdict, ...]:
    """A verdict for every agent."""
    return judge_pooled(workspace, gate, pool_samples(workspace, gate))


def judge_pooled(
    workspace: Workspace, gate: Gate, pooled: Mapping[str, tuple[SampleScore, ...]]
) -> tuple[Verdict, ...]:
    """A verdict for every agent over samples from `pool_samples`."""
    return tuple(judge_agent(workspace, gate, agent, pooled[agent]) for agent in workspace.agents)


def measure_pooled(pooled: Mapping[str, tuple[SampleScore, ...]]) -> tuple[Reliability, ...]:
    """What one can rely on of every agent that has samples, and which of its cases are flaky."""
    return tuple(
        measure_reliability(agent, [(sample.case, sample.status) for sample in samples])
        for agent, samples in pooled.items()
        if samples
    )


def judge_agent(workspace: Workspace, gate: Gate, agent: str, samples: tuple[SampleScore, ...]) -> Verdict:
    """The verdict for one agent over the samples given."""
    return decide_verdict(
        gate.policy,
        policy_id=gate.policy_id,
        agent=agent,
        environment=gate.name,
        ships=workspace.agents[agent].ships,
        cases=[case for case, _ in workspace.cases if case.agent == agent],
        samples=samples,
        findings=findings_about(workspace, agent),
        now=workspace.now_at(agent),
    )


def findings_about(workspace: Workspace, agent: str) -> tuple[Finding, ...]:
    """Findings that speak against a deploy of an agent: those in the documents it is made of, and errors anywhere."""
    paths = workspace.sources(agent)
    return tuple(
        finding for finding in workspace.findings if finding.severity is Severity.ERROR or finding.span.path in paths
    )
