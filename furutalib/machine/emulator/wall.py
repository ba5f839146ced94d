"""The emulated robot in wall time: a process of its own, which nobody can stop from outside.

The controller reaches it as it reaches the real one: PWM and GPIO through files, SPI through one
transfer at a time (here over a local socket that only this user can open; no network port).
"""

import argparse
import json
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from furutalib.facts.boards import load_board
from furutalib.facts.errors import ConfigurationError, WireError
from furutalib.facts.machine import load_machine
from furutalib.machine.clock import Clock, MonotonicClock
from furutalib.machine.emulator.bench import build_world
from furutalib.machine.emulator.faults import switch
from furutalib.machine.emulator.pins import EmulatedWires
from furutalib.machine.emulator.world import World
from furutalib.machine.guardian import Guardian, GuardianProcess
from furutalib.machine.wires import Wires

SOCKET = "spi"  # in the emulator's folder
TICK_S = 0.001  # how often pins are looked at
START_S = 30.0  # the plant is compiled when it starts for the first time


class WallBench:
    """Starts the process, and ends it with `close`.

    Args:
        robot: name or file of a robot.
        hidden: which hidden robot it is; None: exactly as described.

    Raises:
        ConfigurationError: this computer has no Unix sockets (Windows), or the robot is unknown.
    """

    def __init__(self, robot: str | Path = "course", hidden: int | None = 0) -> None:
        if not hasattr(socket, "AF_UNIX"):
            raise ConfigurationError(
                "the emulated robot in wall time needs Linux or macOS; use clock='plant' here"
            )
        self._board = load_board(load_machine(robot).wiring.board)
        self._temporary = tempfile.TemporaryDirectory(prefix="furuta-")
        self.folder = Path(self._temporary.name)
        command = [sys.executable, "-m", __name__, str(self.folder), str(robot)]
        command += [] if hidden is None else ["--hidden", str(hidden)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self._wait_until_it_runs()
            self._line = Line(self.folder)
        except BaseException:
            self.close()
            raise

    @property
    def clock(self) -> Clock:
        """This computer's."""
        return MonotonicClock()

    def wires(self) -> Wires:
        """Files for PWM and GPIO, a local socket for SPI."""
        return EmulatedWires(self.folder, self._board, lambda name: RemoteSpi(self.folder, name))

    def guardian(self, limit_s: float) -> Guardian:
        """The guardian process, as a real robot has it."""
        return GuardianProcess.start(self._board, self.folder, limit_s)

    def fault(self, name: str, on: bool = True) -> None:
        """Switch a fault of `furutalib.machine.emulator.faults` on or off."""
        self._line.ask({"do": "fault", "name": name, "on": on})

    def state(self) -> dict[str, float]:
        """True angles (rad), speeds (rad/s), current (A) and time (s)."""
        return {key: float(value) for key, value in self._line.ask({"do": "state"}).items()}

    def motor_is_on(self) -> bool:
        """Whether the enable line is high and some PWM output is not 0."""
        return bool(self._line.ask({"do": "motor"})["on"])

    def place(self, arm_angle_rad: float, pendulum_angle_rad: float) -> None:
        """Put the robot somewhere by hand, at rest."""
        self._line.ask({"do": "place", "arm": arm_angle_rad, "pendulum": pendulum_angle_rad})

    def close(self) -> None:
        """End the process and remove its folder."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=5.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._temporary.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _wait_until_it_runs(self) -> None:
        output = self._process.stdout
        with selectors.DefaultSelector() as waiting:
            waiting.register(output or 0, selectors.EVENT_READ)
            ready = waiting.select(START_S)
        if not ready or not output or not output.readline():
            raise WireError("the emulated robot did not start; its message is above")


class Line:
    """One connection to the emulator: a question, an answer, each a line of JSON."""

    def __init__(self, folder: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.connect(str(folder / SOCKET))
        except OSError as error:
            self._socket.close()
            raise WireError(f"no emulated robot answers in {folder}: {error}") from error
        self._file = self._socket.makefile("rwb")

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a question.

        Raises:
            WireError: the emulator is gone.
            ConfigurationError: it did not accept the question.
        """
        try:
            self._file.write(json.dumps(question).encode() + b"\n")
            self._file.flush()
            line = self._file.readline()
        except OSError as error:
            raise WireError(f"the emulated robot is gone: {error}") from error
        if not line:
            raise WireError("the emulated robot is gone")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise ConfigurationError(answer["error"])
        return answer

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()


class RemoteSpi:
    """A chip of the emulated robot in another process, as an SPI device."""

    def __init__(self, folder: Path, which: str) -> None:
        self._line, self._which = Line(folder), which

    def transfer(self, data: bytes) -> bytes:
        """Send bytes while the chip is selected; return as many."""
        answer = self._line.ask({"do": "transfer", "which": self._which, "data": data.hex()})
        return bytes.fromhex(answer["data"])

    def close(self) -> None:
        """Let go of the chip."""
        self._line.close()


class Server:
    """Lets the world run with the clock on the wall, and answers what it is asked."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world, self._began = world, time.monotonic()
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET))
        (folder / SOCKET).chmod(0o600)
        self._listener.listen()
        self._selector.register(self._listener, selectors.EVENT_READ, None)

    def run(self, owner: IO[bytes]) -> None:
        """Serve until the owner's end of the pipe is closed."""
        self._selector.register(owner, selectors.EVENT_READ, owner)
        while True:
            for key, _ in self._selector.select(TICK_S):
                if key.data is owner:
                    return
                if key.data is None:
                    self._welcome()
                else:
                    self._answer(key.data)
            self._catch_up()

    def _catch_up(self) -> None:
        self._world.advance_to(time.monotonic() - self._began)

    def _welcome(self) -> None:
        connection, _ = self._listener.accept()
        file = connection.makefile("rwb")
        self._selector.register(connection, selectors.EVENT_READ, (connection, file))

    def _answer(self, data: tuple[socket.socket, IO[bytes]]) -> None:
        connection, file = data
        line = file.readline()
        if not line:
            self._selector.unregister(connection)
            file.close()
            connection.close()
            return
        late_s, self._world.extra_delay_s = self._world.extra_delay_s, 0.0
        time.sleep(late_s)  # a chip that answers late makes the whole period late
        self._catch_up()
        try:
            answer = self._do(json.loads(line))
        except ConfigurationError as error:
            answer = {"error": str(error)}
        file.write(json.dumps(answer).encode() + b"\n")
        file.flush()

    def _do(self, question: dict[str, Any]) -> dict[str, Any]:
        world = self._world
        match question["do"]:
            case "transfer":
                reply = world.spi[question["which"]].transfer(bytes.fromhex(question["data"]))
                return {"data": reply.hex()}
            case "fault":
                switch(world, question["name"], question["on"])
            case "place":
                world.place(question["arm"], question["pendulum"])
            case "motor":
                return {"on": world.motor_is_on()}
            case "state":
                return world.state()
            case other:
                raise ConfigurationError(f"the emulated robot does not know {other!r}")
        return {}


def main() -> None:
    """Run as `python -m furutalib.machine.emulator.wall FOLDER ROBOT [--hidden N]`."""
    parser = argparse.ArgumentParser(prog="wall")
    parser.add_argument("folder", type=Path)
    parser.add_argument("robot")
    parser.add_argument("--hidden", type=int)
    given = parser.parse_args()
    world = build_world(given.robot, given.hidden, given.folder)
    world.advance_to(TICK_S)  # compiles the plant before time counts
    server = Server(world, given.folder)
    os.write(1, b"running\n")
    server.run(sys.stdin.buffer)


if __name__ == "__main__":
    main()
