import numpy as np
import pytest

from furutalib.learning.environment import make_env
from furutalib.learning.rewards import RewardWeights, shaped
from furutalib.learning.rollout import collect
from furutalib.lessons.reward_arithmetic import quantities, returns, reward_map, rewards
from furutalib.lessons.scripted import Replay
from furutalib.machine.robot import Start

START = Start(pendulum_angle_rad=0.3)
WEIGHTS = RewardWeights(effort=0.1, continuity=0.05)


def paid_by_environment(commands):
    environment = make_env(reward=WEIGHTS, history=1)
    environment.reset(seed=0, options={"start": START})
    paid = []
    for command in commands:
        _, reward, terminated, truncated, _ = environment.step(np.array([command], np.float32))
        paid.append(reward)
        if terminated or truncated:
            break
    return paid


@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_a_rollout_is_paid_what_the_environment_pays(strength):
    commands = strength * np.sign(np.sin(np.arange(60) / 4 + 1))
    run = collect(Replay(commands), [START], duration_s=1.2)
    paid = paid_by_environment(commands)
    got = rewards(run, shaped(WEIGHTS))[0]
    np.testing.assert_allclose(got[: len(paid)], paid, rtol=1e-5)
    assert not got[len(paid) :].any()
    assert returns(run, shaped(WEIGHTS)) == pytest.approx([sum(paid)], rel=1e-5)


def test_the_limit_is_paid_once_and_nothing_after_it():
    run = collect(Replay(np.ones((1, 50))), [START], duration_s=1.0)
    assert run.limit_touched.all()
    assert quantities(run).limit_touched.sum() == 1
    assert returns(run, lambda q: 1.0 * q.limit_touched) == [1.0]


def test_a_constant_reward_counts_the_steps():
    run = collect(Replay(np.zeros((1, 1))), [START] * 2, duration_s=1.0)
    np.testing.assert_array_equal(returns(run, lambda q: 1.0), [50.0, 50.0])


def test_the_map_has_its_summit_at_rest_upright():
    angles, speeds = np.linspace(-3, 3, 7), np.linspace(-20, 20, 5)
    paid = reward_map(shaped(RewardWeights()), angles, speeds)
    assert paid.shape == (5, 7)
    assert np.unravel_index(paid.argmax(), paid.shape) == (2, 3)
    assert paid[2, 3] == 1.0
    assert paid[0, 3] < paid[1, 3] < 1.0
