"""What lesson 08 compares: a recording, and what a described robot makes of the same commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.held_out import look_ahead
from furutalib.learning.identifiable import IDENTIFIABLE, values_of
from furutalib.learning.open_loop import follow
from furutalib.learning.shooting_problem import N, Problem
from furutalib.learning.windows import Piece, cut, pieces
from furutalib.machine.telemetry import Telemetry
from furutalib.view.tracks import ARM, COMMAND, Track, furuta_track

Floats = NDArray[np.float64]
PENDULUM = "pendulum, 0 hangs (°)"
CHANGE = 0.10  # of a parameter, in `shown_by`


@dataclass(frozen=True, eq=False)
class Replay:
    """Angles and commands of one robot over time, shape (n,) each."""

    time_s: Floats
    arm_rad: Floats
    pendulum_rad: Floats
    command: Floats
    robot: RobotDescription

    @property
    def pendulum_deg(self) -> Floats:
        """The pendulum, 0 hangs."""
        return np.asarray(np.degrees(self.pendulum_rad))

    @property
    def arm_deg(self) -> Floats:
        """The arm, as the encoder on the motor's shaft sees it."""
        return np.asarray(np.degrees(self.arm_rad))

    def track(self, name: str) -> Track:
        """For the moving scene, see `furutalib.lessons.notebook.show`."""
        track = furuta_track(name, self.time_s, self.arm_rad, self.pendulum_rad, self.command)
        return dataclass_replace(
            track, signals={PENDULUM: self.pendulum_deg, ARM: self.arm_deg, COMMAND: self.command}
        )


def measured(recording: Telemetry, robot: RobotDescription, seconds: float) -> Replay:
    """The beginning of a recording."""
    piece = _beginning(recording, robot, seconds)
    return _replay(robot, piece, piece.angles)


def replay(recording: Telemetry, robot: RobotDescription, seconds: float) -> Replay:
    """What a described robot does from rest, with the commands of a recording and nothing else."""
    piece = _beginning(recording, robot, seconds)
    states = np.array([[piece.angles[0, 0], 0.0, piece.angles[0, 1], 0.0]])
    motion = follow(robot, values_of(robot)[None], states, np.zeros((1, 2)), piece.commands[None])
    return _replay(robot, piece, motion.angles[0])


def shown_by(recordings: Sequence[Telemetry], robot: RobotDescription) -> Floats:
    """How much each recording tells of each quantity, shape (recordings, quantities).

    By how many of its standard deviations an angle changes within a second (root mean square over
    arm and pendulum), if the quantity were 10 % larger.
    """
    dt_s = 1.0 / robot.control.rate_hz
    rows = []
    for one in recordings:
        problem = Problem(robot, values_of(robot), cut([pieces(one, "")], round(1.0 / dt_s), dt_s))
        slopes = problem.slopes(problem.begin()).angles[..., :N] / problem.angle_sd[:, None]
        rows.append(CHANGE * np.sqrt(np.mean(slopes**2, axis=(0, 1, 2))))
    return np.array(rows)


def as_if_of(recordings: Sequence[Telemetry], robot: RobotDescription) -> list[Telemetry]:
    """The recordings as somebody would have made them who believed something else of the robot."""
    about = {"robot": robot.to_dict()}
    return [dataclass_replace(one, about={**one.about, **about}) for one in recordings]


def names() -> list[str]:
    """Of the quantities, in the order of all arrays."""
    return [one.name for one in IDENTIFIABLE]


def error_ahead(robot: RobotDescription, recordings: Sequence[Telemetry]) -> tuple[Floats, Floats]:
    """How far ahead (s), and by how much the pendulum is off there, root mean square in degrees."""
    ahead = look_ahead(robot, [pieces(one, "") for one in recordings], 1.0)
    misses = np.degrees(ahead.simulated - ahead.measured)[..., 1]
    later = ahead.time_s >= 0.0
    return ahead.time_s[later], np.sqrt(np.mean(misses**2, axis=0))[later]


def _beginning(recording: Telemetry, robot: RobotDescription, seconds: float) -> Piece:
    piece = pieces(recording, "")[0]
    n = min(len(piece.angles) - 1, round(seconds * robot.control.rate_hz))
    before = len(piece.commands) - len(piece.angles) + 1
    return piece._replace(commands=piece.commands[: before + n], angles=piece.angles[: n + 1])


def _replay(robot: RobotDescription, piece: Piece, angles: Floats) -> Replay:
    n = len(piece.angles)
    sent = np.r_[0.0, piece.commands[len(piece.commands) - n + 1 :]]
    return Replay(np.arange(n) / robot.control.rate_hz, angles[:, 0], angles[:, 1], sent, robot)
