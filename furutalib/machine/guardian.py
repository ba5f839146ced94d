"""The guardian of the motor: a small process that alone owns the driver's enable line.

The controller tells it once per control period that it is alive. If it does not for 100 ms, or
ends in whatever way (return, exception, Ctrl-C, SIGTERM, SIGKILL, a kernel restarted), or stands
still (SIGSTOP, a hang), the guardian takes enable low, then every PWM output to 0, since the
kernel's PWM runs on when its process is gone, and remembers why.

It is a session of its own, so that Ctrl-C or a kill of the controller's process group do not reach
it, and imports as little as it can: it must be there before the motor is, and must not fail.

If the guardian itself dies, its line is released, which leaves it low or as it was: boards differ.
The controller drives it low on its next heartbeat. For what no program can catch (both killed at
once, a hung kernel) there is the pull-down at the driver's EN pin, a pin that is low while the
board boots, and the board's hardware watchdog.

Heartbeats must come from the control loop itself, not from a thread beside it: a thread would go on
while the loop hangs.
"""

import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, Protocol

from furutalib.facts.boards import Board
from furutalib.facts.errors import GuardianError, LineBusyError
from furutalib.machine.guardian_process import (
    ARM,
    BEAT,
    BEATEN,
    BUSY,
    CLEAR,
    DISARM,
    READY,
    TRIPPED,
    YES,
    Place,
)
from furutalib.machine.real_wires import remedy
from furutalib.machine.sysfs_pwm import SYSFS, duty_file, find_chip
from furutalib.machine.watch import LIMIT_S

START_S = 20.0  # a small board under load
PATIENCE_S = 1.0  # how long the controller waits for a guardian that does not answer
PROGRAM = "furutalib.machine.guardian_process"


class Guardian(Protocol):
    """Who owns the enable line; the motor is on only while armed and beaten in time."""

    def arm(self) -> None:
        """Switch the motor driver on; it is on when this returns.

        Raises:
            GuardianError: the guardian is dead, or has tripped and was not cleared.
        """
        ...

    def beat(self) -> None:
        """Say that the control loop is alive: once per period while armed; cheap.

        Raises:
            GuardianError: the guardian is dead or does not answer. A trip is no error here: see
                `tripped`.
        """
        ...

    def disarm(self) -> None:
        """Switch the motor driver off, PWM too; no heartbeats are needed then. Never raises."""
        ...

    def tripped(self) -> str:
        """Why the motor was switched off, and what to do; empty if it was not."""
        ...

    def clear(self) -> None:
        """Forget why, on purpose; the motor stays off until it is armed. Raises as `beat`."""
        ...

    def close(self) -> None:
        """Motor off, guardian gone; never raises, a second call does nothing."""
        ...


