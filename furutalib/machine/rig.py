"""The parts of a robot, opened but not yet put together: what bring-up and checks work on."""

from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from furutalib.facts.boards import load_board
from furutalib.facts.machine import Machine, load_machine
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.machine.clock import Clock, MonotonicClock
from furutalib.machine.guardian import Guardian, GuardianProcess
from furutalib.machine.ls7366r import Counter
from furutalib.machine.mc33926 import MotorDriver, motor_driver
from furutalib.machine.safety import SafeRobot
from furutalib.machine.spi_robot import SpiRobot
from furutalib.machine.wires import Wires

if TYPE_CHECKING:  # the emulated world needs numba, which a board does not have
    from furutalib.machine.emulator.bench import Bench

COUNTERS = ("arm", "pendulum")


class Rig:
    """Wires, guardian and clock of a robot; counters and motor driver are opened when first used.

    Args:
        robot: name or TOML file of the robot as it is believed to be.
        wires: the board's pins; closed by `close`.
        guardian: who owns the enable line; closed by `close`.
        clock: what time is.
        emulated: whether the chips at its wires are; what is found says so.

    Raises:
        ConfigurationError: there is no such robot, or it can only be simulated.
    """

    def __init__(
        self,
        robot: str | Path,
        wires: Wires,
        guardian: Guardian,
        clock: Clock,
        emulated: bool = False,
    ) -> None:
        self.robot = robot
        self.description = load_robot(robot)
        self.machine = load_machine(robot)
        self.board = load_board(self.machine.wiring.board)
        self.wires, self.guardian, self.clock = wires, guardian, clock
        self.emulated = emulated

    @cached_property
    def counters(self) -> tuple[Counter, Counter]:
        """The counters of arm and pendulum; not configured.

        Raises:
            WireError: a bus is missing; the message says what to add.
        """
        arm, pendulum = (self._counter(name) for name in COUNTERS)
        return arm, pendulum

    @cached_property
    def motor(self) -> MotorDriver:
        """The motor driver's pins; the motor stays off until the guardian is armed.

        Raises:
            WireError: a channel or a line is missing; the message says what to add.
            LineBusyError: another program holds a line.
        """
        return motor_driver(self.wires, self.board, self.description.drive, self.clock)

    def put_together(self, description: RobotDescription, machine: Machine) -> SafeRobot:
        """The whole robot on these parts, with safety around it; it is not to be closed."""
        inner = SpiRobot(description, machine, self.counters, self.motor, self.guardian, self.clock)
        return SafeRobot(inner, machine.safety)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.sleep_until(self.clock.now() + seconds)

    def close(self) -> None:
        """Motor off, then let go of everything."""
        self.guardian.close()
        if "motor" in self.__dict__:
            self.motor.close()
        if "counters" in self.__dict__:
            for counter in self.counters:
                counter.close()
        self.wires.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _counter(self, name: str) -> Counter:
        port, hertz = self.board.spi[name], int(self.machine.wiring.spi_clock_hz)
        spi = self.wires.spi(port.bus, port.chip_select, hertz)
        return Counter(spi, f"the {name} counter")


def real_rig(robot: str | Path) -> Rig:
    """The parts of the robot on this board.

    Raises:
        WireError: a bus or a pin is missing; the message says what to add.
        LineBusyError: another program drives this robot.
        GuardianError: the guardian does not start.
    """
    from furutalib.machine.real_wires import RealWires

    machine = load_machine(robot)
    board = load_board(machine.wiring.board)
    guardian = GuardianProcess.start(board, limit_s=machine.safety.heartbeat_s)
    return Rig(robot, RealWires(board), guardian, MonotonicClock())


def emulated_rig(robot: str | Path, bench: "Bench") -> Rig:
    """The parts of the emulated robot on a bench, which may be another one than is believed.

    The bench is not closed with it.
    """
    limit_s = load_machine(robot).safety.heartbeat_s
    return Rig(robot, bench.wires(), bench.guardian(limit_s), bench.clock, emulated=True)
