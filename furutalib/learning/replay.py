"""A replay buffer that knows that the robot is symmetric."""

from typing import Any

import numpy as np
import torch
from stable_baselines3.common.buffers import NStepReplayBuffer
from stable_baselines3.common.type_aliases import ReplayBufferSamples
from stable_baselines3.common.vec_env import VecNormalize

from furutalib.learning.observation import LAYOUT

# What keeps its sign when left and right change places.
_SAME = ("cos(pendulum_angle_rad)",)
MIRROR = tuple(1.0 if name in _SAME else -1.0 for name in LAYOUT)


class MirrorReplayBuffer(NStepReplayBuffer):
    """Half of every batch is the mirror image of what has happened.

    Left and right are alike for the pendulum: with the signs of both angles, both speeds and the
    command turned round, what happened could have happened as well, with the same reward. So
    every step teaches twice. Takes the arguments of `NStepReplayBuffer`; observations must be
    whole frames (`history` of 1 or more).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        frames = self.obs_shape[0] // len(MIRROR)
        self._signs = torch.tensor(MIRROR * frames)

    def _get_samples(
        self, batch_inds: "np.ndarray[Any, Any]", env: VecNormalize | None = None
    ) -> ReplayBufferSamples:
        samples = super()._get_samples(batch_inds, env)
        half = len(batch_inds) // 2
        for observations in (samples.observations, samples.next_observations):
            observations[:half] *= self._signs
        samples.actions[:half] *= -1.0
        return samples
