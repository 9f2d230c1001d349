from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.engine import Figures, format_line, write_repository
from kiwerk.pipeline.plan import Wish, estimate, plan_evaluation
from kiwerk.pipeline.workspace import find_sampling_gate, must_prepare


def test_every_case_is_one_request_with_two_expectations(tmp_path: Path) -> None:
    write_repository(tmp_path, 7)
    workspace = must_prepare(tmp_path, datetime(2026, 11, 27, tzinfo=UTC))
    plan = plan_evaluation(workspace, Wish(), find_sampling_gate(workspace))
    assert (estimate(plan).model, estimate(plan).calls, len(plan)) == (7, 7, 7)
    assert {len(item.situation.expectations) for item in plan} == {2}


def test_ratio_is_the_median_of_the_rounds_own() -> None:
    rounds = [(Figures(bare, 1, 50), Figures(engine, 2, 60)) for bare, engine in [(1, 2), (2, 4), (9, 10)]]
    assert format_line(100, 32, rounds).split() == ["100", "32", "50", "25", "0.50", "10.00", "20.00", "60"]
