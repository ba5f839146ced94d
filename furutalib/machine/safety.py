"""Safety, between whoever gives commands and the robot: limits, watchers and the trip.

`SafeRobot` is around every robot that has a motor. It knows nothing of tasks and rewards, and all
that it limits is in `SafetyLimits`. A trip is latched: the motor is stopped, the arm braked until
it is still, the motor driver switched off; then every step raises until somebody calls `clear()`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self, cast

from furutalib.facts.errors import ActionError, SafetyTrip, SequenceError
from furutalib.facts.machine import SafetyLimits
from furutalib.machine.arm_limit import ArmLimit
from furutalib.machine.reset import HangAtRest
from furutalib.machine.robot import Flag, Reading, Robot, Start
from furutalib.machine.undriven import as_driven
from furutalib.machine.watchers import Finding, Moment, watchers
from furutalib.maths.estimator import TURN_RAD

LONGEST_BRAKING_S = 0.5


@dataclass(frozen=True)
class Trip:
    """Why safety switched the robot off, and what a person does next."""

    cause: str  # one or two words, the same for the same fault
    why: str
    what_to_do: str
    reading: Reading  # the one that caused it, flagged TRIPPED

    def __str__(self) -> str:
        return f"safety has tripped: {self.why}. What to do: {self.what_to_do}"


class SafeRobot:
    """A robot that cannot be driven beyond its limits.

    Args:
        robot: simulated, emulated or real.
        limits: what it is kept from.
        on_trip: told of every trip, after the motor is off; for telemetry.
        hang: how a driven robot is brought to hang at rest in a reset; by default
            `furutalib.machine.reset.HangAtRest()`. A simulated one is just placed.

    `listeners` are told the command asked for and the reading of every period, those of a reset
    and the one that tripped among them; the time that they take is missing to the next period.
    """

    def __init__(
        self,
        robot: Robot,
        limits: SafetyLimits,
        on_trip: Callable[[Trip], None] | None = None,
        hang: HangAtRest | None = None,
    ) -> None:
        self.inner = robot
        self.limits = limits
        self.description = robot.description
        self.fidelity = robot.fidelity
        self.trip: Trip | None = None
        self.listeners: list[Callable[[float, Reading], None]] = []
        self._driven = as_driven(robot)
        self._places_itself = self._driven is not robot
        self._hang = hang or HangAtRest()
        self._on_trip = on_trip
        self._arm_limit = ArmLimit(limits, robot.description)
        self._watchers = watchers(limits, robot.description)
        self._one_count = TURN_RAD / robot.description.sensors.arm_counts_per_turn
        self._last: Reading | None = None  # None: a step needs a reset
        self._asked_to_stop = ""
        self._asked = 0.0
        self._arm_is_known = False  # that the arm's angle 0 is its middle

    @property
    def dt(self) -> float:
        """Control period in seconds."""
        return self.inner.dt

    def reset(self, start: Start | None = None) -> Reading:
        """Begin an episode: a driven robot is brought to hang at rest, its motor on.

        Raises:
            SafetyTrip: it has tripped and was not cleared, or trips on the way.
            ResetError: the pendulum cannot be brought to hang at rest; the motor is off.
        """
        self._refuse_if_tripped()
        self._last = None
        try:
            reading = self.inner.reset(start)
            if not self._places_itself:
                reading = self._bring_to_rest(start)
        except SafetyTrip:
            raise
        except BaseException:
            self.off()
            raise
        self._begin(reading)
        return reading

    def begin_here(self) -> Reading:
        """Begin an episode where the robot stands, at rest, its motor on.

        Raises:
            SafetyTrip: it has tripped and was not cleared.
            ChipError, GuardianError: it is not well; the motor is off.
        """
        self._refuse_if_tripped()
        try:
            self._driven.arm()
            reading = self.inner.reset()
        except BaseException:
            self.off()
            raise
        self._begin(reading)
        return reading

    def step(self, action: float) -> Reading:
        """Apply a command for one control period; return what was measured after it.

        A command beyond the limit, or one that would carry the arm beyond its own, is turned
        down; the reading says the command really sent, flagged LIMITED.

        Raises:
            ActionError: the command is not a number in [-1, 1]; the motor is stopped.
            SafetyTrip: the robot trips now, or has tripped and was not cleared.
            SequenceError: the robot was not reset since it was made, switched off or cleared.
        """
        self._refuse_if_tripped()
        if self._last is None:
            raise SequenceError("step() before reset(): the motor is off; call reset() first")
        asked = self._asked = self._checked(action)
        sent = self._arm_limit.allow(asked)
        reading = self._guarded(lambda: self._driven.step(sent))
        if sent != asked:
            reading = reading._replace(flags=reading.flags | Flag.LIMITED)
        self._tell(reading)
        return reading

    def rest(self) -> Reading:
        """Let one control period pass with the motor braked, watched as any other.

        Raises:
            SafetyTrip: the robot trips now, or has tripped and was not cleared.
            SequenceError: the robot was not reset since it was made, switched off or cleared.
        """
        self._refuse_if_tripped()
        self._asked = 0.0
        reading = self._guarded(self._driven.rest)
        self._tell(reading)
        return reading

    def park(self) -> None:
        """End an episode before `off`: turn the arm into its middle, gently.

        A pendulum that swings drags an arm along that is braked or coasts, and one that began at
        its limit would wind its cable up. A robot without a motor to switch needs none of this.

        Raises:
            SafetyTrip: it trips on the way.
        """
        if self._last is not None and self._arm_is_known:
            self._hang.centre(self, self.description)

    def zero(self, arm: bool = True, pendulum: bool = True) -> None:
        """Call the present angles of a driven robot 0; both joints must be at rest."""
        self._driven.zero(arm, pendulum)
        self._begin(self._driven.rest())

    def off(self) -> None:
        """Motor off, on purpose: after an episode, before anything that takes long.

        The next step needs a reset.
        """
        self._last = None
        self._driven.stop()
        self._driven.disarm()

    @property
    def stopped(self) -> str:
        """Why nothing moves it until somebody calls `clear`; empty if something may."""
        return str(self.trip) if self.trip else self._asked_to_stop

    @property
    def arm_is_known(self) -> bool:
        """Whether the arm's angle 0 is its middle; if not, turn it there before the next reset."""
        return self._arm_is_known

    def emergency_stop(self, why: str = "somebody pressed the emergency stop") -> None:
        """Stop the motor at once, from any thread; the step after it trips."""
        self._asked_to_stop = why
        self._driven.stop()

    def clear(self) -> None:
        """Forget the trip, on purpose; also what is latched in the robot's chips.

        Raises:
            ChipError: a chip still does not answer; the robot stays tripped.
        """
        self._driven.clear()
        self._asked_to_stop = ""
        self._last = None
        self.trip = None

    def close(self) -> None:
        """Motor off, then let go of everything; a second call does nothing."""
        self._last = None
        self._driven.stop()
        self.inner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ------------------------------------------------------------------ inside
    def _bring_to_rest(self, start: Start | None) -> Reading:
        self._driven.arm()
        self._begin(self._driven.rest())
        self._hang(self, self.description, self._arm_is_known)
        self._arm_is_known = True
        return self.inner.reset(start)

    def _begin(self, reading: Reading) -> None:
        """From here on, at rest."""
        self._last = reading
        self._arm_limit.start(reading)
        for watcher in self._watchers:
            watcher.start()

    def _checked(self, action: Any) -> float:
        """The action as a number, or the motor is stopped and the caller told."""
        try:
            command = float(action) if not isinstance(action, str | bytes) else math.nan
        except (TypeError, ValueError, OverflowError):
            command = math.nan
        if not -1.0 <= command <= 1.0:
            self._driven.stop()
            raise ActionError(
                f"action = {action!r}; it must be a number in [-1, 1]; the motor is stopped"
            )
        return command

    def _guarded(self, period: Callable[[], Reading]) -> Reading:
        """Let one period pass; whatever goes wrong in it, the motor is off afterwards."""
        if self._last is None:
            raise SequenceError("rest() before reset(): the motor is off; call reset() first")
        before = self._last
        try:
            reading = period()
        except (ActionError, SequenceError):
            self.off()
            raise
        except Exception as error:
            finding = Finding(
                "robot failed",
                f"the robot failed in a step: {type(error).__name__}: {error}",
                "find the reason, then clear() and reset()",
                blind=True,
            )
            raise self._trip(finding) from error
        except BaseException:  # Ctrl-C and the like
            self.off()
            raise
        self._look(before, reading)
        return reading

    def _look(self, before: Reading, reading: Reading) -> None:
        periods = max(1.0, (reading.time_s - before.time_s) / self.dt)
        moment = Moment(before, reading, periods, self._driven.late_s, self._driven.health())
        self._last = reading
        self._arm_limit.see(reading, periods)
        for watcher in self._watchers:
            finding = watcher.look(moment)
            if finding:
                raise self._trip(finding)

    def _refuse_if_tripped(self) -> None:
        if self.trip:
            raise SafetyTrip(str(self.trip))
        if self._asked_to_stop:
            why = self._asked_to_stop
            raise self._trip(Finding("emergency stop", why, "look why, then clear() and reset()"))

    def _tell(self, reading: Reading) -> None:
        for listener in self.listeners:
            listener(self._asked, reading)

    def _trip(self, finding: Finding) -> SafetyTrip:
        """Latch, stop, brake, switch off, tell; the error to raise."""
        self._driven.stop()
        reading = self._last or Reading(0.0, 0.0, 0.0, 0.0)
        reading = reading._replace(flags=reading.flags | Flag.TRIPPED)
        self.trip = Trip(finding.cause, finding.why, finding.what_to_do, reading)
        self._last = None
        self._arm_is_known = self._arm_is_known and not finding.blind
        try:
            self._brake(blind=finding.blind)
        finally:
            self._switch_off()
        if self._on_trip:
            self._on_trip(self.trip)
        self._tell(reading)
        return SafetyTrip(str(self.trip))

    def _switch_off(self) -> None:
        """Disarm; if even that fails, the trip says so."""
        try:
            self._driven.disarm()
        except (OSError, RuntimeError) as error:
            trip = cast(Trip, self.trip)
            why = f"{trip.why}; and the motor driver cannot be switched off ({error})"
            self.trip = replace(trip, why=why, what_to_do="pull the plug of the motor's supply")

    def _brake(self, blind: bool) -> None:
        """Wait with the motor shorted until the arm is still; all the time if nobody can see it."""
        before = math.inf
        still = 0
        for _ in range(round(LONGEST_BRAKING_S / self.dt)):
            try:
                angle = self._driven.rest().arm_angle_rad
            except (OSError, RuntimeError, ValueError, ArithmeticError):
                return  # it cannot be waited for; switching off is what is left
            still = still + 1 if abs(angle - before) <= 1.5 * self._one_count else 0
            before = angle
            if still >= 2 and not blind:
                return
