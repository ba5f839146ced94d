"""From one word to a robot: simulated, emulated or real."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from furutalib.facts.boards import load_board
from furutalib.facts.errors import ConfigurationError
from furutalib.facts.machine import load_machine
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.machine.clock import Clock, MonotonicClock
from furutalib.machine.guardian import Guardian, GuardianProcess
from furutalib.machine.ls7366r import Counter
from furutalib.machine.mc33926 import motor_driver
from furutalib.machine.robot import Reading, Robot, SimulatedRobot, Start
from furutalib.machine.safety import SafeRobot
from furutalib.machine.spi_robot import SpiRobot
from furutalib.machine.wires import Wires

if TYPE_CHECKING:  # the emulated world needs numba, which a board does not have
    from furutalib.machine.emulator.bench import Bench

KINDS = ("sim", "emulated", "real")
CLOCKS = ("plant", "wall")


class EmulatedRobot(SafeRobot):
    """An emulated robot with its safety around it; `bench` has the switches of its faults."""

    def __init__(self, robot: str | Path, bench: "Bench") -> None:
        machine = load_machine(robot)
        self.bench = bench
        try:
            guardian = bench.guardian(machine.safety.heartbeat_s)
            inner = _drivers(robot, bench.wires(), guardian, bench.clock, bench.close)
        except BaseException:
            bench.close()
            raise
        super().__init__(inner, machine.safety)

    def put(self, start: Start) -> Reading:
        """Begin an episode at the angles of `start`, at rest, its motor on: a hand puts it there.

        The reset procedure is left out, except where the angles were never zeroed or got lost.

        Raises:
            SafetyTrip, ResetError: as of `reset`.
        """
        self.off()
        if not self.arm_is_known:
            self.bench.place(0.0, 0.0)
            self.reset()
            self.off()
        self.bench.place(start.arm_angle_rad, start.pendulum_angle_rad)
        return self.begin_here()


def connect(
    kind: str = "sim",
    robot: str | Path | RobotDescription = "course",
    fidelity: str | Iterable[str] = "full",
) -> Robot:
    """Connect to a robot. Emulated and real ones come with safety around them.

    Args:
        kind: `"sim"`, the plant alone; `"emulated"`, the real driver code on emulated chips (see
            `emulated`); `"real"`, the robot on this board.
        robot: name or TOML file of a robot, or, if simulated, its description.
        fidelity: which imperfections of the plant are simulated; emulated and real ones have all.

    Raises:
        ConfigurationError: there is no such kind, robot or effect, or the robot has no wiring.
        WireError: (real) a bus or a pin is missing; the message says what to add.
        ChipError: a counter does not answer.
        LineBusyError: another program drives this robot.
    """
    if kind not in KINDS:
        raise ConfigurationError(f"cannot connect to {kind!r}; known: {', '.join(KINDS)}")
    if kind == "sim":
        description = robot if isinstance(robot, RobotDescription) else load_robot(robot)
        return SimulatedRobot(description, fidelity)
    if isinstance(robot, RobotDescription):
        raise ConfigurationError(
            f"connect({kind!r}) needs the wiring too: give the name or the TOML file of the robot"
        )
    return _real(robot) if kind == "real" else emulated(robot)


def emulated(
    robot: str | Path = "course", hidden: int | None = 0, clock: str = "plant"
) -> EmulatedRobot:
    """The emulated robot: the real driver code on emulated chips, and a bench to play tricks on it.

    Args:
        robot: name or TOML file of a robot with wiring.
        hidden: which robot it really is: its parameters differ from the description, in a way
            that follows from this number; None: exactly as described. A file that was found out
            about such a robot says in `[emulated]` what its description was, so it stays the same.
        clock: `"plant"`, as fast as can be and the same on every run, or `"wall"`, a process of
            its own that runs in real time.

    Raises:
        ConfigurationError: there is no such robot or clock.
    """
    from furutalib.machine.emulator.bench import PlantBench
    from furutalib.machine.emulator.wall import WallBench

    if clock not in CLOCKS:
        raise ConfigurationError(f"unknown clock {clock!r}; known: {', '.join(CLOCKS)}")
    return EmulatedRobot(
        robot, PlantBench(robot, hidden) if clock == "plant" else WallBench(robot, hidden)
    )


def _real(robot: str | Path) -> SafeRobot:
    from furutalib.machine.real_wires import RealWires

    machine = load_machine(robot)
    board = load_board(machine.wiring.board)
    guardian = GuardianProcess.start(board, limit_s=machine.safety.heartbeat_s)
    inner = _drivers(robot, RealWires(board), guardian, MonotonicClock())
    return SafeRobot(inner, machine.safety)


def _drivers(
    robot: str | Path,
    wires: Wires,
    guardian: Guardian,
    clock: Clock,
    release: Callable[[], None] = lambda: None,
) -> SpiRobot:
    """The drivers on these wires; on an error everything but `release` is let go again."""
    description, machine = load_robot(robot), load_machine(robot)
    board = load_board(machine.wiring.board)
    opened: list[Callable[[], None]] = [wires.close, guardian.close]
    counters = []
    try:
        motor = motor_driver(wires, board, description.drive, clock)
        opened.append(motor.close)
        for name in ("arm", "pendulum"):
            port, hertz = board.spi[name], int(machine.wiring.spi_clock_hz)
            spi = wires.spi(port.bus, port.chip_select, hertz)
            opened.append(spi.close)
            counters.append(Counter(spi, f"the {name} counter"))

        def let_go() -> None:
            wires.close()
            release()

        arm, pendulum = counters
        return SpiRobot(description, machine, (arm, pendulum), motor, guardian, clock, let_go)
    except BaseException:
        for close in reversed(opened):
            close()
        raise
