"""One try at holding the pendulum up, in slow motion: by a person, or played from a rollout.

Time is injected: `Pace` asks a clock and everything else counts ticks, `TICKS_PER_S` of them in a
second of the learner's time.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import RobotDescription
from furutalib.learning.policy import Policy
from furutalib.learning.rollout import Rollout, collect
from furutalib.learning.stage_parts import DeadZoneCompensation, Delay
from furutalib.learning.tasks import BALANCE
from furutalib.machine.robot import SimulatedRobot, Start

TICKS_PER_S = 50
FELL, LIMIT, HELD = "fell", "arm at its limit", "held to the end"
_MOST_BEHIND = 5  # ticks; a kernel that was busy for longer makes the pendulum wait


class Moment(NamedTuple):
    """What is shown of a try."""

    time_s: float  # of the pendulum, not of the learner
    arm_rad: float
    pendulum_rad: float  # 0 hangs down
    command: float  # asked for; it acts after the delay

    @property
    def from_upright_deg(self) -> float:
        """Angle from upright in degrees, in [-180, 180)."""
        return math.degrees(self.pendulum_rad) % 360.0 - 180.0


class Run(Protocol):
    """A try that goes on tick by tick until `ended` says how it ended."""

    ended: str

    def tick(self, command: float) -> Moment:
        """Go on by one tick; `command` is what the learner asks for now."""


@dataclass(frozen=True)
class Conditions:
    """What is the same for everybody who tries.

    Args:
        robot: the robot, with all its imperfections.
        start: where the pendulum is let go.
        delay_s: from a command to its effect, in place of the robot's own latency.
        duration_s: who holds it so long has won.
        slow: seconds of the learner per second of the pendulum; a whole number.

    Raises:
        ConfigurationError: the delay is negative, or `slow` or the duration is not positive.
    """

    robot: RobotDescription
    start: Start
    delay_s: float
    duration_s: float
    slow: int = 1

    def __post_init__(self) -> None:
        if self.delay_s < 0 or self.duration_s <= 0 or self.slow < 1:
            raise ConfigurationError(
                f"delay {self.delay_s} s, duration {self.duration_s} s, slow motion {self.slow}: "
                "use a delay of 0 or more, a duration above 0 and a slow motion of 1 or more"
            )


class HandRun:
    """A person's try: the plant, moved on by a tick at a time.

    A person sees the pendulum itself and not its encoders; the dead zone is skipped as it is for
    the controllers.
    """

    def __init__(self, conditions: Conditions) -> None:
        self.ended = ""
        self._conditions = conditions
        robot, rate_hz = conditions.robot, float(TICKS_PER_S * conditions.slow)
        fine = robot.with_values({"control.rate_hz": rate_hz, "control.latency_s": 0.0})
        self._plant = SimulatedRobot(fine, "full-encoder_counts")
        self._plant.reset(conditions.start)
        self._delay = Delay(round(conditions.delay_s * rate_hz))
        self._delay.reset(0.0)
        self._skip = DeadZoneCompensation(robot.drive.dead_zone)

    def tick(self, command: float) -> Moment:
        """Go on by one tick of 1 / (TICKS_PER_S slow) seconds."""
        reading = self._plant.step(float(self._skip(self._delay(command))))
        moment = Moment(reading.time_s, reading.arm_angle_rad, reading.pendulum_angle_rad, command)
        if abs(math.radians(moment.from_upright_deg)) > BALANCE.fall_rad:
            self.ended = FELL
        elif abs(moment.arm_rad) > self._conditions.robot.limits.arm_angle_rad:
            self.ended = LIMIT
        elif moment.time_s >= self._conditions.duration_s - 1e-9:
            self.ended = HELD
        return moment


class ReplayRun:
    """A controller's try, computed beforehand and shown as slowly as a person's."""

    def __init__(self, rollout: Rollout, conditions: Conditions) -> None:
        self.ended = ""
        known = int(np.isfinite(rollout.arm_angle_rad[0]).sum())
        start = conditions.start
        rows = (rollout.arm_angle_rad, rollout.pendulum_angle_rad, rollout.command)
        begin = (start.arm_angle_rad, start.pendulum_angle_rad, rollout.command[0, 0])
        self._times_s = np.append(0.0, rollout.time_s[:known])
        self._columns = [
            np.append(first, row[0, :known]) for first, row in zip(begin, rows, strict=True)
        ]
        self._tick_s = 1.0 / (TICKS_PER_S * conditions.slow)
        failed = known < rollout.steps
        self._verdict = (LIMIT if rollout.limit_touched[0] else FELL) if failed else HELD
        self._ticks = 0

    def tick(self, command: float) -> Moment:
        """Go on by one tick; a person's command changes nothing."""
        self._ticks += 1
        time_s = min(self._ticks * self._tick_s, float(self._times_s[-1]))
        if time_s >= self._times_s[-1] - 1e-9:
            self.ended = self._verdict
        arm, pendulum, sent = (float(np.interp(time_s, self._times_s, c)) for c in self._columns)
        return Moment(time_s, arm, pendulum, sent)


def controlled(policy: Policy, conditions: Conditions) -> ReplayRun:
    """The same try by a controller or a policy, at the robot's own control rate."""
    robot = conditions.robot.with_values({"control.latency_s": conditions.delay_s})
    rollout = collect(
        policy, [conditions.start], robot=robot, task="balance", duration_s=conditions.duration_s
    )
    return ReplayRun(rollout, conditions)


class Score:
    """Counts what a try is worth."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._ticks, self._squares = 0, 0.0

    def add(self, moment: Moment) -> None:
        """One more moment of the try."""
        self.seconds = moment.time_s
        self._ticks += 1
        self._squares += moment.from_upright_deg**2

    @property
    def rms_deg(self) -> float:
        """Root of the mean square of the angle from upright so far."""
        return math.sqrt(self._squares / max(1, self._ticks))


class Pace:
    """How many ticks are due by a clock; time in which nobody could ask is left out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begin = clock()
        self._done = 0

    def due(self) -> int:
        """Ticks to do now, at most a few; they count as done."""
        behind = math.floor((self._clock() - self._begin) * TICKS_PER_S + 1e-6) - self._done
        ticks = min(max(behind, 0), _MOST_BEHIND)
        self._begin += (max(behind, 0) - ticks) / TICKS_PER_S
        self._done += ticks
        return ticks

    def wait_s(self) -> float:
        """Seconds until the next tick."""
        return max(0.0, self._begin + (self._done + 1) / TICKS_PER_S - self._clock())
