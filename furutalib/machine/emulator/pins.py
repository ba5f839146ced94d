"""The board's end of the emulated wires: files for PWM and GPIO, a function for the chips."""

from collections.abc import Callable
from pathlib import Path

from furutalib.facts.boards import Board
from furutalib.facts.errors import WireError
from furutalib.machine.emulator.lines import FileLines
from furutalib.machine.wires import InputLine, OutputLine, SpiDevice


class EmulatedWires:
    """Wires that end in an emulated robot.

    Args:
        folder: of the emulated robot, with its trees of PWM and GPIO files.
        board: which bus and chip select is which chip.
        chip: gives the SPI device of the counter of "arm" or "pendulum".
    """

    def __init__(self, folder: Path, board: Board, chip: Callable[[str], SpiDevice]) -> None:
        self.pwm_root = folder / "pwm"
        self._lines = FileLines(folder / "gpio")
        self._chip = chip
        self._names = {(port.bus, port.chip_select): name for name, port in board.spi.items()}

    def spi(self, bus: int, chip_select: int, clock_hz: int) -> SpiDevice:
        """The chip at this bus and chip select; the clock is as fast as it needs to be.

        Raises:
            WireError: no chip is connected there.
        """
        name = self._names.get((bus, chip_select))
        if name is None:
            raise WireError(
                f"no chip on SPI bus {bus}, chip select {chip_select}; "
                f"connected: {', '.join(f'{n} at {b}.{c}' for (b, c), n in self._names.items())}"
            )
        return self._chip(name)

    def output(self, line: int, high: bool) -> OutputLine:
        """Take a line as an output that starts at a level."""
        return self._lines.output(line, high)

    def input(self, line: int) -> InputLine:
        """Take a line as an input."""
        return self._lines.input(line)

    def close(self) -> None:
        """Let go of the files."""
        self._lines.close()
