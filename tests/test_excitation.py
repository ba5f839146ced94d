"""Planned movements: below horizontal and inside the limits, whatever the robot really is."""

from pathlib import Path

import numpy as np
import pytest

from furutalib.facts.robot import load_robot
from furutalib.learning.excitation import (
    HELD_OUT,
    Guard,
    Part,
    Plan,
    breakaway,
    drive,
    record,
    usual_plan,
)
from furutalib.machine.connect import connect, emulated
from furutalib.machine.robot import Flag, Reading
from furutalib.machine.telemetry import read_telemetry

COURSE = load_robot("course")


def test_the_plan_takes_one_to_three_minutes_and_keeps_something_to_check_with() -> None:
    plan = usual_plan(COURSE)
    held = [len(part.commands) for part in plan.parts if part.name == HELD_OUT]
    assert 60.0 < plan.seconds < 180.0
    assert 0.1 < sum(held) / (plan.seconds * plan.rate_hz) < 0.25
    assert all(np.abs(part.commands).max() <= 1.0 for part in plan.parts)
    assert usual_plan(COURSE, share=0.5).seconds < 0.6 * plan.seconds


@pytest.mark.parametrize("hidden", [104, 113])
def test_no_hidden_robot_swings_above_horizontal_or_needs_its_safety(hidden: int) -> None:
    with emulated("course", hidden) as robot:
        for part in usual_plan(COURSE).parts:
            readings = list(drive(robot, part, robot.reset()))
            arm = np.array([one.arm_angle_rad for one in readings])
            pendulum = np.array([one.pendulum_angle_rad for one in readings])
            assert np.abs(pendulum).max() < np.pi / 2.0
            assert np.abs(arm).max() < COURSE.limits.arm_angle_rad
            assert all(one.flags == Flag.NONE for one in readings)
            assert np.ptp(arm) > 0.5, part.name
            robot.off()


def test_recordings_say_what_they_are(tmp_path: Path) -> None:
    plan = Plan((Part("decay", np.zeros(5)), Part(HELD_OUT, np.full(5, 0.3))))
    begun: list[str] = []
    with connect("sim") as robot:
        paths = record(robot, tmp_path, plan, {"kind": "sim"}, lambda part: begun.append(part.name))
    names = [read_telemetry(path).about["excitation"] for path in paths]
    assert names == begun == [part.name for part in plan.parts]
    assert read_telemetry(paths[0]).about["kind"] == "sim"


def test_ctrl_c_switches_the_motor_off_and_keeps_what_was_recorded(tmp_path: Path) -> None:
    periods = 0

    def interrupt(asked: float, reading: Reading) -> None:
        nonlocal periods
        periods += asked != 0.0 and reading.time_s > 0.3
        if periods > 2:
            raise KeyboardInterrupt

    plan = Plan((Part("steps", np.full(200, 0.3)),))
    with emulated("course", 104) as robot:
        robot.reset()
        robot.listeners.append(interrupt)
        with pytest.raises(KeyboardInterrupt):
            record(robot, tmp_path, plan, {"kind": "emulated"})
        assert not robot.bench.motor_is_on()
    assert len(list(tmp_path.glob("*.csv"))) == 1


def reading(arm: float, pendulum: float) -> Reading:
    return Reading(0.0, arm, pendulum, 0.0)


def test_an_arm_that_would_coast_too_far_is_braked_by_the_motor() -> None:
    guard = Guard(COURSE)
    guard(0.5, reading(1.0, 0.0))
    assert guard(0.5, reading(1.2, 0.0)) < -breakaway(COURSE)  # 10 rad/s
    assert guard(0.5, reading(1.2, 0.0)) > 0.0  # it has stopped


def test_an_arm_far_out_is_never_driven_outward() -> None:
    guard = Guard(COURSE)
    assert guard(0.5, reading(2.0, 0.0)) == 0.0
    assert guard(-0.5, reading(2.0, 0.0)) < 0.0


def test_a_high_swing_is_calmed_until_it_is_low() -> None:
    guard = Guard(COURSE)
    guard(-0.3, reading(0.0, 0.80))
    calming = guard(-0.3, reading(0.0, 0.95))  # rising: the arm follows the bob
    assert calming > breakaway(COURSE)
    assert guard(-0.3, reading(0.0, 0.5)) < 0.0  # now it swings back
    guard(-0.3, reading(0.0, 0.3))
    assert guard(-0.3, reading(0.0, 0.3)) == pytest.approx(-0.3)  # calm: the plan goes on


def test_a_part_can_do_without_the_spring() -> None:
    assert Guard(COURSE, spring=False)(0.3, reading(1.0, 0.0)) == 0.3
    assert Guard(COURSE)(0.3, reading(1.0, 0.0)) < 0.3
    assert Part("x", np.zeros(3)).spring
