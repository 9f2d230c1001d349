from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.errors import KiwerkError
from kiwerk.pipeline.plan import Wish, plan_evaluation
from kiwerk.pipeline.workspace import must_prepare
from kiwerk.run.plan import Planned
from kiwerk.run.shard import cut_plan, digest_whole, parse_shard
from tests.support.example import write_example

NOW = datetime(2026, 11, 27, tzinfo=UTC)
NAMES = [f"praxis-weber/empfang#fall-{number}" for number in range(9)]


@lru_cache
def make_plan() -> tuple[Planned, ...]:
    """Nine cases that differ in name and in the number of their conversations."""
    with TemporaryDirectory() as name:
        plan = plan_evaluation(must_prepare(write_example(Path(name)), NOW), Wish(), None)
    return tuple(
        replace(item, conversation=item.conversation.model_copy(update={"case": case}))
        for number, case in enumerate(NAMES)
        for item in plan[: number % 3 + 1]
    )


def cases_of(part: tuple[Planned, ...]) -> set[str]:
    return {item.conversation.case for item in part}


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "3/", "a/b", "-1/3", "1/3/5", "\u0663/\u0665", " 1/3"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(KiwerkError, match="is not a part of a plan"):
        parse_shard(text)


def test_part_is_said_as_it_is_read() -> None:
    assert str(parse_shard("3/16")) == "3/16"


@given(parts=st.integers(1, len(NAMES)), seconds=st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1000)))
def test_parts_are_the_plan_each_case_in_one_of_them(parts: int, seconds: dict[str, float]) -> None:
    plan = make_plan()
    cut = cut_plan(plan, parts, seconds)
    assert len(cut) == parts
    assert all(cut)
    assert sum(map(len, cut)) == len(plan)
    assert sum(len(cases_of(part)) for part in cut) == len(NAMES)
    assert digest_whole([item for part in cut for item in part]) == digest_whole(plan)
    assert cut_plan(tuple(reversed(plan)), parts, seconds) == tuple(tuple(reversed(part)) for part in cut)


def test_parts_have_about_as_many_conversations() -> None:
    sizes = [len(part) for part in cut_plan(make_plan(), 4, {})]
    assert (sum(sizes), min(sizes), max(sizes)) == (18, 4, 5)


def test_fewer_cases_than_parts_are_refused() -> None:
    with pytest.raises(KiwerkError, match="cannot be cut into"):
        cut_plan(make_plan(), len(NAMES) + 1, {})


def test_digest_knows_what_a_conversation_is_judged_by() -> None:
    assert digest_whole(make_plan()) != digest_whole(make_plan()[1:])
