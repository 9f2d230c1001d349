from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiwerk.pipeline.judge import judge_planned
from kiwerk.pipeline.plan import Wish, plan_run
from kiwerk.pipeline.workspace import must_prepare
from kiwerk.record import Decision
from kiwerk.store import Store
from tests.support.loop import make_workplace, serve_references


def test_samples_of_a_long_run_are_not_from_the_future(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = make_workplace(tmp_path, capsys)
    with serve_references(place.root) as url:
        assert place.run("eval", "--base-url", url).code == 0
    with Store(place.root, reading=True) as store:
        [run] = store.load_runs()
    began = must_prepare(place.root, datetime.now(UTC) - timedelta(minutes=20))
    planning = plan_run(began, Wish(environment="staging"))
    decisions = []
    for minutes in (1, 20):
        verdicts = judge_planned(began, planning, run.model_copy(update={"seconds": 60.0 * minutes}))
        assert verdicts is not None
        decisions.append(verdicts[0].decision)
    assert decisions == [Decision.REFUSED, Decision.PASSED]
