"""The digests of a case: `stimulus` of what the agent meets, `oracle` of what it is judged by.

An edited expectation needs no new conversation, a comment or an owner changes neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.render.canonical import digest
from kiwerk.render.effects import find_acts, find_ends, find_operations
from kiwerk.render.judging import digest_verdict
from kiwerk.render.simulator import BEGIN, SIMULATOR_VERSION
from kiwerk.spec.expectation import MEASURED_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.load.project import Loaded
    from kiwerk.load.source import Source
    from kiwerk.render.situation import Situation
    from kiwerk.spec import Judge, Process, Toolset
    from kiwerk.spec.expectation import Expectation
    from kiwerk.spec.suite import Case

LOOP_VERSION = 1
"""Counts up when the conversation loop or the mocks mean something else by the same documents."""

SCORER_VERSION = 2
"""Counts up when an expectation or a rule means something else by the same words."""


def digest_stimulus(situation: Situation) -> str:
    """Digest of what the agent meets: the world, the user, the mocks with their code, the conversation loop."""
    case = situation.case
    persona = situation.suite.spec.personas.get(case.simulate.persona) if case.simulate else None
    described = {
        "loop": LOOP_VERSION,
        "now": situation.now,
        "holes": dict(situation.holes),
        "user": [turn.user for turn in case.conversation],
        "simulation": case.simulate.model_dump(mode="json") if case.simulate else None,
        "persona": persona.model_dump(mode="json") if persona else None,
        "state": situation.state,
        "mocks": {
            name: {
                operation: [clause.model_dump(mode="json", by_alias=True, exclude_defaults=True) for clause in clauses]
                for operation, clauses in (toolset.mock.calls if toolset.mock else {}).items()
            }
            for name, toolset in situation.toolsets.items()
        },
    }
    # what not every case uses counts only where it is used
    if case.simulate:
        described["simulator"] = _describe_simulator(situation)
    if situation.faults:
        described["faults"] = situation.faults
    if situation.code:
        described["code"] = _read_code(situation.code)
    return digest(described)


def _read_code(sources: Mapping[str, Source]) -> dict[str, str]:
    """Texts of Python files, alike however their lines end."""
    return {name: source.text.replace("\r\n", "\n") for name, source in sources.items()}


def _describe_simulator(situation: Situation) -> dict[str, Any]:
    """All that decides what a simulated user says, and when it ends or errs."""
    return {
        "version": SIMULATOR_VERSION,
        "role": situation.role,
        "begin": BEGIN,
        "model": situation.simulator.model_dump(mode="json", exclude_defaults=True),
        "ends": sorted(find_ends(situation.processes)),
        "acts": sorted(find_acts(situation.toolsets)),
        "handovers": sorted(find_operations(situation.toolsets, "handover")),
    }


def digest_oracle(
    case: Case,
    judged: Sequence[Loaded[Process]],
    toolsets: Mapping[str, Toolset],
    facts: Mapping[str, Any],
    prices: list[Any] | None,
    judges: Mapping[str, Loaded[Judge]],
    checks: Mapping[str, Source],
) -> str:
    """Digest of what a conversation is judged by: expectations, rules, and what else they look at."""
    kinds = {entry.kind for _, entry in case.expectations}
    asked = {name: digest_verdict(loaded.spec) for name, loaded in judges.items()}
    return digest(
        {
            "scorer": SCORER_VERSION,
            # what lies outside of case and process counts only where an expectation looks at it
            "handovers": sorted(find_operations(toolsets, "handover")) if "handover" in kinds else None,
            "facts": [dict(facts), sorted(find_operations(toolsets, "read"))] if "facts" in kinds else None,
            **({"prices": prices} if prices is not None else {}),
            **({"writes": sorted(find_operations(toolsets, "write"))} if "writes" in kinds else {}),
            "expectations": [[turn, _describe_expectation(entry)] for turn, entry in case.expectations],
            "named": case.process is not None,
            "processes": [
                {
                    "ends": {name: list(end.events) for name, end in loaded.spec.ends.items()},
                    "rules": [
                        rule.model_dump(mode="json", by_alias=True, exclude_defaults=True) for rule in loaded.spec.rules
                    ],
                }
                for loaded in judged
            ],
            # nothing was judged by models when the first samples were taken: without one, nothing is different
            **({"judges": asked} if asked else {}),
            **({"checks": _read_code(checks)} if checks else {}),
        }
    )


def _describe_expectation(entry: Expectation) -> dict[str, Any]:
    described = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    # where nothing is written, some kinds only measure: then the default is no default
    gates = entry.kind in MEASURED_KINDS and not entry.is_measured
    return {**described, "severity": entry.severity} if gates else described
