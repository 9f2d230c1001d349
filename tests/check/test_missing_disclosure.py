from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check.rules.missing_disclosure import check_missing_disclosures
from kiwerk.load.project import load_project
from tests.support.example import edit, write_example

WORDS = "Sie sprechen mit der KI-Assistentin der Praxis."


@pytest.mark.parametrize(
    "words",
    [
        WORDS,
        "Ich bin eine KI.",
        "Sie sprechen mit einer künstlichen Intelligenz.",
        "Hier antwortet Künstliche Intelligenz.",
        "Diese Nachricht wird automatisch beantwortet.",
        "Sie sprechen mit unserem automatisierten Telefondienst.",
        "Ich bin der Sprachassistent der Praxis.",
        "Ich bin Ihre digitale Assistentin.",
        "Hier ist der Chatbot der Praxis.",
        "Hier spricht ein Sprachcomputer.",
        "Ich bin der Bot der Praxis.",
        "You are talking to an AI.",
        "I am an artificial intelligence.",
        "This is an automated service.",
        "I am a virtual assistant.",
    ],
)
def test_words_that_tell_are_enough(tmp_path: Path, words: str) -> None:
    root = write_example(tmp_path)
    edit(root / "agents/praxis-weber/organization.yaml", WORDS, words)
    assert not list(check_missing_disclosures(load_project(root), datetime.now(UTC)))


@pytest.mark.parametrize(
    "words",
    [
        "Was kann ich für Sie tun?",
        "Hier ist das Kino am Markt.",
        "Schreiben Sie uns eine E-Mail, wir warten im Mai.",
        "Frau Kira Beispiel am Apparat.",
        "Die Assistentin von Dr. Weber am Apparat.",
        "Sie bot uns Kaffee an.",
        "Parken Sie am Automaten.",
    ],
)
def test_words_that_tell_nothing_are_found(tmp_path: Path, words: str) -> None:
    root = write_example(tmp_path)
    edit(root / "agents/praxis-weber/organization.yaml", WORDS, words)
    (finding,) = check_missing_disclosures(load_project(root), datetime.now(UTC))
    assert finding.span.path == "agents/praxis-weber/empfang.yaml"


def test_opening_that_does_not_exist_is_left_to_another_rule(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    edit(root / "agents/praxis-weber/empfang.yaml", "opening: ki_hinweis", "opening: gruss")
    assert not list(check_missing_disclosures(load_project(root), datetime.now(UTC)))
