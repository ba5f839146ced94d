"""The brake before the arm's limit: what it lets through, and that the arm of the plant stops."""

import math
from dataclasses import replace

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.machine import load_machine
from furutalib.facts.robot import load_robot
from furutalib.machine.arm_limit import CERTAIN, ArmLimit
from furutalib.machine.emulator.hidden import hidden_robot
from furutalib.machine.robot import Reading, SimulatedRobot, Start
from furutalib.maths.plant_parameters import S

COURSE = load_robot("course")
LIMITS = load_machine("course").safety
DT = 0.02


def brake_at(arm_rad, speed_rad_s=0.0, sent=0.0):
    """An ArmLimit that has seen the arm move at this speed for three periods under a command."""
    limit = ArmLimit(LIMITS, COURSE)
    limit.start(Reading(0.0, arm_rad - 3 * DT * speed_rad_s, 0.0, 0.0))
    for k in (2, 1, 0):
        limit.see(Reading(0.0, arm_rad - k * DT * speed_rad_s, 0.0, sent))
    return limit


def test_the_deceleration_is_the_one_worked_out_by_hand():
    arm = 6.07e-05 + 0.087 * 0.0526**2 + 0.0323 * 0.085**2
    rotor = 4.4e-07 * 4.4**2
    pendulum = 8.84e-05 + 0.0323 * 0.0687**2
    torque = 0.044 * 12.0 / (6.67 + 0.3)
    expected = CERTAIN * torque / (arm + rotor + pendulum)
    assert ArmLimit(LIMITS, COURSE).deceleration_rad_s2 == pytest.approx(expected, rel=1e-6)


def test_the_current_limit_of_the_supply_makes_braking_weaker():
    weak = COURSE.with_values({"supply.current_limit_a": 0.5})
    ratio = (
        ArmLimit(LIMITS, weak).deceleration_rad_s2 / ArmLimit(LIMITS, COURSE).deceleration_rad_s2
    )
    assert ratio == pytest.approx(0.5 / (12.0 / 6.97), rel=1e-6)


@pytest.mark.parametrize("command", [-1.0, -0.3, 0.0, 0.5, 1.0])
def test_in_the_middle_a_slow_arm_is_driven_as_asked(command):
    assert brake_at(0.0, 3.0).allow(command) == command


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_beyond_the_limit_the_motor_never_drives_outward_but_inward(side):
    beyond = brake_at(side * 2.7)
    assert beyond.allow(side * 1.0) == 0.0
    assert beyond.allow(side * 0.1) == 0.0
    assert beyond.allow(-side * 0.8) == -side * 0.8


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_an_arm_that_is_too_fast_for_its_room_is_driven_against_its_motion(side):
    assert side * brake_at(side * 1.8, side * 15.0).allow(side * 1.0) < -0.5
    assert side * brake_at(side * 1.8, side * 15.0).allow(0.0) < -0.5
    assert brake_at(side * 1.8, -side * 15.0).allow(-side * 0.2) == -side * 0.2


def test_the_faster_the_arm_the_earlier_it_brakes():
    def first_turned_down(speed):
        places = np.arange(-2.5, 2.6, 0.02)
        return next(x for x in places if brake_at(x, speed).allow(0.3) < 0.3)

    borders = [first_turned_down(speed) for speed in (2.0, 5.0, 10.0, 15.0)]
    assert borders == sorted(borders, reverse=True)
    deceleration = ArmLimit(LIMITS, COURSE).deceleration_rad_s2
    for speed, border in zip((5.0, 10.0, 15.0), borders[1:], strict=True):
        assert border <= LIMITS.arm_angle_rad - speed**2 / (2 * deceleration) - 2 * DT * speed
        assert border >= LIMITS.arm_angle_rad - 2.5 * (
            speed**2 / (2 * deceleration) + 2 * DT * speed
        )


def test_a_command_on_its_way_is_counted_with():
    assert brake_at(2.2, 1.0, sent=1.0).allow(0.4) < brake_at(2.2, 1.0, sent=0.0).allow(0.4)


def test_a_swinging_pendulum_that_throws_the_arm_is_not_braked_against():
    limit = ArmLimit(LIMITS, COURSE)
    carried = 0.3457  # coupling over inertia: 0.0323 * 0.0687 * 0.085 / 5.456e-4
    turns = np.arange(0.0, 2.0, 0.6)  # 30 rad/s
    limit.start(Reading(0.0, 1.8 - carried * math.sin(turns[0]), turns[0], 0.0))
    for turn in turns[1:]:
        limit.see(Reading(0.0, 1.8 - carried * math.sin(turn), turn, 0.0))
    assert limit.allow(0.2) == 0.2


def test_the_largest_command_is_clipped():
    limit = ArmLimit(replace(LIMITS, command=0.4), COURSE)
    limit.start(Reading(0.0, 0.0, 0.0, 0.0))
    assert (limit.allow(1.0), limit.allow(-0.7), limit.allow(0.3)) == (0.4, -0.4, 0.3)


def test_a_largest_command_inside_the_dead_zone_is_refused():
    with pytest.raises(ConfigurationError, match=r"safety.command = 0.05.*dead_zone = 0.08"):
        ArmLimit(replace(LIMITS, command=0.05), COURSE)


@pytest.mark.parametrize("seed", [None, 0, 1, 2, 3, 4])
@pytest.mark.parametrize("speed", [0.0, 5.0, 10.0])
def test_full_command_outward_stops_before_the_stop(seed, speed):
    robot = SimulatedRobot(COURSE if seed is None else hidden_robot(COURSE, seed))
    limit = ArmLimit(LIMITS, COURSE)
    reading = robot.reset(Start(arm_speed_rad_s=speed))
    limit.start(reading)
    farthest = 0.0
    for _ in range(150):
        reading = robot.step(limit.allow(1.0))
        limit.see(reading)
        farthest = max(farthest, float(robot._state[S.THETA]))
    assert 2.0 < farthest < LIMITS.arm_stop_rad


def test_without_the_brake_the_same_arm_runs_into_the_stop():
    robot = SimulatedRobot(COURSE)
    robot.reset()
    assert max(robot.step(1.0).arm_angle_rad for _ in range(150)) > LIMITS.arm_stop_rad
