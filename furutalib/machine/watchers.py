"""What safety watches, one small class per question; pure, so each is tested by itself.

A watcher is handed every control period as a `Moment` and answers with a `Finding` if the robot
must be switched off. None of them knows of chips, clocks or motors.
"""

from collections import deque
from typing import NamedTuple, Protocol

from furutalib.facts.machine import SafetyLimits
from furutalib.facts.robot import RobotDescription
from furutalib.machine.robot import Flag, Reading
from furutalib.maths.estimator import TURN_RAD

ARM_STOP = "arm stop"  # the cause that ArmStop names
BY_HAND = "turn the arm into its middle by hand, then clear() and reset()"


class Finding(NamedTuple):
    """Why the robot must be switched off, and what a person does next."""

    cause: str  # one or two words, the same for the same fault
    why: str
    what_to_do: str
    blind: bool = False  # what the arm's encoder says cannot be trusted any more


class Moment(NamedTuple):
    """One control period as a watcher sees it."""

    before: Reading
    now: Reading
    periods: float  # from one to the other; 1 unless the loop was late
    late_s: float = 0.0
    health: str = ""


class Watcher(Protocol):
    """Looks at every period; remembers what it needs."""

    def start(self) -> None:
        """Forget the past: an episode begins, or angles were zeroed."""
        ...

    def look(self, moment: Moment) -> Finding | None:
        """What is wrong, if anything is."""
        ...


class _Memoryless:
    def start(self) -> None:
        """Nothing to forget."""


class Chips(_Memoryless):
    """Counters, motor driver and guardian say themselves that something is wrong."""

    _CAUSES = (
        (Flag.COUNTER_SILENT, "counter silent"),
        (Flag.COUNTER_RESTARTED, "counter restarted"),
        (Flag.OVER_CURRENT, "over-current"),
    )
    _BLIND = Flag.COUNTER_SILENT | Flag.COUNTER_RESTARTED
    _ALL = _BLIND | Flag.OVER_CURRENT

    def look(self, moment: Moment) -> Finding | None:
        """Trip on what the flags of the reading or the robot's health say."""
        flags = moment.now.flags
        if not moment.health and not flags & self._ALL:
            return None
        causes = [cause for flag, cause in self._CAUSES if flag & flags]
        cause = causes[0] if causes else "health"
        blind = bool(flags & self._BLIND)
        what_to_do = BY_HAND if blind else "find the reason, then clear() and reset()"
        return Finding(cause, moment.health or f"the robot reports: {cause}", what_to_do, blind)


class LateLoop:
    """Periods that end late, in a row, while the motor is driven.

    The lateness of neighbouring periods adds up, so one that is n periods late and n that are
    each one period late come to the same. With the motor braked, as in most of a reset, nothing
    happens while one waits for a late loop.
    """

    def __init__(self, limits: SafetyLimits, dt_s: float) -> None:
        self._limit = limits.late_periods
        self._dt_s = dt_s
        self._sum = 0.0

    def start(self) -> None:
        """No period has been late."""
        self._sum = 0.0

    def look(self, moment: Moment) -> Finding | None:
        """Trip when the lateness in a row reaches the limit."""
        late = moment.late_s / self._dt_s if moment.now.command else 0.0
        self._sum = self._sum + late if late >= 0.5 else 0.0
        if self._sum < self._limit:
            return None
        return Finding(
            "late loop",
            f"the control loop is {self._sum:.1f} periods late; limit {self._limit:g}",
            "close what else keeps this computer busy (`furuta bench loop` shows it), "
            "then clear() and reset()",
        )


class Jump(_Memoryless):
    """An encoder that changes by more than anything here can turn."""

    def __init__(self, limits: SafetyLimits) -> None:
        self._limit_rad = limits.jump_rad

    def look(self, moment: Moment) -> Finding | None:
        """Trip when an angle changed by more than is believable."""
        before, now = moment.before, moment.now
        limit = self._limit_rad * moment.periods
        arm = abs(now.arm_angle_rad - before.arm_angle_rad)
        pendulum = abs(now.pendulum_angle_rad - before.pendulum_angle_rad)
        if arm <= limit and pendulum <= limit:  # also false for an angle that is not a number
            return None
        name, change = ("pendulum", pendulum) if arm <= limit else ("arm", arm)
        return Finding(
            "jump",
            f"the {name}'s angle changed by {change:.2f} rad in one reading; limit {limit:.2f} rad",
            f"look at the wires of the {name}'s encoder and counter; {BY_HAND}",
            blind=True,
        )


class ArmStop(_Memoryless):
    """The angle at which the arm must not arrive; the brake before it should prevent that."""

    def __init__(self, limits: SafetyLimits) -> None:
        self._limit_rad = limits.arm_stop_rad

    def look(self, moment: Moment) -> Finding | None:
        """Trip when the arm is at the stop."""
        angle = moment.now.arm_angle_rad
        if abs(angle) < self._limit_rad:
            return None
        return Finding(
            ARM_STOP,
            f"the arm is at {angle:+.2f} rad; stop {self._limit_rad:g} rad",
            f"look whether the cable is wound up; {BY_HAND}",
            blind=True,
        )


