"""Policy, tasks and recorded tasks as a company of kiwerk: organization, agent, toolset and suites."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kiwerk.edit.draft import write_draft
from kiwerk.errors import KiwerkError
from kiwerk.importers.tau2.recording import require_operation
from kiwerk.load.document import parse_document
from kiwerk.spec import Agent, Organization, Suite, Toolset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.importers.tau2.files import Task

AGENT = "service"
TOOLSET = "airline"
TASKS = "tau2"
RECORDED = "recorded"
"""Names of the suites, and how the ids of their cases begin."""

TIMEZONE = "America/New_York"
"""Of the airline, which reckons in the time of the American east coast."""

_NOW = re.compile(r"current time is (\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}):\d{2} EST")
_LONGEST = 30
"""User turns: tau-bench stops after 30 steps, calls included."""


@dataclass(frozen=True, slots=True)
class Documents:
    """A company as text."""

    texts: Mapping[str, str]
    """By POSIX path from the repository's root."""
    toolset: Toolset
    now: str
    """When all of it is set, in the airline's time: `YYYY-MM-DDThh:mm`."""


def write_documents(
    policy: str, tasks: Sequence[Task], recorded: Sequence[Task], *, company: str, model: str
) -> Documents:
    """The company's documents in canonical style: one suite of the tasks, one of those that trajectories are about.

    Raises:
        KiwerkError: the policy does not say what time it is, or a task calls what is no operation of the airline.
    """
    time = _NOW.search(policy)
    if time is None:
        message = "The policy does not say what time it is"
        raise KiwerkError(message, remedy="Name the policy of the airline, which begins with the current time")
    now = f"{time[1]}T{time[2]}"
    text = (files("kiwerk.importers.tau2") / "airline.yaml").read_text(encoding="utf-8")
    parsed = parse_document(text.encode(), "airline.yaml")
    toolset = Toolset.model_validate(parsed.document.data if parsed.document else None)
    texts = {
        f"agents/{company}/organization.yaml": write_draft(Organization, _describe_organization(company)),
        f"agents/{company}/{AGENT}.yaml": write_draft(Agent, _describe_agent(policy, model)),
        f"agents/{company}/{TOOLSET}.yaml": text,
    }
    for name, cases in ((TASKS, tasks), (RECORDED, recorded)):
        if cases:
            suite = _describe_suite(name, cases, toolset, now)
            texts[f"evals/{company}/{name}.yaml"] = write_draft(Suite, suite)
    return Documents(texts, toolset, now)


def name_case(suite: str, task: Task) -> str:
    """Id of the case that a task becomes: those of one agent are unique."""
    return f"{suite}-{_slug(task.id)}"


def _describe_organization(company: str) -> dict[str, Any]:
    return {
        "kind": "Organization",
        "title": company.replace("-", " ").title(),
        "timezone": TIMEZONE,
        "people": {"owner": {"name": "To be named", "escalation": True}},
    }


def _describe_agent(policy: str, model: str) -> dict[str, Any]:
    """Internal, since nobody meets the agent of a benchmark: it opens with no disclosure and needs none."""
    return {
        "kind": "Agent",
        "title": "Customer service",
        "owner": "owner",
        "channel": "internal",
        "language": "en",
        "model": {"name": model, "temperature": 0},
        "scope": {"in": ["Booking, changing and cancelling flights"]},
        "tools": [TOOLSET],
        "limits": {"turns": _LONGEST, "tool_calls": _LONGEST},
        "prompt": _escape_template(policy),
    }


def _describe_suite(name: str, tasks: Sequence[Task], toolset: Toolset, now: str) -> dict[str, Any]:
    return {
        "kind": "Suite",
        "agent": AGENT,
        "given": {"now": now},
        "personas": {"customer": {"style": "As the goal says; answers what is asked and volunteers nothing."}},
        "cases": [_describe_case(name_case(name, task), task, toolset) for task in tasks],
    }


def _describe_case(identity: str, task: Task, toolset: Toolset) -> dict[str, Any]:
    simulation = {"persona": "customer", "goal": task.goal, "max_turns": _LONGEST, "knows": task.knows}
    writes = [
        {f"{TOOLSET}.{action.name}": action.arguments}
        for action in task.actions
        if require_operation(toolset, action.name).effect == "write"
    ]
    return {
        "id": identity,
        **({"description": task.purpose} if task.purpose else {}),
        "simulate": {key: value for key, value in simulation.items() if value},
        "expect": [{"writes": writes}, *(_expect_told(output) for output in task.outputs)],
    }


def _expect_told(output: str) -> dict[str, Any]:
    """The output in some reply; tau-bench takes commas out of what was said before it looks."""
    entry: dict[str, Any] = {"id": f"tells-{_slug(output)}"}
    if output.isdecimal() and len(output) > len("999"):
        return {**entry, "any_of": [output, f"{int(output):,}"]}
    return {**entry, "contains": output}


def _escape_template(text: str) -> str:
    """Text that Jinja gives out as it is."""
    if not re.search(r"\{[{%#]", text):
        return text
    return "{% raw %}" + text.replace("{% endraw %}", "{% endraw %}{{ '{% endraw %}' }}{% raw %}") + "{% endraw %}\n"


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))
