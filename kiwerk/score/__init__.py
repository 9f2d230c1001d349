"""What a conversation showed: expectations and rules judged, counted, and held against what must trip."""

from __future__ import annotations

from kiwerk.score.aggregate import CaseRate, PassRate, average_pass_rate, count_cases
from kiwerk.score.counterexample import find_failing_reference, find_trip_mismatches
from kiwerk.score.judge import Place, Route, score_transcript
from kiwerk.score.statistics import Interval, pass_hat_k, pass_rate_interval

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
    "pass_hat_k",
    "pass_rate_interval",
    "score_transcript",
]
