"""The kinds of expectation, each in a file of its own."""

from __future__ import annotations

from kiwerk.score.kinds.address import judge_address
from kiwerk.score.kinds.all_of import judge_all_of
from kiwerk.score.kinds.any_of import judge_any_of
from kiwerk.score.kinds.called import judge_called
from kiwerk.score.kinds.calls import judge_calls
from kiwerk.score.kinds.contains import judge_contains
from kiwerk.score.kinds.cost import judge_cost
from kiwerk.score.kinds.disclosure import judge_disclosure
from kiwerk.score.kinds.equals import judge_equals
from kiwerk.score.kinds.facts import judge_facts
from kiwerk.score.kinds.handover import judge_handover
from kiwerk.score.kinds.json_schema import judge_json_schema
from kiwerk.score.kinds.judge import judge_by_votes
from kiwerk.score.kinds.kind import Judgement, Kind
from kiwerk.score.kinds.language import judge_language
from kiwerk.score.kinds.latency import judge_latency
from kiwerk.score.kinds.length import judge_length
from kiwerk.score.kinds.matches import judge_matches
from kiwerk.score.kinds.order import judge_order
from kiwerk.score.kinds.process import judge_process_expectation
from kiwerk.score.kinds.python import judge_python
from kiwerk.score.kinds.speakable import judge_speakable
from kiwerk.score.kinds.state import judge_state
from kiwerk.score.kinds.tokens import judge_tokens
from kiwerk.score.kinds.turns import judge_turns
from kiwerk.score.kinds.writes import judge_writes

KINDS: dict[str, Kind] = {
    "address": judge_address,
    "all_of": judge_all_of,
    "any_of": judge_any_of,
    "called": judge_called,
    "calls": judge_calls,
    "contains": judge_contains,
    "cost": judge_cost,
    "disclosure": judge_disclosure,
    "equals": judge_equals,
    "facts": judge_facts,
    "handover": judge_handover,
    "json_schema": judge_json_schema,
    "judge": judge_by_votes,
    "language": judge_language,
    "latency": judge_latency,
    "length": judge_length,
    "matches": judge_matches,
    "order": judge_order,
    "process": judge_process_expectation,
    "python": judge_python,
    "speakable": judge_speakable,
    "state": judge_state,
    "tokens": judge_tokens,
    "turns": judge_turns,
    "writes": judge_writes,
}
"""The kinds by the key an expectation is written with."""

__all__ = ["KINDS", "Judgement", "Kind"]
