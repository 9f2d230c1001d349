"""A clause of a mock does not say what its answer means.

What it does:
    Demands `outcome`, `error` or `fault` of every clause, and no other outcome than `error` beside the last two.

Why:
    Ends, rules and branches are about outcomes (`kalender.buchen:ok`). An answer without one would count as an error,
    although the agent reads a result that looks fine.

Example:
    ```yaml
    pruefen:
      - {when: "=args.beginn in state.frei", result: {frei: true}}
    ```

Instead:
    ```yaml
    pruefen:
      - {when: "=args.beginn in state.frei", outcome: frei, result: {frei: true}}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding
from kiwerk.spec.toolset import ERROR_OUTCOME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("missing-outcome", essential=True)


def check_missing_outcomes(project: Project, _now: datetime) -> Iterator[Finding]:
    """Clauses with neither an outcome nor a failure, or with a failure and another outcome."""
    for toolset in project.toolsets.values():
        for operation, clauses in (toolset.spec.mock.calls if toolset.spec.mock else {}).items():
            for number, clause in enumerate(clauses):
                route = ("mock", "calls", operation, number)
                if clause.outcome is None and clause.error is None and clause.fault is None:
                    yield Finding(
                        RULE.name,
                        "This clause names no outcome",
                        toolset.span(*route),
                        help="Add outcome, or error or fault where the call fails",
                    )
                elif (clause.error or clause.fault) and clause.outcome not in (None, ERROR_OUTCOME):
                    word = "error" if clause.error else "fault"
                    yield Finding(
                        RULE.name,
                        f"The outcome of a clause with {word} is '{ERROR_OUTCOME}', not '{clause.outcome}'",
                        toolset.span(*route, "outcome"),
                        help=f"Take outcome away, or {word}",
                    )
