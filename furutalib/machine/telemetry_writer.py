"""The process that writes the rows of an episode to the disk, and the form of a row.

The controller packs each row into a few bytes and puts them into a pipe; this process takes them
out, writes them as CSV, and ends when the other end of the pipe is closed. A controller that is
killed closes it too, and what it had sent is still in the pipe.

Only the standard library is loaded, so that a writer starts quickly on a small board.
"""

import contextlib
import math
import os
import signal
import struct
import sys
import time

# In a file the columns stand in this order; the last one, `trip`, is text.
NUMBERS = (
    "tick",
    "time_s",
    "arm_count",
    "pendulum_count",
    "arm_angle_rad",
    "pendulum_angle_rad",
    "arm_speed_rad_s",
    "pendulum_speed_rad_s",
    "command_asked",
    "command_sent",
    "reward",
    "lateness_s",
    "missed",
    "flags",
)
COLUMNS = (*NUMBERS, "trip")
WHOLE = frozenset({"tick", "arm_count", "pendulum_count", "missed", "flags"})  # no fractions
HEADER = ",".join(COLUMNS) + "\n"
ROW = struct.Struct(f"<{len(NUMBERS)}dH")  # the numbers, and the length of the text after them
LONGEST_TRIP = 1000  # bytes, so that a row is far below what a pipe takes whole (4096)

_READ_AT_ONCE = 1 << 16
_BETWEEN_READS_S = 0.05
_BETWEEN_FLUSHES_S = 1.0


def csv_line(numbers: tuple[float, ...], trip: str) -> str:
    """One row as text; a number that is not known stays empty.

    Numbers are written so that reading them gives the same bits again.
    """
    fields = [
        ""
        if math.isnan(value)
        else str(int(value))
        if name in WHOLE and math.isfinite(value)
        else repr(value)
        for name, value in zip(NUMBERS, numbers, strict=True)
    ]
    text = " ".join(trip.split()).replace('"', "'")  # a row is one line, whatever the text holds
    return ",".join([*fields, f'"{text}"' if text else ""]) + "\n"


def unpack(data: bytes) -> tuple[str, bytes]:
    """The lines of all whole rows in what came through the pipe, and the bytes left over."""
    lines, place = [], 0
    while len(data) - place >= ROW.size:
        *numbers, length = ROW.unpack_from(data, place)
        end = place + ROW.size + length
        if end > len(data):
            break
        trip = data[place + ROW.size : end].decode("utf-8", errors="replace")
        lines.append(csv_line(tuple(numbers), trip))
        place = end
    return "".join(lines), data[place:]


def copy(source: int, target: int) -> None:
    """Write what comes through the pipe `source` to the file `target` until the pipe is closed.

    Between reads it sleeps, so that a controller that sends a row wakes nobody up. Once a second
    the disk is made to keep what it has.

    Raises:
        OSError: the disk is full or gone.
    """
    rest, unsafe_since = b"", math.inf
    while True:
        data = os.read(source, _READ_AT_ONCE)
        if not data:
            break
        text, rest = unpack(rest + data)
        _write_all(target, text.encode())
        now = time.monotonic()
        unsafe_since = min(unsafe_since, now)
        if now - unsafe_since > _BETWEEN_FLUSHES_S:
            os.fsync(target)
            unsafe_since = math.inf
        if len(data) < _READ_AT_ONCE:
            time.sleep(_BETWEEN_READS_S)
    os.fsync(target)


def _write_all(target: int, data: bytes) -> None:
    while data:
        data = data[os.write(target, data) :]


def main(path: str) -> int:
    """Write the file `path`, which must not be there yet, from what comes through stdin.

    Says one line on stdout when the file is open. Returns the exit status.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # it ends when the controller does, not before
        with contextlib.suppress(AttributeError):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        target = os.open(path, flags, 0o644)
        try:
            _write_all(target, HEADER.encode())
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            copy(sys.stdin.fileno(), target)
        finally:
            os.close(target)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