class GuardianProcess:
    """The guardian as a process; see the module's text.

    Args:
        place: the enable line.
        duty_files: the files that make the PWM outputs 0 when "0" is written to them.
        limit_s: longest silence.

    Raises:
        LineBusyError: another guardian has the line.
        GuardianError: the guardian does not start; the message says why.
    """

    def __init__(self, place: Place, duty_files: Sequence[Path], limit_s: float = LIMIT_S) -> None:
        self._place = place
        self._lock = threading.RLock()  # a stop button may live in another thread
        self._why = self._dead = ""
        self._received = b""
        self._unanswered = 0
        self._waiting_since_s = 0.0
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        with theirs:
            self._process = _spawn(theirs, place, duty_files, limit_s)
        try:
            kind, text = self._expect(START_S)
            if kind == BUSY:
                raise LineBusyError(text)
            if kind != READY:
                raise GuardianError(f"the guardian of the motor does not start: {text}")
        except BaseException:
            self.close()
            raise

    @classmethod
    def start(
        cls, board: Board, folder: Path | None = None, limit_s: float = LIMIT_S
    ) -> "GuardianProcess":
        """Start the guardian of a board.

        Args:
            board: which lines and channels.
            folder: where an emulated robot has its folders `gpio` and `pwm`; None: a real board.
            limit_s: longest silence.

        Raises:
            WireError: the board has no such PWM chip, GPIO chip or line.
            LineBusyError: another guardian has the line.
            GuardianError: the guardian does not start.
        """
        root = SYSFS if folder is None else folder / "pwm"
        hint = remedy(board.setting("pwm"))
        files = [
            duty_file(find_chip(root, port.device, hint), port.channel)
            for port in board.pwm.values()
        ]
        where = board.gpio.label if folder is None else str(folder / "gpio")
        return cls(Place(folder is not None, where, board.gpio.enable), files, limit_s)

    @property
    def pid(self) -> int:
        """The guardian's process."""
        return self._process.pid

    def arm(self) -> None:
        """Switch the motor driver on; it is on when this returns.

        Raises:
            GuardianError: the guardian is dead, or has tripped and was not cleared.
        """
        with self._lock:
            self._say(ARM)
            kind, text = self._expect(PATIENCE_S)
            if kind != YES:
                self._why = text
                raise GuardianError(not_armed(text))

    def beat(self) -> None:
        """Say that the control loop is alive; raises GuardianError if nobody listens."""
        with self._lock:
            self._say(BEAT)
            if self._unanswered == 0:
                self._waiting_since_s = time.monotonic()
            self._unanswered += 1
            self._listen()
            if self._unanswered and time.monotonic() - self._waiting_since_s > PATIENCE_S:
                self._give_up("it does not answer")

    def disarm(self) -> None:
        """Switch the motor driver off; it is off when this returns. Never raises: see `tripped`."""
        with self._lock, suppress(GuardianError):
            self._say(DISARM)
            self._expect(PATIENCE_S)

    def tripped(self) -> str:
        """Why the motor was switched off, and what to do; empty if it was not."""
        with self._lock, suppress(GuardianError):
            if not self._dead:
                self._listen()
        return self._dead or advice(self._why)

    def clear(self) -> None:
        """Forget why, on purpose; the motor stays off until it is armed."""
        with self._lock:
            self._say(CLEAR)
            self._expect(PATIENCE_S)
            self._why = ""

    def close(self) -> None:
        """Motor off, guardian gone; never raises, a second call does nothing."""
        with self._lock:
            self._dead = self._dead or "the guardian was closed; connect again"
            self._socket.close()  # at that the guardian switches off and ends
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                self._take_low()

    # ------------------------------------------------------------------ inside
    def _say(self, command: bytes) -> None:
        if self._dead:
            raise GuardianError(self._dead)
        try:
            self._socket.send(command)
        except OSError as error:
            self._give_up("it does not listen" if isinstance(error, BlockingIOError) else "it died")

    def _listen(self) -> list[str]:
        """Whole lines that have arrived, if any."""
        try:
            received = self._socket.recv(4096)
        except BlockingIOError:
            return []
        except OSError:
            received = b""
        if not received:
            self._give_up("it died")
        *lines, self._received = (self._received + received).split(b"\n")
        return [line for line in map(bytes.decode, lines) if not self._is_news(line)]

    def _is_news(self, line: str) -> bool:
        """Take notice of what is not the answer to a question."""
        kind, _, text = line.partition(" ")
        if kind == BEATEN:
            self._unanswered -= 1
            self._waiting_since_s = time.monotonic()
        elif kind == TRIPPED:
            self._why = text
        return kind in (BEATEN, TRIPPED)

    def _expect(self, seconds: float) -> tuple[str, str]:
        """Wait for the answer to a question: its kind and its text."""
        last_s = time.monotonic() + seconds
        while (left_s := last_s - time.monotonic()) > 0.0:
            select.select([self._socket], [], [], left_s)
            for line in self._listen():
                kind, _, text = line.partition(" ")
                return kind, text
        return self._give_up(f"it has not answered for {seconds:g} s")

    def _give_up(self, why: str) -> NoReturn:
        """Nobody guards any more: take enable low ourselves, and say so for ever."""
        self._dead = (
            f"the guardian of the motor is gone ({why}): the motor is off as far as this program "
            "can switch it off; unplug the motor's supply, then connect again"
        )
        self._take_low()
        raise GuardianError(self._dead)

    def _take_low(self) -> None:
        with suppress(OSError):  # LineBusyError too: then it is not dead, and holds on to it
            self._place.take().close()


def _spawn(
    theirs: socket.socket, place: Place, duty_files: Sequence[Path], limit_s: float
) -> "subprocess.Popen[bytes]":
    kind = "emulated" if place.emulated else "real"
    rest = [kind, place.where, str(place.line), *map(str, duty_files)]
    return subprocess.Popen(
        # -P: no module in the folder where the learner happens to be stands in for one of ours
        [sys.executable, "-P", "-m", PROGRAM, str(theirs.fileno()), str(limit_s), *rest],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def advice(why: str) -> str:
    """What the guardian's reason means for a person; empty if there is none."""
    return f"{why}; the motor stays off until you clear() and reset()" if why else ""


def not_armed(why: str) -> str:
    """Why the motor cannot be switched on."""
    return f"the motor is not switched on, for it was switched off: {advice(why)}"
