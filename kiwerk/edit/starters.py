"""What a new document says at first: the little that passes `check`, with references to what the company has.

German, since the companies are. A field's meaning is not here but in the content model, from where `draft.py` takes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from kiwerk.errors import KiwerkError
from kiwerk.load.project import SHARED
from kiwerk.load.resolve import ResolvedOperation, resolve_operation
from kiwerk.spec import Agent, Process, Toolset

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Organization

_PROMPT = """\
Du bist der {{ agent.title }} von {{ organization.title }}. Heute ist {{ runtime.heute }}.
Du übernimmst: {{ agent.scope.in | liste }}.
Du übernimmst nicht: {{ agent.scope.out | liste }}. Wer danach fragt, den verbindest du mit einem Menschen.
Du siezt immer und fragst immer nur eines auf einmal.
"""
_PROCESSES = "{% for process in processes %}{{ process | sop }}\n{% endfor %}\n"
_MODEL = {"name": "mistral:mistral-small-2506", "temperature": 0.2}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new document goes, and when."""

    project: Project
    id: str
    company: str
    """Empty for what belongs to no company."""
    now: datetime

    @property
    def title(self) -> str:
        """The local name as a person would write it: `follow-up` is `Follow Up`."""
        return self.id.rpartition("/")[2].replace("-", " ").title()

    def organization(self) -> Loaded[Organization]:
        """The company's organization.

        Raises:
            KiwerkError: there is none.
        """
        found = self.project.organization(self.company)
        if found is None:
            message = f"The company {self.company} has no Organization yet"
            raise KiwerkError(message, remedy=f"First `kiwerk new organization {self.company}/organization`")
        return found

    def local(self, identity: str) -> str:
        """An id as the company's documents write it."""
        company, _, rest = identity.partition("/")
        return rest if company == self.company and "/" not in rest else identity


def describe_organization(place: Place) -> dict[str, Any]:
    """A company with two people who stand in for each other; whom it has contracts with, only a person can say."""
    title = place.company.replace("-", " ").title()
    return {
        "kind": "Organization",
        "title": title,
        "timezone": "Europe/Berlin",
        "people": {
            "leitung": {"name": "Erika Beispiel", "deputy": "vertretung", "escalation": True},
            "vertretung": {"name": "Max Muster", "deputy": "leitung"},
        },
        "phrases": {"ki_hinweis": f"{title}, guten Tag. Sie sprechen mit der KI-Assistentin."},
    }


def describe_agent(place: Place) -> dict[str, Any]:
    """An agent on the phone that follows the company's first process, where there is one."""
    organization = place.organization()
    processes = place.project.in_company(Process, place.company)
    process: Loaded[Process] | None = next((found[0] for found in processes.values()), None)
    data = {
        "kind": "Agent",
        "title": place.title,
        "owner": next(iter(organization.spec.people)),
        "channel": "phone",
        "language": "de",
        "address": "sie",
        "model": _MODEL,
        "scope": {"in": ["Anliegen aufnehmen"], "out": ["rechtliche und medizinische Beratung"]},
        "runtime": {"heute": "date"},
        "data_protection": {
            "purpose": "Anliegen aufnehmen und an einen Menschen weitergeben",
            "legal_basis": "Art. 6 Abs. 1 lit. b DSGVO",
            "retention": "30d",
        },
        "prompt": _PROMPT,
    }
    opening = _opening(organization)
    if opening is not None:
        data["opening"] = opening
    if process is not None:
        data["processes"] = [place.local(process.id)]
        data["tools"] = _toolsets(place, process)
        data["prompt"] = _PROMPT + _PROCESSES
    return data


