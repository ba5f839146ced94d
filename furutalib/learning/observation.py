"""From measured angles to what a reward and a policy see; the same for every robot.

Everything works on floats (one pendulum) and on arrays of shape (n,), with the same numpy
functions, so that n pendulums at once give to the last bit what each alone gives.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.rewards import Quantities
from furutalib.maths.estimator import TURN_RAD, VelocityFilter
from furutalib.maths.plant_parameters import filter_cutoff

SPEED_SCALE_RAD_S = 30.0
# One frame. Speeds are scaled since gSDE's noise grows with the size of the network's features.
LAYOUT = (
    "arm_angle_rad / arm limit",
    "cos(pendulum_angle_rad)",
    "sin(pendulum_angle_rad)",
    "arm_speed_rad_s / 30",
    "pendulum_speed_rad_s / 30",
    "previous action",
)
FRAME = len(LAYOUT)
# Values beyond are clipped: those of the arm occur only where its limits end the episode.
HIGHEST_SPEED_RAD_S = 150.0
_HIGHEST = HIGHEST_SPEED_RAD_S / SPEED_SCALE_RAD_S
HIGH = np.array([2.0, 1.0, 1.0, _HIGHEST, _HIGHEST, 1.0], np.float32)
LOW = -HIGH

Floats = NDArray[np.float32]


class Observer:
    """Derives speeds from measured angles and says what was measured by name.

    Args:
        robot: the robot, for its control rate, velocity filter and limits.
        fidelity: which effects are on; without `velocity_filter` speeds are plain differences.
    """

    def __init__(self, robot: RobotDescription, fidelity: str | Iterable[str]) -> None:
        dt_s, cutoff = 1.0 / robot.control.rate_hz, filter_cutoff(robot, fidelity)
        self._arm: VelocityFilter[Any] = VelocityFilter(dt_s, cutoff)
        self._pendulum: VelocityFilter[Any] = VelocityFilter(dt_s, cutoff)
        self._arm_limit_rad = robot.limits.arm_angle_rad
        self._arm_speed_limit_rad_s = robot.limits.arm_speed_rad_s

    def reset(self, arm_angle_rad: Any, pendulum_angle_rad: Any) -> Quantities:
        """Begin at these angles, taken to be at rest: a first reading says nothing of speed."""
        self._arm.reset(arm_angle_rad)
        self._pendulum.reset(pendulum_angle_rad)
        zero = arm_angle_rad * 0.0
        return self._quantities(arm_angle_rad, pendulum_angle_rad, zero, zero, zero, zero)

    def reset_rows(
        self, rows: NDArray[Any], arm_angle_rad: Any, pendulum_angle_rad: Any
    ) -> Quantities:
        """Begin anew in some rows only; the quantities of these rows."""
        self._arm.reset_rows(rows, arm_angle_rad)
        self._pendulum.reset_rows(rows, pendulum_angle_rad)
        zero = arm_angle_rad * 0.0
        return self._quantities(arm_angle_rad, pendulum_angle_rad, zero, zero, zero, zero)

    def update(
        self, arm_angle_rad: Any, pendulum_angle_rad: Any, action: Any, previous_action: Any
    ) -> Quantities:
        """What was measured one control period later, after `action`."""
        return self._quantities(
            arm_angle_rad,
            pendulum_angle_rad,
            self._arm.update(arm_angle_rad),
            self._pendulum.update(pendulum_angle_rad),
            action,
            previous_action,
        )

    def _quantities(
        self, arm: Any, pendulum: Any, arm_speed: Any, pendulum_speed: Any, action: Any, before: Any
    ) -> Quantities:
        # numpy gives the same bits for a float (a test compares them) and takes thrice as long
        cosine = math.cos(pendulum) if isinstance(pendulum, float) else np.cos(pendulum)
        return Quantities(
            arm,
            pendulum,
            pendulum - TURN_RAD * (pendulum // TURN_RAD) - math.pi,
            -cosine,
            arm_speed,
            pendulum_speed,
            action,
            before,
            (abs(arm) > self._arm_limit_rad) | (abs(arm_speed) > self._arm_speed_limit_rad_s),
        )


def frame(q: Quantities, arm_limit_rad: float) -> Floats:
    """One frame, in the order of LAYOUT; shape (6,), or (n, 6) for n pendulums."""
    alpha = q.pendulum_angle_rad
    values = (
        q.arm_angle_rad / arm_limit_rad,
        -q.height,
        math.sin(alpha) if isinstance(alpha, float) else np.sin(alpha),
        q.arm_speed_rad_s / SPEED_SCALE_RAD_S,
        q.pendulum_speed_rad_s / SPEED_SCALE_RAD_S,
        q.action,
    )
    array = np.array(values, np.float32)
    if array.ndim == 1:
        clip = q.limit_touched or abs(q.pendulum_speed_rad_s) > HIGHEST_SPEED_RAD_S
        return np.minimum(np.maximum(array, LOW), HIGH) if clip else array
    clipped = np.minimum(np.maximum(array, LOW[:, None]), HIGH[:, None])
    return np.ascontiguousarray(clipped.T)


class History:
    """The last `length` frames side by side, oldest first; length 0 is a frame without its action.

    The action, last in a frame, is the one that led to it.

    Args:
        length: how many frames.
        frame_size: numbers in one frame, the action included.
    """

    def __init__(self, length: int, frame_size: int = FRAME) -> None:
        self._length = length
        self._frame = frame_size
        self._frames: Floats = np.zeros(0, np.float32)

    def spread(self, bounds: Floats) -> Floats:
        """Bounds of an observation from those of a frame."""
        return self._repeated(bounds)

    def reset(self, first: Floats) -> Floats:
        """Begin with `first`, shape (frame_size,) or (n, frame_size), as if it had long been so."""
        self._frames = self._repeated(first)
        return self._frames.copy()

    def reset_rows(self, rows: NDArray[Any], first: Floats) -> Floats:
        """Begin anew in some rows only; the observations of these rows."""
        repeated = self._repeated(first)
        if self._length > 1:
            self._frames[rows] = repeated
        return repeated

    def update(self, newest: Floats) -> Floats:
        """The observation after this frame; a new array."""
        if self._length > 1:
            self._frames = np.concatenate((self._frames[..., self._frame :], newest), axis=-1)
            return self._frames.copy()
        return newest if self._length else np.ascontiguousarray(newest[..., :-1])

    def _repeated(self, first: Floats) -> Floats:
        if self._length == 0:
            return np.ascontiguousarray(first[..., :-1])
        return np.concatenate((first,) * self._length, axis=-1)
