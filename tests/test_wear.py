"""Figures of wear, against values worked out by hand and the plant's own torque."""

from dataclasses import replace

import numpy as np
import pytest

from furutalib.learning.rollout import collect
from furutalib.learning.wear import wear
from furutalib.lessons.scripted import Replay
from furutalib.machine.robot import Start


def run(commands, **options):
    commands = np.atleast_2d(commands)
    duration_s = commands.shape[1] / 50
    starts = [Start()] * len(commands)
    return collect(Replay(commands), starts, duration_s=duration_s, **options)


def test_reversals_are_counted_per_second_and_zero_is_no_sign():
    flips = np.tile([0.2, -0.2], 50)
    pauses = np.tile([0.2, 0.0, 0.2, 0.0], 25)
    assert wear(run(flips))["reversals_per_s"] == pytest.approx(49.5)
    assert wear(run(pauses))["reversals_per_s"] == 0.0


def test_a_motor_that_is_off_costs_nothing():
    assert wear(run(np.zeros(50))) == {
        "spectral_smoothness": 0.0,
        "energy_j": 0.0,
        "reversals_per_s": 0.0,
    }


def test_the_energy_of_steady_turning_is_that_of_the_motor_equation():
    rollout = run(np.full(50, 0.5), fidelity="ideal")
    speed = np.full_like(rollout.arm_speed_rad_s, 10.0)
    steady = replace(rollout, arm_speed_rad_s=speed, command=np.full_like(speed, 0.5))
    motor, volts = rollout.robot.motor, 0.5 * rollout.robot.supply.voltage_v
    current = (volts - motor.back_emf_constant_v_s * 10.0) / motor.resistance_ohm
    watts = motor.torque_constant_nm_a * current * 10.0
    assert wear(steady)["energy_j"] == pytest.approx(watts * 1.0)


def test_an_episode_that_ended_counts_up_to_its_end_and_repeats_count_as_sent():
    crash = run(np.ones(100))
    ended = np.isfinite(crash.command[0]).sum()
    assert ended < 100
    assert wear(crash)["energy_j"] > 0
    flips = np.tile([0.2, -0.2], 50)
    slow = replace(run(flips), action_repeat=2, rate_hz=25.0)
    assert wear(slow)["reversals_per_s"] == pytest.approx(99 * 25 / 100)
