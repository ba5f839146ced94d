"""A rollout as a moving picture."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.animation import save_animation
from furutalib.learning.render import furuta_image
from furutalib.learning.rollout import Rollout

FRAMES_PER_S = 25.0


def save_video(rollout: Rollout, path: str | Path, index: int = 0) -> Path:
    """Draw one pendulum of a rollout, up to the end of its episode, at real speed.

    Args:
        path: ends in .gif, .webp or .mp4.
        index: which pendulum.
    """
    shown = np.isfinite(rollout.arm_angle_rad[index])
    arrays = (rollout.arm_angle_rad, rollout.pendulum_angle_rad, rollout.command)
    arm, pendulum, command = (array[index, shown] for array in arrays)
    return save_motion(arm, pendulum, command, rollout.robot, rollout.rate_hz, path)


def save_motion(
    arm_rad: NDArray[np.float64],
    pendulum_rad: NDArray[np.float64],
    command: NDArray[np.float64],
    robot: RobotDescription,
    rate_hz: float,
    path: str | Path,
) -> Path:
    """Draw recorded angles and commands (T,) at real speed.

    Args:
        rate_hz: steps per second.
        path: ends in .gif, .webp or .mp4.
    """
    every = max(1, round(rate_hz / FRAMES_PER_S))
    steps = zip(arm_rad[::every], pendulum_rad[::every], command[::every], strict=True)
    frames = [furuta_image(float(a), float(p), float(c), robot) for a, p, c in steps]
    return save_animation(frames, path, rate_hz / every)
