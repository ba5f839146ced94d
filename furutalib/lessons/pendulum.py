"""Moving pictures of pendulums for the lessons."""

import numpy as np
from numpy.typing import NDArray

from furutalib.learning.rollout import Rollout

_PICTURES_PER_S = 25.0


def pictures(rollout: Rollout, row: int = 0, most_s: float = 4.0) -> list[NDArray[np.uint8]]:
    """Frames of one pendulum of a rollout, 25 per second, for the first `most_s` seconds."""
    from furutalib.learning.render import furuta_image

    every = max(1, round(rollout.rate_hz / _PICTURES_PER_S))
    angles = zip(rollout.arm_angle_rad[row], rollout.pendulum_angle_rad[row], strict=True)
    shown = list(angles)[: round(most_s * rollout.rate_hz) : every]
    return [
        furuta_image(float(arm), float(pendulum), width=400, height=300)
        for arm, pendulum in shown
        if np.isfinite(arm + pendulum)
    ]
