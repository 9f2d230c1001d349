"""Releases, evidence, deploys and what is deployed, as JSON: the fields of the records, dates in ISO 8601."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.deploy.apply import Applied
    from kiwerk.deploy.plan import DeployPlan
    from kiwerk.deploy.reason import Reason
    from kiwerk.deploy.status import Status
    from kiwerk.deploy.verify import EvidenceVerdict
    from kiwerk.record import Release


def format_json(environment: str, items: Mapping[str, Sequence[object]]) -> str:
    """`{"version": 1, "environment": …, <name>: […]}`."""
    return json.dumps({"version": 1, "environment": environment, **items}, ensure_ascii=False, indent=2) + "\n"


def describe_release(digest: str, release: Release) -> dict[str, Any]:
    """A release with its digest."""
    return {"release": digest, "company": release.company, "agents": release.agents}


def describe_evidence(verdict: EvidenceVerdict) -> dict[str, Any]:
    """Whether the evidence for one agent holds."""
    return {
        "agent": verdict.agent,
        "ships": verdict.ships,
        "accepted": verdict.accepted,
        "signer": verdict.signer,
        "oldest": verdict.oldest.isoformat() if verdict.oldest else None,
        "reasons": _reasons(verdict.reasons),
    }


def describe_plan(plan: DeployPlan, applied: Applied | None) -> dict[str, Any]:
    """A deploy or rollback: `applied` is None where it was refused or only planned."""
    return {
        "company": plan.deployment.company,
        "action": plan.deployment.action,
        "release": plan.deployment.release,
        "accepted": plan.accepted,
        "applied": applied is not None,
        "changed": applied.changed if applied else False,
        "agents": [
            {
                "agent": item.agent,
                "ships": item.ships,
                "current": item.current,
                "evidence": describe_evidence(item.evidence),
            }
            for item in plan.agents
        ],
        "removed": list(plan.removed),
        "missing": _reasons(plan.missing),
        "obstacles": _reasons(plan.obstacles),
        "notes": list(plan.notes),
    }


def describe_status(status: Status) -> dict[str, Any]:
    """What one company has deployed."""
    return {
        "company": status.company,
        "release": status.release,
        "intact": status.intact,
        "left_over": status.left_over,
        "deployment": status.deployment.model_dump(mode="json") if status.deployment else None,
        "differences": list(status.differences),
        "agents": [
            {
                "agent": agent.agent,
                "ships": agent.ships,
                "signer": agent.signer,
                "oldest": agent.oldest.isoformat() if agent.oldest else None,
                "reasons": _reasons(agent.reasons),
            }
            for agent in status.agents
        ],
    }


def _reasons(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    return [{"message": reason.message, "remedy": reason.remedy} for reason in reasons]
