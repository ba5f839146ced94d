"""The loop in time, on a clock that the test moves: nothing sleeps."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from furutalib.facts.errors import ConfigurationError, SequenceError
from furutalib.machine.loop import Distribution, Loop

PERIOD_S = 0.02


class FakeClock:
    """Time goes on when somebody sleeps (a little too long each time) or works."""

    def __init__(self, now_s: float = 1000.0) -> None:
        self.now_s = now_s
        self.too_long_s = 0.0
        self.asked_s: list[float] = []

    def now(self) -> float:
        return self.now_s

    def sleep_until(self, when_s: float) -> None:
        self.asked_s.append(when_s)
        self.now_s = max(self.now_s, when_s) + self.too_long_s


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def started(clock: FakeClock, remembered: int = 100) -> Loop:
    loop = Loop(PERIOD_S, clock, remembered)
    loop.start()
    return loop


def test_deadlines_are_absolute_and_do_not_drift(clock: FakeClock) -> None:
    clock.too_long_s = 0.003
    loop = started(clock)
    for number in range(1, 10_001):
        tick = loop.wait()
        assert tick.number == number
        assert tick.deadline_s == pytest.approx(1000.0 + number * PERIOD_S, abs=1e-9)
        clock.now_s += 0.004  # the work of a tick
    assert clock.asked_s[-1] == pytest.approx(1000.0 + 10_000 * PERIOD_S, abs=1e-9)


def test_lateness_is_measured_and_not_passed_on(clock: FakeClock) -> None:
    loop = started(clock)
    seen = []
    for too_long_s in (0.001, 0.015, 0.0, 0.002):
        clock.too_long_s = too_long_s
        seen.append(loop.wait().lateness_s)
    assert seen == pytest.approx([0.001, 0.015, 0.0, 0.002], abs=1e-9)
    assert loop.lateness_s() == pytest.approx(seen)
    assert loop.lengths_s() == pytest.approx([0.021, 0.034, 0.005, 0.022], abs=1e-9)
    assert loop.missed == 0


def test_work_that_takes_longer_than_a_period_makes_the_next_tick_late_at_once(
    clock: FakeClock,
) -> None:
    loop = started(clock)
    loop.wait()
    clock.now_s += 0.025
    tick = loop.wait()
    assert (tick.number, tick.missed) == (2, 0)
    assert tick.lateness_s == pytest.approx(0.005, abs=1e-9)
    assert loop.wait().lateness_s == pytest.approx(0.0, abs=1e-9)


def test_missed_ticks_are_counted_and_never_caught_up_in_a_burst(clock: FakeClock) -> None:
    loop = started(clock)
    loop.wait()  # at 0.02
    clock.now_s += 0.105  # to 0.125: 0.04, 0.06, 0.08, 0.10 and 0.12 have gone by
    tick = loop.wait()
    assert (tick.number, tick.missed) == (6, 4)
    assert tick.deadline_s == pytest.approx(1000.12, abs=1e-9)
    assert tick.lateness_s == pytest.approx(0.085, abs=1e-9)  # after 0.04, its first deadline
    after = loop.wait()
    assert (after.number, after.missed) == (7, 0)
    assert clock.now_s == pytest.approx(1000.14, abs=1e-9)  # on the old grid
    assert (loop.ticks, loop.missed) == (3, 4)


def test_a_process_that_was_stopped_in_its_sleep_is_no_different(clock: FakeClock) -> None:
    loop = started(clock)
    clock.too_long_s = 3.0
    tick = loop.wait()
    assert tick.missed == 150
    assert tick.number == 151
    clock.too_long_s = 0.0
    assert loop.wait().number == 152


@given(st.lists(st.floats(0.0, 0.3), min_size=1, max_size=60), st.floats(0.001, 0.1))
def test_whatever_happens_numbers_and_deadlines_stay_on_the_grid(
    works_s: list[float], period_s: float
) -> None:
    clock = FakeClock(0.0)
    loop = Loop(period_s, clock)
    loop.start()
    last = 0
    for work_s in works_s:
        clock.now_s += work_s
        tick = loop.wait()
        assert tick.number == last + 1 + tick.missed
        assert tick.deadline_s == pytest.approx(tick.number * period_s)
        # one tick a deadline: the newest one has come, the one after it has not
        assert -1e-9 <= clock.now_s - tick.deadline_s <= period_s + 1e-9
        assert tick.lateness_s >= 0.0
        last = tick.number
    assert loop.ticks + loop.missed == last


def test_a_start_begins_anew(clock: FakeClock) -> None:
    loop = started(clock)
    clock.now_s += 1.0
    loop.wait()
    loop.start()
    assert (loop.ticks, loop.missed, len(loop.lateness_s())) == (0, 0, 0)
    tick = loop.wait()
    assert (tick.number, tick.missed) == (1, 0)
    assert loop.lengths_s() == pytest.approx([PERIOD_S])


def test_the_last_ticks_are_remembered(clock: FakeClock) -> None:
    loop = started(clock, remembered=4)
    for k in range(6):
        clock.too_long_s = k / 1000
        loop.wait()
    assert loop.ticks == 6
    assert loop.lateness_s() == pytest.approx([0.002, 0.003, 0.004, 0.005], abs=1e-9)
    kept = loop.lateness_s()
    loop.wait()
    assert kept[0] == pytest.approx(0.002, abs=1e-9)  # a copy


def test_a_wait_needs_a_start(clock: FakeClock) -> None:
    with pytest.raises(SequenceError, match=r"start\(\) first"):
        Loop(PERIOD_S, clock).wait()


@pytest.mark.parametrize("period_s", [0.0, -0.02, math.inf, math.nan])
def test_a_period_that_is_none_is_refused(clock: FakeClock, period_s: float) -> None:
    with pytest.raises(ConfigurationError, match=r"period_s = .*above 0"):
        Loop(period_s, clock)


def test_no_room_is_refused(clock: FakeClock) -> None:
    with pytest.raises(ConfigurationError, match="remembered = 0"):
        Loop(PERIOD_S, clock, 0)


def test_a_distribution_is_four_figures() -> None:
    figures = Distribution.of(np.arange(1001.0))
    assert (figures.median_s, figures.p99_s, figures.p99_9_s, figures.worst_s) == pytest.approx(
        (500.0, 990.0, 999.0, 1000.0)
    )
    assert math.isnan(Distribution.of(np.zeros(0)).worst_s)
