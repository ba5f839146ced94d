"""Where a robot is, as plain values that survive in a run's `config.json`."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.machine.connect import CLOCKS, KINDS, EmulatedRobot, connect, emulated
from furutalib.machine.robot import Robot


@dataclass(frozen=True)
class RobotPlace:
    """A robot that can be connected to, again and again.

    Attributes:
        kind: "emulated", "real", or "sim", the described plant without chips and safety.
        file: name or TOML file of the robot, as it is believed to be.
        hidden: which robot an emulated one really is; None: exactly as described.
        clock: of an emulated robot: "plant", as fast as can be, or "wall", in real time.
        bench: folder of an emulated robot that another process runs in real time, which goes on
            when we end; empty: an emulated robot of our own.
    """

    kind: str = "emulated"
    file: str = "course"
    hidden: int | None = 0
    clock: str = "plant"
    bench: str = ""

    def __post_init__(self) -> None:
        for name, allowed in (("kind", KINDS), ("clock", CLOCKS)):
            value = getattr(self, name)
            if value not in allowed:
                raise ConfigurationError(f"{name} = {value!r}; use one of {', '.join(allowed)}")
        if self.kind == "emulated" and self.hidden is not None:
            # Only here: a board that drives a real robot does without the emulator.
            from furutalib.machine.emulator.hidden import check_hidden

            check_hidden(self.hidden)

    @property
    def in_real_time(self) -> bool:
        """Whether its control loop has to keep up with a clock on the wall."""
        return self.kind == "real" or (self.kind == "emulated" and self.clock == "wall")

    def description(self) -> RobotDescription:
        """The robot as it is believed to be.

        Raises:
            ConfigurationError: there is no such robot.
        """
        return load_robot(self.file)

    def connect(self) -> Robot:
        """The robot, its motor off; errors as of `furutalib.machine.connect.connect`."""
        if self.kind != "emulated":
            return connect(self.kind, self.file)
        if not self.bench:
            return emulated(self.file, self.hidden, self.clock)
        from furutalib.machine.emulator.wall import RemoteBench

        return EmulatedRobot(self.file, RemoteBench(Path(self.bench), self.file))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)
