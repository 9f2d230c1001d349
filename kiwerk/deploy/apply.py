"""Carries a plan out: store, switch, read back, compare. A deploy either happened or did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.deploy.plan import DeployPlan, is_deployed
from kiwerk.errors import KiwerkError, Refused
from kiwerk.language.phrase import join_names

if TYPE_CHECKING:
    from kiwerk.deploy.release import Installed
    from kiwerk.record import Deployment


@dataclass(frozen=True, slots=True)
class Applied:
    """What is current now, read back and compared."""

    deployment: Deployment
    changed: bool
    """False where exactly this was deployed already."""


def apply_deploy(plan: DeployPlan) -> Applied:
    """Makes the plan's release the current one; does nothing where it is already.

    Raises:
        Refused: something speaks against the plan, somebody else deployed since it was made, or the target reads
            back differently from what was sent.
        KiwerkError: target or credentials are missing, another deploy is under way, or the target cannot be written.
    """
    if not plan.accepted or plan.target is None:
        raise _refusal(plan)
    target, release = plan.target, plan.deployment.release
    with target.exclusive():
        current = target.read_back()
        if _digest(current) != _digest(plan.current):
            raise Refused(
                f"{_title(plan)}: somebody else deployed since this was planned ({_name(current)})",
                remedy="Look at `kiwerk status` and run the command again",
            )
        if current is not None and current.digest == release and not current.missing:
            _compare(plan, current)
            return Applied(plan.deployment, changed=False)
        target.receive(plan.package)
        target.switch(plan.deployment)
        _compare(plan, target.read_back())
    return Applied(plan.deployment, changed=True)


def _compare(plan: DeployPlan, current: Installed | None) -> None:
    if is_deployed(current, plan.deployment.release):
        return
    differences = ["nothing is current"] if current is None else list(current.differences)
    raise Refused(
        f"{_title(plan)}: the target read back differently: {join_names(differences) or _name(current)}",
        remedy="Find out who changes the target, then roll back, or move the release's folder away and deploy again",
    )


def _refusal(plan: DeployPlan) -> KiwerkError:
    """All reasons at once; without a target or its credentials the answer is not "no" but "impossible"."""
    error = KiwerkError if plan.missing else Refused
    lines = [f"{agent}: {reason}" if agent else str(reason) for agent, reason in plan.reasons]
    return error(
        "\n  - ".join([f"{_title(plan)}: refused", *(lines or ["nothing vouches for it"])]),
        remedy="Nothing was changed; each line says what to do",
    )


def _digest(current: Installed | None) -> str | None:
    return None if current is None else current.digest


def _name(current: Installed | None) -> str:
    return "nothing" if current is None else current.digest[:12]


def _title(plan: DeployPlan) -> str:
    return f"{plan.deployment.action} of {plan.deployment.company} to {plan.deployment.environment}"
