"""Mirror images in the replay buffer, against the plant itself."""

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.batch import FurutaBatch
from furutalib.learning.replay import MIRROR, MirrorReplayBuffer
from furutalib.learning.run_config import RunConfig
from furutalib.learning.sb3_env import FurutaSB3VecEnv
from furutalib.learning.settings import SACSettings
from furutalib.learning.setup import build_setup
from furutalib.learning.stages import WrapperSettings
from furutalib.machine.robot import Start


def test_the_plant_is_symmetric():
    """Mirrored start and mirrored commands give the mirrored observations and the same reward."""
    batch = FurutaBatch(2, build_setup(history=2))
    here = Start(0.3, 0.2, -0.4, 0.5)
    there = Start(-0.3, -0.2, 0.4, -0.5)
    batch.reset(seed=0, starts={0: here, 1: there})
    commands = np.random.default_rng(0).uniform(-0.5, 0.5, 60)
    for command in commands:
        step = batch.step(np.array([[command], [-command]]))
        # encoder counts round to the lower side on both: a count apart, with the speed it makes
        np.testing.assert_allclose(
            step.observation[0] * np.tile(MIRROR, 2), step.observation[1], atol=0.08
        )
        assert step.reward[0] == pytest.approx(step.reward[1], abs=0.02)


def test_half_of_a_batch_is_mirrored():
    env = FurutaSB3VecEnv(1, history=2)
    buffer = MirrorReplayBuffer(
        10, env.observation_space, env.action_space, n_steps=1, gamma=0.9, device="cpu"
    )
    observation = np.arange(1.0, 13.0, dtype=np.float32)[None]
    for _ in range(10):
        buffer.add(
            observation,
            observation + 1,
            np.array([[0.5]]),
            np.array([2.0]),
            np.array([False]),
            [{}],
        )
    batch = buffer.sample(8)
    signs = np.tile([-1.0, 1.0, -1.0, -1.0, -1.0, -1.0], 2)
    np.testing.assert_allclose(batch.observations[:4], np.tile(observation * signs, (4, 1)))
    np.testing.assert_allclose(
        batch.next_observations[:4], np.tile((observation + 1) * signs, (4, 1))
    )
    np.testing.assert_allclose(batch.observations[4:], np.tile(observation, (4, 1)))
    assert batch.actions[:, 0].tolist() == [-0.5] * 4 + [0.5] * 4
    assert batch.rewards[:, 0].tolist() == [2.0] * 8


def test_mirror_needs_whole_frames():
    with pytest.raises(ConfigurationError, match="history=1 or more"):
        RunConfig("sac", SACSettings(mirror=True), wrappers=WrapperSettings(history=0))
