"""Sampling MPC swings up where the LQR alone cannot, and repeats itself with the same seed."""

import numpy as np

from furutalib.facts.robot import load_robot
from furutalib.learning.evaluation import evaluate
from furutalib.learning.mpc import MPC, MPCSettings
from furutalib.learning.rollout import collect
from furutalib.machine.robot import Start

COURSE = load_robot("course")


def test_it_swings_up_and_holds_on_the_full_plant():
    assert evaluate(MPC(COURSE, np.random.default_rng(0)), n=2).successes == 2


def test_the_seed_decides_all_and_each_pendulum_has_its_own_plan():
    def short(rounds, seed=1):
        policy = MPC(COURSE, np.random.default_rng(seed), MPCSettings(rounds=rounds))
        return collect(policy, [Start(), Start(0.2, 0.1)], duration_s=0.6)

    first, again = short(2), short(2)
    assert np.array_equal(first.command, again.command)
    assert not np.array_equal(first.command, short(2, seed=2).command)
    assert not np.array_equal(first.command[0], first.command[1])
    assert np.abs(first.command).max() <= 1.0
