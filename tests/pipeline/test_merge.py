"""Stores of several machines become one, in whatever order; what is missing or twice there is never green."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwerk.errors import KiwerkError
from kiwerk.pipeline.merge import merge
from kiwerk.record import Conversation, Result, Run, Source, Status, Transcript, Turn
from kiwerk.run.plan import digest_conversations
from kiwerk.store import Store
from tests.support.transcripts import add_transcript

NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)
SHARDS = 3
TABLES = ("SELECT * FROM transcripts", "SELECT * FROM runs", "SELECT * FROM conversations")
CASES = [f"a/s#{number}" for number in range(SHARDS)]


def conversation(case: str) -> Conversation:
    return Conversation(agent="a/b", case=case, origin="model", subject="s", stimulus=case)


PLAN = digest_conversations((conversation(case), "o") for case in CASES)


def write_shard(root: Path, number: int, *, name: str = "aa", finished: bool = True, plan: str = PLAN) -> None:
    """A shard's run with its one conversation, in a store that may have others.

    A killed one was carried on by its machine alone, so that each machine may have held something else.
    """
    root.mkdir(exist_ok=True)
    case = CASES[number - 1]
    run = Run(
        id=f"20261127T10000{number}-{name}",
        engine="0",
        revision=None,
        selector=None,
        started=NOW,
        finished=None,
        planned=1,
        shard=f"{number}/{SHARDS}",
        plan=plan,
    )
    transcript = Transcript(
        conversation=conversation(case),
        source=Source(origin="model"),
        started=NOW + timedelta(seconds=number),
        turns=(Turn(role="agent", text=f"{case} {name if finished else root.name}"),),
        state={},
    )
    with Store(root) as store:
        store.begin_run(run, f"{number}{name}", NOW)
        kept = add_transcript(store, run.id, 0, transcript)
        result = Result(conversation=conversation(case), transcript=kept, oracle="o", status=Status.PASSED)
        if finished:
            store.finish_run(
                run.model_copy(update={"finished": NOW + timedelta(minutes=1), "seconds": 1.0, "results": (result,)})
            )


def dump(root: Path) -> list[list[tuple[object, ...]]]:
    with sqlite3.connect(root / ".kiwerk/store.sqlite3") as database:
        rows = [database.execute(select).fetchall() for select in TABLES]
    database.close()
    return [sorted(part) for part in rows]


def united(folder: Path, name: str, places: Sequence[Path]) -> list[list[tuple[object, ...]]]:
    (folder / name).mkdir()
    merge(folder / name, places)
    return dump(folder / name)


shard = st.tuples(st.integers(1, SHARDS), st.sampled_from(["aa", "bb"]), st.booleans())
stores = st.lists(st.lists(shard, max_size=4, unique_by=lambda item: item[:2]), min_size=1, max_size=4)


@settings(max_examples=12)
@given(contents=stores, data=st.data())
def test_uniting_is_commutative_associative_and_idempotent(
    contents: list[list[tuple[int, str, bool]]], data: st.DataObject
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        places = []
        for number, content in enumerate(contents):
            place = folder / f"machine-{number}"
            place.mkdir()
            Store(place).__exit__()
            for item in content:
                write_shard(place, item[0], name=item[1], finished=item[2])
            places.append(place)
        once = united(folder, "once", places)
        assert united(folder, "shuffled", data.draw(st.permutations(places))) == once
        assert united(folder, "twice", [*places, *places]) == once
        assert united(folder, "from-all", [folder / "once"]) == once
        merge(folder / "once", places)
        assert dump(folder / "once") == once
        united(folder, "some", places[:1])
        assert united(folder, "grouped", [folder / "some", *places[1:]]) == once


def test_shards_become_one_finished_run(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write_shard(tmp_path / f"{number}", number)
    merging = merge(tmp_path, [tmp_path / "1", tmp_path / "2", tmp_path / "3"])
    assert (merging.stores, merging.transcripts, merging.is_whole) == (3, 3, True)
    with Store(tmp_path, reading=True) as store:
        run = store.load_run(None)
        assert len(list(store.find_samples("s", CASES[0], NOW))) == 1
    assert (run.complete, run.shard, run.planned, len(run.merged)) == (True, None, 3, 3)
    assert [result.conversation.case for result in run.results] == CASES


@pytest.mark.parametrize(
    ("shards", "missing", "duplicate"),
    [
        ([(1, "aa", True), (3, "aa", True)], (2,), ()),
        ([(1, "aa", True), (2, "aa", True), (2, "bb", True), (3, "aa", True)], (), (2,)),
        ([(1, "aa", True), (2, "aa", False), (3, "aa", True)], (2,), ()),
        ([(2, "aa", False)], (1, 2, 3), ()),
    ],
)
def test_missing_or_duplicate_shard_leaves_a_run_that_is_never_complete(
    tmp_path: Path, shards: list[tuple[int, str, bool]], missing: tuple[int, ...], duplicate: tuple[int, ...]
) -> None:
    for number, name, finished in shards:
        write_shard(tmp_path / f"{number}{name}", number, name=name, finished=finished)
    merging = merge(tmp_path, [tmp_path])
    [run] = merging.runs
    assert (run.missing, run.duplicate, run.adds_up, merging.is_whole) == (missing, duplicate, False, False)
    with Store(tmp_path, reading=True) as store:
        assert not store.load_run(run.run).complete


def test_shard_that_comes_later_completes_the_run(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write_shard(tmp_path / f"{number}", number)
    assert not merge(tmp_path, [tmp_path / "1", tmp_path / "3"]).is_whole
    assert merge(tmp_path, [tmp_path]).is_whole
    with Store(tmp_path, reading=True) as store:
        assert [run.complete for run in store.load_runs() if run.merged] == [True]


def test_run_that_was_carried_on_elsewhere_is_finished(tmp_path: Path) -> None:
    write_shard(tmp_path / "killed", 1, finished=False)
    for number in (1, 2, 3):
        write_shard(tmp_path / f"{number}", number)
    assert merge(tmp_path, [tmp_path]).is_whole


def test_parts_that_were_cut_otherwise_do_not_add_up(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write_shard(tmp_path / f"{number}", number, plan="f" * 64)
    [run] = merge(tmp_path, [tmp_path]).runs
    assert (run.missing, run.duplicate, run.adds_up) == ((), (), False)


def test_transcript_that_was_changed_on_the_way_is_refused_and_nothing_is_taken(tmp_path: Path) -> None:
    for number in (1, 2):
        write_shard(tmp_path / "from", number)
    with sqlite3.connect(tmp_path / "from/.kiwerk/store.sqlite3") as database:
        database.execute("UPDATE transcripts SET body = replace(body, '#1', '#9')")
    database.close()
    with pytest.raises(KiwerkError, match="was changed after it was written"):
        merge(tmp_path, [tmp_path / "from"])
    assert dump(tmp_path) == [[], [], []]


def test_finished_run_that_is_told_in_two_ways_is_refused(tmp_path: Path) -> None:
    write_shard(tmp_path / "1", 1)
    shutil.copytree(tmp_path / "1", tmp_path / "2")
    with sqlite3.connect(tmp_path / "2/.kiwerk/store.sqlite3") as database:
        database.execute("UPDATE runs SET body = replace(body, 'passed', 'failed')")
    database.close()
    with pytest.raises(KiwerkError, match="in two ways"):
        merge(tmp_path, [tmp_path / "1", tmp_path / "2"])


def test_killed_run_that_went_on_in_two_places_is_the_same_in_any_order(tmp_path: Path) -> None:
    for name in ("x", "y"):
        write_shard(tmp_path / name, 1, finished=False)
    places = [tmp_path / "x", tmp_path / "y"]
    assert united(tmp_path, "there", places) == united(tmp_path, "back", places[::-1])
