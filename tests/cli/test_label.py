"""People's answers: asked for one by one, given on the command line, or taken from a file; and what comes of them."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kiwerk.record import Label
from kiwerk.store import Store
from tests.pipeline.test_judging import RUBRIC, add_judge, serve_judge, write_judge
from tests.support.loop import Outcome, Workplace, make_workplace

JUDGE = "wiederholt-termin"


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    place = make_workplace(tmp_path, capsys)
    add_judge(place)
    return place


def labels_of(place: Workplace) -> list[Label]:
    with Store(place.root, reading=True) as store:
        return list(store.load_labels())


def transcripts_of(place: Workplace) -> dict[str, str]:
    """Transcript by variant or origin."""
    results = place.run("eval", "--format", "json").json["run"]["results"]
    return {
        result["conversation"]["variant"] or result["conversation"]["origin"]: result["transcript"]
        for result in results
        if result["transcript"]
    }


def type_in(place: Workplace, monkeypatch: pytest.MonkeyPatch, lines: Sequence[str], *arguments: str) -> Outcome:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return place.run("label", JUDGE, "--by", "Ute", *arguments)


def test_conversations_are_shown_one_by_one_and_answers_kept(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    place.run("eval")
    shown = type_in(place, monkeypatch, ["y", "Sagt ihn.", "s", "n", ""])
    assert shown.code == 0
    assert RUBRIC in shown.out
    assert "1 of 3" in shown.out
    assert "2 kept, 0 left" in shown.out
    first, second = labels_of(place)
    assert (first.answer, first.reason, first.by, first.judge) == ("yes", "Sagt ihn.", "Ute", f"praxis-weber/{JUDGE}")
    assert (second.answer, second.reason) == ("no", None)
    assert "1 of 1" in type_in(place, monkeypatch, ["q"]).out


def test_person_sees_neither_who_spoke_nor_what_the_judge_said(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_judge(place) as server:
        assert place.run("eval", "--base-url", server.base_url).code == 0
    shown = type_in(place, monkeypatch, ["s", "s", "s"])
    assert shown.code == 0
    assert [word for word in ("Nein.", "vote", "reference", "geduzt", "model", "passed") if word in shown.out] == []


def test_nonsense_is_asked_for_again_and_one_can_go_back(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    place.run("eval")
    shown = type_in(place, monkeypatch, ["5", "y", "", "b", "n", "", "q"])
    assert "That is neither y or n nor s, b or q" in shown.out
    assert [(label.answer, label.exhibit) for label in labels_of(place)] == [
        ("yes", labels_of(place)[0].exhibit),
        ("no", labels_of(place)[0].exhibit),
    ]


def test_interrupted_sitting_loses_nothing(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    place.run("eval")
    # the end of input is what click makes of Ctrl-C as well
    shown = type_in(place, monkeypatch, ["y", "", "n"])
    assert shown.code == 130
    assert [label.answer for label in labels_of(place)] == ["yes"]


def test_answer_is_given_on_the_command_line(place: Workplace) -> None:
    name = transcripts_of(place)["reference"]
    assert place.run("label", JUDGE, name[:12], "no", "--by", "Jana", "--reason", "Darum.").code == 0
    [label] = labels_of(place)
    assert (label.transcript, label.answer, label.by, label.reason, label.turn) == (name, "no", "Jana", "Darum.", None)


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_answers_are_taken_from_a_file(place: Workplace, tmp_path: Path, kind: str) -> None:
    names = transcripts_of(place)
    rows = [(names["reference"], "yes", "Ute"), (names["geduzt"], "no", "Ute")]
    path = tmp_path / f"answers.{kind}"
    if kind == "csv":
        lines = ["transcript,answer,by,reason", *(f'{name},{answer},{by},"Weil, eben."' for name, answer, by in rows)]
    else:
        lines = [
            json.dumps({"transcript": name, "answer": answer, "by": by, "reason": "Weil, eben."})
            for name, answer, by in rows
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    shown = place.run("label", JUDGE, "--import", str(path))
    assert (shown.code, "2 answers" in shown.out) == (0, True)
    assert {(label.answer, label.reason) for label in labels_of(place)} == {
        ("yes", "Weil, eben."),
        ("no", "Weil, eben."),
    }


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"transcript": "REFERENCE", "answer": "vielleicht", "by": "Ute"}', "Line 2: 'vielleicht' is no answer"),
        ('{"transcript": "ffff", "answer": "yes", "by": "Ute"}', "Line 2: There is no transcript ffff"),
        ('{"transcript": "REFERENCE", "answer": "yes"}', "Line 2: it has no by"),
        ('{"transcript": "REFERENCE", "answer": "yes", "by": "Ute", "note": 1}', "it has something called note"),
        ('{"transcript": "REFERENCE", "answer": "yes", "by": "Ute", "turn": 9}', "is not asked at turn 9"),
        ("yes", "Line 2 is no JSON object"),
    ],
)
def test_file_with_a_wrong_line_is_refused_whole(place: Workplace, tmp_path: Path, line: str, message: str) -> None:
    name = transcripts_of(place)["reference"]
    good = json.dumps({"transcript": name, "answer": "yes", "by": "Ute"})
    path = tmp_path / "answers.jsonl"
    path.write_text(f"{good}\n{line.replace('REFERENCE', name)}\n", encoding="utf-8")
    shown = place.run("label", JUDGE, "--import", str(path))
    assert (shown.code, message in shown.err) == (2, True)
    assert labels_of(place) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["label", JUDGE], "Say who answers with --by NAME"),
        (["label", JUDGE, "abc", "--by", "Ute"], "A TRANSCRIPT needs its ANSWER"),
        (["label", "wiederholt-temin", "--by", "Ute"], "Did you mean 'wiederholt-termin'?"),
        (["label", JUDGE, "--by", "Ute"], "There is no run yet"),
        (["label", JUDGE, "abc", "yes", "--by", "Ute"], "There is no transcript abc"),
        (["label", JUDGE, "--import", "gibt-es-nicht"], "The file cannot be read"),
        (["judge", "calibrate", "x"], "There is no judge 'x'"),
    ],
)
def test_what_cannot_be_done_says_why(place: Workplace, arguments: list[str], message: str) -> None:
    shown = place.run(*arguments)
    assert (shown.code, message in shown.err) == (2, True)


def calibrate(place: Workplace, *arguments: str) -> dict[str, Any]:
    [found] = place.run("judge", "calibrate", "--format", "json", *arguments).json["judges"]
    return dict(found)


def test_judge_is_held_against_people(place: Workplace) -> None:
    with serve_judge(place) as server:
        place.run("eval", "--base-url", server.base_url)
    names = transcripts_of(place)
    for variant, answer, by in (
        ("reference", "yes", "Ute"),
        ("geduzt", "no", "Ute"),
        ("blind-gebucht", "no", "Ute"),
        ("reference", "yes", "Jana"),
        ("geduzt", "yes", "Jana"),
        ("geduzt", "no", " jana "),  # she thought better of it
    ):
        assert place.run("label", JUDGE, names[variant], answer, "--by", by).code == 0
    found = calibrate(place)
    assert (found["labels"], found["compared"], found["labellers"]) == (5, 3, ["Ute", "jana"])
    assert found["table"] == {"yes": {"yes": 1, "no": 0}, "no": {"yes": 1, "no": 1}}
    # two of them are a person's counterexamples, and the reference's words a person's
    assert (found["sampled"], found["voters"]) == (0, ["loopback"])
    assert [(item["n"], item["agreed"]) for item in found["classes"]] == [(1, 1), (2, 1)]
    assert found["kappa"]["value"] == pytest.approx(0.4)
    assert [(pair["kappa"]["n"], pair["kappa"]["value"]) for pair in found["people"]] == [(2, 1.0)]
    shown = place.run("judge", "calibrate").out
    assert "where people say no: the judge agrees in 1 of 2, 0.50" in shown
    assert "Ute and jana, n = 2" in shown


def test_one_person_answers_about_the_same_once_in_a_file(place: Workplace, tmp_path: Path) -> None:
    name = transcripts_of(place)["reference"]
    path = tmp_path / "answers.csv"
    path.write_text(
        f"transcript,answer,by\n{name},yes,Ute Probe\n{name},no,Jana\n{name},no,ute  probe\n", encoding="utf-8"
    )
    shown = place.run("label", JUDGE, "--import", str(path))
    assert (shown.code, "Line 4: ute  probe has answered about the same in line 2" in shown.err) == (2, True)
    assert labels_of(place) == []


def test_words_that_a_model_said_too_are_shown_as_the_models(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_judge(place) as server:
        place.run("eval", "--base-url", server.base_url)
    type_in(place, monkeypatch, ["y", "", "n", "", "n", ""])
    assert calibrate(place)["sampled"] == 1


def test_people_who_are_divided_are_left_out(place: Workplace) -> None:
    name = transcripts_of(place)["reference"]
    place.run("label", JUDGE, name, "yes", "--by", "Ute")
    place.run("label", JUDGE, name, "no", "--by", "Jana")
    found = calibrate(place)
    assert (found["compared"], found["disputed"], found["kappa"]["value"]) == (0, 1, None)
    assert "nothing to compare" in place.run("judge", "calibrate").out


def test_missing_votes_are_told_and_asked_for_with_an_endpoint(place: Workplace) -> None:
    name = transcripts_of(place)["reference"]
    place.run("label", JUDGE, name, "yes", "--by", "Ute")
    assert (calibrate(place)["unasked"], calibrate(place)["compared"]) == (1, 0)
    with serve_judge(place) as server:
        assert calibrate(place, "--base-url", server.base_url)["compared"] == 1
        assert len(server.requests) == 3
    found = calibrate(place)
    assert found["kappa"]["note"] == "not defined: both say yes every time"
    assert found["classes"][1]["share"] is None


def test_answers_to_another_rubric_are_stale_and_to_another_model_are_not(place: Workplace) -> None:
    place.run("label", JUDGE, transcripts_of(place)["reference"], "yes", "--by", "Ute")
    write_judge(place, model="mistral:mistral-large-2407")
    assert (calibrate(place)["labels"], calibrate(place)["stale"]) == (1, 0)
    write_judge(place, rubric="Ist der Agent höflich?")
    assert (calibrate(place)["labels"], calibrate(place)["stale"]) == (0, 1)
    with serve_judge(place) as server:
        calibrate(place, "--base-url", server.base_url)
        assert server.requests == []
    assert "not counted: 1 answer to another rubric or scale" in place.run("judge", "calibrate").out
