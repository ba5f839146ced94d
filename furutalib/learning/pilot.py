"""A policy's eyes and hands on a robot, period by period; numpy alone, so that a board can.

It shows the policy what `FurutaEnv` would and turns what it says into the same commands (a test
compares both), without rewards and without gymnasium.
"""

from typing import Any

from furutalib.learning.observation import Floats, History, Observer, frame
from furutalib.learning.policy import Policy
from furutalib.learning.rewards import Quantities
from furutalib.learning.stages import build_stages
from furutalib.machine.robot import Reading, Robot


class Pilot:
    """Drives one robot by a policy. In each period: `command`, step the robot, `see`.

    Args:
        policy: what decides; its wrappers are used, their randomisation is not.
        robot: whose readings are seen; nothing is sent to it.
    """

    def __init__(self, policy: Policy, robot: Robot) -> None:
        description = robot.description
        self._policy = policy
        self._observer = Observer(description, robot.fidelity)
        self._stages = build_stages(policy.wrappers, description.control.rate_hz)
        self._history = History(policy.wrappers.history)
        self._buckets = policy.wrappers.action_mode == "buckets"
        self._arm_limit_rad = description.limits.arm_angle_rad

    def begin(self, first: Reading) -> Quantities:
        """Begin an episode with this reading; what it says."""
        q = self._observer.reset(first.arm_angle_rad, first.pendulum_angle_rad)
        self._policy.reset()
        self._stages.reset(0.0)
        self._observation: Floats = self._history.reset(frame(q, self._arm_limit_rad))
        self._level = self._previous = 0.0
        self._left = 0  # periods for which the action is still held
        return q

    def command(self) -> float:
        """What to send to the robot for the next period, in [-1, 1].

        Raises:
            PolicyError: the policy wants another observation than its wrappers give.
        """
        if self._left == 0:
            self._level = float(self._stages.action(self._choice()))
            self._left = self._stages.repeat
        return float(self._stages.command(self._level))

    def see(self, reading: Reading) -> Quantities:
        """Take in what was measured after the period; what it says."""
        q = self._observer.update(
            reading.arm_angle_rad, reading.pendulum_angle_rad, self._level, self._previous
        )
        self._previous = self._level
        self._left -= 1
        if self._left == 0:
            self._observation = self._history.update(frame(q, self._arm_limit_rad))
        return q

    def _choice(self) -> Any:
        said = self._policy.act(self._observation)
        return said if self._buckets else said.item()
