"""A model that nobody reaches: told once, with the number and what to look at, and never as failures of the agent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.loop import Workplace, make_workplace, serve_references


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys)


def test_refused_connection_is_told_once_and_is_no_failure_of_the_agent(place: Workplace) -> None:
    shown = place.run("eval", "--base-url", "http://127.0.0.1:9/v1")
    assert (shown.code, shown.out.count("cannot reach"), "! errored  5 conversations" in shown.out) == (1, 1, True)
    assert "does anybody listen there" in " ".join(shown.out.split())
    gate = " ".join(place.run("gate", "--env", "staging").out.split())
    assert "0 of 5 samples of 1 case failed, 0 allowed; 5 could not be judged" in gate
    assert "herkunft no judged sample of 1 case, so there is no origin" in gate


def test_address_without_its_end_is_told_with_what_is_missing(place: Workplace) -> None:
    with serve_references(place.root) as url:
        shown = place.run("eval", "--base-url", url.removesuffix("/v1"))
    assert "often with /v1" in " ".join(shown.out.split())
