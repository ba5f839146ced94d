"""GPIO lines as files: "1" or "0" in a file per line, and a lock on it for its one owner.

The lock goes with its owner however that ends, as a real line's does; a line that nobody holds is
low, as its pull-down makes it.
"""

import os
import sys
from pathlib import Path

from furutalib.facts.errors import LineBusyError, WireError
from furutalib.facts.files import write_at_start

if sys.platform != "win32":
    import fcntl
    import time

    _PROBE_S = 0.001  # `level` holds the lock for an instant; the next try finds it free


class FileLines:
    """Lines of an emulated GPIO chip, for the board's side and for the emulator's.

    Args:
        root: the folder of the files; made if it is not there.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self._seen: dict[int, int] = {}  # file descriptors of the emulator's side

    def output(self, line: int, high: bool) -> "FileOutput":
        """Take a line as an output that starts at a level.

        Raises:
            LineBusyError: somebody holds it, in this process or another.
        """
        return FileOutput(self._path(line), line, high)

    def input(self, line: int) -> "FileInput":
        """Take a line as an input.

        Raises:
            LineBusyError: somebody holds it, in this process or another.
        """
        return FileInput(self._path(line), line)

    def level(self, line: int) -> bool:
        """What the emulator sees on an output: low if nobody holds it."""
        handle = self._handle(line)
        return _read(handle) and _is_held(handle)

    def drive(self, line: int, high: bool) -> None:
        """Put a level on an input, from the emulator's side."""
        _write(self._handle(line), high)

    def close(self) -> None:
        """Let go of the files; lines that were taken stay taken."""
        while self._seen:
            os.close(self._seen.popitem()[1])

    def _handle(self, line: int) -> int:
        if line not in self._seen:
            self._seen[line] = os.open(self._path(line), os.O_RDWR | os.O_CREAT, 0o600)
        return self._seen[line]

    def _path(self, line: int) -> Path:
        return self.root / f"line{line}"


class _Held:
    """A file that is locked until it is closed."""

    def __init__(self, path: Path, line: int) -> None:
        self._line = line
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise WireError(f"line {line} cannot be opened: {error}") from error
        if not _lock(self._handle, path):
            os.close(self._handle)
            raise LineBusyError(
                f"line {line} is held by somebody else; a line has one owner: "
                "end the other program that drives this robot"
            )

    def _check(self) -> int:
        if self._handle < 0:
            raise WireError(f"line {self._line} was closed")
        return self._handle

    def close(self) -> None:
        """Let go of the line; a second call does nothing."""
        if self._handle >= 0:
            _unlock(self._handle)
            self._handle = -1


class FileOutput(_Held):
    """An emulated line that the board drives."""

    def __init__(self, path: Path, line: int, high: bool) -> None:
        super().__init__(path, line)
        self.set(high)

    def set(self, high: bool) -> None:
        """Drive the line high or low."""
        _write(self._check(), high)

    def close(self) -> None:
        """Let go of the line, which its pull-down takes low."""
        if self._handle >= 0:
            _write(self._handle, False)
        super().close()


class FileInput(_Held):
    """An emulated line that the board reads."""

    def get(self) -> bool:
        """Whether the line is high."""
        return _read(self._check())


def _read(handle: int) -> bool:
    os.lseek(handle, 0, os.SEEK_SET)
    return os.read(handle, 1) == b"1"


def _write(handle: int, high: bool) -> None:
    write_at_start(handle, b"1" if high else b"0")


if sys.platform == "win32":
    # Without `flock` a line has one owner in this process only; here nothing else runs the robot.
    _held: dict[int, Path] = {}

    def _lock(handle: int, path: Path) -> bool:
        if path in _held.values():
            return False
        _held[handle] = path
        return True

    def _unlock(handle: int) -> None:
        _held.pop(handle, None)
        os.close(handle)

    def _is_held(handle: int) -> bool:
        return any(os.path.sameopenfile(handle, owner) for owner in _held)
else:

    def _lock(handle: int, path: Path) -> bool:
        for _ in range(20):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PROBE_S)
            else:
                return True
        return False

    def _unlock(handle: int) -> None:
        os.close(handle)

    def _is_held(handle: int) -> bool:
        """Whether the file is locked through another descriptor than this one."""
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(handle, fcntl.LOCK_UN)
        return False
