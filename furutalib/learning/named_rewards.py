"""Rewards that can be asked for by name, in `train(reward="energy")` and in a sweep file.

The first three are what viewers of a robot dog's video proposed against its jitter, instead of a
cost on the change of the action. A run stores the source of its reward, so each function stands
alone.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.rewards import Quantities, RewardFunction, shaped_reward, speed_near_top


def energy(q: Quantities) -> Any:
    """The shaped reward, less 0.5 for the power of a motor at full voltage and 30 rad/s."""
    return shaped_reward(q) - 0.5 * abs(q.action * q.arm_speed_rad_s) / 30.0


def reversals(q: Quantities) -> Any:
    """The shaped reward, less 0.2 whenever the command has changed its sign."""
    return shaped_reward(q) - 0.2 * (q.action * q.previous_action < 0.0)


def per_movement(q: Quantities) -> Any:
    """The shaped reward, divided by 1 + 5 times the change of the command."""
    return shaped_reward(q) / (1.0 + 5.0 * abs(q.action - q.previous_action))


def peaked(q: Quantities) -> Any:
    """The shaped reward with most of it moved to the top, and speed there five times as dear.

    1 standing, 0 hanging. For learning from zero on one pendulum: with the shaped reward a
    pendulum that spins earns three quarters of a standing one, and an agent on one pendulum may
    stay with that for long; here a fast spin earns a fifth.
    """
    near = np.exp(-4.0 * q.from_upright_rad * q.from_upright_rad)
    far = (q.from_upright_rad / np.pi) * (q.from_upright_rad / np.pi)
    return shaped_reward(q) - 0.7 * (1.0 - near) + 0.5 * far - 0.8 * speed_near_top(q)


REWARDS: Mapping[str, RewardFunction] = MappingProxyType(
    {function.__name__: function for function in (energy, reversals, per_movement, peaked)}
)


def named_reward(name: str) -> RewardFunction:
    """The reward of this name.

    Raises:
        ConfigurationError: there is none.
    """
    if name not in REWARDS:
        raise ConfigurationError(
            f"reward = {name!r}; give weights (a dict or RewardWeights), a function, or one of the "
            f"names {', '.join(REWARDS)}"
        )
    return REWARDS[name]
