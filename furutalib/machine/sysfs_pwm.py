"""Pulse-width modulation by the kernel, through the files under /sys/class/pwm.

A chip there has a number that differs between boards and kernels, so it is found by the name of
its device. A channel is a folder that appears after its number was written to `export`; udev then
gives it to its group, a moment later. Whatever was set stays set when a process dies: the motor
runs on. That is why a guardian exists, and why a channel that is already there is taken over.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from furutalib.facts.errors import WireError
from furutalib.facts.files import write_at_start

SYSFS = Path(os.environ.get("FURUTA_PWM", "/sys/class/pwm"))
APPEARS_S = 2.0  # how long udev may take
_VANISHES_S = 0.2
_POLL_S = 0.005
_NS = 1_000_000_000


class _Clock(Protocol):
    def now(self) -> float: ...
    def sleep_until(self, when_s: float) -> None: ...


def find_chip(root: Path, device: str, hint: str = "") -> Path:
    """The folder `pwmchipN` that belongs to a device.

    Args:
        root: /sys/class/pwm, or a folder like it.
        device: name of the device, e.g. "1f00098000.pwm".
        hint: what to do if it is not there.

    Raises:
        WireError: no chip is that device's; the message lists those that are there.
    """
    found = {}
    for chip in sorted(root.glob("pwmchip*")):
        found[(chip / "device").resolve().name] = chip
    if device not in found:
        there = ", ".join(sorted(found)) or "none"
        raise WireError(f"no PWM chip of {device} under {root} (there: {there}){_and(hint)}")
    return found[device]


def duty_file(chip: Path, channel: int) -> Path:
    """The file that a "0" in it makes the channel's pin low; it exists while it is exported."""
    return chip / f"pwm{channel}" / "duty_cycle"


class PwmChannel:
    """One PWM output, running from the start with duty 0.

    Args:
        chip: its folder, from `find_chip`.
        channel: its number on that chip.
        frequency_hz: how often a pulse begins.
        clock: for waiting until the kernel and udev have made the channel's files.
        hint: what to do if they do not come.

    Raises:
        WireError: there is no such channel, or it may not be used; the message says what to do.
    """

    def __init__(
        self, chip: Path, channel: int, frequency_hz: float, clock: _Clock, hint: str = ""
    ) -> None:
        self._chip, self._channel, self._clock = chip, channel, clock
        self._folder = chip / f"pwm{channel}"
        self.period_ns = round(_NS / frequency_hz)
        self._duty = -1  # file descriptor
        try:
            self._export(hint)
            self._duty = os.open(self._folder / "duty_cycle", os.O_RDWR)
            self._configure()
        except PermissionError as error:
            self.close()
            raise WireError(f"{error.filename} may not be written: {_permission(chip)}") from error
        except OSError as error:
            self.close()
            if isinstance(error, WireError):
                raise
            raise WireError(f"PWM channel {channel} of {chip} does not work: {error}") from error

    def set(self, share: float) -> float:
        """Be high for this share of every period; return the share that the clock's grid allows.

        Raises:
            WireError: the channel is closed or gone.
        """
        pulse_ns = round(min(1.0, max(0.0, share)) * self.period_ns)
        try:
            _write_at_start(self._duty, pulse_ns)
        except OSError as error:
            raise WireError(f"PWM channel {self._channel} cannot be written: {error}") from error
        return pulse_ns / self.period_ns

    def close(self) -> None:
        """Duty 0, off, and the channel's files away; never raises, a second call does nothing."""
        if self._duty < 0:
            return
        with suppress(OSError):
            _write_at_start(self._duty, 0)
        with suppress(OSError):
            os.close(self._duty)
        self._duty = -1
        with suppress(OSError):
            self._write("enable", 0)
        with suppress(OSError):
            _write_file(self._chip / "unexport", str(self._channel))
            self._wait(lambda: not self._folder.exists(), _VANISHES_S)

    def _export(self, hint: str) -> None:
        if not self._folder.exists():
            _write_file(self._chip / "export", str(self._channel))
        ready = [self._folder / name for name in ("period", "duty_cycle", "enable")]
        if not self._wait(lambda: all(os.access(file, os.W_OK) for file in ready), APPEARS_S):
            if self._folder.exists():
                raise PermissionError(13, "not writable", str(self._folder))
            raise WireError(
                f"{self._chip} has not made channel {self._channel} in {APPEARS_S:g} s{_and(hint)}"
            )

    def _configure(self) -> None:
        """Period before duty: the kernel refuses a duty above the period, and a period of 0."""
        if self._read("period") != "0":  # somebody's leftover: stop it first
            _write_at_start(self._duty, 0)
            if self._read("polarity") != "normal":
                self._write("enable", 0)  # or the polarity cannot be changed
        self._write("period", self.period_ns)
        _write_at_start(self._duty, 0)
        if self._read("polarity") != "normal":
            self._write("polarity", "normal")
        self._write("enable", 1)

    def _wait(self, holds: Callable[[], bool], seconds: float) -> bool:
        last_s = self._clock.now() + seconds
        while not holds():
            if self._clock.now() >= last_s:
                return False
            self._clock.sleep_until(self._clock.now() + _POLL_S)
        return True

    def _read(self, name: str) -> str:
        file = self._folder / name
        return file.read_text().partition("\n")[0].strip() if file.exists() else "normal"

    def _write(self, name: str, value: int | str) -> None:
        _write_file(self._folder / name, str(value))


def _write_file(file: Path, text: str) -> None:
    handle = os.open(file, os.O_WRONLY)
    try:
        os.write(handle, f"{text}\n".encode())
    finally:
        os.close(handle)


def _write_at_start(handle: int, value: int) -> None:
    """The kernel reads a whole number and its newline; in a plain file what follows is older."""
    write_at_start(handle, b"%d\n" % value)


def _permission(file: Path) -> str:
    """How to be allowed to use a file of this kind."""
    return (
        f"add yourself to its group ({group_of(file)}): sudo usermod -aG {group_of(file)} $USER, "
        "and log in again"
    )


def group_of(file: Path) -> str:
    """The name of the group that a file belongs to, or "gpio" if that helps nobody."""
    try:
        name = file.group()
    except (OSError, KeyError, NotImplementedError):
        return "gpio"
    return "gpio" if name == "root" else name


def _and(hint: str) -> str:
    return f"; {hint}" if hint else ""
