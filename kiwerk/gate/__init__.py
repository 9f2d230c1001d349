"""The gate: today's cases, the samples there are and a policy, to a verdict."""

from __future__ import annotations

from kiwerk.gate.alarm import HIGHEST_CHANCE, measure_alarm
from kiwerk.gate.certain import is_refusal_certain
from kiwerk.gate.complete import COMPLETE
from kiwerk.gate.sample import drop_regressions, restrict_policy
from kiwerk.gate.terms import CLOCK_SKEW, Terms
from kiwerk.gate.today import (
    CRITICAL,
    NO_EVIDENCE,
    Deployed,
    ExpectedCase,
    ExpectedJudge,
    count_repeats,
    find_terms,
)
from kiwerk.gate.verdict import FINDINGS, decide_verdict

__all__ = [
    "CLOCK_SKEW",
    "COMPLETE",
    "CRITICAL",
    "FINDINGS",
    "HIGHEST_CHANCE",
    "NO_EVIDENCE",
    "Deployed",
    "ExpectedCase",
    "ExpectedJudge",
    "Terms",
    "count_repeats",
    "decide_verdict",
    "drop_regressions",
    "find_terms",
    "is_refusal_certain",
    "measure_alarm",
    "restrict_policy",
]
