from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from kiwerk.pipeline.cores import map_on_cores

MAIN = os.getpid()


def double(number: int) -> int:
    return number * 2


def die_elsewhere(number: int) -> int:
    """Killed in any process but the one that asks, as by a system that is out of memory."""
    if os.environ.get("KIWERK_TEST_ASKING") != str(os.getpid()):
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fail(number: int) -> int:
    raise ValueError(f"number {number}")


@pytest.mark.parametrize("cores", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 20])
def test_results_are_in_the_order_of_the_items(cores: int, count: int) -> None:
    assert map_on_cores(double, range(count), cores) == [number * 2 for number in range(count)]


def test_what_a_killed_helper_had_taken_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWERK_TEST_ASKING", str(os.getpid()))
    assert map_on_cores(die_elsewhere, range(50), 2) == list(range(50))


def test_failure_shows_in_the_process_that_asked() -> None:
    with pytest.raises(ValueError, match=r"number \d"):
        map_on_cores(fail, range(3), 2)


def test_no_helper_is_left_behind(tmp_path: Path) -> None:
    import multiprocessing

    map_on_cores(double, range(10), 2)
    assert multiprocessing.active_children() == []
