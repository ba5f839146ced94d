"""A control loop in time, with absolute deadlines; `undisturbed` keeps the rest out of its way.

Tick k is due at start + k periods, whenever tick k - 1 came: lateness is not passed on, and the
loop does not drift. What is missed is skipped and counted, never caught up in a burst.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError, SequenceError
from furutalib.machine.clock import Clock

REMEMBERED = 60_000  # ticks whose times are kept: ten minutes at 100 Hz, 1 MB


class Tick(NamedTuple):
    """One turn of the loop."""

    number: int  # periods since the start, missed ones included
    deadline_s: float  # the newest deadline that has come, on the clock
    lateness_s: float  # how long after the first deadline that this tick stands for
    missed: int  # how many deadlines were skipped just before


@dataclass(frozen=True)
class Distribution:
    """Four figures of many measured times, in seconds; nan if there are none."""

    median_s: float
    p99_s: float
    p99_9_s: float
    worst_s: float

    @classmethod
    def of(cls, times_s: NDArray[np.float64]) -> "Distribution":
        """The distribution of these times, shape (n,)."""
        if not len(times_s):
            return cls(math.nan, math.nan, math.nan, math.nan)
        return cls(*(float(value) for value in np.quantile(times_s, (0.5, 0.99, 0.999, 1.0))))


class Loop:
    """Wakes at absolute deadlines.

    Args:
        period_s: from one deadline to the next.
        clock: what time is.
        remembered: of how many of the last ticks the times are kept; the room for them is taken
            now, so that a tick allocates nothing that grows.

    Raises:
        ConfigurationError: the period or `remembered` is not above 0.
    """

    def __init__(self, period_s: float, clock: Clock, remembered: int = REMEMBERED) -> None:
        if not 0.0 < period_s < math.inf:
            raise ConfigurationError(f"period_s = {period_s!r}; it must be a finite time above 0")
        if remembered < 1:
            raise ConfigurationError(f"remembered = {remembered!r}; it must be 1 or above")
        self.period_s = period_s
        self.ticks = 0  # delivered since the start
        self.missed = 0  # deadlines skipped since the start
        self._clock = clock
        # filled, so that the memory is really there and no tick has to fetch it
        self._lateness_s = np.full(remembered, np.nan)
        self._lengths_s = np.full(remembered, np.nan)
        self._start_s = math.nan
        self._woke_s = math.nan
        self._number = 0

    def start(self) -> None:
        """Begin now: tick 1 is due in one period. Forgets what was measured before."""
        self._start_s = self._woke_s = self._clock.now()
        self._number = self.ticks = self.missed = 0

    def wait(self) -> Tick:
        """Sleep until the next deadline and say how late it got.

        Where one or more whole periods went by, one tick stands for all of them and the next is
        due on the old grid: the motor gets one command, not several in a burst.

        Raises:
            SequenceError: the loop was not started.
        """
        period_s, start_s = self.period_s, self._start_s
        if math.isnan(start_s):
            raise SequenceError("wait() before start(): call start() first")
        due_s = start_s + (self._number + 1) * period_s
        self._clock.sleep_until(due_s)
        woke_s = self._clock.now()
        lateness_s = woke_s - due_s
        missed = int(lateness_s / period_s) if lateness_s >= period_s else 0
        self._number += 1 + missed
        self.missed += missed
        place = self.ticks % len(self._lateness_s)
        self._lateness_s[place] = lateness_s
        self._lengths_s[place] = woke_s - self._woke_s
        self._woke_s = woke_s
        self.ticks += 1
        return Tick(self._number, start_s + self._number * period_s, lateness_s, missed)

    def lateness_s(self) -> NDArray[np.float64]:
        """How late each of the remembered ticks was, oldest first."""
        return self._remembered(self._lateness_s)

    def lengths_s(self) -> NDArray[np.float64]:
        """How long after the tick before it each of the remembered ticks came, oldest first."""
        return self._remembered(self._lengths_s)

    def _remembered(self, ring: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.ticks <= len(ring):
            return ring[: self.ticks].copy()
        return np.roll(ring, -(self.ticks % len(ring)))
