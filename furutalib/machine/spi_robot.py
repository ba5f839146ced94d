"""The robot with two SPI counters and a motor driver; real or emulated, this code drives it.

A period begins when `step` writes the command and ends at its deadline, when both counters are
read. Deadlines are absolute: a late period does not shift those after it.
"""

import math
from collections.abc import Callable
from types import TracebackType
from typing import Self

from furutalib.facts.errors import ActionError, ChipError, SequenceError, WireError
from furutalib.facts.fidelity import parse_fidelity
from furutalib.facts.machine import Machine
from furutalib.facts.robot import RobotDescription
from furutalib.machine.clock import Clock
from furutalib.machine.guardian import Guardian
from furutalib.machine.loop import Loop
from furutalib.machine.ls7366r import Counter
from furutalib.machine.mc33926 import MotorDriver
from furutalib.machine.robot import Flag, Reading, Start

_TURN_RAD = 2.0 * math.pi


class SpiRobot:
    """Two counters, a motor driver, a guardian and a clock as one robot.

    Nothing limits the commands here: `furutalib.machine.safety` does, and `connect` puts it around.

    Args:
        description: the robot as it is believed to be.
        machine: how it is wired.
        counters: of arm and pendulum, in this order.
        motor: the driver chip, without its enable line.
        guardian: who owns the enable line.
        clock: what time is.
        release: called at the end of `close`, for what was opened to make these.
    """

    def __init__(
        self,
        description: RobotDescription,
        machine: Machine,
        counters: tuple[Counter, Counter],
        motor: MotorDriver,
        guardian: Guardian,
        clock: Clock,
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self.description = description
        self.fidelity = parse_fidelity("full")
        self.machine = machine
        self.guardian = guardian
        self.motor = motor
        self.clock = clock
        self._counters = counters
        self._release = release
        self._loop = Loop(1.0 / description.control.rate_hz, clock)
        sensors, wiring = description.sensors, machine.wiring
        self._rad_per_count = (
            wiring.arm_sign * _TURN_RAD / sensors.arm_counts_per_turn,
            wiring.pendulum_sign * _TURN_RAD / sensors.pendulum_counts_per_turn,
        )
        self._zero = [0, 0]
        self._counts = (0, 0)
        self._periods = -1  # before the first reset
        self._trouble = ""
        self._flags = Flag.NONE
        self.late_s = 0.0
        self.missed = 0  # periods that were skipped just before the last reading
        self.garbled = 0  # readings that had to be repeated, since it was made
        for counter in counters:
            counter.configure()

    @property
    def dt(self) -> float:
        """Control period in seconds."""
        return 1.0 / self.description.control.rate_hz

    def arm(self) -> None:
        """Switch the motor driver on; the command is 0.

        Raises:
            GuardianError: the guardian is dead, or has tripped and was not cleared.
        """
        self.motor.brake()
        self.guardian.arm()
        self._loop.start()

    def disarm(self) -> None:
        """Command 0 and switch the motor driver off."""
        self.stop()
        self.guardian.disarm()

    def stop(self) -> None:
        """Command 0 at once, which shorts the motor; never raises."""
        try:
            self.motor.brake()
        except OSError as error:
            self._trouble = f"the motor's PWM cannot be written ({error})"

    def reset(self, start: Start | None = None) -> Reading:
        """Begin an episode where the robot stands: read, and count time from here.

        Bringing the pendulum to rest is the task of `furutalib.machine.reset`; `start` is only
        for robots that can be put somewhere.

        Raises:
            ChipError: a chip, the motor driver or the guardian is not well; it says which, and
                what to do before `clear`.
        """
        self._periods = 0
        self._loop.start()
        reading = self._read(0.0)
        if self.health():
            raise ChipError(self.health())
        return reading

    def step(self, action: float) -> Reading:
        """Apply a command in [-1, 1] for one control period; return what was measured after it.

        Raises:
            ActionError: the command is not a number in [-1, 1]; the motor is stopped.
            SequenceError: the robot was never reset, or is closed.
        """
        if self._periods < 0:
            raise SequenceError("step() before reset(): call reset() first")
        if not -1.0 <= action <= 1.0:
            self.stop()
            raise ActionError(f"action = {action!r}; it must be a number in [-1, 1]")
        sign = self.machine.wiring.motor_sign
        return self._period(sign * self.motor.write(sign * action))

    def rest(self) -> Reading:
        """Let one control period pass with command 0; return what was measured after it."""
        self.stop()
        return self._period(0.0)

    def counts(self) -> tuple[int, int]:
        """Raw counts of arm and pendulum at the last reading."""
        return self._counts

    def zero(self, arm: bool = True, pendulum: bool = True) -> None:
        """Call the angles of the last reading 0."""
        for which, wanted in enumerate((arm, pendulum)):
            if wanted:
                self._zero[which] = self._counts[which]

    def health(self) -> str:
        """What is wrong with chips, motor driver or guardian; empty if nothing is."""
        return self._trouble or self.guardian.tripped()

    def clear(self) -> None:
        """Clear on purpose what is latched in chips, motor driver and guardian.

        A counter that lost its supply is configured again, and its angle is 0 where it is now.

        Raises:
            ChipError: a counter does not answer; it says what to check.
        """
        for which, counter in enumerate(self._counters):
            if counter.status().power_lost or not counter.verify():
                counter.configure()
                self._zero[which] = 0
        self.motor.clear_fault()  # always: with the chip asleep its fault line may not tell
        self.guardian.clear()
        self._watch_chips()

    def close(self) -> None:
        """Motor off, then let go of everything; a second call does nothing."""
        if self._periods == _CLOSED:
            return
        self._periods = _CLOSED
        self.stop()
        for end in (self.guardian.close, self.motor.close, *(c.close for c in self._counters)):
            end()
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _period(self, command: float) -> Reading:
        """Wait for the deadline and read."""
        self.guardian.beat()
        tick = self._loop.wait()
        self.late_s, self.missed = tick.lateness_s, tick.missed
        if self._periods >= 0:
            self._periods += 1 + tick.missed
        return self._read(command)

    def _read(self, command: float) -> Reading:
        self._watch_chips()
        arm, pendulum = (
            (count - zero) * scale
            for count, zero, scale in zip(
                self._counts, self._zero, self._rad_per_count, strict=True
            )
        )
        flags = self._flags
        if abs(arm) > self.description.limits.arm_angle_rad:
            flags |= Flag.ARM_ANGLE
        if self.late_s > self.dt:
            flags |= Flag.LATE
        return Reading(max(0, self._periods) * self.dt, arm, pendulum, command, flags)

    def _watch_chips(self) -> None:
        """Read both counters and the driver's fault line; remember what is wrong."""
        self._flags, self._trouble = Flag.NONE, ""
        try:
            self._counts = (self._count(self._counters[0]), self._count(self._counters[1]))
            for counter in self._counters:
                self._watch_counter(counter)
            if self.motor.fault():
                self._note(Flag.OVER_CURRENT, "the motor driver switched itself off", _OVER_CURRENT)
        except (WireError, ChipError) as error:
            self._note(Flag.COUNTER_SILENT, str(error), _WIRES)

    def _count(self, counter: Counter) -> int:
        """The count, which the chip's own copy has to confirm; a garbled transfer is repeated."""
        for _ in range(_TRIES):
            count = counter.read()
            if counter.copy() == count:
                return count
            self.garbled += 1
        raise WireError(f"{counter.name}: {_TRIES} readings in a row came back garbled")

    def _watch_counter(self, counter: Counter) -> None:
        """Look whether the chip is as it was configured, twice before it is called ill.

        The index latch is never set in our mode: where it is, the answer is only ones.
        """
        for _ in range(2):
            status = counter.status()
            lost = status.power_lost and not status.indexed
            if not lost and counter.verify():
                return
        if lost:
            what = f"{counter.name} lost its supply and with it the count"
            self._note(Flag.COUNTER_RESTARTED, what, _SUPPLY)
        else:
            what = f"{counter.name} does not answer as it was configured"
            self._note(Flag.COUNTER_SILENT, what, _WIRES)

    def _note(self, flag: Flag, what: str, look: str) -> None:
        self._flags |= flag
        self._trouble = self._trouble or f"{what}; {look}, then clear() and reset()"


_CLOSED = -2
_TRIES = 3  # a wire that garbles three readings in a row is no wire
_WIRES = "look at its SPI wires and its supply"
_SUPPLY = "look at its 5 V wire and at the slip ring"
_OVER_CURRENT = "look for a short, a jammed arm or a hot driver"
