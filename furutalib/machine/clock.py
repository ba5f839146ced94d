"""What time is, handed to whoever has to wait: this computer's clock, or an emulated one."""

import ctypes
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

_NS = 1_000_000_000
_CLOCK_MONOTONIC, _TIMER_ABSTIME, _INTERRUPTED = 1, 1, 4  # <time.h> and <errno.h> of Linux


class Clock(Protocol):
    """Time that only goes on, in seconds since some instant."""

    def now(self) -> float:
        """Seconds since that instant."""
        ...

    def sleep_until(self, when_s: float) -> None:
        """Return at `when_s` or as soon after it as can be; at once if it has gone by."""
        ...


class MonotonicClock:
    """This computer's clock that nobody sets.

    On Linux the kernel is told the instant of waking, not how long to sleep: what happens between
    looking at the clock and falling asleep, another process for instance, delays nothing.
    Elsewhere it is `time.sleep` for what is left.
    """

    def __init__(self) -> None:
        self._sleep = _absolute_sleep() or _sleep_the_rest

    def now(self) -> float:
        """Seconds, as `time.monotonic` counts them."""
        return time.monotonic()

    def sleep_until(self, when_s: float) -> None:
        """Return at `when_s` or as soon after it as can be; at once if it has gone by.

        A signal that raises (Ctrl-C) ends the sleep with its exception; others do not shorten it.
        """
        self._sleep(when_s)


class _Instant(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


def _absolute_sleep() -> Callable[[float], None] | None:
    """Sleep through Linux's `clock_nanosleep`; None where there is no such thing."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        call: Any = ctypes.CDLL(None).clock_nanosleep
    except (AttributeError, OSError):
        return None
    reference, interrupted = ctypes.byref, _INTERRUPTED

    def sleep(when_s: float) -> None:
        instant = _Instant(*divmod(round(max(0.0, when_s) * _NS), _NS))
        # Python runs a signal's handler between two turns, and its exception ends the loop
        while call(_CLOCK_MONOTONIC, _TIMER_ABSTIME, reference(instant), None) == interrupted:
            pass

    return sleep


def _sleep_the_rest(when_s: float) -> None:
    left_s = when_s - time.monotonic()
    while left_s > 0.0:
        time.sleep(left_s)
        left_s = when_s - time.monotonic()
