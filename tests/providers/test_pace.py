from __future__ import annotations

import asyncio
import time

import pytest

from kiwerk.providers.pace import FIRST_LIMIT, Pace


def answer(pace: Pace, times: int) -> int:
    for _ in range(times):
        pace.note_answer()
    return pace.limit


def test_limit_doubles_with_every_round_until_the_first_refusal() -> None:
    pace = Pace(64)
    assert pace.limit == FIRST_LIMIT == 16
    assert [answer(pace, pace.limit) for _ in range(3)] == [32, 64, 64]


def test_refusal_halves_and_then_every_round_adds_one() -> None:
    pace = Pace(64)
    pace.note_refusal(0, 0)
    assert pace.limit == 8
    assert [answer(pace, pace.limit) for _ in range(3)] == [9, 10, 11]


def test_requests_refused_together_are_one_sign() -> None:
    pace = Pace(64)
    for _ in range(16):
        pace.note_refusal(0, 0)
    assert pace.limit == 8
    pace.note_refusal(1, 0)
    assert pace.limit == 4


def test_one_request_is_always_allowed() -> None:
    pace = Pace(64)
    for number in range(9):
        pace.note_refusal(number, 0)
    assert pace.limit == 1


def test_most_is_kept_from_the_start() -> None:
    assert answer(Pace(3), 100) == 3


def test_no_more_than_the_limit_are_in_flight_and_all_get_through() -> None:
    pace = Pace(5)
    seen: list[int] = []
    now = 0

    async def ask() -> None:
        nonlocal now
        await pace.enter()
        now += 1
        seen.append(now)
        await asyncio.sleep(0)
        now -= 1
        pace.leave()

    async def ask_all() -> None:
        await asyncio.wait_for(asyncio.gather(*(ask() for _ in range(40))), 5)

    asyncio.run(ask_all())
    assert (max(seen), len(seen)) == (5, 40)


def test_place_of_one_that_was_cancelled_goes_to_the_next() -> None:
    async def ask_all() -> None:
        pace = Pace(1)
        await pace.enter()
        first, second = asyncio.create_task(pace.enter()), asyncio.create_task(pace.enter())
        await asyncio.sleep(0)
        pace.leave()
        # woken, and cancelled before it could run
        first.cancel()
        await asyncio.wait_for(second, 5)
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(ask_all())


def test_pause_holds_everyone() -> None:
    async def ask_all() -> float:
        pace = Pace(8)
        began = time.monotonic()
        pace.note_refusal(await pace.enter(), 0.1)
        pace.leave()
        await asyncio.gather(*(pace.enter() for _ in range(4)))
        return time.monotonic() - began

    assert asyncio.run(ask_all()) >= 0.1
