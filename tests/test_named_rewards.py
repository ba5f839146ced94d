"""Rewards by name: values by hand, and each survives the way into the training process."""

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.named_rewards import REWARDS, named_reward
from furutalib.learning.reward_check import check_reward
from furutalib.learning.reward_source import load_reward, reward_source
from furutalib.learning.rewards import Quantities, shaped_reward

TOP = Quantities(
    arm_angle_rad=0.0,
    pendulum_angle_rad=np.pi,
    from_upright_rad=0.0,
    height=1.0,
    arm_speed_rad_s=15.0,
    pendulum_speed_rad_s=0.0,
    action=0.5,
    previous_action=-0.5,
    limit_touched=False,
)


@pytest.mark.parametrize("name", REWARDS)
def test_each_is_a_reward_and_its_file_gives_the_same(name, tmp_path):
    reward = named_reward(name)
    check_reward(reward)
    (tmp_path / "reward.py").write_text(reward_source(reward))
    assert load_reward(tmp_path / "reward.py")(TOP) == pytest.approx(reward(TOP))


def test_values_by_hand():
    plain = shaped_reward(TOP)
    assert named_reward("energy")(TOP) == pytest.approx(plain - 0.5 * 0.5 * 15 / 30)
    assert named_reward("reversals")(TOP) == pytest.approx(plain - 0.2)
    assert named_reward("reversals")(TOP._replace(previous_action=0.5)) == pytest.approx(plain)
    assert named_reward("per_movement")(TOP) == pytest.approx(plain / 6.0)
    assert named_reward("peaked")(TOP) == pytest.approx(plain)
    hanging = TOP._replace(from_upright_rad=np.pi, height=-1.0, arm_speed_rad_s=0.0)
    assert named_reward("peaked")(hanging) == pytest.approx(0.0, abs=1e-9)


def test_peaked_pays_a_spinning_pendulum_far_less_than_a_standing_one():
    angle = np.linspace(-np.pi, np.pi, 721)
    spin = TOP._replace(
        from_upright_rad=angle, height=np.cos(angle), arm_speed_rad_s=0.0, pendulum_speed_rad_s=14.0
    )
    assert np.mean(named_reward("peaked")(spin)) / named_reward("peaked")(TOP) < 0.2
    assert np.mean(shaped_reward(spin)) / shaped_reward(TOP) > 0.65


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ConfigurationError, match=r"'speed'; give weights.*names energy"):
        named_reward("speed")
