"""The guardian's decisions, with time in hand."""

import pytest

from furutalib.machine.watch import Keeper, Watch


def test_silence_counts_only_while_armed():
    watch = Watch(0.1)
    assert not watch.armed
    assert not watch.expired(1e9)
    assert watch.left_s(5.0) is None
    watch.beat(1.0)
    assert not watch.armed  # a heartbeat arms nothing
    watch.arm(1.0)
    assert watch.armed
    assert watch.left_s(1.04) == pytest.approx(0.06)
    assert not watch.expired(1.09)
    assert watch.expired(1.11)
    watch.beat(1.09)
    assert not watch.expired(1.18)
    watch.disarm()
    assert not watch.expired(1e9)


class Pins:
    def __init__(self):
        self.log = []
        self.broken = False

    def enable(self, high):
        if self.broken:
            raise OSError("no line")
        self.log.append(("enable", high))

    def zero(self):
        self.log.append("zero")


@pytest.fixture
def pins():
    return Pins()


@pytest.fixture
def keeper(pins):
    return Keeper(pins.enable, pins.zero, 0.1)


OFF = [("enable", False), "zero"]  # in this order: the line stops the motor whatever the PWM does


def test_armed_and_beaten_in_time_the_line_stays_high(keeper, pins):
    assert keeper.arm(0.0)
    for tick in range(1, 50):
        keeper.beat(tick * 0.02)
        assert not keeper.check(tick * 0.02 + 0.019)
    assert pins.log == [("enable", True)]


def test_silence_switches_off_and_is_latched(keeper, pins):
    keeper.arm(0.0)
    assert not keeper.check(0.1)
    assert keeper.check(0.101)
    assert pins.log == [("enable", True), *OFF]
    assert keeper.why == "no heartbeat for 100 ms while the motor was on"
    assert not keeper.arm(0.2)
    assert ("enable", True) not in pins.log[1:]
    keeper.clear()
    assert keeper.arm(0.3)


def test_a_heartbeat_that_comes_too_late_does_not_help(keeper, pins):
    keeper.arm(0.0)
    keeper.beat(0.15)
    assert pins.log[1:] == OFF
    assert keeper.why


def test_disarmed_no_heartbeats_are_needed(keeper, pins):
    keeper.arm(0.0)
    keeper.disarm()
    assert pins.log[1:] == OFF
    assert not keeper.check(1e6)
    keeper.beat(2e6)
    assert keeper.arm(2e6)
    assert keeper.why == ""


def test_the_first_reason_stays(keeper):
    keeper.trip("one")
    keeper.trip("two")
    assert keeper.why == "one"


def test_a_line_that_cannot_be_set_keeps_nobody_from_zeroing_the_pwm(keeper, pins):
    keeper.arm(0.0)
    pins.broken = True
    with pytest.raises(OSError, match="no line"):
        keeper.check(1.0)
    assert pins.log[-1] == "zero"
    assert keeper.why
    assert not keeper.watch.armed