def describe_toolset(place: Place) -> dict[str, Any]:
    """A handover where the company has none yet, else something to look up."""
    if _handover(place) is None:
        clauses = [
            {"when": "=state.erreichbar", "outcome": "verbunden", "result": {"verbunden": True}},
            {"outcome": "nicht_erreichbar", "result": {"verbunden": False}},
        ]
        operation = {
            "description": "Verbindet mit einem Menschen.",
            "effect": "handover",
            "outcomes": ["verbunden", "nicht_erreichbar"],
            "parameters": _parameters("grund"),
        }
        return _toolset("mensch", operation, {"erreichbar": True}, clauses)
    clauses = [
        {"when": "=args.name in state.eintraege", "outcome": "gefunden", "result": {"gefunden": True}},
        {"outcome": "nicht_gefunden", "result": {"gefunden": False}},
    ]
    operation = {
        "description": "Sieht nach, ob es einen Eintrag gibt.",
        "effect": "read",
        "outcomes": ["gefunden", "nicht_gefunden"],
        "parameters": _parameters("name"),
    }
    return _toolset("nachsehen", operation, {"eintraege": ["Erika Beispiel"]}, clauses)


def describe_facts(place: Place) -> dict[str, Any]:
    """One fact that holds for a year."""
    return {
        "kind": "Facts",
        "source": "Aushang",
        "valid_until": f"{place.now + timedelta(days=365):%Y-%m-%d}",
        "values": {"sprechzeit": "Montag bis Freitag 08:00 bis 17:00 Uhr"},
    }


def describe_process(place: Place) -> dict[str, Any]:
    """Asking for what a handover needs, then handing over to a human."""
    organization = place.organization()
    handover = _handover(place)
    if handover is None:
        message = "A process needs an operation that hands over to a human, and there is none"
        raise KiwerkError(message, remedy=f"First `kiwerk new toolset {SHARED}/uebergabe`")
    slots = handover.operation.parameters.get("required") or ["anliegen"]
    arguments = handover.operation.parameters.get("properties") or {}
    branches = [{"when": "given", "then": "uebergeben"}, {"else": "uebergeben"}]
    collect = {"id": "erfragen", "collect": list(slots), "next": branches}
    step: dict[str, Any] = {"id": "uebergeben", "call": handover.label}
    ties = {name: name for name in slots if name in arguments}
    if ties:
        step["with"] = ties
    return {
        "kind": "Process",
        "title": place.title,
        "owner": next(iter(organization.spec.people)),
        "reviewed": f"{place.now:%Y-%m-%d}",
        "review_every": "180d",
        "goal": "Das Anliegen ist aufgenommen, und ein Mensch kümmert sich darum.",
        "slots": {name: {"type": "text", "required": True, "pii": "identity", "retention": "30d"} for name in slots},
        "steps": [collect, {**step, "end": "escalated"}],
        "ends": {"escalated": {"after": handover.label}},
    }


def describe_suite(place: Place) -> dict[str, Any]:
    """One case for an agent of the company: that of the same name, else the first that has no suite yet."""
    place.organization()
    agents = place.project.in_company(Agent, place.company)
    if not agents:
        message = f"The company {place.company} has no agent yet"
        raise KiwerkError(message, remedy=f"First `kiwerk new agent {place.id}`")
    tested = {suite.spec.agent.rpartition("/")[2] for suite in place.project.suites.values()}
    name = place.id.rpartition("/")[2]
    chosen = name if name in agents else next((agent for agent in agents if agent not in tested), next(iter(agents)))
    agent: Loaded[Agent] = agents[chosen][0]
    case = {
        "id": "begruessung",
        "tags": ["critical"],
        "conversation": [{"user": "Guten Tag."}],
        "expect": [{"id": "fragt-nach", "contains": "?"}],
        "reference": [{"say": "Guten Tag. Was kann ich für Sie tun?"}],
        "counterexamples": [{"id": "fragt-nicht", "say": {"1": "Guten Tag."}, "trips": ["fragt-nach"]}],
    }
    moment = f"{place.now:%Y-%m-%d}T10:00"
    return {"kind": "Suite", "agent": place.local(agent.id), "given": {"now": moment}, "cases": [case]}


