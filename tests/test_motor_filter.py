import math

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.learning.rollout import collect
from furutalib.lessons.motor_filter import cutoff_hz, first_order, motor_answer, time_constants
from furutalib.lessons.scripted import Replay
from furutalib.machine.robot import Start

ROBOT = load_robot("course")


def test_time_constants_from_the_description_by_hand():
    found = time_constants(ROBOT)
    assert found.current_s == pytest.approx(0.00167 / 6.67)
    braking = 0.044 * 0.063 / (6.67 + 0.3)
    assert found.rotor_s == pytest.approx(4.4e-7 * 4.4**2 / braking)
    arm = 6.07e-5 + 0.087 * 0.0526**2 + 0.0323 * 0.085**2
    assert found.arm_s == pytest.approx((4.4e-7 * 4.4**2 + arm) / braking)


def test_after_one_time_constant_63_percent_are_there():
    out = first_order(np.ones(1000), time_constant_s=0.1, step_s=0.001)
    assert out[99] == pytest.approx(1 - math.exp(-1))
    assert out[-1] == pytest.approx(1.0, abs=1e-4)


def test_at_the_cutoff_a_sine_loses_30_percent():
    time_constant, step = 0.02, 1e-4
    t = step * np.arange(20000)
    out = first_order(np.sin(2 * np.pi * cutoff_hz(time_constant) * t), time_constant, step)
    assert np.abs(out[10000:]).max() == pytest.approx(math.sqrt(0.5), rel=0.01)


@pytest.mark.parametrize(("tau", "step"), [(0.0, 0.1), (0.1, 0.0), (-1.0, 0.1), (math.nan, 0.1)])
def test_a_time_that_is_not_above_0_is_refused(tau, step):
    with pytest.raises(ConfigurationError, match="above 0"):
        first_order([1.0], tau, step)


def test_a_jitter_passes_to_the_current_and_not_to_the_arm():
    jitter = np.tile([1.0, -1.0], 50)
    answer = motor_answer(jitter, ROBOT, rate_hz=50.0)
    swing = {name: np.ptp(getattr(answer, name)[-4000:]) for name in ("current", "rotor", "arm")}
    assert swing["current"] > 1.9
    assert 0.3 < swing["rotor"] / swing["current"] < 0.7
    assert swing["arm"] < 0.02
    assert answer.time_s[-1] == pytest.approx(2.0)


def test_commands_after_an_early_end_are_cut_off():
    answer = motor_answer([0.5, 0.5, np.nan, np.nan], ROBOT, rate_hz=50.0, steps=10)
    assert answer.time_s.shape == answer.arm.shape == (20,)
    assert np.isfinite(answer.current).all()


def test_the_arm_of_the_plant_speeds_up_as_the_filter_says():
    """Where the filter is meant to hold: no friction, no play, and a pendulum of a feather."""
    robot = ROBOT.with_values({"supply.resistance_ohm": 0.0, "pendulum.mass_kg": 1e-5})
    run = collect(Replay(np.ones((1, 400))), [Start()], robot=robot, fidelity="ideal", duration_s=3)
    full_speed = robot.supply.voltage_v / robot.motor.back_emf_constant_v_s
    predicted = full_speed * motor_answer(np.ones(4), robot, 50.0).arm
    measured = np.diff(run.arm_angle_rad[0, :2])[0] * 50.0  # mean over the second period
    assert measured == pytest.approx(predicted[200:400].mean(), rel=0.02)
