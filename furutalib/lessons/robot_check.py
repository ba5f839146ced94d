"""`furuta check --robot`: the passive part of bring-up. Nothing moves, nothing is written.

Each look says what to do if it finds something wrong, with the line to add and the file it goes
into; one that needs another's success first waits for it.
"""

import importlib.util
import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from furutalib.facts.boards import Board, load_board
from furutalib.facts.errors import ConfigurationError, FurutaError
from furutalib.facts.machine import load_machine
from furutalib.lessons.doctor import Finding, Report
from furutalib.machine.clock import Clock, MonotonicClock
from furutalib.machine.guardian import Guardian, GuardianProcess
from furutalib.machine.ls7366r import Counter
from furutalib.machine.real_wires import DEVICES, RealWires, remedy
from furutalib.machine.rig import COUNTERS
from furutalib.machine.sysfs_pwm import find_chip
from furutalib.machine.wires import InputLine, Wires

if TYPE_CHECKING:
    from furutalib.machine.emulator.bench import Bench

KINDS = ("emulated", "real")
MODEL = Path("/proc/device-tree/model")  # where Linux boards say what they are
PACKAGES = ("spidev", "gpiod")
PAUSE_S = 0.01  # for a level to arrive; shorter than the guardian's patience


class _Wrong(FurutaError):
    """A look found something wrong; the message is the finding."""


class RobotCheck:
    """Looks at one robot without moving it.

    Args:
        robot: name or TOML file.
        wires: the board's pins.
        guardian: starts the guardian; called when its turn comes.
        clock: what time is.
        real: whether this is to be the board itself; else its packages and files do not matter.
        devices: folder of the device files.
        model: the file that says which board this is.

    Raises:
        ConfigurationError: there is no such robot, or it can only be simulated.
    """

    def __init__(
        self,
        robot: str | Path,
        wires: Wires,
        guardian: Callable[[], Guardian],
        clock: Clock,
        real: bool = False,
        devices: Path = DEVICES,
        model: Path = MODEL,
    ) -> None:
        self._machine = load_machine(robot)
        self._board: Board = load_board(self._machine.wiring.board)
        self._wires, self._start_guardian, self._clock = wires, guardian, clock
        self._devices, self._model = devices, model
        self._opened = ExitStack()
        self._line: InputLine | None = None  # the fault line
        self._level = True
        on_board: dict[str, tuple[Callable[[], str], tuple[str, ...]]] = {
            "packages": (self._packages, ()),
            "SPI": (self._spi, ()),
        }
        self._looks: dict[str, tuple[Callable[[], str], tuple[str, ...]]] = {
            "board": (self._this_board if real else self._emulated_board, ()),
            **(on_board if real else {}),
            "PWM": (self._pwm, ()),
            "GPIO": (self._gpio, ()),
            "guardian": (self._guardian, ("PWM", "GPIO")),
            "fault": (self._fault_line, ("guardian",)),
            # with the guardian's line ours nobody else counts with these chips just now
            **{
                name: (partial(self._counter, name), ("packages", "SPI", "guardian"))
                for name in COUNTERS
            },
        }

    def examine(self) -> Report:
        """Look at everything, then let go of it."""
        findings: dict[str, Finding] = {}
        with self._opened:
            self._opened.callback(self._wires.close)
            for name, (look, needed) in self._looks.items():
                bad = [each for each in needed if each in findings and not findings[each].ok]
                findings[name] = _waits(name, bad) if bad else _look_at(name, look)
        return Report(tuple(findings.values()))

    # ------------------------------------------------------------------ looks
    def _emulated_board(self) -> str:
        return f"emulated, with the pins of a {self._board.title}; its chips are no real ones"

    def _this_board(self) -> str:
        title = self._board.title
        what_to_do = (
            f"run this on the {title}, or name your board in the robot's file (wiring.board)"
        )
        try:
            here = self._model.read_bytes().rstrip(b"\0\n").decode(errors="replace")
        except OSError:
            raise _Wrong(f"this computer is no {title} (no {self._model}); {what_to_do}") from None
        if title not in here:
            raise _Wrong(f"this is a {here}, the robot's file says {title}; {what_to_do}")
        return "; ".join([here, *self._board.unconfirmed])

    def _packages(self) -> str:
        missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
        if missing:
            raise _Wrong(
                f"the Python package {' and '.join(missing)} is missing; on the board: "
                "pip install 'furutalib[board]'"
            )
        return f"{' and '.join(PACKAGES)} can be imported"

    def _spi(self) -> str:
        ports = self._board.spi.values()
        files = [self._devices / f"spidev{port.bus}.{port.chip_select}" for port in ports]
        missing = [str(file) for file in files if not file.exists()]
        if missing:
            hint = remedy(self._board.setting("spi"))
            raise _Wrong(f"there is no {' and no '.join(missing)}: {hint}")
        closed = [str(file) for file in files if not os.access(file, os.R_OK | os.W_OK)]
        if closed:
            raise _Wrong(
                f"{' and '.join(closed)} may not be opened: add yourself to the group of the "
                "file (`ls -l` shows it): sudo usermod -aG spi $USER, and log in again"
            )
        return f"{' and '.join(map(str, files))} are there"

    def _pwm(self) -> str:
        hint = remedy(self._board.setting("pwm"))
        chips = {
            find_chip(self._wires.pwm_root, port.device, hint) for port in self._board.pwm.values()
        }
        return f"{', '.join(sorted(chip.name for chip in chips))} under {self._wires.pwm_root}"

    def _gpio(self) -> str:
        gpio = self._board.gpio
        self._line = self._wires.input(gpio.fault)
        self._opened.callback(self._line.close)
        return f"the fault line, GPIO {gpio.fault} of {gpio.label}, can be read"

    def _guardian(self) -> str:
        """Enable goes high and low again; D2 is low all the time, so the motor stays off."""
        guardian = self._start_guardian()
        self._opened.callback(guardian.close)
        guardian.arm()
        try:
            self._wait()
            self._level = self._line is None or self._line.get()
        finally:
            guardian.disarm()
        why = guardian.tripped()
        if why:
            raise _Wrong(why)
        pin = self._board.header.get("enable")
        return (
            f"took the enable line (GPIO {self._board.gpio.enable}, header pin {pin}) high and "
            "low again; the motor driver stayed disabled by D2"
        )

    def _fault_line(self) -> str:
        if self._level:
            raise _Wrong(
                "it is high although D2 is low: is SF of the carrier connected to GPIO "
                f"{self._board.gpio.fault}, is the carrier's VDD at 3.3 V, is D2 held high?"
            )
        return "low while D2 is low, as the driver's truth table says"

    def _counter(self, name: str) -> str:
        port, hertz = self._board.spi[name], int(self._machine.wiring.spi_clock_hz)
        spi = self._wires.spi(port.bus, port.chip_select, hertz)
        self._opened.callback(spi.close)
        counter = Counter(spi, f"the {name} counter")
        lost = counter.status().power_lost
        counter.configure()
        before = (
            "PLS: it had been without supply, as after switching on" if lost else "PLS is clear"
        )
        return (
            f"the counter at SPI {port.bus}.{port.chip_select} holds what is written to MDR0 and "
            f"MDR1; {before}"
        )

    def _wait(self) -> None:
        self._clock.sleep_until(self._clock.now() + PAUSE_S)


