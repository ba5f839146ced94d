"""A driven robot for tests: the simulated plant behind incremental encoders, with faults to switch.

It is what safety and reset see of a robot with a motor; the chips are left out.
"""

import math

from furutalib.facts.errors import GuardianError
from furutalib.facts.robot import RobotDescription
from furutalib.machine.robot import Flag, Reading, SimulatedRobot, Start
from furutalib.maths.plant_parameters import S

TURN = 2.0 * math.pi


class FakeDriven:
    """Counters are 0 where the robot stands at the start, wherever that is."""

    def __init__(self, description: RobotDescription, start: Start | None = None) -> None:
        self.plant = SimulatedRobot(description)
        self.description, self.fidelity = description, self.plant.fidelity
        self.plant.reset(start)
        self.enabled = False
        self.fails_to_disarm = False
        self.arms = 0
        self.sent: list[float] = []  # every command that was put on the motor while it was on
        self.late_s = 0.0
        self.trouble = ""
        self.flags = Flag.NONE
        self.error: BaseException | None = None  # what the next periods raise
        self.frozen_arm = self.frozen_pendulum = self.jammed = False
        self.pendulum_slip = 1.0  # share of the pendulum's counts that are seen
        self.sign = 1.0  # -1: the motor's wires are swapped
        self._seen = [0, 0]
        self._counted = [0.0, 0.0]
        self._before = self._true_counts()
        self._zero = [0, 0]
        self._periods = -1
        self.closed = False

    @property
    def dt(self) -> float:
        return self.plant.dt

    @property
    def true_arm_rad(self) -> float:
        return float(self.plant._state[S.THETA])

    @property
    def true_pendulum_rad(self) -> float:
        return float(self.plant._state[S.ALPHA])

    def place(self, start: Start) -> None:
        """Put the robot somewhere by hand; the counters follow."""
        self.plant.reset(start)
        self._count()

    def jump(self, arm: int = 0, pendulum: int = 0) -> None:
        """A counter shows something else from one reading to the next."""
        self._counted[0] += arm
        self._counted[1] += pendulum

    # ------------------------------------------------------------------ a driven robot
    def arm(self) -> None:
        self.enabled = True
        self.arms += 1

    def disarm(self) -> None:
        if self.fails_to_disarm:
            raise GuardianError("the guardian is dead")
        self.enabled = False

    def stop(self) -> None:
        self.stopped = True

    def reset(self, start: Start | None = None) -> Reading:
        self._periods = 0
        return self._read(0.0)

    def step(self, action: float) -> Reading:
        assert not self.closed
        self.stopped = False
        return self._period(action)

    def rest(self) -> Reading:
        self.stopped = True
        return self._period(0.0)

    def counts(self) -> tuple[int, int]:
        return self._seen[0], self._seen[1]

    def zero(self, arm: bool = True, pendulum: bool = True) -> None:
        self._zero = [
            seen if wanted else zero
            for seen, zero, wanted in zip(self._seen, self._zero, (arm, pendulum), strict=True)
        ]

    def health(self) -> str:
        return self.trouble

    def clear(self) -> None:
        self.trouble, self.flags = "", Flag.NONE

    def close(self) -> None:
        self.closed, self.enabled = True, False

    # ------------------------------------------------------------------ inside
    def _period(self, command: float) -> Reading:
        if self.error is not None:
            raise self.error
        acts = command if self.enabled else 0.0
        self.sent.append(acts)
        kept = self.plant._state.copy()
        self.plant.step(self.sign * acts)
        if self.jammed:
            for joint in (S.THETA, S.ROTOR):
                self.plant._state[joint] = kept[joint]
            for speed in (S.THETA_SPEED, S.ROTOR_SPEED):
                self.plant._state[speed] = 0.0
        self._periods += 1 + round(self.late_s / self.dt)
        return self._read(command)

    def _true_counts(self) -> list[float]:
        sensors = self.description.sensors
        return [
            round(float(self.plant._state[S.ROTOR]) / TURN * sensors.arm_counts_per_turn),
            round(self.true_pendulum_rad / TURN * sensors.pendulum_counts_per_turn),
        ]

    def _count(self) -> None:
        now = self._true_counts()
        seen = (0.0 if self.frozen_arm else 1.0), self.pendulum_slip
        for which in (0, 1):
            self._counted[which] += seen[which] * (now[which] - self._before[which])
        self._before = now
        arm, pendulum = round(self._counted[0]), round(self._counted[1])
        self._seen = [arm, self._seen[1] if self.frozen_pendulum else pendulum]

    def _read(self, command: float) -> Reading:
        self._count()
        sensors = self.description.sensors
        arm = (self._seen[0] - self._zero[0]) * TURN / sensors.arm_counts_per_turn
        pendulum = (self._seen[1] - self._zero[1]) * TURN / sensors.pendulum_counts_per_turn
        return Reading(self._periods * self.dt, arm, pendulum, command, self.flags)
