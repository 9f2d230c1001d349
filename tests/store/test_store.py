from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.record import Conversation, Origin, Run, Source, Transcript, Turn
from kiwerk.store import Store
from tests.support.transcripts import add_transcript

NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=9)


def make_run(name: str) -> Run:
    return Run(id=name, engine="0", revision=None, selector=None, started=NOW, finished=None, planned=2)


def make_transcript(
    text: str, *, origin: Origin = "model", started: datetime = NOW, error: str | None = None
) -> Transcript:
    return Transcript(
        conversation=Conversation(agent="a/b", case="a/b#c", origin=origin, subject="s", stimulus="t"),
        source=Source(origin=origin),
        started=started,
        turns=(Turn(role="agent", text=text),),
        state={},
        error=error,
    )


def test_transcript_comes_back_as_it_was(tmp_path: Path) -> None:
    transcript = make_transcript("Grüße \N{REPLACEMENT CHARACTER} \u2028")
    with Store(tmp_path) as store:
        run = store.begin_run(make_run("r1"), "plan", LONG_AGO)
        name = add_transcript(store, run.id, 1, transcript)
    with Store(tmp_path) as store:
        assert store.load_transcript(name) == transcript
        assert store.load_conversations("r1") == {1: (name, transcript)}


def test_unfinished_run_of_the_same_plan_is_carried_on(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.begin_run(make_run("r1"), "plan", LONG_AGO)
    with Store(tmp_path) as store:
        assert store.begin_run(make_run("r2"), "another plan", LONG_AGO).id == "r2"
    with Store(tmp_path) as store:
        assert store.begin_run(make_run("r3"), "plan", LONG_AGO).id == "r1"
        store.finish_run(make_run("r1").model_copy(update={"finished": NOW}))
    with Store(tmp_path) as store:
        assert store.begin_run(make_run("r4"), "plan", LONG_AGO).id == "r4"


def test_run_of_long_ago_is_not_carried_on(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.begin_run(make_run("r1"), "plan", LONG_AGO)
    with Store(tmp_path) as store:
        assert store.begin_run(make_run("r2"), "plan", NOW + timedelta(seconds=1)).id == "r2"


def test_run_at_which_another_process_works_is_left_alone(tmp_path: Path) -> None:
    with Store(tmp_path) as first, Store(tmp_path) as second:
        assert first.begin_run(make_run("r1"), "plan", LONG_AGO).id == "r1"
        assert second.begin_run(make_run("r2"), "plan", LONG_AGO).id == "r2"


def test_finished_run_leaves_no_lock_behind(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        run = store.begin_run(make_run("r1"), "plan", LONG_AGO)
        store.finish_run(run.model_copy(update={"finished": NOW}))
    assert list((tmp_path / ".kiwerk").glob("*.lock")) == []


def test_samples_are_the_models_own_since_a_moment_oldest_first(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.begin_run(make_run("r1"), "plan", LONG_AGO)
        samples = [
            make_transcript("neu"),
            make_transcript("älter", started=NOW - timedelta(days=1)),
            make_transcript("zu alt", started=NOW - timedelta(days=3)),
            make_transcript("von Hand", origin="reference"),
            make_transcript("abgebrochen", started=NOW + timedelta(minutes=1), error="cut off"),
        ]
        for position, sample in enumerate(samples):
            add_transcript(store, "r1", position, sample)
        found = store.find_samples("s", "t", NOW - timedelta(days=2))
        assert [transcript.turns[0].text for _, transcript in found] == ["älter", "neu", "abgebrochen"]
        assert list(store.find_samples("s", "other", NOW - timedelta(days=2))) == []


def test_run_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for name in ("20261127-aa", "20261128-bb"):
            store.begin_run(make_run(name), name, LONG_AGO)
        assert store.load_run(None).id == "20261128-bb"
        assert store.load_run("20261127").id == "20261127-aa"
        with pytest.raises(KiwerkError, match="2 runs begin with 2026"):
            store.load_run("2026")
        with pytest.raises(KiwerkError, match="There is no run x"):
            store.load_run("x")
        with pytest.raises(KiwerkError, match="There is no run _"):
            store.load_run("_")


def test_damaged_store_is_a_clear_error_and_stays_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / ".kiwerk"
    folder.mkdir()
    (folder / "store.sqlite3").write_bytes(b"this is not a database, whatever its name says" * 50)
    with pytest.raises(KiwerkError, match="cannot be read or written"):
        Store(tmp_path)
    assert (folder / "store.sqlite3").read_bytes().startswith(b"this is not a database")


def test_store_of_a_newer_kiwerk_is_refused(tmp_path: Path) -> None:
    Store(tmp_path).__exit__()
    with sqlite3.connect(tmp_path / ".kiwerk" / "store.sqlite3") as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(KiwerkError, match="format 99"):
        Store(tmp_path)


def test_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / ".kiwerk").write_text("a file in its place", encoding="utf-8")
    with pytest.raises(KiwerkError, match="Records cannot be kept here"):
        Store(tmp_path)


@pytest.mark.parametrize("reading", [True, False])
def test_file_in_the_way_says_what_to_do(tmp_path: Path, *, reading: bool) -> None:
    (tmp_path / ".kiwerk").write_text("a file in its place", encoding="utf-8")
    with pytest.raises(KiwerkError, match="there is a file in the way") as caught:
        Store(tmp_path, reading=reading)
    assert "Move it away" in (caught.value.remedy or "")


def test_reading_makes_nothing(tmp_path: Path) -> None:
    with Store(tmp_path, reading=True) as store:
        assert store.load_runs() == []
        assert list(store.find_samples("s", "t", LONG_AGO)) == []
        with pytest.raises(KiwerkError, match="There is no run yet"):
            store.load_run(None)
    assert list(tmp_path.iterdir()) == []


def test_reading_finds_an_empty_store_while_another_process_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    made: list[str] = []
    found: list[object] = []

    def look(statement: str) -> None:
        if "CREATE TABLE" in statement or "COMMIT" in statement:
            made.append(statement)
            monkeypatch.setattr(sqlite3, "connect", connect)
            with Store(tmp_path, reading=True) as store:
                found.append((store.load_runs(), store.load_votes("j")))

    def connect_watched(*arguments: Any, **options: Any) -> sqlite3.Connection:
        database: sqlite3.Connection = connect(*arguments, **options)
        database.set_trace_callback(look)
        return database

    monkeypatch.setattr(sqlite3, "connect", connect_watched)
    with Store(tmp_path) as store:
        store.begin_run(make_run("r1"), "plan", LONG_AGO)
    assert len(made) >= 5, "there are as many tables"
    assert found == [([], {})] * len(made)


def test_reading_sees_what_another_process_is_writing(tmp_path: Path) -> None:
    with Store(tmp_path) as writer:
        writer.begin_run(make_run("r1"), "plan", LONG_AGO)
        name = add_transcript(writer, "r1", 0, make_transcript("Hallo"))
        with Store(tmp_path, reading=True) as store:
            assert store.load_transcript(name).turns[0].text == "Hallo"
            add_transcript(writer, "r1", 1, make_transcript("Und noch eins"))
            assert len(store.load_conversations("r1")) == 2


def test_reading_writes_nothing(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.begin_run(make_run("r1"), "plan", LONG_AGO)
    before = sorted((tmp_path / ".kiwerk").iterdir())
    with Store(tmp_path, reading=True) as store, pytest.raises(KiwerkError, match="cannot be read or written"):
        add_transcript(store, "r1", 0, make_transcript("Hallo"))
    assert sorted((tmp_path / ".kiwerk").iterdir()) == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("UPDATE transcripts SET body = replace(body, 'schlecht', 'gut')", "was changed after it was written"),
        ("UPDATE transcripts SET body = 'nonsense'", "was changed after it was written"),
        ("UPDATE transcripts SET body = x'ff00'", "was changed after it was written"),
        ("UPDATE transcripts SET body = ''", "was changed after it was written"),
    ],
)
def test_transcript_that_somebody_changed_is_refused_by_name(tmp_path: Path, change: str, message: str) -> None:
    with Store(tmp_path) as store:
        store.begin_run(make_run("r1"), "plan", LONG_AGO)
        name = add_transcript(store, "r1", 0, make_transcript("schlecht"))
    tamper(tmp_path, change)
    with Store(tmp_path, reading=True) as store:
        for read in (
            lambda: store.load_transcript(name),
            lambda: store.load_conversations("r1"),
            lambda: list(store.find_samples("s", "t", LONG_AGO)),
        ):
            with pytest.raises(KiwerkError, match=f"Transcript {name[:12]} {message}"):
                read()


def test_sample_of_something_else_does_not_count_because_a_row_says_so(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.begin_run(make_run("r1"), "plan", LONG_AGO)
        add_transcript(store, "r1", 0, make_transcript("Hallo"))
    tamper(tmp_path, "UPDATE transcripts SET subject = 'better', stimulus = 'better'")
    with Store(tmp_path, reading=True) as store, pytest.raises(KiwerkError, match="was changed"):
        list(store.find_samples("better", "better", LONG_AGO))


def test_reference_does_not_become_a_model_because_a_row_says_so(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.begin_run(make_run("r1"), "plan", LONG_AGO)
        add_transcript(store, "r1", 0, make_transcript("Hallo", origin="reference"))
    tamper(tmp_path, "UPDATE transcripts SET origin = 'model'")
    with Store(tmp_path, reading=True) as store, pytest.raises(KiwerkError, match="was changed"):
        list(store.find_samples("s", "t", LONG_AGO))


def test_damaged_run_is_a_clear_error(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.begin_run(make_run("r1"), "plan", LONG_AGO)
    tamper(tmp_path, "UPDATE runs SET body = '{}'")
    with Store(tmp_path, reading=True) as store, pytest.raises(KiwerkError, match="Run r1 is damaged"):
        store.load_run(None)


def tamper(root: Path, statement: str) -> None:
    with sqlite3.connect(root / ".kiwerk" / "store.sqlite3") as database:
        assert database.execute(statement).rowcount == 1
    database.close()


def test_records_are_kept_out_of_git(tmp_path: Path) -> None:
    with Store(tmp_path):
        assert (tmp_path / ".kiwerk" / ".gitignore").read_text(encoding="utf-8") == "*\n"


WRITE_UNTIL_KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.store.test_store import LONG_AGO, make_run, make_transcript
from tests.support.transcripts import add_transcript
from kiwerk.store import Store
store = Store(Path(sys.argv[1]))
run = store.begin_run(make_run("r1"), "plan", LONG_AGO)
start = len(store.load_conversations("r1"))
for position in range(start, start + 100_000):
    add_transcript(store, "r1", position, make_transcript(f"{position} " + "x" * 2000))
    print(position, flush=True)
"""


def test_kill_loses_nothing_that_was_written(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    written = -1
    for lines in (1, 3, 17, 60):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITE_UNTIL_KILLED, tmp_path, root], stdout=subprocess.PIPE, env=os.environ
        )
        with process:
            assert process.stdout is not None
            for _ in range(lines):
                written = int(process.stdout.readline())
            process.kill()
        with Store(tmp_path) as store:
            held = store.load_conversations("r1")
        assert sorted(held) == list(range(len(held)))
        assert len(held) > written
        assert all(transcript.turns[0].text.startswith(f"{position} ") for position, (_, transcript) in held.items())


def test_conversations_that_are_written_together_are_there_all_or_none(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        add_transcript(store, "r1", 1, make_transcript("Hallo"))
        with pytest.raises(KiwerkError):
            store.add_transcripts("r1", [(0, make_transcript("neu")), (1, make_transcript("schon vergeben"))])
        with pytest.raises(KiwerkError):
            store.add_samples("r1", {0: "a", 1: "b"})
        assert list(store.load_conversations("r1")) == [1]
        [(name, written)] = store.add_transcripts("r1", [(0, make_transcript("neu"))])
        assert store.load_conversations("r1")[0] == (name, written)
