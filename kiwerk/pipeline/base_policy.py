"""The policy of a change's base: who edits the policy is judged by the old one as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.load.revision import load_snapshot, take_base
from kiwerk.pipeline.workspace import Gate
from kiwerk.spec import Policy

if TYPE_CHECKING:
    from kiwerk.load.project import Project
    from kiwerk.pipeline.workspace import Workspace

_SHORT = 12


@dataclass(frozen=True, slots=True)
class BasePolicy:
    """What else a change is judged by."""

    commit: str
    """Where HEAD left the branch that it is to be merged into."""
    gate: Gate | None
    """The environment as it is, with the policy it had; absent where that is none, or the same."""
    note: str
    """One sentence about it."""


def find_base_policy(workspace: Workspace, gate: Gate, revision: str) -> BasePolicy:
    """The policy that an environment had where HEAD left a revision.

    Raises:
        KiwerkError: there is no such revision, a part of it is not here, or the policy cannot be read there.
    """
    snapshot = take_base(workspace.project.root, revision)
    short = snapshot.commit[:_SHORT]
    base = load_snapshot(snapshot, companies=())
    if _is_unknown(base, gate.name):
        note = f"There was no environment {gate.name} at {short}, so the policy of the change alone judges."
        return BasePolicy(snapshot.commit, None, note)
    remedy = "Mend it there first: a change cannot be judged by what cannot be read"
    loaded = base.environments.get(gate.name)
    if loaded is None:
        raise KiwerkError(f"Environment {gate.name} cannot be read as it was at {short}", remedy=remedy)
    policy = resolve_document(base, Policy, loaded.spec.policy, loaded.company)
    if isinstance(policy, Unresolved):
        raise KiwerkError(
            f"The policy of {gate.name} cannot be read as it was at {short}: {policy.message}", remedy=remedy
        )
    if policy.spec.model_copy(update={"log": gate.policy.log}) == gate.policy:
        return BasePolicy(snapshot.commit, None, f"Policy {gate.policy_id} requires the same at {short}.")
    former = Gate(gate.name, gate.environment, f"{policy.id}@{short}", policy.spec)
    return BasePolicy(snapshot.commit, former, f"Judged by policy {former.policy_id} as well; both must pass.")


def _is_unknown(base: Project, environment: str) -> bool:
    named = (item.identity.id for item in base.broken if item.kind in (None, "Environment"))
    return environment not in base.environments and environment not in named
