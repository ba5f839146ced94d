"""Policies that do as they are told: commands from a list, a rule from a cell, a spinner."""

from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.controllers import Actions, EnergySwingUp, Values, read_frame
from furutalib.learning.stages import WrapperSettings


class Replay:
    """Sends a list of commands, whatever it sees; after the last one, 0.

    Args:
        commands: shape (n, T) for n pendulums, or (1, T) for any number; in [-1, 1].
    """

    def __init__(self, commands: NDArray[np.float64]) -> None:
        self._commands = np.atleast_2d(commands).astype(np.float32)
        self._wrappers = WrapperSettings(history=1)
        self.reset()

    @property
    def wrappers(self) -> WrapperSettings:
        """One frame, and nothing between the commands and the robot."""
        return self._wrappers

    def reset(self, n: int = 1) -> None:
        """Begin with the first command again."""
        self._period = 0

    def act(self, observation: NDArray[np.float32]) -> Actions:
        """The next command for each of the n rows of `observation`; shape (n, 1)."""
        period, last = self._period, self._commands.shape[1]
        self._period += 1
        now = self._commands[:, period] if period < last else np.zeros(1, np.float32)
        return np.broadcast_to(now, len(observation))[:, np.newaxis].copy()


@dataclass(frozen=True)
class Situation:
    """What was measured of one pendulum, as plain numbers."""

    arm_angle_rad: float
    pendulum_angle_rad: float  # in (-pi, pi], 0 hangs down
    from_upright_rad: float
    arm_speed_rad_s: float
    pendulum_speed_rad_s: float
    previous_action: float


class Rule:
    """A learner's rule as a policy; it is asked for one pendulum after the other.

    Args:
        robot: the robot; its dead zone is compensated.
        rule: from a situation to a command, which is then clipped to [-1, 1].
    """

    def __init__(self, robot: RobotDescription, rule: Callable[[Situation], float]) -> None:
        self._rule = rule
        self._arm_limit_rad = robot.limits.arm_angle_rad
        self._wrappers = WrapperSettings(history=1, dead_zone_compensation=robot.drive.dead_zone)

    @property
    def wrappers(self) -> WrapperSettings:
        """The same as those of the library's controllers."""
        return self._wrappers

    def reset(self, n: int = 1) -> None:
        """A rule remembers nothing."""

    def act(self, observation: NDArray[np.float32]) -> Actions:
        """Observations (n, 6) to actions (n, 1) in [-1, 1]."""
        columns = np.array(astuple(read_frame(observation, self._arm_limit_rad)))
        commands = [float(self._rule(Situation(*row))) for row in columns.T.tolist()]
        return np.clip(commands, -1.0, 1.0).astype(np.float32)[:, np.newaxis]


class Spinner(EnergySwingUp):
    """Pumps beyond what standing upright takes, so that the pendulum goes round and round.

    Args:
        robot: the robot.
        surplus: energy that it aims at above that of standing upright, in units of m g l.
    """

    def __init__(self, robot: RobotDescription, surplus: float = 0.6) -> None:
        super().__init__(robot)
        self._surplus = surplus

    def energy(self, angle_rad: Values, speed_rad_s: Values) -> Values:
        """Energy scaled so that 2, where pumping ends, stands for upright and the surplus."""
        return super().energy(angle_rad, speed_rad_s) * (2.0 / (2.0 + self._surplus))
