"""What a guardian decides, without processes or pins: time is handed in, pins are functions."""

from collections.abc import Callable

LIMIT_S = 0.1  # longest silence of a controller whose motor is on


class Watch:
    """Whether the heartbeats come in time while armed.

    Args:
        limit_s: longest time between two of them.
    """

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self.limit_s = limit_s
        self._last_s: float | None = None  # None: not armed

    @property
    def armed(self) -> bool:
        """Whether heartbeats are expected."""
        return self._last_s is not None

    def arm(self, now_s: float) -> None:
        """Expect heartbeats from now on."""
        self._last_s = now_s

    def beat(self, now_s: float) -> None:
        """One came."""
        if self._last_s is not None:
            self._last_s = now_s

    def disarm(self) -> None:
        """Expect none any more."""
        self._last_s = None

    def expired(self, now_s: float) -> bool:
        """Whether the silence is too long; never if not armed."""
        return self._last_s is not None and now_s - self._last_s > self.limit_s

    def left_s(self, now_s: float) -> float | None:
        """How long the silence may go on; None if not armed."""
        return None if self._last_s is None else self._last_s + self.limit_s - now_s


class Keeper:
    """Keeps the enable line: high only while armed and in time; why it went low is latched.

    Args:
        enable: drives the line.
        zero: takes every PWM output to 0; must not raise.
        limit_s: longest silence.
    """

    def __init__(
        self, enable: Callable[[bool], None], zero: Callable[[], None], limit_s: float = LIMIT_S
    ) -> None:
        self.watch = Watch(limit_s)
        self.why = ""
        self._enable, self._zero = enable, zero

    def arm(self, now_s: float) -> bool:
        """Switch the motor on, unless something is latched; return whether it is on."""
        if self.why:
            return False
        self.watch.arm(now_s)
        self._enable(True)
        return True

    def beat(self, now_s: float) -> None:
        """A heartbeat; one that comes too late does not help."""
        if not self.check(now_s):
            self.watch.beat(now_s)

    def disarm(self) -> None:
        """Switch the motor off because the controller wants it."""
        self._off()

    def check(self, now_s: float) -> bool:
        """Trip if the silence is too long; return whether it was."""
        if not self.watch.expired(now_s):
            return False
        self.trip(f"no heartbeat for {self.watch.limit_s * 1e3:.0f} ms while the motor was on")
        return True

    def trip(self, why: str) -> None:
        """Switch the motor off and remember why; the first reason stays."""
        self.why = self.why or why
        self._off()

    def clear(self) -> None:
        """Forget why; the motor stays off until armed."""
        self._off()
        self.why = ""

    def _off(self) -> None:
        """The line first: it stops the motor whatever the PWM does."""
        self.watch.disarm()
        try:
            self._enable(False)
        finally:
            self._zero()