def describe_environment(place: Place) -> dict[str, Any]:
    """An environment with a folder as its target and nobody yet whose evidence counts."""
    policies = [name for name in place.project.policies if "/" not in name]
    if not policies:
        message = "An environment needs a policy, and there is none"
        raise KiwerkError(message, remedy="First `kiwerk new policy standard`")
    directory = f"build/{place.id}/{{company}}"
    return {
        "kind": "Environment",
        "allowed_regions": ["eu"],
        "target": {"directory": directory},
        "signers": [],
        "policy": "standard" if "standard" in policies else policies[0],
    }


def describe_judge(place: Place) -> dict[str, Any]:
    """A yes-or-no question, asked three times of another model than agents begin with."""
    del place
    return {
        "kind": "Judge",
        "rubric": "Geht der Agent auf das ein, was der Anrufer zuletzt gesagt hat, bevor er selbst etwas fragt?",
        "model": {"name": "mistral:mistral-large-2411", "temperature": 0.2},
        "votes": 3,
    }


def describe_policy(place: Place) -> dict[str, Any]:
    """No critical failure, nine in ten on average, from a model, not two weeks old, nothing worse."""
    del place
    return {
        "kind": "Policy",
        "repeats": {"critical": 5, "other": 3},
        "rules": [
            {"id": "kritisch", "select": "tag:critical", "require": {"failures": {"max": 0}}},
            {"id": "gesamt", "require": {"pass_rate": {"min": 0.9, "lower_bound": 0.2}}},
            {
                "id": "herkunft",
                "require": {"samples": {"origin": "model", "providers": ["mistral"], "max_age": "14d"}},
            },
            {"id": "rueckschritte", "require": {"regressions": {"max": 0, "confirm_repeats": 5}}},
        ],
    }


def describe_prices(place: Place) -> dict[str, Any]:
    """The price of one model, as a contract may have it."""
    return {
        "kind": "Prices",
        "prices": [
            {
                "provider": "mistral",
                "models": ["mistral-small-2506"],
                "input": 0.1,
                "output": 0.3,
                "as_of": f"{place.now:%Y-%m-%d}",
                "source": "Rahmenvertrag",
            }
        ],
    }


STARTERS: dict[str, Callable[[Place], dict[str, Any]]] = {
    "Organization": describe_organization,
    "Agent": describe_agent,
    "Toolset": describe_toolset,
    "Facts": describe_facts,
    "Environment": describe_environment,
    "Process": describe_process,
    "Suite": describe_suite,
    "Judge": describe_judge,
    "Policy": describe_policy,
    "Prices": describe_prices,
}


def _opening(organization: Loaded[Organization]) -> str | None:
    phrases = organization.spec.phrases
    return next((name for name, text in phrases.items() if "KI" in text), next(iter(phrases), None))


def _handover(place: Place) -> ResolvedOperation | None:
    """The operation that hands over to a human, the company's own first."""
    for company in dict.fromkeys((place.company, SHARED)):
        for toolsets in place.project.in_company(Toolset, company).values():
            for name, operation in toolsets[0].spec.operations.items():
                if operation.effect == "handover":
                    return ResolvedOperation(toolsets[0], name, operation)
    return None


def _toolsets(place: Place, process: Loaded[Process]) -> list[str]:
    """The toolsets a process calls, as the company's documents write them."""
    calls = [step.call for step in process.spec.steps if step.call]
    found = [resolve_operation(place.project, call, place.company) for call in calls]
    return list(dict.fromkeys(place.local(item.toolset.id) for item in found if isinstance(item, ResolvedOperation)))


def _toolset(name: str, operation: Any, state: Any, clauses: Any) -> dict[str, Any]:
    return {"kind": "Toolset", "operations": {name: operation}, "mock": {"state": state, "calls": {name: clauses}}}


def _parameters(name: str) -> dict[str, Any]:
    return {"type": "object", "required": [name], "properties": {name: {"type": "string"}}}
