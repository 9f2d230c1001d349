from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.finding import Finding, Span
from kiwerk.pipeline.answers import FOLDER, Answer, Answers, find_day

NOW = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ANSWERS = st.builds(
    Answer,
    key=TEXT,
    days=st.dictionaries(TEXT, TEXT),
    findings=st.lists(st.from_type(Finding), max_size=3).map(tuple),
    notes=st.dictionaries(TEXT, st.dictionaries(TEXT, st.lists(TEXT))),
    unread=st.lists(TEXT, max_size=2).map(tuple),
    commented=st.dictionaries(TEXT, TEXT),
)


def answer(key: str = "k", message: str = "Wrong") -> Answer:
    finding = Finding("template", message, Span("agents/a/b.yaml", 1, 1, 1, 2))
    return Answer(key, {"": "2026-11-27", "Europe/Berlin": "2026-11-28"}, (finding,))


@given(ANSWERS)
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, kept: Answer) -> None:
    root = tmp_path_factory.mktemp("root")
    Answers(root).write("praxis", kept)
    assert Answers(root).load("praxis") == kept


def test_any_byte_that_changed_makes_an_answer_none(tmp_path: Path) -> None:
    Answers(tmp_path).write("praxis", answer())
    (path,) = tmp_path.joinpath(*FOLDER).glob("*.json")
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert Answers(tmp_path).load("praxis") is None, place
    for end in range(len(data)):
        path.write_bytes(data[:end])
        assert Answers(tmp_path).load("praxis") is None, end


@pytest.mark.parametrize(
    ("key", "now", "holds"),
    [
        ("k", NOW, True),
        ("k", NOW.replace(hour=23, minute=59), True),
        ("k", NOW.replace(hour=22), False),
        ("other", NOW, False),
    ],
)
def test_answer_holds_for_the_same_files_on_the_same_days(key: str, now: datetime, *, holds: bool) -> None:
    assert answer().holds(key, now) is holds


def test_day_is_that_of_the_zone() -> None:
    assert (find_day("", NOW), find_day("Europe/Berlin", NOW)) == ("2026-11-27", "2026-11-28")


def test_folder_keeps_itself_out_of_git_and_nothing_else_in_it(tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    for name in ("praxis", "../..", "ä", "\udcff"):
        answers.write(name, answer(name.encode("utf-8", "replace").decode()))
    answers.forget_others(["praxis"])
    names = sorted(path.suffix or path.name for path in tmp_path.joinpath(*FOLDER).iterdir())
    assert names == [".gitignore", ".json"]
    assert answers.load("praxis") is not None


def test_folder_that_cannot_be_written_is_no_harm(tmp_path: Path) -> None:
    (tmp_path / ".kiwerk").write_text("a file")
    answers = Answers(tmp_path)
    answers.write("praxis", answer())
    answers.forget_others([])
    assert answers.load("praxis") is None
