"""What expectations need beside the conversation reaches them: facts, effects of operations, the time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example import edit
from tests.support.loop import make_workplace

SUITE = "evals/praxis-weber/empfang.yaml"
LAST = "      - {id: geduzt, say: {2: Dein Termin ist gebucht.}, trips: [address]}\n"
EDITS = """\
      - {id: erfunden, say: {1: "Dienstag, 1. Dezember, 18 Uhr ist frei. Soll ich buchen?"}, trips: [facts]}
      - {id: falscher-tag, say: {1: "Mittwoch, 1. Dezember, 14:30 Uhr ist frei. Soll ich buchen?"}, trips: [facts]}
      - {id: aus-den-fakten, say: {1: "Wir haben bis 17 Uhr offen. Soll ich für dich buchen?"}, trips: [address]}
      - id: nachgesehen
        call: {1: [{kalender.pruefen: {beginn: 2026-12-03T09:00}}, {kalender.pruefen: {beginn: 2026-12-01T14:30}}]}
        say: {1: "Am 3. Dezember um neun ist belegt, dein Termin geht am 1. Dezember um 14:30 Uhr."}
        trips: [address]
      - id: abgegeben
        call:
          2:
            - kalender.buchen: {beginn: 2026-12-01T14:30, name: Erika Beispiel, telefon: "03023125042"}
            - uebergabe.mensch: {grund: Wunsch}
        trips: [process, handover]
"""


def test_expectations_know_facts_effects_and_the_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = make_workplace(tmp_path, capsys)
    edit(tmp_path / SUITE, LAST, LAST + EDITS)
    edit(tmp_path / SUITE, "    expect:\n", "    expect:\n      - facts: true\n      - {handover: true, not: true}\n")
    outcome = place.run("eval")
    assert (outcome.code, outcome.err) == (0, ""), outcome.out
    assert "counterexamples 7/7" in outcome.out
