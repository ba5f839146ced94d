"""The emulated robot in wall time: a process of its own, which nobody can stop from outside.

The controller reaches it as it reaches the real one: PWM and GPIO through files, SPI through one
transfer at a time (here over a local socket that only this user can open; no network port).
"""

import json
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from furutalib.facts.boards import load_board
from furutalib.facts.errors import ConfigurationError, WireError
from furutalib.facts.machine import load_machine
from furutalib.machine.clock import Clock, MonotonicClock
from furutalib.machine.emulator.hidden import check_hidden
from furutalib.machine.emulator.pins import EmulatedWires
from furutalib.machine.guardian import Guardian, GuardianProcess
from furutalib.machine.wires import Wires

SOCKET = "spi"  # in the emulator's folder
SERVER = "furutalib.machine.emulator.wall_server"
START_S = 30.0  # the plant is compiled when it starts for the first time


class RemoteBench:
    """An emulated robot that another process runs.

    Args:
        folder: of the emulated robot.
        robot: name or file of the robot that it emulates.

    Raises:
        WireError: nobody answers there.
    """

    def __init__(self, folder: Path, robot: str | Path = "course") -> None:
        self.folder = folder
        self.board = load_board(load_machine(robot).wiring.board)
        self._line = Line(folder)

    @property
    def clock(self) -> Clock:
        """This computer's."""
        return MonotonicClock()

    def wires(self) -> Wires:
        """Files for PWM and GPIO, a local socket for SPI."""
        return EmulatedWires(self.folder, self.board, lambda name: RemoteSpi(self.folder, name))

    def guardian(self, limit_s: float) -> Guardian:
        """The guardian process, as a real robot has it."""
        return GuardianProcess.start(self.board, self.folder, limit_s)

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

    def enabled(self) -> bool:
        """Whether the enable line is high."""
        return bool(self._line.ask({"do": "motor"})["enabled"])

    def close(self) -> None:
        """Hang up; the robot goes on."""
        self._line.close()


class WallBench(RemoteBench):
    """An emulated robot in a process of its own, which `close` ends.

    Args:
        robot: name or file of a robot.
        hidden: which hidden robot it is; None: exactly as described.

    Raises:
        ConfigurationError: this computer has no Unix sockets (Windows), or there is no such robot.
        WireError: the process does not start.
    """

    def __init__(self, robot: str | Path = "course", hidden: int | None = 0) -> None:
        if not hasattr(socket, "AF_UNIX"):
            raise ConfigurationError(
                "the emulated robot in wall time needs Linux or macOS; use clock='plant' here"
            )
        load_machine(robot)  # its errors belong here, not into the other process
        if hidden is not None:
            check_hidden(hidden)
        self._temporary = tempfile.TemporaryDirectory(prefix="furuta-")
        folder = Path(self._temporary.name)
        command = [sys.executable, "-m", SERVER, str(folder), str(robot)]
        command += [] if hidden is None else ["--hidden", str(hidden)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C in the terminal is not meant for it: we end it
        )
        try:
            self._wait_until_it_runs()
            super().__init__(folder, robot)
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        """End the process and remove its folder."""
        super().close()
        self._end()

    def _end(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=5.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
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
        output = self.process.stdout
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
        self._lock = threading.Lock()  # switches in a notebook ask from another thread

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a question.

        Raises:
            WireError: the emulator is gone.
            ConfigurationError: it did not accept the question.
        """
        try:
            with self._lock:
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
        with suppress(OSError):  # what was not sent any more, to a robot that is gone
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
