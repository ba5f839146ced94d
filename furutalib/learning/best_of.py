"""The critic picks the best of ten: an idea against jitter that needs no other training.

A trained SAC agent has a policy that proposes actions and critics that value them. Here the policy
proposes several, and the one that the critics value most is taken.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import SAC

from furutalib.facts.errors import PolicyError
from furutalib.learning.policy import Floats
from furutalib.learning.stages import WrapperSettings

CANDIDATES = 10


class BestOf:
    """A policy from a SAC model: of some sampled actions, the one with the highest value.

    Args:
        model: the stable-baselines3 file of a SAC agent that was trained with Gaussian noise.
        wrappers: those it was trained with.
        candidates: how many actions are sampled; 1 is the policy with its noise.
        seed: of the samples.

    Raises:
        PolicyError: the agent explores with gSDE, whose samples of one moment are all the same.
    """

    def __init__(
        self, model: Path, wrappers: WrapperSettings, candidates: int = CANDIDATES, seed: int = 0
    ) -> None:
        self._agent = SAC.load(model, device="cpu")
        if self._agent.use_sde:
            raise PolicyError(f"{model} explores with gSDE; give one trained with use_sde=False")
        self._wrappers, self._candidates, self._seed = wrappers, candidates, seed
        self._generator = torch.Generator()

    @property
    def wrappers(self) -> WrapperSettings:
        """What it was trained with."""
        return self._wrappers

    def reset(self, n: int = 1) -> None:
        """Begin with the same samples again."""
        self._generator.manual_seed(self._seed)

    def act(self, observation: Floats) -> NDArray[Any]:
        """Observations (n, k) to actions (n, 1) in [-1, 1]."""
        rows = torch.from_numpy(observation).repeat_interleave(self._candidates, dim=0)
        with torch.no_grad():
            mean, log_std, _ = self._agent.actor.get_action_dist_params(rows)
            noise = torch.randn(mean.shape, generator=self._generator)
            proposed = torch.tanh(mean + log_std.exp() * noise)
            value = torch.cat(self._agent.critic(rows, proposed), dim=1).min(dim=1).values
        best = value.reshape(-1, self._candidates).argmax(dim=1)
        chosen = proposed.reshape(-1, self._candidates)[torch.arange(len(best)), best]
        return np.asarray(chosen.numpy(), np.float32)[:, np.newaxis]
