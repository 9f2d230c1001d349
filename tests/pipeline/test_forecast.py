from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.test_judging import add_judge, serve_judge
from tests.support.example import edit
from tests.support.loop import Workplace, make_workplace, serve_references

LOCAL = """\
kind: Prices
prices:
  - {provider: loopback, models: [mistral-small-2506], input: 1000, output: 2000, as_of: 2026-11-01, source: Probe}
"""


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys)


def dry_run(place: Workplace, url: str, *more: str) -> Any:
    shown = place.run("eval", "--dry-run", "--base-url", url, "--format", "json", *more)
    assert shown.code == 0, shown.err
    return shown.json


def test_without_samples_tokens_are_reckoned_and_priced_by_the_list(place: Workplace) -> None:
    told = dry_run(place, "https://api.mistral.ai/v1")
    assert (told["model"], told["sampled"], told["reused"]) == (5, 0, 0)
    assert told["requests"] == {"low": 20, "high": 20}
    assert 0 < told["input_tokens"]["low"] < told["input_tokens"]["high"]
    dearest = told["input_tokens"]["high"] * 0.1 + told["output_tokens"]["high"] * 0.3
    assert told["cost_eur"]["high"] == pytest.approx(dearest * 0.85 / 1e6, rel=0.01)
    assert told["priced_by"] == ["Mistral AI, pricing page, as of 2025-10-01"]


def test_what_was_held_lies_within_what_was_reckoned_and_then_stands_for_it(place: Workplace) -> None:
    with serve_references(place.root) as url:
        before = dry_run(place, url)
        assert place.run("eval", "--base-url", url).code == 0
        after = dry_run(place, url)
        again = dry_run(place, url, "--fresh")
    assert (after["reused"], after["input_tokens"], after["calls"]) == (5, {"low": 0, "high": 0}, 0)
    assert (again["reused"], again["sampled"]) == (0, 5)
    # one case, which takes the same each time
    assert again["input_tokens"]["low"] == again["input_tokens"]["high"]
    assert before["output_tokens"]["low"] <= again["output_tokens"]["low"] <= before["output_tokens"]["high"]
    assert before["requests"]["low"] <= again["requests"]["low"] <= before["requests"]["high"]


def test_renamed_case_is_reckoned_by_what_it_took_under_its_old_name(place: Workplace) -> None:
    with serve_references(place.root) as url:
        assert place.run("eval", "--base-url", url).code == 0
        suite = place.root / "evals/praxis-weber/empfang.yaml"
        edit(suite, "  - id: dienstag-halb-drei", "  - id: halb-drei\n    formerly: dienstag-halb-drei")
        assert dry_run(place, url, "--fresh")["sampled"] == 5


def test_model_without_a_price_is_named_and_costs_nothing_at_all_nowhere(place: Workplace) -> None:
    told = dry_run(place, "http://127.0.0.1:9/v1")
    assert (told["cost_eur"], told["unpriced"]) == (None, ["loopback mistral-small-2506"])
    shown = place.run("eval", "--dry-run", "--base-url", "http://127.0.0.1:9/v1")
    assert "no price known for loopback mistral-small-2506: see `kiwerk new prices`" in shown.out
    assert "EUR" not in shown.out


def test_own_prices_are_used(place: Workplace) -> None:
    (place.root / "evals/preise.yaml").write_text(LOCAL, encoding="utf-8")
    told = dry_run(place, "http://127.0.0.1:9/v1")
    assert told["cost_eur"]["low"] == pytest.approx(
        (told["input_tokens"]["low"] * 1000 + told["output_tokens"]["low"] * 2000) / 1e6, rel=0.01
    )


def test_without_a_model_nothing_is_spent(place: Workplace) -> None:
    shown = place.run("eval", "--dry-run")
    assert (shown.code, "tokens" in shown.out) == (0, False)


def test_judges_and_simulated_users_are_reckoned_and_priced_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make_workplace(tmp_path, capsys, simulated=True)
    add_judge(place)
    told = dry_run(place, "https://api.mistral.ai/v1")
    helpers = {helper["speaker"]: helper for helper in told["helpers"]}
    assert set(helpers) == {"user", "judge"}
    assert helpers["judge"]["model"] == "mistral mistral-large-2411"
    assert (helpers["judge"]["requests"]["high"], helpers["user"]["requests"]["high"]) == (
        told["votes"],
        told["user_calls"],
    )
    assert helpers["judge"]["input_tokens"]["low"] == 0 < helpers["user"]["input_tokens"]["low"]
    parts = [told["cost_eur"], *(helper["cost_eur"] for helper in told["helpers"])]
    assert told["all_eur"]["high"] == pytest.approx(sum(part["high"] for part in parts))
    shown = place.run("eval", "--dry-run", "--base-url", "https://api.mistral.ai/v1").out
    assert "all together     at least " in shown


def test_what_judges_and_users_took_is_no_more_than_was_reckoned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make_workplace(tmp_path, capsys)
    add_judge(place)
    with serve_judge(place) as server:
        told = dry_run(place, server.base_url)
        held = place.run("eval", "--base-url", server.base_url, "--format", "json").json
    [judge] = [item for item in held["bill"]["items"] if item["speaker"] == "judge"]
    [reckoned] = told["helpers"]
    assert 0 < judge["usage"]["input_tokens"] <= reckoned["input_tokens"]["high"]
    assert 0 < judge["usage"]["output_tokens"] <= reckoned["output_tokens"]["high"]
    assert (told["all_eur"], reckoned["cost_eur"]) == (None, None)
