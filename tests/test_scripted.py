import numpy as np
import pytest

from furutalib.facts.robot import load_robot
from furutalib.learning.rollout import collect
from furutalib.lessons.scripted import Replay, Rule, Spinner
from furutalib.machine.robot import Start

ROBOT = load_robot("course")
HANGING = Start(pendulum_angle_rad=0.2)


def test_replay_sends_each_row_its_commands_then_nothing():
    commands = np.array([[0.5, -0.25], [0.0, 1.0]])
    run = collect(Replay(commands), [HANGING] * 2, duration_s=0.08)
    np.testing.assert_array_equal(run.command, np.pad(commands, ((0, 0), (0, 2))))


def test_replay_begins_again_after_a_reset_and_one_row_serves_all():
    player = Replay(np.array([0.75]))
    for _ in range(2):
        run = collect(player, [HANGING] * 3, duration_s=0.04)
        np.testing.assert_array_equal(run.command, [[0.75, 0.0]] * 3)


def test_a_rule_sees_plain_numbers_of_one_pendulum_and_is_clipped():
    seen = []

    def rule(situation):
        seen.append(situation)
        return 5.0 if situation.pendulum_angle_rad > 0 else -5.0

    run = collect(Rule(ROBOT, rule), [HANGING, Start(pendulum_angle_rad=-0.2)], duration_s=0.02)
    np.testing.assert_array_equal(run.command, [[1.0], [-1.0]])
    assert [s.pendulum_angle_rad for s in seen] == pytest.approx([0.2, -0.2], abs=1e-3)
    assert all(type(s.arm_speed_rad_s) is float for s in seen)


def test_the_spinner_goes_round_and_round():
    run = collect(Spinner(ROBOT, surplus=1.5), [HANGING])
    turns = np.abs(np.diff(run.pendulum_angle_rad[0, [200, -1]])) / (2 * np.pi)
    assert turns > 5
    assert not run.limit_touched.any()
