"""The motor driver MC33926 on Pololu's carrier, in either of the two ways to wire it.

Both need EN high (the guardian owns it, nobody here touches it), D1 wired to ground and D2 high.
INV and SLEW stay open.

drive-brake  PWM on IN1 and IN2, D2 on a GPIO line. Between pulses the motor is shorted and brakes:
             speed follows the duty well, also when slow. This is what `course` uses.
drive-coast  PWM on D2, IN1 and IN2 on GPIO lines. Between pulses the motor is let go. D2's PWM pin
             is the one that drive-brake uses for IN1; IN2's stays open.

**Supply the carrier's logic, VDD, with 3.3 V, never 5 V.** Its fault output SF is pulled up to VDD,
and 5 V there destroys the board's input.

A short circuit makes the chip switch itself off and hold SF low until D1 or D2 change. It is
forgotten on purpose only, by `clear_fault`: what tripped once will trip again.
"""

from contextlib import suppress
from typing import Protocol

from furutalib.facts.boards import Board, PwmPort
from furutalib.facts.robot import Drive
from furutalib.machine.clock import Clock
from furutalib.machine.real_wires import remedy
from furutalib.machine.sysfs_pwm import PwmChannel, find_chip
from furutalib.machine.wires import InputLine, OutputLine, Wires

CLEAR_S = 0.005  # D2 stays low for so long when a fault is cleared; the chip needs microseconds


class MotorDriver(Protocol):
    """What moves the motor; commands are shares of the supply's voltage in [-1, 1]."""

    def write(self, command: float) -> float:
        """Drive; return the command that is really on the pins.

        Raises:
            WireError: the pins cannot be written.
        """
        ...

    def brake(self) -> None:
        """Short the motor; raises as `write` does."""
        ...

    def coast(self) -> None:
        """Let the motor go; raises as `write` does."""
        ...

    def fault(self) -> bool:
        """Whether the chip reports a fault: short circuit, too hot, too low a supply."""
        ...

    def status(self) -> bool:
        """The level of the chip's line SF as it is: high if all is well and D2 is high."""
        ...

    def clear_fault(self) -> None:
        """Switch the chip on again after a short circuit; the motor is braked then."""
        ...

    def close(self) -> None:
        """Command 0, and let go of pins and channels; never raises."""
        ...


def motor_driver(wires: Wires, board: Board, drive: Drive, clock: Clock) -> MotorDriver:
    """The driver for the way in which this robot's motor is wired.

    Raises:
        WireError: a channel or a line is not there; the message says what to add.
        LineBusyError: somebody else drives the motor.
    """
    kind = DriveBrake if drive.mode == "brake" else DriveCoast
    return kind(wires, board, drive.pwm_frequency_hz, clock)


class DriveBrake:
    """PWM on IN1 and IN2: one of them is pulsed, the other low; both low is a brake.

    Args:
        wires: the board's pins.
        board: which of them.
        frequency_hz: of the PWM; the chip takes up to 20 kHz.
        clock: for the waiting of the kernel's PWM and of `clear_fault`.

    Raises:
        WireError: a channel or a line is not there; the message says what to add.
        LineBusyError: somebody else holds a line.
    """

    def __init__(self, wires: Wires, board: Board, frequency_hz: float, clock: Clock) -> None:
        self._clock = clock
        self._d2_high = True
        self._remembered = False  # a fault that D2 wiped out in the chip when `coast` took it low
        self._direction = 0
        self._channels: list[PwmChannel] = []
        self._d2 = wires.output(board.gpio.d2, high=True)
        self._lines: list[OutputLine | InputLine] = [self._d2]
        try:
            self._sf = wires.input(board.gpio.fault)
            self._lines.append(self._sf)
            for name in ("in1", "in2"):
                self._channels.append(_channel(wires, board, board.pwm[name], frequency_hz, clock))
        except BaseException:
            self.close()
            raise
        self._in1, self._in2 = self._channels

    def write(self, command: float) -> float:
        """Drive; return the command that is really on the pins. 0 is a brake."""
        direction = (command > 0.0) - (command < 0.0)
        if direction != self._direction or self._remembered:
            self.brake()  # never both inputs pulsed
        if direction == 0 or not self._allow():
            return 0.0
        self._direction = direction
        return direction * (self._in1 if direction > 0 else self._in2).set(abs(command))

    def brake(self) -> None:
        """Both inputs low."""
        self._zero()
        self._allow()

    def coast(self) -> None:
        """D2 low. That wipes out a latched fault in the chip, so it is remembered here."""
        self._zero()
        self._remembered = self.fault()
        self._d2.set(False)
        self._d2_high = False

    def fault(self) -> bool:
        """SF is low, though D2 is not; or it was before `coast`."""
        return self._remembered or (self._d2_high and not self._sf.get())

    def status(self) -> bool:
        """The level of SF."""
        return self._sf.get()

    def clear_fault(self) -> None:
        """D2 low and high again; the inputs are low meanwhile and after."""
        self._zero()
        self._d2.set(False)
        self._clock.sleep_until(self._clock.now() + CLEAR_S)
        self._d2.set(True)
        self._d2_high, self._remembered = True, False
        self._clock.sleep_until(self._clock.now() + CLEAR_S)

    def close(self) -> None:
        """Both inputs low, D2 low, everything let go; never raises."""
        for channel in self._channels:
            channel.close()
        if self._lines:
            with suppress(OSError):
                self._d2.set(False)
        _let_go(self._lines)

    def _zero(self) -> None:
        self._direction = 0
        try:
            self._in1.set(0.0)
        finally:
            self._in2.set(0.0)

    def _allow(self) -> bool:
        """D2 high, unless a fault waits to be cleared."""
        if not self._d2_high and not self._remembered:
            self._d2.set(True)
            self._d2_high = True
        return self._d2_high


