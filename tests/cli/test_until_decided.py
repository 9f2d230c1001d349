"""`kiwerk eval --until-decided`: stopped where the refusal is certain, and never where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example import edit
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import serve

SUITE = "evals/praxis-weber/empfang.yaml"
CASES = 12


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    """The example with a dozen critical cases, so that there is something left when the first ones have failed."""
    place = make_workplace(tmp_path, capsys)
    suite = tmp_path / SUITE
    text = suite.read_text(encoding="utf-8")
    case = text[text.index("  - id: dienstag-halb-drei") :].rstrip() + "\n"
    more = [
        case.replace("dienstag-halb-drei", f"fall-{number}", 1).replace("Guten Tag, einen", f"Zum {number}., einen")
        for number in range(CASES - 1)
    ]
    suite.write_text(text.rstrip() + "\n" + "".join(more), encoding="utf-8")
    return place


def run(place: Workplace, url: str, *more: str) -> tuple[str, ...]:
    return ("eval", "--base-url", url, "--env", "staging", "--max-in-flight", "1", *more)


def test_failing_agent_is_stopped_without_a_rate_and_refused_as_ever(place: Workplace) -> None:
    wrong = [{**book, "steps": [{"say": "Dein Termin steht."}] * 2} for book in playbooks_of(place.root)]
    with serve({"playbooks": wrong}) as server:
        shown = place.run(*run(place, server.base_url, "--until-decided"))
        assert shown.code == 1
        asked = len(server.requests)
        again = place.run(*run(place, server.base_url, "--until-decided", "--format", "json"))
        assert len(server.requests) == asked
        gate = place.run("gate", "--env", "staging")
        full = place.run(*run(place, server.base_url))
        assert len(server.requests) > asked
    [stopped] = again.json["run"]["stopped"]
    assert 0 < stopped["held"] < stopped["planned"] == CASES * 5
    assert f"{stopped['held']} of {stopped['planned']}, stopped" in shown.out
    assert "pass rate 0" not in shown.out + gate.out
    assert "so that no pass rate is stated" in gate.out
    assert again.json["reliability"][0]["pass_rate"] is None
    assert (again.code, gate.code, full.code) == (1, 1, 1)
    explained = place.run("gate", "--env", "staging", "--explain", "--format", "json").json["reliability"]
    assert [item["demanded"] for item in explained] == [None]
    assert explained[0]["pass_rate"] is not None


def test_first_critical_failure_that_cannot_be_allowed_stops(place: Workplace) -> None:
    """The last case of the file is the critical one that fails; the others come after it."""
    suite = place.root / SUITE
    text = suite.read_text(encoding="utf-8")
    head, *cases = text.split("  - id: ")
    others = [case.replace("    tags: [critical]\n", "") for case in cases[:-1]]
    suite.write_text("  - id: ".join((head, *others, cases[-1])), encoding="utf-8")
    books = playbooks_of(place.root)
    with serve({"playbooks": [*books[:-1], {**books[-1], "steps": [{"say": "Dein Termin steht."}] * 2}]}) as server:
        shown = place.run(*run(place, server.base_url, "--until-decided", "--format", "json"))
        explained = place.run("gate", "--env", "staging", "--explain")
    [stopped] = shown.json["run"]["stopped"]
    assert stopped["held"] <= 2, stopped
    assert "pass rate" not in explained.out.split("agents pass")[1], explained.out
    assert "samples judged, so that no rate is stated" in explained.out


def test_passing_agent_is_sampled_to_the_end(place: Workplace) -> None:
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        shown = place.run(*run(place, server.base_url, "--until-decided", "--format", "json"))
    assert (shown.code, shown.json["run"]["stopped"]) == (0, [])
    assert shown.json["summary"]["total"]["model"] == {"passed": CASES * 5, "total": CASES * 5}


def test_failures_that_the_policy_may_yet_accept_stop_nothing(place: Workplace) -> None:
    edit(place.root / "evals/standard.yaml", "failures: {max: 0}", "failures: {max: 5}")
    books = playbooks_of(place.root)
    with serve({"playbooks": [{**books[0], "steps": [{"say": "Dein Termin steht."}] * 2}, *books[1:]]}) as server:
        shown = place.run(*run(place, server.base_url, "--until-decided", "--format", "json"))
    assert (shown.code, shown.json["run"]["stopped"]) == (0, [])


@pytest.mark.parametrize("more", ["", "--env staging --shard 1/2", "--env staging --tier pull-request"])
def test_until_decided_needs_a_whole_verdict(place: Workplace, more: str) -> None:
    shown = place.run("eval", "--until-decided", *more.split())
    assert (shown.code, "--until-decided is about a whole verdict" in shown.err) == (2, True)
