"""How far a description's simulation is from a recording that it was not fitted to.

Pieces of a recording: the first fifth of a second says where the pendulum and the arm are and how
fast; from there on the plant follows the recorded commands alone, and nothing corrects it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.identifiable import values_of
from furutalib.learning.open_loop import follow
from furutalib.learning.windows import Piece, cut
from furutalib.maths.plant_parameters import PAST_COMMANDS

Floats = NDArray[np.float64]
KNOWN_S, AHEAD_S = 0.2, 0.5
_STEPS = np.array([0.002, 0.05, 0.002, 0.02])
_ROUNDS = 4
_SPREAD = np.array([0.01, 1.0, 0.002, 0.3])  # of a first guess: rad, rad/s


@dataclass(frozen=True, eq=False)
class Ahead:
    """Predictions of m pieces beside what was measured.

    Attributes:
        time_s: shape (periods + 1,); from 0 on nothing corrects the simulation.
        simulated, measured: arm and pendulum, rad, shape (m, periods + 1, 2).
    """

    time_s: Floats
    simulated: Floats
    measured: Floats

    @property
    def rms_deg(self) -> float:
        """Root mean square of the pendulum's error after the moment 0, in degrees."""
        misses = (self.simulated - self.measured)[:, self.time_s > 0.0, 1]
        return float(np.degrees(np.sqrt(np.mean(misses**2))))


def look_ahead(
    robot: RobotDescription, recordings: Sequence[Sequence[Piece]], ahead_s: float = AHEAD_S
) -> Ahead:
    """Predict every piece of some recordings, with a described robot.

    Raises:
        IdentificationError: no recording is long enough.
    """
    dt_s = 1.0 / robot.control.rate_hz
    known, ahead = round(KNOWN_S / dt_s), round(ahead_s / dt_s)
    windows = cut(recordings, known + ahead, dt_s)
    guess = windows.guess()
    gap = np.c_[np.sign(guess[:, 1]), np.zeros(len(guess))]
    states = _settle(robot, windows.angles[:, : known + 1], guess, gap, windows.commands)
    values = np.repeat(values_of(robot)[None], len(guess), axis=0)
    motion = follow(robot, values, states, gap, windows.commands)
    time_s = np.arange(-known, ahead + 1, dtype=np.float64) * dt_s
    return Ahead(time_s, motion.angles, windows.angles)


def _settle(
    robot: RobotDescription, measured: Floats, guess: Floats, gap: Floats, commands: Floats
) -> Floats:
    """The states that fit the first readings best, by some steps of Gauss and Newton."""
    sensors = robot.sensors
    counts = np.array([sensors.arm_counts_per_turn, sensors.pendulum_counts_per_turn])
    sd = np.maximum(2.0 * np.pi / counts / np.sqrt(12.0), 1e-3)
    n, known = len(guess), measured.shape[1] - 1
    commands = commands[:, : PAST_COMMANDS + known]
    values = np.repeat(values_of(robot)[None], 5 * n, axis=0)
    states = guess.copy()
    for _ in range(_ROUNDS):
        many = np.repeat(states[None], 5, axis=0)
        for one in range(4):
            many[1 + one, :, one] += _STEPS[one]
        motion = follow(
            robot, values, many.reshape(-1, 4), np.tile(gap, (5, 1)), np.tile(commands, (5, 1))
        )
        angles = motion.angles.reshape(5, n, known + 1, 2) / sd
        misses = (angles[0] - measured / sd).reshape(n, -1)
        slopes = np.moveaxis(angles[1:] - angles[0], 0, -1).reshape(n, -1, 4) / _STEPS
        matrix = np.einsum("nki,nkj->nij", slopes, slopes) + np.diag(1.0 / _SPREAD**2)
        gradient = np.einsum("nki,nk->ni", slopes, misses) + (states - guess) / _SPREAD**2
        states -= np.linalg.solve(matrix, gradient[..., None])[..., 0]
    return states
