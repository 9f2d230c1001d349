from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example import edit
from tests.support.loop import Workplace, make_workplace, serve_references

SUITE = "evals/praxis-weber/empfang.yaml"
END = "      - process: {end: resolved}\n      - address: sie"


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    place = make_workplace(tmp_path, capsys)
    with serve_references(tmp_path) as url:
        assert place.run("eval", "--base-url", url).code == 0
    return place


def files(place: Workplace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((place.root / ".kiwerk").iterdir())}


def test_same_expectations_change_nothing_and_nothing_is_written(place: Workplace) -> None:
    before = files(place)
    shown = place.run("score")
    assert (shown.code, "8 conversations judged again: no outcome changed" in shown.out) == (0, True)
    assert files(place) == before


def test_renamed_case_is_judged_by_its_new_name(place: Workplace) -> None:
    edit(place.root / SUITE, "  - id: dienstag-halb-drei", "  - id: halb-drei\n    formerly: dienstag-halb-drei")
    shown = place.run("score")
    assert (shown.code, "8 conversations judged again: no outcome changed" in shown.out) == (0, True)


def test_edited_expectation_says_what_failed_and_where(place: Workplace) -> None:
    edit(place.root / SUITE, END, END.replace("resolved", "escalated"))
    shown = place.run("score", "--format", "json")
    changes = [item for item in shown.json["changes"] if item["conversation"]["origin"] == "model"]
    assert (shown.code, len(changes)) == (1, 5)
    assert {(item["before"], item["after"]) for item in changes} == {("passed", "failed")}
    [score] = changes[0]["scores"]
    assert (score["name"], score["before"], score["after"]) == ("process", "passed", "failed")
    assert score["place"].startswith(f"{SUITE}:")
    assert "passed → failed  praxis-weber/empfang#dienstag-halb-drei  sample 5" in place.run("score", "last").out


def test_mended_expectation_says_that_it_passes_now(place: Workplace) -> None:
    edit(place.root / SUITE, END, END.replace("resolved", "escalated"))
    assert place.run("eval").code == 1
    edit(place.root / SUITE, END.replace("resolved", "escalated"), END)
    shown = place.run("score")
    assert (shown.code, "failed → passed  praxis-weber/empfang#dienstag-halb-drei  reference" in shown.out) == (0, True)


def test_new_and_dropped_expectations_are_named(place: Workplace) -> None:
    edit(place.root / SUITE, END, "      - {id: dank, contains: Danke}\n      - address: sie")
    shown = place.run("score")
    assert "dank: new → failed" in shown.out
    assert "process: passed → gone" in shown.out


def test_other_judgements_with_the_same_outcome_are_counted(place: Workplace) -> None:
    edit(place.root / SUITE, END, f"{END}\n      - {{contains: Danke, not: true}}")
    shown = place.run("score")
    said = "no outcome changed; 8 with other judgements and the same outcome"
    assert (shown.code, said in " ".join(shown.out.split())) == (0, True)


def test_sample_of_an_older_prompt_is_judged_too(place: Workplace) -> None:
    edit(place.root / "agents/praxis-weber/empfang.yaml", "Sprechzeiten:", "Unsere Sprechzeiten:")
    assert place.run("score").code == 0


@pytest.mark.parametrize(
    ("path", "old", "new", "refused", "reason"),
    [
        (SUITE, "um halb drei", "um halb vier", 8, "the situation is another today"),
        (SUITE, "ist gebucht.\n", "steht fest.\n", 2, "what is spoken for the agent was edited"),
        (SUITE, "id: geduzt", "id: per-du", 1, "there is no such counterexample any more"),
        (SUITE, "id: dienstag-halb-drei", "id: halb-drei", 8, "there is no such"),
    ],
)
def test_conversation_that_no_longer_fits_is_refused_by_name(
    place: Workplace, path: str, old: str, new: str, refused: int, reason: str
) -> None:
    edit(place.root / path, old, new)
    shown = place.run("score", "--format", "json")
    found = shown.json["refused"]
    assert (shown.code, len(found)) == (1, refused)
    assert all(item["conversation"]["case"] == "praxis-weber/empfang#dienstag-halb-drei" for item in found)
    assert all(item["reason"].startswith(reason) for item in found)
    text = place.run("score").out
    assert (reason in text, f"{refused} refused" in text) == (True, True)


def test_run_that_was_never_scored_says_how_to_carry_on(place: Workplace) -> None:
    from kiwerk.store import Store
    from tests.store.test_store import LONG_AGO, make_run

    with Store(place.root) as store:
        store.begin_run(make_run("99991127T100000-aaaaaa"), "plan", LONG_AGO)
    shown = place.run("score")
    assert (shown.code, "was interrupted, so it was never scored" in shown.err) == (2, True)


def test_skipped_case_stays_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = make_workplace(tmp_path, capsys, simulated=True)
    place.run("eval")
    shown = place.run("score", "--format", "json")
    assert (shown.code, shown.json["summary"]["total"]["skipped"], shown.json["refused"]) == (0, 1, [])


def test_markdown_escapes_what_a_model_said(place: Workplace) -> None:
    edit(place.root / SUITE, END, "      - equals: '<img src=x> @all'\n      - address: sie")
    shown = place.run("score", "--format", "markdown")
    assert "passed → failed" in shown.out
    assert "<img" not in shown.out
