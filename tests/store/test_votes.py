from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwerk.errors import KiwerkError
from kiwerk.record import Answer, Label, Source, Vote
from kiwerk.store import Store

NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)


def make_vote(answer: Answer | None = "yes", *, minute: int = 0, judge: str = "j", exhibit: str = "e") -> Vote:
    return Vote(
        judge=judge,
        exhibit=exhibit,
        asked=NOW + timedelta(minutes=minute),
        source=Source(origin="model"),
        text="x",
        answer=answer,
    )


def make_label(answer: Answer = "yes", *, by: str = "Ute", minute: int = 0) -> Label:
    at = NOW + timedelta(minutes=minute)
    return Label(judge="a/j", question="q", exhibit="e", transcript="t", turn=None, answer=answer, by=by, at=at)


def test_votes_come_back_by_exhibit_oldest_first(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for vote in (make_vote(minute=2), make_vote("no", minute=1), make_vote(exhibit="f"), make_vote(judge="k")):
            store.add_vote(vote)
    with Store(tmp_path, reading=True) as store:
        assert store.load_votes("j") == {
            "e": (make_vote("no", minute=1), make_vote(minute=2)),
            "f": (make_vote(exhibit="f"),),
        }


def test_labels_come_back_oldest_first(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add_labels([make_label("no", minute=1), make_label()])
        assert [label.answer for label in store.load_labels()] == ["yes", "no"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE votes SET body = replace(body, '\"no\"', '\"yes\"')",
        "UPDATE labels SET body = replace(body, '\"no\"', '\"yes\"')",
    ],
)
def test_answer_that_somebody_changed_is_refused(tmp_path: Path, change: str) -> None:
    with Store(tmp_path) as store:
        store.add_vote(make_vote("no"))
        store.add_labels([make_label("no")])
    with sqlite3.connect(tmp_path / ".kiwerk/store.sqlite3") as database:
        database.execute(change)
    database.close()
    with Store(tmp_path, reading=True) as store:
        read = store.load_labels if "labels" in change else lambda: store.load_votes("j")
        with pytest.raises(KiwerkError, match="changed after it was written"):
            read()


def test_vote_does_not_become_another_judges_because_a_row_says_so(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add_vote(make_vote())
    with sqlite3.connect(tmp_path / ".kiwerk/store.sqlite3") as database:
        database.execute("UPDATE votes SET judge = 'k'")
    database.close()
    with Store(tmp_path, reading=True) as store:
        assert store.load_votes("k") == {}


def test_store_of_an_older_kiwerk_is_read_without_being_written(tmp_path: Path) -> None:
    Store(tmp_path).__exit__()
    path = tmp_path / ".kiwerk/store.sqlite3"
    with sqlite3.connect(path) as database:
        database.executescript("DROP TABLE votes; DROP TABLE labels; PRAGMA user_version=1; PRAGMA wal_checkpoint")
    database.close()
    before = path.read_bytes()
    with Store(tmp_path, reading=True) as store:
        assert (store.load_votes("j"), store.load_labels()) == ({}, ())
    assert path.read_bytes() == before
    with Store(tmp_path) as store:
        store.add_vote(make_vote())
        assert store.load_votes("j") == {"e": (make_vote(),)}


ANSWERS = st.lists(st.tuples(st.sampled_from(["yes", "no"]), st.integers(0, 3)), max_size=4)


@settings(max_examples=20, deadline=None)
@given(ANSWERS, ANSWERS)
def test_stores_unite_to_the_same_in_any_order_and_however_often(
    first: list[tuple[str, int]], second: list[tuple[str, int]]
) -> None:
    with TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in ("1", "2", "ab", "ba")]
        for place in places:
            place.mkdir()
        for place, answers in zip(places, (first, second), strict=False):
            with Store(place) as store:
                for answer, minute in answers:
                    store.add_vote(make_vote("yes" if answer == "yes" else "no", minute=minute))
                    store.add_labels([make_label("yes" if answer == "yes" else "no", minute=minute)])
        for target, order in ((places[2], (0, 1, 0)), (places[3], (1, 0))):
            for number in order:
                with Store(target) as store, Store(places[number], reading=True) as other:
                    store.absorb(other)
        with Store(places[2]) as one, Store(places[3]) as two:
            assert one.load_votes("j") == two.load_votes("j")
            assert set(one.load_labels()) == set(two.load_labels())
            assert sum(map(len, one.load_votes("j").values())) == len({*first, *second})
