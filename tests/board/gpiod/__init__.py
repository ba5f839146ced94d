"""The part of `gpiod` 2 that furutalib uses; a line is a file of an emulated robot.

A chip is a file with its label. Whoever requests a line locks its file, and the lock goes with its
owner, as the kernel's does.
"""

import errno
import fcntl
import os
from pathlib import Path
from types import SimpleNamespace

from gpiod.line import Direction, Value

LineSettings = SimpleNamespace


def is_gpiochip_device(path):
    return Path(path).is_file()


class Chip:
    """A chip by its path; knows its label."""

    def __init__(self, path):
        self._label = Path(path).read_text()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def get_info(self):
        return SimpleNamespace(label=self._label)

    def get_line_info(self, line):
        return SimpleNamespace(consumer=f"the owner of line {line}")


class _Request:
    def __init__(self, line, settings):
        path = f"{os.environ['FURUTA_EMULATED']}/gpio/line{line}"
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise OSError(errno.EBUSY, "Device or resource busy") from None
        if settings.direction is Direction.OUTPUT:
            self.set_value(line, settings.output_value)

    def set_value(self, line, value):
        os.pwrite(self._handle, b"1" if value is Value.ACTIVE else b"0", 0)

    def get_value(self, line):
        return Value.ACTIVE if os.pread(self._handle, 1, 0) == b"1" else Value.INACTIVE

    def release(self):
        os.close(self._handle)


def request_lines(path, consumer, config):
    [(line, settings)] = config.items()
    return _Request(line, settings)
