"""The board's real pins: SPI through `spidev`, GPIO through `gpiod` (version 2), PWM in sysfs.

Both packages are for Linux boards and are imported only when a bus or a line is opened. Whatever is
missing - package, device, permission - is said together with what to do about it.
"""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from furutalib.facts.errors import LineBusyError, WireError
from furutalib.machine.sysfs_pwm import SYSFS, group_of

if TYPE_CHECKING:
    from furutalib.facts.boards import Board, Setting

DEVICES = Path(os.environ.get("FURUTA_DEVICES", "/dev"))
_CONSUMER = "furutalib"
_BUSY = 16  # errno.EBUSY


def remedy(setting: "Setting") -> str:
    """What to do where a board's setting is missing, as the end of a message."""
    if setting.file.startswith("sudo "):
        return f"run {setting.file} and there: {setting.line}"
    return f'add the line "{setting.line}" to {setting.file} and reboot'


class RealWires:
    """The pins of the board that this runs on.

    Args:
        board: which board that is.
        devices: folder of the device files.
        pwm_root: folder of the PWM chips.
    """

    def __init__(self, board: "Board", devices: Path = DEVICES, pwm_root: Path = SYSFS) -> None:
        self.pwm_root = pwm_root
        self._board, self._devices = board, devices
        self._open: list[RealSpi | RealLine] = []

    def spi(self, bus: int, chip_select: int, clock_hz: int) -> "RealSpi":
        """The chip at this bus and chip select, in SPI mode 0.

        Raises:
            WireError: package, device or permission is missing.
        """
        name = self._devices / f"spidev{bus}.{chip_select}"
        hint = remedy(self._board.setting("spi"))
        device = RealSpi(name, bus, chip_select, clock_hz, hint)
        self._open.append(device)
        return device

    def output(self, line: int, high: bool) -> "RealLine":
        """Take a line as an output that starts at a level.

        Raises:
            LineBusyError: somebody else holds it; the message says who.
            WireError: package, chip, line or permission is missing.
        """
        taken = take_output(self._board.gpio.label, line, high, self._devices)
        self._open.append(taken)
        return taken

    def input(self, line: int) -> "RealLine":
        """Take a line as an input; raises as `output` does."""
        taken = RealLine(self._board.gpio.label, line, None, self._devices)
        self._open.append(taken)
        return taken

    def close(self) -> None:
        """Let go of everything that was taken."""
        while self._open:
            self._open.pop().close()


def take_output(label: str, line: int, high: bool, devices: Path = DEVICES) -> "RealLine":
    """Take a line of the GPIO chip with this label as an output; raises as `RealWires.output`."""
    return RealLine(label, line, high, devices)


class RealSpi:
    """A chip on a real SPI bus.

    Args:
        name: its device file, for messages.
        bus: which bus.
        chip_select: which chip on it.
        clock_hz: at most so fast.
        hint: what to do if the device is not there.

    Raises:
        WireError: package, device or permission is missing.
    """

    def __init__(
        self, name: Path, bus: int, chip_select: int, clock_hz: int, hint: str = ""
    ) -> None:
        self._name = name
        self._device: Any = _package("spidev").SpiDev()
        try:
            self._device.open(bus, chip_select)
            self._device.mode = 0
            self._device.max_speed_hz = clock_hz
        except FileNotFoundError as error:
            raise WireError(f"there is no {name}: {hint}") from error
        except PermissionError as error:
            raise WireError(f"{name} may not be opened: {_join(name)}") from error
        except OSError as error:
            raise WireError(f"{name} does not work: {error}") from error

    def transfer(self, data: bytes) -> bytes:
        """Send bytes while the chip is selected; return as many.

        Raises:
            WireError: the bus does not work, or was closed.
        """
        try:
            return bytes(self._device.xfer2(list(data)))
        except OSError as error:
            raise WireError(f"{self._name} does not transfer: {error}") from error

    def close(self) -> None:
        """Let go of the device."""
        self._device.close()


class RealLine:
    """One line of a GPIO chip, held until `close`.

    Args:
        label: of the chip, e.g. "pinctrl-rp1"; its number differs between boards and kernels.
        line: offset on that chip.
        high: level at the beginning of an output; None for an input.
        devices: folder of the device files.

    Raises:
        LineBusyError: somebody else holds it.
        WireError: package, chip, line or permission is missing.
    """

    def __init__(self, label: str, line: int, high: bool | None, devices: Path = DEVICES) -> None:
        gpiod = _package("gpiod")
        kinds = importlib.import_module("gpiod.line")
        self._levels = (kinds.Value.INACTIVE, kinds.Value.ACTIVE)
        self._line, self._closed = line, False
        if high is None:
            settings = gpiod.LineSettings(direction=kinds.Direction.INPUT)
        else:
            settings = gpiod.LineSettings(
                direction=kinds.Direction.OUTPUT, output_value=self._levels[high]
            )
        path = _chip(gpiod, label, devices)
        try:
            self._request: Any = gpiod.request_lines(
                path, consumer=_CONSUMER, config={line: settings}
            )
        except OSError as error:
            if error.errno == _BUSY:
                raise LineBusyError(
                    f"line {line} of {label} is held by {_holder(gpiod, path, line)}; a line has "
                    "one owner: end the other program that drives this robot"
                ) from error
            raise WireError(f"line {line} of {label} cannot be taken: {error}") from error
        except ValueError as error:
            raise WireError(f"{label} has no line {line}: look at the board's file") from error

    def set(self, high: bool) -> None:
        """Drive the line high or low; raises WireError where that is impossible."""
        try:
            self._request.set_value(self._line, self._levels[high])
        except OSError as error:
            raise WireError(f"line {self._line} cannot be set: {error}") from error

    def get(self) -> bool:
        """Whether the line is high; raises WireError where that cannot be read."""
        try:
            return bool(self._request.get_value(self._line) == self._levels[True])
        except OSError as error:
            raise WireError(f"line {self._line} cannot be read: {error}") from error

    def close(self) -> None:
        """Let go of the line; what its level is then, the pull resistor at the chip decides.

        A second call does nothing; older gpiod refuses to release a line twice.
        """
        if not self._closed:
            self._closed = True
            self._request.release()


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise WireError(
            f"the Python package {name} is missing; on the board: pip install 'furutalib[board]'"
        ) from error


def _chip(gpiod: Any, label: str, devices: Path) -> str:
    """The device file of the GPIO chip with this label."""
    found = []
    for path in _chips(gpiod, devices):
        try:
            with gpiod.Chip(path) as chip:
                found.append(chip.get_info().label)
        except PermissionError as error:
            raise WireError(f"{path} may not be opened: {_join(Path(path))}") from error
        if found[-1] == label:
            return path
    raise WireError(
        f"no GPIO chip is called {label} (there: {', '.join(found) or 'none'}); "
        "is this the board that the robot's [wiring] names?"
    )


def _chips(gpiod: Any, devices: Path) -> Iterator[str]:
    for path in sorted(devices.glob("gpiochip*")):
        if gpiod.is_gpiochip_device(str(path)):
            yield str(path)


def _holder(gpiod: Any, path: str, line: int) -> str:
    with gpiod.Chip(path) as chip:
        return repr(chip.get_line_info(line).consumer)


def _join(file: Path) -> str:
    group = group_of(file)
    return f"add yourself to its group: sudo usermod -aG {group} $USER, and log in again"
