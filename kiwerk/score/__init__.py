"""What a conversation showed: expectations and rules judged, counted, and held against what must trip."""

from __future__ import annotations

from kiwerk.score.aggregate import CaseRate, PassRate, average_pass_rate, count_cases
from kiwerk.score.counterexample import find_failing_reference, find_trip_mismatches
from kiwerk.score.judge import Place, Route, score_transcript
from kiwerk.score.reliability import measure_reliability
from kiwerk.score.statistics import (
    Interval,
    noticed_failure_rate,
    pass_at_k,
    pass_hat_k,
    pass_rate_interval,
    repeats_to_notice,
)

__all__ = [
    "CaseRate",
    "Interval",
    "PassRate",
    "Place",
    "Route",
    "average_pass_rate",
    "count_cases",
    "find_failing_reference",
    "find_trip_mismatches",
    "measure_reliability",
    "noticed_failure_rate",
    "pass_at_k",
    "pass_hat_k",
    "pass_rate_interval",
    "repeats_to_notice",
    "score_transcript",
]
