"""The kinds of expectations, one file a kind."""

from __future__ import annotations

from kiwerk.score.kinds.address import judge_address
from kiwerk.score.kinds.called import judge_called
from kiwerk.score.kinds.contains import judge_contains
from kiwerk.score.kinds.equals import judge_equals
from kiwerk.score.kinds.kind import Judgement, Kind
from kiwerk.score.kinds.matches import judge_matches
from kiwerk.score.kinds.process import judge_process_expectation
from kiwerk.score.kinds.state import judge_state
from kiwerk.score.kinds.turns import judge_turns

KINDS: dict[str, Kind] = {
    "address": judge_address,
    "called": judge_called,
    "contains": judge_contains,
    "equals": judge_equals,
    "matches": judge_matches,
    "process": judge_process_expectation,
    "state": judge_state,
    "turns": judge_turns,
}
"""The kinds by the key an expectation is written with."""

__all__ = ["KINDS", "Judgement", "Kind"]
