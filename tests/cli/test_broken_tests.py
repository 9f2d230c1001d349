"""A case whose own tests are broken is no evidence, however often a model passed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example import edit
from tests.support.loop import make_workplace, serve_references

SUITE = "evals/praxis-weber/empfang.yaml"


def test_gate_and_attest_refuse_a_case_whose_own_tests_are_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_workplace(tmp_path, capsys)
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    with serve_references(place.root) as url:
        assert place.run("eval", "--base-url", url).code == 0
    assert place.run("gate", "--env", "staging").code == 0
    edit(place.root / SUITE, "trips: [address]", "trips: [called]")
    gate = place.run("gate", "--env", "staging")
    assert (gate.code, "2 findings must be dealt with first: counterexample-mismatch at" in gate.out) == (1, True)
    attested = place.run("attest", "--env", "staging", "--format", "json").json["agents"]
    assert [item["signed"] for item in attested] == [None]
