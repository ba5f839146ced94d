"""Rewards: plain functions of named physical quantities, and a shaped one built from small terms.

A reward function gets `Quantities` and returns the reward of one control period. It must work for
one pendulum (floats) and for n at once (arrays of shape (n,)):

    def my_reward(q):
        return q.height - 0.01 * q.action**2
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError

ARM_SCALE_RAD = 2.5  # the arm limit of the course robot
ARM_SPEED_SCALE_RAD_S = 30.0
PENDULUM_SPEED_SCALE_RAD_S = 25.0


class Quantities(NamedTuple):
    """What is measured after a control period; floats, or arrays of shape (n,) for n pendulums.

    A named tuple, since one is made in every step and a frozen dataclass takes three times as long.
    """

    arm_angle_rad: Any
    pendulum_angle_rad: Any  # 0 hangs down; not wrapped
    from_upright_rad: Any  # in [-pi, pi]; 0 is upright
    height: Any  # of the bob: 1 upright, 0 level, -1 hanging
    arm_speed_rad_s: Any
    pendulum_speed_rad_s: Any
    action: Any  # asked of the robot in this period, in [-1, 1]
    previous_action: Any
    limit_touched: Any  # True beyond the arm's angle or speed limit


RewardFunction = Callable[[Quantities], Any]


@dataclass(frozen=True)
class RewardWeights:
    """How much each term takes away from 1, the best reward of a control period.

    `limit` is paid once, when a limit ends the episode. Ending early must never pay. With the other
    defaults no period is worth less than -0.02 (hanging, arm at its limit and fast), so an episode
    of 400 periods loses at most 8 by living on, and the limit costs more than that. Larger weights
    need a larger `limit`: as soon as an ordinary period is worth less than 0, a pendulum may learn
    to end it all.
    """

    upright: float = 0.8
    arm_centred: float = 0.2
    speed_near_top: float = 0.2
    arm_speed: float = 0.02
    effort: float = 0.0
    continuity: float = 0.0
    limit: float = 10.0

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            weight = getattr(self, field.name)
            if isinstance(weight, bool) or not isinstance(weight, int | float):
                raise ConfigurationError(f"reward weight {field.name} = {weight!r}; give a number")
            if not (math.isfinite(weight) and weight >= 0):
                raise ConfigurationError(
                    f"reward weight {field.name} = {weight}; it must be finite and 0 or above"
                )

    @classmethod
    def from_mapping(cls, weights: Mapping[str, float]) -> "RewardWeights":
        """The default weights with some replaced.

        Raises:
            ConfigurationError: a name is unknown or a weight is not a number of 0 or above.
        """
        unknown = sorted(set(weights) - set(TERMS))
        if unknown:
            raise ConfigurationError(
                f"unknown reward weight {', '.join(unknown)}; valid: {', '.join(TERMS)}"
            )
        return cls(**weights)


def upright(q: Quantities) -> Any:
    """Squared distance from upright: 0 upright, 1 hanging."""
    share = q.from_upright_rad / math.pi
    return share * share


def arm_centred(q: Quantities) -> Any:
    """Squared arm angle: 0 in the middle, 1 at 2.5 rad."""
    share = q.arm_angle_rad / ARM_SCALE_RAD
    return share * share


def speed_near_top(q: Quantities) -> Any:
    """Squared pendulum speed (1 from 25 rad/s on), counted the more the higher the bob is.

    Without it a pendulum that spins for ever earns half of the reward, and stays with that.
    """
    share = q.pendulum_speed_rad_s / PENDULUM_SPEED_SCALE_RAD_S
    return _at_most_one(share * share) * (0.5 + 0.5 * q.height)


def arm_speed(q: Quantities) -> Any:
    """Squared arm speed, 1 from 30 rad/s on."""
    share = q.arm_speed_rad_s / ARM_SPEED_SCALE_RAD_S
    return _at_most_one(share * share)


def effort(q: Quantities) -> Any:
    """Squared action."""
    return q.action * q.action


def continuity(q: Quantities) -> Any:
    """Squared change of the action since the period before; up to 4."""
    change = q.action - q.previous_action
    return change * change


def limit(q: Quantities) -> Any:
    """1 when a limit was touched."""
    return q.limit_touched


TERMS: Mapping[str, RewardFunction] = MappingProxyType(
    {
        "upright": upright,
        "arm_centred": arm_centred,
        "speed_near_top": speed_near_top,
        "arm_speed": arm_speed,
        "effort": effort,
        "continuity": continuity,
        "limit": limit,
    }
)


def shaped(weights: RewardWeights) -> RewardFunction:
    """The shaped reward with these weights, as a function; terms of weight 0 cost no time."""
    active = [(getattr(weights, name), term) for name, term in TERMS.items()]
    active = [(weight, term) for weight, term in active if weight]

    def shaped_reward(q: Quantities) -> Any:
        reward = 1.0
        for weight, term in active:
            reward = reward - weight * term(q)
        return reward

    return shaped_reward


def shaped_reward(q: Quantities, weights: RewardWeights | None = None) -> Any:
    """1 - the weighted sum of all terms; at most 1 per control period."""
    return shaped(weights or RewardWeights())(q)


def reward_terms(q: Quantities, weights: RewardWeights | None = None) -> dict[str, Any]:
    """What each term contributes to `shaped_reward(q, weights)`: these and 1 add up to it."""
    chosen = weights or RewardWeights()
    return {name: -getattr(chosen, name) * term(q) for name, term in TERMS.items()}


def as_reward(
    reward: RewardFunction | RewardWeights | Mapping[str, float] | None,
) -> RewardFunction:
    """The reward function that a reward option stands for: weights, or a function (checked).

    Raises:
        ConfigurationError: an unknown weight, or neither weights nor a function.
        RewardError: the function does not return a reward; see `check_reward`.
    """
    if reward is None:
        return shaped(RewardWeights())
    if isinstance(reward, RewardWeights):
        return shaped(reward)
    if isinstance(reward, Mapping):
        return shaped(RewardWeights.from_mapping(reward))
    if not callable(reward):
        raise ConfigurationError(
            f"reward = {reward!r}; give weights (a dict or RewardWeights) or a function"
        )
    from furutalib.learning.reward_check import check_reward

    check_reward(reward)
    return reward


def _at_most_one(value: float | NDArray[np.float64]) -> Any:
    if isinstance(value, float):  # numpy takes 20 times as long as Python for a single float
        return value if value < 1.0 else 1.0
    return np.minimum(value, 1.0)
