"""Recording an episode: rows go into a pipe during ticks, another process writes them.

Nothing here touches the disk inside a tick. The price of the other process: it takes a moment to
start (before the motor is on) and some memory. What it buys, against a thread of the controller:
it survives a SIGKILL of the controller with everything that was sent, it never holds Python's
lock when a tick is due, and a slow disk fills the pipe, which holds a minute and more, before it
costs a row. Rows that find the pipe full are counted and dropped: the loop never waits for a disk.
Against a power cut only the disk itself helps: what is older than about a second is safe there.
"""

import contextlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from furutalib.facts.errors import SequenceError, TelemetryError
from furutalib.facts.files import write_atomically
from furutalib.facts.robot import RobotDescription
from furutalib.machine.telemetry import Row, about_path
from furutalib.machine.telemetry_writer import LONGEST_TRIP, ROW

FORMAT = 1
_PIPE_BYTES = 1 << 20  # what Linux gives to everybody who asks
_SET_PIPE_SIZE = 1031  # <fcntl.h> of Linux, F_SETPIPE_SZ
_END_S = 10.0


class TelemetryLog:
    """One episode's file, from before the motor is switched on until after it is off.

    Args:
        path: the CSV file to write, which must not exist; a JSON file of the same name goes
            beside it. Folders are made.
        robot: whose episode it is.
        more: what else the JSON file shall say (policy, task, seed ...); ready for JSON.

    Raises:
        TelemetryError: the file exists or cannot be written.
    """

    def __init__(
        self,
        path: str | Path,
        robot: RobotDescription,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        self.path = Path(path)
        self.rows = 0  # sent to the writer
        self.lost = 0  # that found the pipe full or the writer dead
        self._about = {
            "format": FORMAT,
            "started": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "robot": robot.to_dict(),
            "versions": versions(),
            **(more or {}),
            "end": None,  # stays so if the controller is killed
        }
        if self.path.suffix != ".csv":
            raise TelemetryError(f"telemetry goes into a .csv file, not {self.path.name!r}")
        if self.path.exists():
            raise TelemetryError(f"{self.path} exists; choose another name, or move it away")
        self._writer = self._start()

    def write(self, row: Row) -> None:
        """Send one row; takes microseconds, never waits and never raises for the disk's sake.

        Raises:
            SequenceError: the log is closed.
        """
        if self._writer is None:
            raise SequenceError(f"{self.path} is closed; an episode has a log of its own")
        *numbers, trip = row
        text = trip.encode(errors="replace")[:LONGEST_TRIP] if trip else b""
        try:
            os.write(self._pipe, ROW.pack(*numbers, len(text)) + text)
            self.rows += 1
        except (BlockingIOError, BrokenPipeError):
            self.lost += 1

    def close(self, why: str = "closed") -> None:
        """Let the writer finish, and note in the JSON file how the episode ended.

        A second call does nothing.

        Args:
            why: how it ended, for people.

        Raises:
            TelemetryError: rows were lost; it says how many and why. What was written stays.
        """
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        trouble = self._finish(writer)
        end = {"why": why, "rows": self.rows, "lost": self.lost, "trouble": trouble}
        try:
            self._note(end)
        except OSError as error:
            trouble = trouble or str(error)
        if self.lost or trouble:
            raise TelemetryError(
                f"{self.path} lacks {self.lost} rows of {self.rows + self.lost}: "
                f"{trouble or 'the disk was too slow'}; make room or use a faster disk"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
            return
        with contextlib.suppress(TelemetryError):  # the first error is the one to be seen
            self.close(f"{type(error).__name__}: {error}")

    def _start(self) -> "subprocess.Popen[bytes] | None":
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._note(None)
        except OSError as error:
            raise TelemetryError(
                f"{self.path} cannot be written ({error.strerror}); give another folder, or make "
                "room in this one"
            ) from error
        writer = subprocess.Popen(
            [sys.executable, "-P", "-m", "furutalib.machine.telemetry_writer", str(self.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # a Ctrl-C in the terminal is not meant for it
        )
        assert writer.stdin is not None and writer.stdout is not None
        if writer.stdout.readline() != b"ready\n":
            _, said = writer.communicate()
            raise TelemetryError(f"{self.path} cannot be written: {said.decode().strip()}")
        self._pipe = writer.stdin.fileno()
        if sys.platform != "win32":
            os.set_blocking(self._pipe, False)
        if sys.platform.startswith("linux"):
            import fcntl

            with contextlib.suppress(OSError):  # it stays at 64 kB
                fcntl.fcntl(self._pipe, _SET_PIPE_SIZE, _PIPE_BYTES)
        return writer

    def _finish(self, writer: "subprocess.Popen[bytes]") -> str:
        """Close the pipe and wait; what went wrong, empty if nothing did."""
        try:
            _, said = writer.communicate(timeout=_END_S)
        except subprocess.TimeoutExpired:
            return f"the disk takes longer than {_END_S:g} s; the writer goes on"
        if writer.returncode == 0:
            return ""
        return said.decode(errors="replace").strip() or f"the writer ended ({writer.returncode})"

    def _note(self, end: Mapping[str, Any] | None) -> None:
        text = json.dumps({**self._about, "end": end}, indent=1)
        write_atomically(about_path(self.path), text + "\n")


def versions() -> dict[str, str]:
    """Versions of what ran the episode."""
    try:
        own = importlib.metadata.version("furutalib")
    except importlib.metadata.PackageNotFoundError:
        own = "not installed"
    return {
        "furutalib": own,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
    }
