from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.support.loop import Outcome, Workplace, make_workplace, serve_references

SUITE = "evals/praxis-weber/empfang.yaml"


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys)


def talk(place: Workplace, monkeypatch: pytest.MonkeyPatch, said: str, *arguments: str) -> Outcome:
    monkeypatch.setattr("sys.stdin", io.StringIO(said))
    return place.run("chat", *arguments)


def test_reference_of_a_case_is_played_line_by_line(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = talk(place, monkeypatch, "\n\n/state\n/foo\n\nnie gelesen\n", "empfang", "--case", "dienstag-halb-drei")
    assert shown.code == 0
    assert shown.out.startswith("  agent   Praxis Dr. Weber, guten Tag.")
    assert "1 user    Guten Tag, einen Termin bitte" in shown.out
    assert "→ kalender.pruefen" in shown.out
    assert "append kalender.termine" in shown.out
    state = json.loads(shown.out[shown.out.index("\n{") : shown.out.rindex("}") + 1])
    assert state["kalender"]["termine"][0]["name"] == "Erika Beispiel"


def test_talk_with_a_model_is_saved_as_a_case_that_holds(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (place.root / SUITE).read_text(encoding="utf-8")
    said = "Guten Tag, einen Termin bitte, am liebsten Dienstag um halb drei. Erika Beispiel, 030 23125 042.\n/quit\n"
    with serve_references(place.root) as url:
        shown = talk(place, monkeypatch, said, "empfang", "--base-url", url, "--save-case", "aus-dem-gespraech")
    assert shown.code == 0, shown.err
    after = (place.root / SUITE).read_text(encoding="utf-8")
    assert after.startswith(before.rstrip("\n"))
    assert "aus-dem-gespraech" in after[len(before) :]
    assert place.run("eval").code == 0
    read = place.run("show", "last", "aus-dem-gespraech")
    assert "kalender.pruefen:belegt" in read.out


def test_talk_without_calls_is_saved_with_something_to_expect(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(place, monkeypatch, "\n", "empfang", "--case", "dienstag-halb-drei", "--save-case", "erste-runde")
    assert place.run("eval").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["empfang"], "There is nobody to talk to"),
        (["empfang", "--case", "mittwoch"], "Its cases: dienstag-halb-drei"),
        (["empfang", "--case", "dienstag-halb-dre"], "Did you mean 'dienstag-halb-drei'?"),
        (["empfank", "--case", "x"], "Did you mean 'praxis-weber/empfang'?"),
        (["empfang", "--case", "dienstag-halb-drei", "--save-case", "dienstag-halb-drei"], "already"),
        (["empfang", "--set", "nichts"], "is not NAME=VALUE"),
    ],
)
def test_talk_that_cannot_be_says_why(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    before = (place.root / SUITE).read_text(encoding="utf-8")
    shown = talk(place, monkeypatch, "\n", *arguments)
    assert (shown.code, message in shown.err) == (2, True)
    assert (place.root / SUITE).read_text(encoding="utf-8") == before


def test_reference_answers_no_other_words(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = talk(place, monkeypatch, "Wie ist das Wetter?\n/hilfe\n", "empfang", "--case", "dienstag-halb-drei")
    assert shown.code == 0
    assert "1 user    Guten Tag, einen Termin bitte" in shown.out
    assert "the case's own words alone" in shown.err
    assert "There is no /hilfe" in shown.err


def test_talk_in_a_case_is_saved_with_its_world(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = talk(place, monkeypatch, "\n\n", "empfang", "--case", "dienstag-halb-drei", "--save-case", "noch-einmal")
    assert shown.code == 0
    assert place.run("eval").code == 0
    read = place.run("show", "last", "noch-einmal")
    assert "kalender.buchen:ok" in read.out
    assert "erst-pruefen" in read.out


@pytest.mark.parametrize("name", ["Böse Id", "a: [b", "dienstag-halb-drei"])
def test_name_that_cannot_be_saved_is_refused_before_the_talk(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = (place.root / SUITE).read_text(encoding="utf-8")
    shown = talk(place, monkeypatch, "\n", "empfang", "--case", "dienstag-halb-drei", "--save-case", name)
    assert (shown.code, shown.out) == (2, "")
    assert (place.root / SUITE).read_text(encoding="utf-8") == before


def test_what_was_said_before_a_model_broke_off_is_saved(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = "Guten Tag, einen Termin bitte, am liebsten Dienstag um halb drei. Erika Beispiel, 030 23125 042."
    said = f"{first}\nJa\nNoch was\n"
    with serve_references(place.root) as url:
        shown = talk(place, monkeypatch, said, "empfang", "--base-url", url, "--save-case", "abgebrochen")
    assert shown.code == 2
    assert "saved abgebrochen" in shown.out
    assert place.run("check").code == 0
    assert (place.root / SUITE).read_text(encoding="utf-8").count("Noch was") == 0


def test_nothing_said_is_told(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = talk(place, monkeypatch, "", "empfang", "--case", "dienstag-halb-drei", "--save-case", "leer")
    assert (shown.code, "nothing was said" in shown.err) == (0, True)
