"""A rollout as a moving picture."""

from pathlib import Path

import numpy as np

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
    every = max(1, round(rollout.rate_hz / FRAMES_PER_S))
    shown = np.flatnonzero(np.isfinite(rollout.arm_angle_rad[index]))[::every]
    frames = [
        furuta_image(
            float(rollout.arm_angle_rad[index, step]),
            float(rollout.pendulum_angle_rad[index, step]),
            float(rollout.command[index, step]),
            rollout.robot,
        )
        for step in shown
    ]
    return save_animation(frames, path, rollout.rate_hz / every)
