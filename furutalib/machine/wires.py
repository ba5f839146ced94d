"""The wires between a board and the chips: all that a driver sees of the outside.

Whoever implements these few methods can be driven: the real buses (`real_wires`), the emulated
robot, a script of bytes in a test. Drivers are the same for each of them.
"""

from pathlib import Path
from typing import Protocol


class SpiDevice(Protocol):
    """One chip on an SPI bus."""

    def transfer(self, data: bytes) -> bytes:
        """Send bytes while the chip is selected; return as many, read at the same time.

        Raises:
            WireError: the bus does not work.
        """
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...


class OutputLine(Protocol):
    """A GPIO line that the board drives; while it is held nobody else can have it."""

    def set(self, high: bool) -> None:
        """Drive the line high or low."""
        ...

    def close(self) -> None:
        """Let go of the line."""
        ...


class InputLine(Protocol):
    """A GPIO line that the board reads."""

    def get(self) -> bool:
        """Whether the line is high."""
        ...

    def close(self) -> None:
        """Let go of the line."""
        ...


class Wires(Protocol):
    """Everything that a board has to offer to the drivers."""

    pwm_root: Path  # /sys/class/pwm, or a folder that looks like it

    def spi(self, bus: int, chip_select: int, clock_hz: int) -> SpiDevice:
        """The chip at this bus and chip select, in SPI mode 0.

        Raises:
            WireError: there is no such device, or it may not be opened.
        """
        ...

    def output(self, line: int, high: bool) -> OutputLine:
        """Take a line (its offset on the board's GPIO chip) as an output that starts at a level.

        Raises:
            LineBusyError: somebody else holds it.
            WireError: there is no such line.
        """
        ...

    def input(self, line: int) -> InputLine:
        """Take a line as an input; raises as `output` does."""
        ...

    def close(self) -> None:
        """Let go of everything that was taken."""
        ...
