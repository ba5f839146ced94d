"""What a reward would have paid: for a recorded rollout, and over the states of the pendulum."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.learning.rewards import Quantities, RewardFunction
from furutalib.learning.rollout import Rollout

Floats = NDArray[np.float64]


def quantities(rollout: Rollout) -> Quantities:
    """What a reward sees of a rollout, each of shape (n, T); NaN after an early end.

    The action is the command that reached the robot; a limit counts in the period it ended.
    """
    alive = np.isfinite(rollout.arm_angle_rad)
    last = np.arange(rollout.steps) == alive.sum(axis=1, keepdims=True) - 1
    return Quantities(
        arm_angle_rad=rollout.arm_angle_rad,
        pendulum_angle_rad=rollout.pendulum_angle_rad,
        from_upright_rad=rollout.from_upright_rad,
        height=-np.cos(rollout.pendulum_angle_rad),
        arm_speed_rad_s=rollout.arm_speed_rad_s,
        pendulum_speed_rad_s=rollout.pendulum_speed_rad_s,
        action=rollout.command,
        previous_action=np.pad(rollout.command, ((0, 0), (1, 0)))[:, :-1],
        limit_touched=last & rollout.limit_touched[:, np.newaxis],
    )


def rewards(rollout: Rollout, reward: RewardFunction) -> Floats:
    """What `reward` pays in each control period, shape (n, T); 0 after an early end."""
    paid = np.broadcast_to(np.asarray(reward(quantities(rollout)), float), rollout.command.shape)
    return np.where(np.isfinite(rollout.arm_angle_rad), paid, 0.0)


def returns(rollout: Rollout, reward: RewardFunction) -> Floats:
    """The sum of all rewards of each pendulum, shape (n,)."""
    return np.asarray(rewards(rollout, reward).sum(axis=1))


def reward_map(
    reward: Callable[[Quantities], Any], from_upright_rad: Floats, speed_rad_s: Floats
) -> Floats:
    """The reward over angle and speed of the pendulum, arm in the middle and motor off.

    Returns:
        Shape (speeds, angles).
    """
    away, speed = np.meshgrid(from_upright_rad, speed_rad_s)
    nothing = np.zeros_like(away)
    paid = reward(
        Quantities(
            arm_angle_rad=nothing,
            pendulum_angle_rad=away + np.pi,
            from_upright_rad=away,
            height=np.cos(away),
            arm_speed_rad_s=nothing,
            pendulum_speed_rad_s=speed,
            action=nothing,
            previous_action=nothing,
            limit_touched=nothing.astype(bool),
        )
    )
    return np.broadcast_to(np.asarray(paid, float), away.shape)