class DriveCoast:
    """PWM on D2, direction on IN1 and IN2: the motor is let go between the pulses.

    SF is low whenever D2 is, so a fault shows only while D2 is constantly high: braked, or at full
    command. The pulses also clear the latch of a short circuit again and again. Two reasons more
    for drive-brake.

    Arguments and errors as for `DriveBrake`.
    """

    def __init__(self, wires: Wires, board: Board, frequency_hz: float, clock: Clock) -> None:
        self._clock = clock
        self._constantly_high = False
        self._direction = 0
        gpio = board.gpio
        self._in1 = wires.output(gpio.in1, high=False)
        self._lines: list[OutputLine | InputLine] = [self._in1]
        try:
            self._in2 = wires.output(gpio.in2, high=False)
            self._lines.append(self._in2)
            self._sf = wires.input(gpio.fault)
            self._lines.append(self._sf)
            self._d2 = _channel(wires, board, board.pwm["in1"], frequency_hz, clock)
        except BaseException:
            _let_go(self._lines)
            raise

    def write(self, command: float) -> float:
        """Drive; return the command that is really on the pins. 0 lets the motor go."""
        direction = (command > 0.0) - (command < 0.0)
        if direction != self._direction:
            self.coast()
            self._in1.set(direction > 0)
            self._in2.set(direction < 0)
            self._direction = direction
        return direction * self._set(abs(command))

    def brake(self) -> None:
        """Both inputs low and D2 high."""
        self._direction = 0
        self._in1.set(False)
        self._in2.set(False)
        self._set(1.0)

    def coast(self) -> None:
        """D2 low."""
        self._direction = 0
        self._set(0.0)

    def fault(self) -> bool:
        """SF is low while D2 is constantly high; False where that cannot be seen."""
        return self._constantly_high and not self._sf.get()

    def status(self) -> bool:
        """The level of SF."""
        return self._sf.get()

    def clear_fault(self) -> None:
        """D2 low and high again; the inputs are low then."""
        self.coast()
        self._clock.sleep_until(self._clock.now() + CLEAR_S)
        self.brake()
        self._clock.sleep_until(self._clock.now() + CLEAR_S)

    def close(self) -> None:
        """D2 low, everything let go; never raises."""
        self._d2.close()
        _let_go(self._lines)

    def _set(self, share: float) -> float:
        sent = self._d2.set(share)
        self._constantly_high = sent == 1.0
        return sent


def _let_go(lines: list[OutputLine | InputLine]) -> None:
    while lines:
        with suppress(OSError):
            lines.pop().close()


def _channel(
    wires: Wires, board: Board, port: PwmPort, frequency_hz: float, clock: Clock
) -> PwmChannel:
    hint = remedy(board.setting("pwm"))
    chip = find_chip(wires.pwm_root, port.device, hint)
    return PwmChannel(chip, port.channel, frequency_hz, clock, hint)
