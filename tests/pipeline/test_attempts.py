from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiwerk.pipeline.attempts import MOST_REPLACED
from kiwerk.record import Transcript
from kiwerk.store import Store
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import serve
from tests.support.simulated import AGENT, USER, play

CASE = "case:eiliger-anrufer"
LOST = "Am Mittwoch um elf, bitte."
"""What nobody told the user."""


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys, simulated=True)


@contextmanager
def serve_user(user: Sequence[Any], agent: Sequence[dict[str, Any]] = AGENT) -> Iterator[str]:
    with serve({"playbooks": play(user, agent)}) as server:
        yield server.base_url


def erring(*texts: str) -> list[Any]:
    """A good user whose first words are these, attempt by attempt, before it says what it should."""
    return [{"says": [*texts, USER[0]]}, *USER[1:]]


def stored(place: Workplace) -> list[Transcript]:
    with Store(place.root, reading=True) as store:
        rows = store._database.execute("SELECT id FROM transcripts WHERE origin = 'model' ORDER BY started").fetchall()
        return [store.load_transcript(name) for (name,) in rows]


def evaluate(place: Workplace, url: str, *more: str) -> Any:
    shown = place.run("eval", CASE, "--base-url", url, "--format", "json", *more)
    return shown.code, shown.json


def test_conversation_in_which_the_user_erred_is_held_again_and_both_are_kept(place: Workplace) -> None:
    with serve_user(erring(LOST, LOST)) as url:
        code, report = evaluate(place, url)
    total = report["summary"]["total"]
    assert (code, total["model"], total["errored"]) == (0, {"passed": 3, "total": 3}, 0)
    assert (total["simulated"], total["user_errors"], total["replaced"]) == (5, 2, 2)
    held = stored(place)
    assert len(held) == 5
    assert sum(transcript.fault == "user" for transcript in held) == 2
    assert len({transcript.conversation.key for transcript in held}) == 5
    again = [result for result in report["run"]["results"] if result["replaced"]]
    assert {error["check"] for result in again for earlier in result["replaced"] for error in earlier["errors"]} == {
        "invented"
    }


def test_attempts_are_bounded_and_what_is_left_is_errored_never_failed(place: Workplace) -> None:
    with serve_user([LOST]) as url:
        code, report = evaluate(place, url)
    results = report["run"]["results"]
    assert code == 1
    assert [result["status"] for result in results] == ["errored"] * 3
    assert all("the simulated user says 'Mittwoch'" in result["reason"] for result in results)
    assert len(stored(place)) == 3 * (1 + MOST_REPLACED)
    assert report["summary"]["total"]["user_errors"] == 9


def test_report_gives_the_rate_with_its_number_and_show_has_every_attempt(place: Workplace) -> None:
    with serve_user(erring(LOST)) as url:
        shown = place.run("eval", CASE, "--base-url", url)
    assert "simulated users erred in 1 of 4 conversations; 1 of them held again" in shown.out
    read = place.run("show", "last", "eiliger-anrufer")
    assert read.out.count("Ihr Termin am Montag um neun ist gebucht.") == 3
    assert "! errored  praxis-weber/empfang#eiliger-anrufer" in read.out
    assert "! invented  says 'Mittwoch'" in read.out
    assert "held again: in attempt 1 the simulated user erred (invented)" in read.out
    assert read.out.count("said that its goal is reached") == 3


def test_gate_leaves_a_users_error_out_and_says_so(place: Workplace) -> None:
    books = [*play(erring(LOST)), *playbooks_of(place.root)[2:]]
    with serve({"playbooks": books}) as server:
        assert place.run("eval", "--base-url", server.base_url).code == 0
    gate = place.run("gate", "--env", "staging")
    assert gate.code == 0
    assert "1 in which the simulated user erred" in gate.out


def test_gate_refuses_where_the_user_errs_more_often_than_not(place: Workplace) -> None:
    books = [*play(erring(*[LOST] * 4)), *playbooks_of(place.root)[2:]]
    with serve({"playbooks": books}) as server:
        assert place.run("eval", "--base-url", server.base_url).code == 0
    gate = place.run("gate", "--env", "staging")
    assert gate.code == 1
    assert "erred in more than half of the conversations: praxis-weber/empfang#eiliger-anrufer (4 of 7)" in " ".join(
        gate.out.split()
    )


def test_users_errors_do_not_make_stored_samples_useless(place: Workplace) -> None:
    with serve_user(erring(LOST)) as url:
        evaluate(place, url)
        _, report = evaluate(place, url)
    total = report["summary"]["total"]
    assert (total["reused"], total["simulated"]) == (3, 0)
    assert len(stored(place)) == 4


def test_run_that_was_interrupted_goes_on_with_the_attempts_it_has(place: Workplace) -> None:
    with serve_user([LOST]) as url:
        evaluate(place, url)
        with Store(place.root) as store:
            # as after a kill: not finished, and of every conversation only the first attempt
            store._database.execute("UPDATE runs SET finished = 0")
            store._database.execute("DELETE FROM conversations WHERE position >= 3")
        before = len(stored(place))
        _, report = evaluate(place, url)
    assert (before, len(stored(place))) == (9, 9 + 3 * MOST_REPLACED)
    assert report["summary"]["total"]["user_errors"] == 9


def test_rescoring_keeps_what_was_held_again(place: Workplace) -> None:
    with serve_user(erring(LOST)) as url:
        evaluate(place, url)
    shown = place.run("score", "--format", "json")
    assert (shown.code, shown.json["summary"]["total"]["user_errors"]) == (0, 1)


def test_agent_that_fails_with_a_good_user_fails(place: Workplace) -> None:
    agent = [*AGENT[:2], {"say": "Ihr Termin am Montag um neun ist gebucht."}, AGENT[3]]
    with serve_user(USER, agent) as url:
        code, report = evaluate(place, url)
    assert code == 1
    assert [result["status"] for result in report["run"]["results"]] == ["failed"] * 3


def test_estimate_counts_the_users_calls_at_most(place: Workplace) -> None:
    shown = place.run("eval", CASE, "--base-url", "http://127.0.0.1:9/v1", "--dry-run")
    assert f"simulated users       3  at most {3 * 8 * (1 + MOST_REPLACED)} calls" in shown.out
    told = place.run("eval", CASE, "--base-url", "http://127.0.0.1:9/v1", "--dry-run", "--format", "json").json
    assert (told["simulated"], told["calls"]) == (3, 3)
    assert told["requests"]["high"] >= 3 * 8
