"""A model that passes at times and fails at times: what the reports call it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.loop import make_workplace, playbooks_of
from tests.support.openai_server import serve


def test_case_that_passes_at_times_is_flaky_over_all_its_samples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make_workplace(tmp_path, capsys)
    right = playbooks_of(place.root)
    wrong = [{**book, "steps": [{"say": "Dein Termin ist gebucht."}] * 2} for book in right]
    with serve({"playbooks": right}) as server:
        assert place.run("eval", "--base-url", server.base_url, "--env", "staging").code == 0
    with serve({"playbooks": wrong}) as server:
        shown = place.run("eval", "--base-url", server.base_url, "--fresh", "--format", "json")
    assert shown.json["reliability"][0]["flaky"] == []
    gate = place.run("gate", "--env", "staging", "--explain")
    assert gate.code == 1
    assert "1 flaky case: praxis-weber/empfang#dienstag-halb-drei (5 of 10 passed)" in gate.out
    assert "recommended where one in five must show: 14" in gate.out
    assert "regress" not in gate.out
    # five conversations of which each fails every other time
    assert "praxis-weber/empfang  chance to be refused unchanged: ≈ 9" in gate.out
    assert " % (kritisch 96.9 %, gesamt 96.9 %)" in gate.out
    assert "warning[unpassable-gate] praxis-weber/empfang would be refused with a chance of 9" in gate.out
    assert "evals/standard.yaml:4:5" in gate.out
    markdown = place.run("gate", "--env", "staging", "--explain", "--format", "markdown").out
    assert "### Reliability" in markdown
    assert "### Refused although nothing changed" in markdown
    told = place.run("gate", "--env", "staging", "--explain", "--format", "json").json
    assert [finding["rule"] for finding in told["findings"]] == ["unpassable-gate"]
    assert [alarm["agent"] for alarm in told["alarms"]] == ["praxis-weber/empfang"]
    [measured] = place.run("gate", "--env", "staging", "--format", "json").json["reliability"]
    assert (measured["repeats"], measured["pass_hat_k"][0], measured["pass_at_k"][-1]) == (10, 0.5, 1)