class ArmSpeed(_Memoryless):
    """How fast the arm turns."""

    def __init__(self, limits: SafetyLimits, dt_s: float) -> None:
        self._limit_rad_s = limits.arm_speed_rad_s
        self._dt_s = dt_s

    def look(self, moment: Moment) -> Finding | None:
        """Trip when the arm turned faster than allowed, on average over the period."""
        change = moment.now.arm_angle_rad - moment.before.arm_angle_rad
        speed = change / (moment.periods * self._dt_s)
        if abs(speed) <= self._limit_rad_s:
            return None
        return Finding(
            "arm speed",
            f"the arm turned at {speed:+.0f} rad/s; limit {self._limit_rad_s:g} rad/s",
            f"lower safety.command if it really was so fast; {BY_HAND}",
            blind=True,
        )


class FrozenArm:
    """The arm's count does not change although the motor is driven clearly beyond its friction.

    Averaged over the periods, so a command that trembles about a push is a push as well; a period
    counts no more than `STRONGEST`, since a short strong push may meet a pendulum that pushes back.
    A command that changes its direction faster than that can hide a frozen encoder.
    """

    CLEARLY = 2.5  # times what overcomes stiction as described; friction is known to 25 % or so
    STRONGEST = 1.25  # times that

    def __init__(self, limits: SafetyLimits, robot: RobotDescription) -> None:
        self._periods = int(limits.frozen_periods)
        self._dead_zone = robot.drive.dead_zone
        breakaway = max(robot.motor.stiction_nm, robot.motor.coulomb_nm)
        stall_nm = (
            robot.motor.torque_constant_nm_a * robot.supply.voltage_v / robot.motor.resistance_ohm
        )
        highest = self._share(limits.command)  # a weaker push than this must do as well
        self._clear = min(self.CLEARLY * breakaway / stall_nm, 0.9 * highest)
        self._shares: deque[float] = deque(maxlen=self._periods)

    def _share(self, command: float) -> float:
        """The signed share of the stall torque that a command makes."""
        beyond = max(0.0, abs(command) - self._dead_zone) / (1.0 - self._dead_zone)
        return beyond if command > 0 else -beyond

    def start(self) -> None:
        """Nothing was driven yet."""
        self._shares.clear()

    def look(self, moment: Moment) -> Finding | None:
        """Trip when the motor was driven for long enough without a count."""
        if moment.now.arm_angle_rad != moment.before.arm_angle_rad:
            self._shares.clear()
            return None
        strongest = self.STRONGEST * self._clear
        self._shares.append(max(-strongest, min(strongest, self._share(moment.now.command))))
        if len(self._shares) < self._periods:
            return None
        if abs(sum(self._shares)) < self._clear * self._periods:
            return None
        return Finding(
            "arm frozen",
            f"the motor is driven, the arm's count has not changed for {self._periods} periods",
            "is the arm jammed, the motor's wire off, or the arm's encoder unplugged? Then "
            + BY_HAND,
            blind=True,
        )


class FrozenPendulum:
    """The pendulum's count stands still although the arm below it accelerates."""

    BEND_RAD = 0.06  # of the arm's way over the periods, against one at constant speed

    def __init__(self, limits: SafetyLimits, robot: RobotDescription) -> None:
        self._periods = int(limits.frozen_periods)
        two_counts = 2.0 * TURN_RAD / robot.sensors.arm_counts_per_turn
        self._bend_rad = max(self.BEND_RAD, two_counts) * (1.0 - 1e-9)
        self._arm: deque[float] = deque(maxlen=self._periods + 1)

    def start(self) -> None:
        """Nothing was seen yet."""
        self._arm.clear()

    def look(self, moment: Moment) -> Finding | None:
        """Trip when the arm's way was bent and the pendulum did not feel it."""
        arm = self._arm
        if moment.now.pendulum_angle_rad != moment.before.pendulum_angle_rad:
            arm.clear()
            return None
        arm.append(moment.now.arm_angle_rad)
        if len(arm) <= self._periods:
            return None
        bend = arm[self._periods // 2] - 0.5 * (arm[0] + arm[-1])
        if abs(bend) < self._bend_rad:
            return None
        return Finding(
            "pendulum frozen",
            f"the arm accelerates, the pendulum's count stands still for {self._periods} periods",
            "is the pendulum's encoder unplugged, or the pendulum held? Then clear() and reset()",
        )


def watchers(limits: SafetyLimits, robot: RobotDescription) -> tuple[Watcher, ...]:
    """All of them; those that name a cause most exactly come first."""
    dt_s = 1.0 / robot.control.rate_hz
    return (
        Chips(),
        LateLoop(limits, dt_s),
        Jump(limits),
        ArmStop(limits),
        ArmSpeed(limits, dt_s),
        FrozenArm(limits, robot),
        FrozenPendulum(limits, robot),
    )