def examine_robot(kind: str, robot: str | Path = "course", bench: "Bench | None" = None) -> Report:
    """Look at an emulated robot or at the one on this board; nothing moves.

    Args:
        kind: one of `KINDS`.
        robot: name or TOML file.
        bench: where the emulated robot stands; by default a fresh one.

    Raises:
        ConfigurationError: there is no such kind or robot, or it can only be simulated.
    """
    if kind not in KINDS:
        raise ConfigurationError(f"cannot check {kind!r}; known: {', '.join(KINDS)}")
    limit_s = load_machine(robot).safety.heartbeat_s
    if kind == "real":
        board = load_board(load_machine(robot).wiring.board)
        return RobotCheck(
            robot,
            RealWires(board),
            lambda: GuardianProcess.start(board, limit_s=limit_s),
            MonotonicClock(),
            real=True,
        ).examine()
    from furutalib.machine.emulator.bench import PlantBench

    stand = bench or PlantBench(robot)
    try:
        return RobotCheck(
            robot, stand.wires(), lambda: stand.guardian(limit_s), stand.clock
        ).examine()
    finally:
        if bench is None:
            stand.close()


def _look_at(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, look())
    except (FurutaError, OSError) as error:
        return Finding(name, False, " ".join(str(error).split()))


def _waits(name: str, bad: list[str]) -> Finding:
    return Finding(name, False, f"not looked at yet: first put right {', '.join(bad)}")
