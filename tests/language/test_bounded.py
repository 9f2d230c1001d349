from __future__ import annotations

import re
import signal
import threading
import time

import pytest

from kiwerk.language.bounded import TookTooLong, stopping

ENDLESS = re.compile("^(a|a)*$")


def test_endless_search_is_stopped() -> None:
    began = time.process_time()
    with pytest.raises(TookTooLong), stopping(0.05):
        ENDLESS.search("a" * 60 + "b")
    assert time.process_time() - began < 2


def test_work_that_is_done_in_time_is_left_alone() -> None:
    with stopping(0.05):
        assert ENDLESS.search("aa")
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass


def test_what_was_set_before_is_set_again() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with pytest.raises(TookTooLong), stopping(0.01):
        ENDLESS.search("a" * 60 + "b")
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_another_thread_works_without_a_bound() -> None:
    found: list[object] = []

    def work() -> None:
        with stopping(0.05):
            found.append(ENDLESS.search("aa"))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found[0] is not None
