"""Bringing a driven robot to hang at rest, on the plant with friction, backlash and counters."""

import math

import pytest
from fake_driven import FakeDriven

from furutalib.facts.errors import ResetError
from furutalib.facts.machine import load_machine
from furutalib.facts.robot import load_robot
from furutalib.machine.emulator.hidden import hidden_robot
from furutalib.machine.reset import HangAtRest
from furutalib.machine.robot import Start
from furutalib.machine.safety import SafeRobot
from furutalib.maths.plant_parameters import S

COURSE = load_robot("course")
LIMITS = load_machine("course").safety
HELD_RAD = math.asin(0.00013 / (0.0323 * 0.0687 * 9.81))  # so far off friction holds a pendulum
UPRIGHT = {
    "exactly": Start(0.0, math.pi),
    "leaning": Start(0.0, math.pi - 0.6 * HELD_RAD),
    "the other way round": Start(0.0, -math.pi + 0.5 * HELD_RAD),
    "arm elsewhere": Start(1.2, math.pi),
}


def robot_at(start=None, truth=COURSE, settling_s=90.0):
    driven = FakeDriven(truth, start)
    driven.description = COURSE
    return SafeRobot(driven, LIMITS, hang=HangAtRest(settling_s)), driven


def hanging_error_rad(reading, driven):
    """How wrong the measured angle of the pendulum is, a whole turn does not count."""
    return math.remainder(reading.pendulum_angle_rad - driven.true_pendulum_rad, 2 * math.pi)


def test_one_that_hangs_is_zeroed_where_it_hangs():
    safe, driven = robot_at(Start(0.4, 0.0))
    reading = safe.reset()
    assert (reading.time_s, reading.command, reading.flags) == (0.0, 0.0, 0)
    assert abs(reading.pendulum_angle_rad) < 0.001
    assert abs(hanging_error_rad(reading, driven)) < 1.2 * HELD_RAD
    assert reading.arm_angle_rad == pytest.approx(driven.true_arm_rad - 0.4, abs=0.06)
    assert driven.enabled
    assert max(map(abs, driven.sent)) < 0.5
    assert len(driven.sent) * safe.dt < 8.0


@pytest.mark.parametrize("start", UPRIGHT.values(), ids=UPRIGHT)
@pytest.mark.parametrize("seed", [None, 0, 1, 2, 3])
def test_one_that_friction_holds_upright_is_knocked_over(start, seed):
    truth = COURSE if seed is None else hidden_robot(COURSE, seed)
    safe, driven = robot_at(start, truth)
    for _ in range(50):
        driven.plant.step(0.0)
    assert abs(math.cos(driven.true_pendulum_rad) + 1.0) < 1e-4  # it is held indeed
    reading = safe.reset()
    assert abs(hanging_error_rad(reading, driven)) < 1.6 * HELD_RAD
    assert len(driven.sent) * safe.dt < 25.0


def test_zeroing_at_rest_alone_would_take_upright_for_hanging():
    driven = FakeDriven(COURSE, UPRIGHT["exactly"])
    safe = SafeRobot(driven, LIMITS, hang=lambda robot, description, known: robot.zero())
    assert abs(hanging_error_rad(safe.reset(), driven)) == pytest.approx(math.pi, abs=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_after_an_episode_it_hangs_again_near_the_middle(seed):
    safe, driven = robot_at(truth=hidden_robot(COURSE, seed))
    safe.reset()
    for k in range(150):
        safe.step(0.9 if (k // 16) % 2 else -0.8)
    for _ in range(40):
        safe.step(1.0)
    reading = safe.reset()
    assert abs(driven.true_arm_rad) < 1.0
    assert reading.arm_angle_rad == pytest.approx(driven.true_arm_rad, abs=0.1)
    assert abs(hanging_error_rad(reading, driven)) < 1.6 * HELD_RAD
    assert reading.time_s == 0.0


def test_an_arm_far_from_its_middle_is_moved_there_gently():
    safe, driven = robot_at()
    safe.reset()
    for place in (0.8, 1.6, 2.3):
        driven.place(Start(place))
        safe.rest()
    driven.sent.clear()
    fastest, step = 0.0, driven.step

    def watched(action):
        nonlocal fastest
        reading = step(action)
        fastest = max(fastest, abs(float(driven.plant._state[S.THETA_SPEED])))
        return reading

    driven.step = watched
    safe.reset()
    assert abs(driven.true_arm_rad) < 0.7
    assert fastest < 6.0
    assert max(map(abs, driven.sent)) < 0.5


def test_parking_brings_an_arm_in_while_its_pendulum_swings():
    safe, driven = robot_at()
    safe.reset()
    for place in (0.8, 1.6, 2.4):
        driven.place(Start(place, 1.2))
        safe.rest()
    safe.park()
    assert abs(driven.true_arm_rad) < 0.2
    safe.off()
    safe.park()  # after it is off there is nothing to do
    assert not driven.enabled


FAULTS = {
    "pendulum's encoder unplugged": (
        lambda d: setattr(d, "frozen_pendulum", True),
        r"pendulum's encoder saw only \+0.000 rad; is it unplugged",
    ),
    "arm's encoder unplugged": (lambda d: setattr(d, "frozen_arm", True), "arm did not move"),
    "arm jammed": (lambda d: setattr(d, "jammed", True), r"arm did not move.*is it jammed"),
    "motor's wires swapped": (lambda d: setattr(d, "sign", -1.0), r"sign of the motor"),
    "pendulum's A and B swapped": (
        lambda d: setattr(d, "pendulum_slip", -1.0),
        r"4 pushes.*sign of the pendulum's encoder",
    ),
}


@pytest.mark.parametrize(("break_it", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_ends_it_with_its_cause_and_the_motor_off(break_it, message):
    safe, driven = robot_at()
    break_it(driven)
    with pytest.raises(ResetError, match=message):
        safe.reset()
    assert (driven.enabled, driven.stopped) == (False, True)
    assert safe.trip is None
    assert abs(driven.true_arm_rad) < 1.5


def test_an_encoder_with_other_counts_is_found_out_when_the_pendulum_falls():
    safe, driven = robot_at(UPRIGHT["exactly"])
    driven.pendulum_slip = 0.5
    with pytest.raises(ResetError, match=r"[+-](89|90|91) degrees.*counts per turn"):
        safe.reset()
    assert not driven.enabled


def test_it_gives_up_on_a_pendulum_that_does_not_come_to_rest():
    free = COURSE.with_values({"pendulum.coulomb_nm": 0.0, "pendulum.viscous_nm_s": 0.0})
    safe, driven = robot_at(Start(0.0, 1.0), free, settling_s=5.0)
    with pytest.raises(ResetError, match=r"not still within 5 s"):
        safe.reset()
    assert (driven.enabled, driven.stopped) == (False, True)
    assert len(driven.sent) == pytest.approx(5.0 / safe.dt, abs=5)


def test_while_it_waits_nothing_is_commanded():
    _, driven = robot_at(Start(0.0, 2.5))
    with pytest.raises(ResetError):
        SafeRobot(driven, LIMITS, hang=HangAtRest(1.5)).reset()
    assert set(driven.sent) == {0.0}
