import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import data_folder
from furutalib.learning.policy_folder import load_policy
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.starts import draw_starts
from furutalib.lessons.from_anywhere import drive_from, first_failure, stands
from furutalib.machine.robot import Start

PLACE = RobotPlace("emulated", hidden=None)


class Idle:
    """A policy that does nothing."""

    def __init__(self):
        self.wrappers = load_policy(data_folder() / "policies" / "ppo-full").wrappers

    def reset(self, n=1):
        pass

    def act(self, observation):
        return np.zeros(1, np.float32)


def test_a_good_policy_stands_from_where_a_hand_put_it():
    policy = load_policy(data_folder() / "policies" / "ppo-full")
    driven = drive_from(PLACE, policy, Start(0.3, 2.0))
    assert abs(driven.pendulum_deg[0] - np.degrees(2.0)) < 10.0
    assert stands(driven)


def test_one_that_does_nothing_fails_from_the_first_start():
    assert first_failure(PLACE, Idle(), tries=2) == draw_starts("validation", 1)[0]
    assert not stands(drive_from(PLACE, Idle(), Start()))


def test_a_real_robot_cannot_be_put_anywhere():
    with pytest.raises(ConfigurationError, match="only an emulated robot"):
        drive_from(RobotPlace("sim"), Idle(), Start())
