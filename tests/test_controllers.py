"""Classical control: what each does to the pendulum, and the bar that learning has to pass."""

import math

import numpy as np
import pytest

from furutalib.facts.robot import load_robot
from furutalib.learning.controllers import LQR, ArmPD, EnergyLQR, EnergySwingUp, read_frame
from furutalib.learning.evaluation import evaluate
from furutalib.learning.rollout import collect
from furutalib.machine.robot import Start

COURSE = load_robot("course")


def test_a_frame_is_read_back_in_physical_units():
    alpha = 3.0
    frame = [0.4, math.cos(alpha), math.sin(alpha), 0.1, -0.2, 0.5]
    measured = read_frame(np.array([[9.0] * 6 + frame], np.float32), arm_limit_rad=2.5)
    assert measured.arm_angle_rad == pytest.approx([1.0])
    assert measured.pendulum_angle_rad == pytest.approx([3.0])
    assert measured.from_upright_rad == pytest.approx([3.0 - math.pi], abs=1e-6)
    assert measured.arm_speed_rad_s == pytest.approx([3.0])
    assert measured.pendulum_speed_rad_s == pytest.approx([-6.0])
    assert measured.previous_action == pytest.approx([0.5])


def test_pd_brings_the_arm_to_its_target_and_holds_it():
    rollout = collect(ArmPD(COURSE, target_rad=0.5), [Start(-0.5), Start(1.0)], duration_s=4.0)
    assert rollout.arm_angle_rad[:, -50:] == pytest.approx(0.5, abs=0.15)


def test_lqr_holds_the_pendulum_and_centres_the_arm():
    starts = [Start(0.5, math.pi + 0.15), Start(-0.5, math.pi - 0.15)]
    rollout = collect(LQR(COURSE), starts, duration_s=6.0)
    assert np.abs(np.degrees(rollout.from_upright_rad[:, -150:])).max() < 6.0
    assert np.abs(rollout.arm_angle_rad[:, -150:]).max() < 0.6
    assert not rollout.limit_touched.any()


def test_lqr_alone_cannot_swing_up():
    assert evaluate(LQR(COURSE), n=5).successes == 0


def test_energy_is_two_upright_and_zero_hanging_and_kept_in_free_fall():
    swing_up = EnergySwingUp(COURSE)
    assert swing_up.energy(np.array([0.0, math.pi]), np.zeros(2)) == pytest.approx([0.0, 2.0])
    heavy_arm = COURSE.with_values({"arm.inertia_kg_m2": 1e3})
    free = collect(ArmPD(heavy_arm, kp=0, kd=0), [Start(0, 3.0)], robot=heavy_arm, fidelity="ideal")
    middle = (free.pendulum_angle_rad[0, 1:-1] + free.pendulum_angle_rad[0, 2:]) / 2
    speed = np.diff(free.pendulum_angle_rad[0, 1:]) * free.rate_hz
    assert swing_up.energy(middle, speed) == pytest.approx(1.99, abs=0.1)


def test_pumping_raises_the_energy_from_rest():
    rollout = collect(EnergySwingUp(COURSE), [Start()], duration_s=2.0)
    energy = EnergySwingUp(COURSE).energy(
        rollout.pendulum_angle_rad[0], rollout.pendulum_speed_rad_s[0]
    )
    assert energy.max() > 1.5


def test_energy_and_lqr_reach_the_bar_on_the_full_plant():
    assert evaluate(EnergyLQR(COURSE)).successes >= 95


def test_a_second_run_after_reset_repeats_the_first():
    policy, starts = EnergyLQR(COURSE), [Start(0.1, 0.2)]
    first, second = (collect(policy, starts).command for _ in range(2))
    assert np.array_equal(first, second)
