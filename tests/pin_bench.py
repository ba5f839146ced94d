"""A board with emulated PWM and lines and a clock that is moved, for tests of what drives pins."""

from pathlib import Path

from furutalib.facts.boards import load_board
from furutalib.facts.errors import WireError
from furutalib.machine.emulator.lines import FileLines
from furutalib.machine.emulator.sysfs import EmulatedPwmTree

BOARD = load_board("raspberry-pi-5")


class Bench:
    """Wires of the board, the clock, and what is on the pins."""

    def __init__(self, folder: Path, board=BOARD) -> None:
        self.folder, self.board = folder, board
        self.pwm_root = folder / "pwm"
        self.tree = EmulatedPwmTree(self.pwm_root, {port.device for port in board.pwm.values()})
        self.lines = FileLines(folder / "gpio")
        self.kernel_works = True
        self.before_sleep = lambda: None
        self._now_s = 0.0

    def now(self) -> float:
        return self._now_s

    def sleep_until(self, when_s: float) -> None:
        self.before_sleep()
        self._now_s = max(self._now_s, when_s)
        if self.kernel_works:
            self.tree.poll()

    def spi(self, bus, chip_select, clock_hz):
        raise WireError("no SPI here")

    def output(self, line, high):
        return self.lines.output(line, high)

    def input(self, line):
        return self.lines.input(line)

    def duty(self, name: str) -> float:
        """Share of time for which "in1" or "in2" is high."""
        self.tree.poll()
        port = self.board.pwm[name]
        return self.tree.duty(port.device, port.channel)

    def folder_of(self, name: str) -> Path:
        """Where the channel's files are."""
        port = self.board.pwm[name]
        [chip] = [
            chip
            for chip in self.pwm_root.glob("pwmchip*")
            if (chip / "device").resolve().name == port.device
        ]
        return chip / f"pwm{port.channel}"

    def close(self) -> None:
        self.tree.close()
        self.lines.close()
