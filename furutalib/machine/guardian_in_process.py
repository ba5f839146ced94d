"""The guardian without a process, for a robot whose plant is the clock."""

from collections.abc import Callable
from contextlib import suppress

from furutalib.facts.errors import GuardianError
from furutalib.machine.guardian import advice, not_armed
from furutalib.machine.watch import LIMIT_S, Keeper
from furutalib.machine.wires import OutputLine


class InProcessGuardian:
    """The same watch without a process, for an emulated robot whose plant is the clock.

    Args:
        line: the enable line.
        zero: takes every PWM output to 0.
        now: the clock.
        limit_s: longest silence.
    """

    def __init__(
        self,
        line: OutputLine,
        zero: Callable[[], None],
        now: Callable[[], float],
        limit_s: float = LIMIT_S,
    ) -> None:
        self._line, self._now = line, now
        self._keeper = Keeper(line.set, zero, limit_s)
        self._closed = False

    def arm(self) -> None:
        """Switch the motor driver on; raises GuardianError if tripped or closed."""
        if self._closed:
            raise GuardianError("the guardian was closed; connect again")
        if not self._keeper.arm(self._now()):
            raise GuardianError(not_armed(self._keeper.why))

    def beat(self) -> None:
        """Say that the control loop is alive."""
        self._keeper.beat(self._now())

    def check(self, now_s: float) -> None:
        """Let time pass; whoever lets the emulated world go on calls this."""
        self._keeper.check(now_s)

    def disarm(self) -> None:
        """Switch the motor driver off."""
        if not self._closed:
            with suppress(OSError):
                self._keeper.disarm()

    def tripped(self) -> str:
        """Why the motor was switched off; empty if it was not."""
        return advice(self._keeper.why)

    def clear(self) -> None:
        """Forget why, on purpose."""
        self._keeper.clear()

    def close(self) -> None:
        """Motor off, and let go of the line."""
        if not self._closed:
            with suppress(OSError):
                self._keeper.disarm()
            self._closed = True
            self._line.close()
