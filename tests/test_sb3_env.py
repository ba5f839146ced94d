"""Many pendulums for stable-baselines3."""

import pickle

import numpy as np
import pytest
from stable_baselines3 import PPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

from furutalib.facts.errors import SequenceError
from furutalib.learning.environment import make_env
from furutalib.learning.sb3_env import FurutaSB3VecEnv
from furutalib.machine.robot import Start

N = 4


def draw_actions(steps, seed=0):
    held = np.random.default_rng(seed).uniform(-1, 1, (steps // 6 + 1, N, 1))
    held *= np.linspace(0, 1, N)[:, None]
    return np.repeat(held, 6, axis=0)[:steps].astype(np.float32)


def test_equals_monitored_single_environments():
    options = {"time_limit_s": 1.2, "history": 2}
    batched = FurutaSB3VecEnv(N, **options)
    apart = DummyVecEnv([lambda: Monitor(make_env(**options))] * N)
    batched.seed(5)
    apart.seed(5)
    np.testing.assert_array_equal(batched.reset(), apart.reset())
    truncated = []
    for actions in draw_actions(200):
        ours, theirs = batched.step(actions), apart.step(actions)
        for mine, other in zip(ours[:3], theirs[:3], strict=True):
            np.testing.assert_array_equal(mine, other)
            assert mine.dtype == other.dtype
        for mine, other in zip(ours[3], theirs[3], strict=True):
            assert ("episode" in mine) == ("episode" in other)
            if "episode" not in other:
                assert mine == {}
                continue
            np.testing.assert_array_equal(
                mine["terminal_observation"], other["terminal_observation"]
            )
            assert mine["TimeLimit.truncated"] == other["TimeLimit.truncated"]
            assert mine["episode"]["l"] == other["episode"]["l"]
            assert mine["episode"]["r"] == pytest.approx(other["episode"]["r"], abs=1e-5)
            truncated.append(mine["TimeLimit.truncated"])
    assert set(truncated) == {True, False}


def test_seeds_are_used_once():
    env = FurutaSB3VecEnv(N)
    env.seed(1)
    first = env.reset()
    second = env.reset()
    env.seed(1)
    assert (first != second).any()
    np.testing.assert_array_equal(env.reset(), first)


def test_starts_can_be_given():
    env = FurutaSB3VecEnv(N)
    env.set_options({"start": Start(pendulum_angle_rad=1.0)})
    np.testing.assert_allclose(env.reset()[:, 1], np.cos(1.0), atol=1e-3)


def test_state_goes_back_exactly():
    settings = {"history": 2, "action_delay": 1, "low_pass_hz": 9.0, "action_mode": "delta"}
    options = {"time_limit_s": 0.8, "randomisation": {"arm.mass_kg": 0.1}, **settings}
    env = FurutaSB3VecEnv(N, **options)
    env.seed(3)
    env.reset()
    for actions in draw_actions(50):
        env.step(actions)
    stored = pickle.dumps(env.env_method("get_state")[0])
    expected = [env.step(actions) for actions in draw_actions(90, seed=1)]
    other = FurutaSB3VecEnv(N, **options)
    other.env_method("set_state", pickle.loads(stored))
    for actions, before in zip(draw_actions(90, seed=1), expected, strict=True):
        after = other.step(actions)
        for mine, theirs in zip(after[:3], before[:3], strict=True):
            np.testing.assert_array_equal(mine, theirs)
        assert [info.get("episode") for info in after[3]] == [
            info.get("episode") for info in before[3]
        ]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("mode", ["continuous", "buckets"])
def test_ppo_trains_on_it(mode):
    env = FurutaSB3VecEnv(N, action_mode=mode)
    model = PPO("MlpPolicy", env, n_steps=32, batch_size=64, n_epochs=1, seed=0, device="cpu")
    model.learn(256)
    assert model.num_timesteps == 256
    assert env.get_attr("n", indices=[0, 1]) == [N, N]
    assert env.env_is_wrapped(Monitor) == [True] * N


def test_refuses_bad_use():
    env = FurutaSB3VecEnv(N)
    env.reset()
    with pytest.raises(SequenceError, match="step_async"):
        env.step_wait()
    with pytest.raises(AttributeError, match="another environment"):
        env.set_attr("setup", None)
    assert not env.has_attr("nothing_like_this")
    env.close()
