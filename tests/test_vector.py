"""Many pendulums through gymnasium.make_vec."""

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from furutalib.facts.errors import ActionError, ConfigurationError, SequenceError
from furutalib.learning.environment import make_env
from furutalib.machine.robot import Start

ID = "furutalib:FurutaSwingUp-v0"


def make(n, **options):
    return gymnasium.make_vec(ID, num_envs=n, vectorization_mode="vector_entry_point", **options)


def assert_same(ours, theirs):
    """Equal nested dictionaries of arrays; object arrays element by element."""
    assert ours.keys() == theirs.keys()
    for key, value in theirs.items():
        if isinstance(value, dict):
            assert_same(ours[key], value)
        elif value.dtype == object:
            for mine, other in zip(ours[key], value, strict=True):
                assert (mine is None) == (other is None)
                np.testing.assert_array_equal(mine, other)
        else:
            np.testing.assert_array_equal(ours[key], value, err_msg=key)


@pytest.mark.parametrize(
    "options", [{}, {"history": 3, "action_repeat": 2, "randomisation": {"arm.mass_kg": 0.2}}]
)
def test_equals_gymnasiums_own_vectorisation(options):
    n, options = 4, {"time_limit_s": 1.2, **options}
    batched = make(n, **options)
    apart = SyncVectorEnv([lambda: make_env(**options)] * n, autoreset_mode=AutoresetMode.SAME_STEP)
    assert batched.observation_space == apart.observation_space
    assert batched.action_space == apart.action_space
    assert batched.single_action_space == apart.single_action_space
    first, second = batched.reset(seed=7), apart.reset(seed=7)
    np.testing.assert_array_equal(first[0], second[0])
    assert_same(first[1], second[1])
    rng = np.random.default_rng(2)
    held = rng.uniform(-1, 1, (30, n, 1)) * np.linspace(0, 1, n)[:, None]
    ends = np.zeros(2)
    for actions in np.repeat(held, 6, axis=0).astype(np.float32):
        ours, theirs = batched.step(actions), apart.step(actions)
        for mine, other in zip(ours[:4], theirs[:4], strict=True):
            np.testing.assert_array_equal(mine, other)
            assert mine.dtype == other.dtype
        assert_same(ours[4], theirs[4])
        ends += [ours[2].sum(), ours[3].sum()]
    assert ends.min() > 0


def test_is_the_default_vectorisation():
    env = gymnasium.make_vec(ID, num_envs=3)
    assert type(env).__name__ == "FurutaVectorEnv"
    assert env.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    assert env.reset(seed=0)[0].shape == (3, 6)


def test_buckets_take_integers():
    env = make(3, action_mode="buckets", buckets=5)
    env.reset(seed=0)
    env.action_space.seed(0)
    assert env.step(env.action_space.sample())[0].shape == (3, 6)
    with pytest.raises(ActionError, match="from 0 to 4"):
        env.step(np.array([0, 5, 1]))


def test_begins_at_a_given_start():
    env = make(3)
    _, infos = env.reset(seed=0, options={"start": Start(pendulum_angle_rad=1.0)})
    np.testing.assert_allclose(infos["pendulum_angle_rad"], 1.0, atol=1e-3)


def test_renders_each():
    env = make(2, render_mode="rgb_array")
    env.reset(seed=0)
    pictures = env.render()
    assert [picture.shape for picture in pictures] == [(360, 480, 3)] * 2
    assert make(2).render() is None


def test_refuses_bad_use():
    env = make(2)
    with pytest.raises(SequenceError, match="reset"):
        env.step(np.zeros((2, 1), np.float32))
    env.reset(seed=0)
    with pytest.raises(ActionError, match=r"\(3, 1\); expected \(2, 1\)"):
        env.step(np.zeros((3, 1), np.float32))
    for value in (np.nan, 1.5, -np.inf):
        with pytest.raises(ActionError, match="finite and in"):
            env.step(np.array([[0.0], [value]], np.float32))
    with pytest.raises(ConfigurationError, match="rgb_array"):
        make(2, render_mode="human")
    with pytest.raises(ConfigurationError, match="valid: history"):
        make(2, histroy=2)
