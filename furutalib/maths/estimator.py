"""From encoder angles to speeds: the arithmetic above the seam, the same for every robot."""

import math
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

TURN_RAD = 2.0 * math.pi

Angle = TypeVar("Angle", float, NDArray[np.float64])


def quantise(angle_rad: float, counts_per_turn: float) -> float:
    """The angle that an encoder reports: the nearest whole count, still in radians.

    `counts_per_turn` counts after x4 decoding; 0 stands for an encoder without steps.
    The angle is not wrapped. The plant compiles this very function.
    """
    if counts_per_turn == 0.0:
        return angle_rad
    return math.floor(angle_rad / TURN_RAD * counts_per_turn + 0.5) * TURN_RAD / counts_per_turn


class VelocityFilter(Generic[Angle]):
    """Filtered derivative of an angle: w s / (s + w), discretised by the bilinear transform.

    speed[k] = a speed[k-1] + b (angle[k] - angle[k-1]) with
    a = (2 - w T) / (2 + w T) and b = 2 w / (2 + w T).
    Without a cut-off it is the plain difference over one period.

    Args:
        dt_s: control period T in seconds.
        cutoff_rad_s: w in rad/s, or None for the plain difference.

    Angles are floats (one robot) or arrays of shape (n,).
    """

    def __init__(self, dt_s: float, cutoff_rad_s: float | None) -> None:
        if cutoff_rad_s is None:
            self._keep, self._gain = 0.0, 1.0 / dt_s
        else:
            product = cutoff_rad_s * dt_s
            self._keep = (2.0 - product) / (2.0 + product)
            self._gain = 2.0 * cutoff_rad_s / (2.0 + product)
        self._angle: Any = 0.0
        self._speed: Any = 0.0

    def reset(self, angle_rad: Angle) -> None:
        """Start at rest at this angle (a stale angle would show up as a huge speed)."""
        self._angle = angle_rad
        self._speed = angle_rad * 0.0

    def reset_rows(self, rows: NDArray[Any], angle_rad: NDArray[np.float64]) -> None:
        """Start again at rest in some rows only, given by index or mask."""
        self._angle[rows] = angle_rad
        self._speed[rows] = 0.0

    def update(self, angle_rad: Angle) -> Angle:
        """Take the angle one period later; return the speed in rad/s, of the same shape."""
        speed: Angle = self._keep * self._speed + self._gain * (angle_rad - self._angle)
        self._angle = angle_rad
        self._speed = speed
        return speed
