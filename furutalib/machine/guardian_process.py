"""The guardian as a process: `furutalib.machine.guardian` starts it and says what it is for.

It imports as little as it can, so that it is there at once and little can go wrong.
"""

import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from furutalib.facts.errors import LineBusyError, WireError
from furutalib.machine.watch import Keeper

if TYPE_CHECKING:
    from furutalib.machine.wires import OutputLine

ORPHAN_S = 0.5  # how often an idle guardian looks whether its controller still lives
PRIORITY = 80  # real-time, above every control loop; where it is permitted

# What the controller says: one byte each. The guardian answers a line to each, in this order.
ARM, BEAT, DISARM, CLEAR = b"A", b"B", b"D", b"C"
READY, YES, BEATEN, NO, TRIPPED, BUSY = "ready", "yes", "b", "no", "trip", "busy"


class Place(NamedTuple):
    """Where the enable line is: a folder of emulated lines, or the label of a GPIO chip."""

    emulated: bool
    where: str
    line: int

    def take(self) -> "OutputLine":
        """Own the line, low; raises LineBusyError or WireError."""
        if self.emulated:
            from furutalib.machine.emulator.lines import FileLines

            return FileLines(Path(self.where)).output(self.line, high=False)
        from furutalib.machine.real_wires import take_output

        return take_output(self.where, self.line, high=False)


def serve(
    controller: socket.socket, keeper: Keeper, now: Callable[[], float] = time.monotonic
) -> None:
    """Guard until the controller's end closes or its process is gone; then the motor is off."""
    parent, told = os.getppid(), ""
    try:
        while True:
            left_s = keeper.watch.left_s(now())
            wait_s = ORPHAN_S if left_s is None else min(ORPHAN_S, max(0.0, left_s))
            if select.select([controller], [], [], wait_s)[0]:
                if not _obey(controller, keeper, _hear(controller), now()):
                    return
            elif os.getppid() != parent:
                return
            keeper.check(now())
            if keeper.why != told:
                told = keeper.why
                if told:
                    _answer(controller, f"{TRIPPED} {told}")
    finally:
        keeper.trip("its controller ended")


def _hear(controller: socket.socket) -> bytes:
    try:
        return controller.recv(4096)
    except OSError:  # it closed without having read all answers
        return b""


def _obey(controller: socket.socket, keeper: Keeper, said: bytes, now_s: float) -> bool:
    """Do what was said, in this order; False if nobody says anything any more."""
    for command in (said[i : i + 1] for i in range(len(said))):
        answer = YES
        if command == BEAT:
            keeper.beat(now_s)
            answer = BEATEN
        elif command == ARM:
            answer = YES if keeper.arm(now_s) else f"{NO} {keeper.why}"
        elif command == CLEAR:
            keeper.clear()
        else:
            keeper.disarm()
        _answer(controller, answer)
    return bool(said)


def _answer(controller: socket.socket, line: str) -> None:
    with suppress(OSError):  # it does not read (it may be stopped), or is gone: the next recv tells
        controller.send(f"{line}\n".encode())


def _zero(duty_files: Sequence[str]) -> None:
    for name in duty_files:
        with suppress(OSError):  # not exported: then its pin is low
            handle = os.open(name, os.O_WRONLY)
            try:
                os.write(handle, b"0\n")
            finally:
                os.close(handle)


def _be_hard_to_stop() -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP", "SIGPIPE"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    with suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))


def main(arguments: Sequence[str]) -> None:
    """Run with: SOCKET LIMIT_S emulated|real WHERE LINE DUTY_FILE..."""
    number, limit_s, kind, where, line, *duty_files = arguments
    with socket.socket(fileno=int(number)) as controller:
        controller.setblocking(False)
        try:
            _be_hard_to_stop()
            enable = Place(kind == "emulated", where, int(line)).take()
        except LineBusyError as error:
            _answer(controller, f"{BUSY} {error}")
            return
        except WireError as error:
            _answer(controller, f"{NO} {error}")
            return
        _answer(controller, READY)
        serve(controller, Keeper(enable.set, lambda: _zero(duty_files), float(limit_s)))
        enable.close()


if __name__ == "__main__":
    main(sys.argv[1:])
