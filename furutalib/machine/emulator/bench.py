"""An emulated robot on the bench: what is behind its pins, and the switches of its faults."""

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from furutalib.facts.boards import Board, load_board
from furutalib.facts.machine import emulated_around, load_machine
from furutalib.facts.robot import load_robot
from furutalib.machine.clock import Clock
from furutalib.machine.emulator.faults import switch
from furutalib.machine.emulator.hidden import hidden_robot
from furutalib.machine.emulator.pins import EmulatedWires
from furutalib.machine.emulator.world import World
from furutalib.machine.guardian import Guardian
from furutalib.machine.guardian_in_process import InProcessGuardian
from furutalib.machine.sysfs_pwm import duty_file, find_chip
from furutalib.machine.wires import Wires


class Bench(Protocol):
    """What an emulated robot stands on: its pins, its time, and what only a hand can do."""

    @property
    def clock(self) -> Clock:
        """What time is for this robot."""
        ...

    def wires(self) -> Wires:
        """The board's end of its wires."""
        ...

    def guardian(self, limit_s: float) -> Guardian:
        """Whoever owns its enable line."""
        ...

    def fault(self, name: str, on: bool = True) -> None:
        """Switch a fault of `furutalib.machine.emulator.faults.FAULTS` on or off.

        Raises:
            ConfigurationError: there is no such fault.
        """
        ...

    def place(self, arm_angle_rad: float, pendulum_angle_rad: float) -> None:
        """Put arm and pendulum somewhere by hand, at rest; their encoders see it."""
        ...

    def state(self) -> dict[str, float]:
        """True angles (rad), speeds (rad/s), current (A) and time (s)."""
        ...

    def motor_is_on(self) -> bool:
        """Whether the enable line is high and some PWM output is not 0."""
        ...

    def close(self) -> None:
        """Clear the bench."""
        ...


def build_world(robot: str | Path, hidden: int | None, folder: Path) -> World:
    """The world of a robot; `hidden` says which true parameters it has, None: the described ones.

    Raises:
        ConfigurationError: there is no such robot, or it can only be simulated.
    """
    machine = load_machine(robot)
    truth = load_robot(robot) if hidden is None else hidden_robot(emulated_around(robot), hidden)
    return World(truth, machine, load_board(machine.wiring.board), folder)


class PlantBench:
    """The plant is the clock: deterministic, and as fast as this computer.

    Args:
        robot: name or TOML file.
        hidden: which hidden robot; None: exactly as described.
    """

    def __init__(self, robot: str | Path = "course", hidden: int | None = 0) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="furuta-")
        self._folder = Path(self._temporary.name)
        try:
            self.world = build_world(robot, hidden, self._folder)
        except BaseException:
            self._temporary.cleanup()
            raise
        self._board: Board = load_board(load_machine(robot).wiring.board)

    @property
    def clock(self) -> Clock:
        """The world itself."""
        return self.world

    def wires(self) -> Wires:
        """Files for PWM and GPIO, the chips themselves for SPI."""
        return EmulatedWires(self._folder, self._board, self.world.spi.__getitem__)

    def guardian(self, limit_s: float) -> Guardian:
        """A guardian that sees the plant's time pass."""
        wires = self.wires()

        def zero() -> None:
            for port in self._board.pwm.values():
                with suppress(OSError):  # not exported, so it is 0
                    chip = find_chip(wires.pwm_root, port.device)
                    duty_file(chip, port.channel).write_text("0\n")

        line = wires.output(self._board.gpio.enable, high=False)
        guardian = InProcessGuardian(line, zero, self.world.now, limit_s)
        self.world.watchers.append(guardian.check)
        return guardian

    def fault(self, name: str, on: bool = True) -> None:
        """Switch a fault on or off."""
        switch(self.world, name, on)

    def place(self, arm_angle_rad: float, pendulum_angle_rad: float) -> None:
        """Put arm and pendulum somewhere by hand, at rest."""
        self.world.place(arm_angle_rad, pendulum_angle_rad)

    def state(self) -> dict[str, float]:
        """True angles (rad), speeds (rad/s), current (A) and time (s)."""
        return self.world.state()

    def motor_is_on(self) -> bool:
        """Whether the enable line is high and some PWM output is not 0."""
        return self.world.motor_is_on()

    def close(self) -> None:
        """Clear the bench."""
        self.world.close()
        self._temporary.cleanup()
