"""The computer's clock as a robot uses it; sleeps are short and none is timed closely."""

import os
import signal
import sys
import threading
import time

import pytest

from furutalib.machine import clock as module
from furutalib.machine.clock import MonotonicClock

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has this call")


@pytest.fixture(params=["absolute", "elsewhere"])
def clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> MonotonicClock:
    if request.param == "elsewhere":
        monkeypatch.setattr(module, "_absolute_sleep", lambda: None)
    return MonotonicClock()


def test_it_wakes_at_the_instant_or_after_it_and_never_before(clock: MonotonicClock) -> None:
    for sleep_s in (0.0, 0.0003, 0.002):
        when_s = clock.now() + sleep_s
        clock.sleep_until(when_s)
        assert clock.now() >= when_s


def test_it_sleeps_in_earnest(clock: MonotonicClock) -> None:
    """A clock that turns round and round instead would take the time of a whole core."""
    before = time.thread_time()
    clock.sleep_until(clock.now() + 0.02)
    assert time.thread_time() - before < 0.01


@pytest.mark.parametrize("gone_by", [-1e9, 0.0])
def test_an_instant_that_has_gone_by_is_no_sleep(clock: MonotonicClock, gone_by: float) -> None:
    clock.sleep_until(gone_by)  # would not come back if it slept


def test_it_is_the_clock_that_nobody_sets(clock: MonotonicClock) -> None:
    before = time.monotonic()
    assert before <= clock.now() <= time.monotonic()


@linux
def test_linux_is_told_the_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    def relative(_: float) -> None:
        raise AssertionError("slept for a length of time")

    monkeypatch.setattr(time, "sleep", relative)
    clock = MonotonicClock()
    clock.sleep_until(clock.now() + 0.001)


@linux
def test_a_signal_does_not_wake_it_too_early(clock: MonotonicClock) -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: seen.append(number))
    timer = threading.Timer(0.005, os.kill, (os.getpid(), signal.SIGUSR1))
    try:
        when_s = clock.now() + 0.03
        timer.start()
        clock.sleep_until(when_s)
        assert clock.now() >= when_s
        assert seen == [signal.SIGUSR1]
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)


@linux
def test_ctrl_c_ends_the_sleep(clock: MonotonicClock) -> None:
    timer = threading.Timer(0.005, os.kill, (os.getpid(), signal.SIGINT))
    when_s = clock.now() + 20.0
    with pytest.raises(KeyboardInterrupt):
        timer.start()
        clock.sleep_until(when_s)
    assert clock.now() < when_s
