"""An episode: nothing disturbs it, and whatever ends it, the motor is off afterwards."""

import gc

import pytest

from furutalib.facts.errors import SafetyTrip
from furutalib.machine.connect import connect, emulated
from furutalib.machine.episode import episode
from furutalib.machine.recorder import RecordedRobot


def test_the_motor_is_off_and_the_collector_back_after_it() -> None:
    with emulated() as robot:
        with episode(robot, real_time=False) as begun:
            assert not gc.isenabled()
            assert begun.told == "ordinary scheduling"
            assert begun.reading.time_s == 0.0
            robot.step(0.4)
            assert robot.bench.motor_is_on()
        assert gc.isenabled()
        assert not robot.bench.motor_is_on()
        assert not robot.inner.motor.fault()


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_also_when_something_goes_wrong(error: type[BaseException]) -> None:
    with emulated() as robot:
        with pytest.raises(error), episode(robot, real_time=False):
            robot.step(0.4)
            raise error
        assert not robot.bench.motor_is_on()
        assert gc.isenabled()


def test_also_when_it_trips() -> None:
    with emulated(hidden=None) as robot:
        with pytest.raises(SafetyTrip), episode(robot, real_time=False):
            robot.bench.fault("motor shorted")
            for _ in range(10):
                robot.step(0.5)
        assert not robot.bench.motor_is_on()


def test_a_recorded_robot_is_switched_off_too(tmp_path) -> None:
    machine = emulated()
    with RecordedRobot(machine, tmp_path, {}) as robot:
        with episode(robot, real_time=False):
            robot.step(0.4)
        assert not machine.bench.motor_is_on()


def test_a_simulated_robot_has_nothing_to_switch_off() -> None:
    with connect("sim") as robot, episode(robot, real_time=False):
        robot.step(0.1)
