"""Every fault of the emulated robot: which trip it causes, and how soon; the motor is off then."""

import math
from collections.abc import Iterator

import pytest

from furutalib.facts.errors import ConfigurationError, SafetyTrip
from furutalib.machine.connect import EmulatedRobot, emulated
from furutalib.machine.emulator.faults import FAULTS


def drive(robot: EmulatedRobot, periods: int) -> int:
    """Push to and fro, a second each way; the periods until it trips, or all of them."""
    for period in range(periods):
        try:
            robot.step(0.4 * math.copysign(1.0, math.sin(period / 4.0)))
        except SafetyTrip:
            return period + 1
    return periods


@pytest.fixture
def robot() -> Iterator[EmulatedRobot]:
    with emulated(hidden=None) as connected:
        connected.reset()
        drive(connected, 20)
        yield connected


# fault: (cause of the trip, periods within which it must come)
TRIPS = {
    "arm SPI stuck low": ("counter silent", 1),
    "arm SPI stuck high": ("counter silent", 1),
    "pendulum SPI stuck low": ("counter silent", 1),
    "pendulum SPI stuck high": ("counter silent", 1),
    "arm SPI flips a bit": ("counter silent", 60),
    "pendulum SPI flips a bit": ("counter silent", 60),
    "arm counter browns out": ("counter restarted", 1),
    "pendulum counter browns out": ("counter restarted", 1),
    "arm encoder frozen": ("arm frozen", 25),
    "pendulum encoder frozen": ("pendulum frozen", 25),
    "motor reversed": ("arm stop", 60),
    "motor stalled": ("arm frozen", 25),
    "motor shorted": ("over-current", 4),
    "supply off": ("over-current", 1),
    "loop late": ("late loop", 1),
    "loop stops": ("health", 1),  # the guardian was faster
    "pendulum upright": ("jump", 1),
}
# Nothing that a reading could show is wrong: a transfer that was lost is repeated; of the others,
# counts that are missing or run backwards, bring-up and the next reset find what matters.
RIDDEN_OUT = {
    "arm SPI drops a transfer",
    "pendulum SPI drops a transfer",
    "arm encoder slips",
    "pendulum encoder slips",
    "pendulum encoder swapped",
    "supply sags",
}


# What needs a push that does not turn round before it shows.
PUSHED = {
    "motor disconnected": "arm's count has not changed",
    "arm encoder swapped": "stop 3.1 rad",
}


def test_every_fault_is_tested() -> None:
    assert set(TRIPS) | RIDDEN_OUT | set(PUSHED) == set(FAULTS)


@pytest.mark.parametrize("name", TRIPS)
def test_a_fault_trips_and_the_motor_is_off(robot: EmulatedRobot, name: str) -> None:
    cause, within = TRIPS[name]
    robot.bench.fault(name)
    assert drive(robot, 100) <= within
    assert robot.trip is not None
    assert robot.trip.cause == cause
    assert robot.trip.what_to_do
    assert not robot.bench.motor_is_on()
    with pytest.raises(SafetyTrip):
        robot.step(0.1)
    assert not robot.bench.motor_is_on()


@pytest.mark.parametrize(("name", "why"), PUSHED.items())
def test_what_shows_only_under_a_steady_push(robot: EmulatedRobot, name: str, why: str) -> None:
    """Towards the middle; without its motor the arm is still moved by the pendulum for a while."""
    side = math.copysign(1.0, robot.bench.state()["arm_angle_rad"])
    robot.bench.fault(name)
    with pytest.raises(SafetyTrip, match=why):
        for _ in range(500):
            robot.step(-0.4 * side)
    assert not robot.bench.motor_is_on()


@pytest.mark.parametrize("name", sorted(RIDDEN_OUT))
def test_what_cannot_be_seen_in_a_reading_does_not_break_the_loop(
    robot: EmulatedRobot, name: str
) -> None:
    robot.bench.fault(name)
    assert drive(robot, 50) == 50
    assert robot.trip is None


@pytest.mark.parametrize("which", ["arm", "pendulum"])
def test_a_lost_transfer_is_repeated_and_the_reading_is_right(
    robot: EmulatedRobot, which: str
) -> None:
    robot.bench.fault(f"{which} SPI drops a transfer")
    reading = robot.step(0.0)
    truth = robot.bench.state()
    assert robot.inner.garbled == 1
    assert reading.pendulum_angle_rad == pytest.approx(truth["pendulum_angle_rad"], abs=0.01)


@pytest.mark.parametrize("name", ["arm SPI stuck low", "motor stalled", "motor shorted"])
def test_a_fault_that_is_mended_and_cleared_is_over(robot: EmulatedRobot, name: str) -> None:
    robot.bench.fault(name)
    drive(robot, 50)
    robot.bench.fault(name, on=False)
    robot.clear()
    robot.reset()
    assert drive(robot, 20) == 20


def test_an_unknown_fault_lists_the_known_ones(robot: EmulatedRobot) -> None:
    with pytest.raises(ConfigurationError, match=r"'gremlins'; known: arm SPI stuck low"):
        robot.bench.fault("gremlins")
