"""Whether a conversation followed its process: transcript to events to verdicts."""

from __future__ import annotations

from kiwerk.conformance.events import find_events, is_finished
from kiwerk.conformance.judge import JudgedRule, ProcessVerdict, judge_process

__all__ = ["JudgedRule", "ProcessVerdict", "find_events", "is_finished", "judge_process"]
