"""The gymnasium spaces of an environment with given wrappers."""

from typing import Any

import numpy as np
from gymnasium import spaces

from furutalib.learning.observation import HIGH, Floats, History
from furutalib.learning.stages import WrapperSettings


def action_space(wrappers: WrapperSettings) -> spaces.Space[Any]:
    """One number in [-1, 1], or the number of a bucket."""
    if wrappers.action_mode == "buckets":
        return spaces.Discrete(wrappers.buckets)
    return spaces.Box(-1.0, 1.0, (1,), np.float32)


def observation_space(wrappers: WrapperSettings) -> spaces.Space[Floats]:
    """As many frames as the history is long, side by side."""
    high = History(wrappers.history).spread(HIGH)
    box: spaces.Space[Any] = spaces.Box(-high, high, dtype=np.float32)
    return box
