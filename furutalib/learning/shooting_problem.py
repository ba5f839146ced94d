"""Multiple shooting as a problem: what is unknown, what it is compared with, and how well it fits.

Each window of a recording is simulated from its own beginning, which is unknown as well; so nothing
has to be right for longer than a window, and a poor first guess does no harm. That a window begins
where the one before it ends is asked for too, softly: what the model does not know may push a
little between them. Residuals far off weigh less (Cauchy), so that one knock does not bend it all.

Unknowns, in this order: the logarithms of the quantities' factors; for each recording, by how much
its pendulum's zero is off (friction lets it rest beside the lowest point); each window's state.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.identifiable import (
    BACKLASH,
    IDENTIFIABLE,
    PENDULUM_COULOMB,
    PENDULUM_VISCOUS,
    STICTION,
)
from furutalib.learning.open_loop import Motion, follow
from furutalib.learning.windows import Windows
from furutalib.maths.estimator import TURN_RAD

Floats = NDArray[np.float64]
N = len(IDENTIFIABLE)
FAR = 3.0  # standard deviations: residuals beyond weigh less and less
PRIOR_SD = 0.5  # of a factor's logarithm: little, it keeps what cannot be seen in place
HELD_SD = 1e-6  # of one that is not searched for
ZERO_SD_RAD = 0.006  # of the pendulum's zero
LEAST_SD_RAD = 5e-4  # of an angle, whatever its encoder can tell
JOINT_SD = np.array([0.004, 0.15, 7e-4, 0.02])  # between windows: rad, rad/s of shaft and pendulum
REST_SD = np.array([0.02, 0.005])  # of the speeds in a recording's beginning
# How far each unknown is moved to see what it does. Stiction acts at an instant, and within one
# control period nothing tells one instant from another: only a large step sees it.
FACTOR_STEPS = np.full(N, 0.01)
FACTOR_STEPS[STICTION] = 0.06
FACTOR_STEPS[[PENDULUM_VISCOUS, PENDULUM_COULOMB, BACKLASH]] = 0.03
STATE_STEPS = np.array([0.002, 0.05, 0.002, 0.02])


@dataclass(frozen=True, eq=False)
class Point:
    """One value for each unknown."""

    logs: Floats  # shape (N,)
    zeros: Floats  # shape (recordings,), in units of ZERO_SD_RAD
    states: Floats  # shape (windows, 4)
    gap: Floats  # shape (windows, 2): carried on from step to step, not searched for

    def moved(self, by: Floats, at_most: float) -> "Point":
        """Further on by a step of all unknowns; a logarithm moves by `at_most`."""
        shared = N + len(self.zeros)
        return replace(
            self,
            logs=self.logs + np.clip(by[:N], -at_most, at_most),
            zeros=self.zeros + by[N:shared],
            states=self.states + by[shared:].reshape(self.states.shape),
        )


@dataclass(frozen=True, eq=False)
class Slopes:
    """How a motion answers to small changes of each window's N + 4 unknowns.

    Trust is near 1 where the answer to a change and to its opposite are alike, and near 0 after a
    knock in the gears that a change brings about or not.
    """

    motion: Motion
    angles: Floats  # shape (windows, periods + 1, 2, N + 4)
    ends: Floats  # shape (windows, 4, N + 4)
    angle_trust: Floats
    end_trust: Floats


class Problem:
    """Recordings, and what is held of the robot.

    Args:
        robot: what is held.
        values: of the quantities, which the search begins at, shape (N,).
        windows: the recordings.
        held: which quantities stay as they are, by their numbers.
    """

    def __init__(
        self,
        robot: RobotDescription,
        values: Floats,
        windows: Windows,
        held: Collection[int] = (),
    ) -> None:
        self.robot, self.values, self.windows = robot, values, windows
        self.prior_sd = np.full(N, PRIOR_SD)
        self.prior_sd[list(held)] = HELD_SD
        self.later = np.flatnonzero(windows.follows).tolist()
        sensors = robot.sensors
        counts = np.array([sensors.arm_counts_per_turn, sensors.pendulum_counts_per_turn])
        self._count_sd = np.maximum(TURN_RAD / counts / np.sqrt(12.0), LEAST_SD_RAD)
        self.tolerate(1.0)

    def tolerate(self, times: float) -> None:
        """Widen the tolerances: of the pendulum's angle, and of what is between windows."""
        self.angle_sd = self._count_sd * np.array([1.0, times])
        self.joint_sd = JOINT_SD * times

    def begin(self) -> Point:
        """The point to begin at."""
        n, recordings = len(self.windows), int(self.windows.recording.max()) + 1
        return Point(np.zeros(N), np.zeros(recordings), self.windows.guess(), np.zeros((n, 2)))

    def follow(self, point: Point) -> Motion:
        """All windows as simulated."""
        return self._follow(point.logs[None], point.states[None], point.gap)

    def misses(self, motion: Motion, point: Point) -> Floats:
        """Simulated minus measured angles in rad, shape (windows, periods + 1, 2)."""
        misses = motion.angles - self.windows.angles
        misses[..., 1] += ZERO_SD_RAD * point.zeros[self.windows.recording][:, None]
        return misses

    def joints(self, motion: Motion, point: Point) -> Floats:
        """By how much windows begin beside the end of those before them, shape (joints, 4)."""
        before = [k - 1 for k in self.later]
        steps: Floats = motion.end[before] - point.states[self.later]
        return steps

    def costs(self, motion: Motion, point: Point) -> Floats:
        """What each window's angles cost."""
        each: Floats = robust(self.misses(motion, point) / self.angle_sd).sum(axis=(1, 2))
        return each

    def cost(self, motion: Motion, point: Point) -> float:
        """What all of it costs."""
        joints = robust(self.joints(motion, point) / self.joint_sd)
        resting = point.states[self.windows.at_rest][:, [1, 3]] / REST_SD
        before = (
            np.sum(resting**2) + np.sum((point.logs / self.prior_sd) ** 2) + np.sum(point.zeros**2)
        )
        return float(self.costs(motion, point).sum() + joints.sum() + 0.5 * before)

    def scan(self, point: Point, which: int, logs: Floats) -> Floats:
        """What all angles cost with other values of one logarithm, shape of `logs`."""
        many = np.repeat(point.logs[None], len(logs), axis=0)
        many[:, which] = logs
        motion = self._follow(many, np.repeat(point.states[None], len(logs), axis=0), point.gap)
        angles = motion.angles.reshape(len(logs), *self.windows.angles.shape)
        costs = [self.costs(Motion(one, motion.end, motion.gap), point).sum() for one in angles]
        return np.array(costs)

    def slopes(self, point: Point) -> Slopes:
        """Central differences for all unknowns, in one batch."""
        unknowns, n = N + 4, len(self.windows)
        logs = np.repeat(point.logs[None], 1 + 2 * unknowns, axis=0)
        states = np.repeat(point.states[None], 1 + 2 * unknowns, axis=0)
        for side, begin in ((1.0, 1), (-1.0, 1 + unknowns)):
            logs[begin + np.arange(N), np.arange(N)] += side * FACTOR_STEPS
            for one in range(4):
                states[begin + N + one, :, one] += side * STATE_STEPS[one]
        motion = self._follow(logs, states, point.gap)
        angles = motion.angles.reshape(len(logs), n, -1, 2)
        ends = motion.end.reshape(len(logs), n, 4)
        by_angles, angle_trust = _differences(angles, self.angle_sd)
        by_ends, end_trust = _differences(ends, self.joint_sd)
        now = Motion(angles[0], ends[0], motion.gap[:n])
        return Slopes(now, by_angles, by_ends, angle_trust, end_trust)

    def _follow(self, logs: Floats, states: Floats, gap: Floats) -> Motion:
        """All windows with each of some sets of logarithms (m, N) and states (m, windows, 4)."""
        many, n = len(logs), len(self.windows)
        values = np.repeat(self.values * np.exp(logs), n, axis=0)
        commands = np.tile(self.windows.commands, (many, 1))
        return follow(self.robot, values, states.reshape(-1, 4), np.tile(gap, (many, 1)), commands)


def robust(values: Floats) -> Floats:
    """Half a square near 0, a logarithm far from it (Cauchy's)."""
    loss: Floats = 0.5 * FAR**2 * np.log1p((values / FAR) ** 2)
    return loss


def _differences(values: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Slopes by each unknown, in a last axis, and trust; the first row is where nothing changed."""
    steps = np.r_[FACTOR_STEPS, STATE_STEPS]
    up, down = values[1 : 1 + len(steps)], values[1 + len(steps) :]
    slopes: Floats = np.moveaxis(up - down, 0, -1) / (2.0 * steps)
    even = np.arange(len(steps)) != STICTION
    bend = np.abs(up + down - 2.0 * values[0])[even].max(axis=0)
    return slopes, 1.0 / (1.0 + (bend / sd) ** 2)
