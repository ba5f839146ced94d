"""The single steps between a policy and the robot, each on floats or on arrays of shape (n,)."""

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ActionError

PAST_ACTIONS = 4


class Memory(Protocol):
    """What remembers earlier steps of an episode."""

    def reset(self, zero: Any) -> None:
        """Begin an episode; `zero` is 0.0, or zeros of shape (n,)."""

    def reset_rows(self, rows: NDArray[Any]) -> None:
        """Begin an episode in some rows only."""


class Mode(Memory, Protocol):
    """Turns what a policy says into the action asked of the robot, in [-1, 1]."""

    def __call__(self, choice: Any) -> Any:
        """Action for this choice of the policy."""


class Stage(Memory, Protocol):
    """Changes the command in every control period."""

    def __call__(self, command: Any) -> Any:
        """Command for the next stage."""


class _Forgetful:
    """A mode or stage without memory."""

    def reset(self, zero: Any) -> None:
        """Nothing to forget."""

    def reset_rows(self, rows: NDArray[Any]) -> None:
        """Nothing to forget."""


class ContinuousMode(_Forgetful):
    """The policy's number is the action."""

    def __call__(self, choice: Any) -> Any:
        """Check it; float or shape (n,)."""
        fine = isinstance(choice, float) and -1.0 <= choice <= 1.0
        return choice if fine else check_action(choice)


class DeltaMode:
    """The policy's number changes the action, by up to `limit` in a step."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._level: Any = 0.0

    def reset(self, zero: Any) -> None:
        """Begin at 0."""
        self._level = zero + 0.0

    def reset_rows(self, rows: NDArray[Any]) -> None:
        """Begin at 0 in some rows."""
        self._level[rows] = 0.0

    def __call__(self, choice: Any) -> Any:
        """The level after this change; float or shape (n,)."""
        level = self._level + self._limit * check_action(choice)
        self._level = np.minimum(np.maximum(level, -1.0), 1.0)
        return self._level + 0.0


class BucketMode(_Forgetful):
    """The policy picks one of `count` actions, evenly spaced from -1 to 1."""

    def __init__(self, count: int) -> None:
        self._levels = np.linspace(-1.0, 1.0, count)

    def __call__(self, choice: Any) -> Any:
        """The action of a bucket; an integer, or integers of shape (n,)."""
        index = np.asarray(choice)
        last = len(self._levels) - 1
        if index.dtype.kind not in "iu" or ((index < 0) | (index > last)).any():
            raise ActionError(f"action = {choice!r}; it must be an integer from 0 to {last}")
        return self._levels[index]


class LowPass:
    """First-order low-pass: y += k (x - y) with k = 1 - exp(-2 pi f T)."""

    def __init__(self, cutoff_hz: float, rate_hz: float) -> None:
        self._share = 1.0 - math.exp(-2.0 * math.pi * cutoff_hz / rate_hz)
        self._output: Any = 0.0

    def reset(self, zero: Any) -> None:
        """Begin at 0."""
        self._output = zero + 0.0

    def reset_rows(self, rows: NDArray[Any]) -> None:
        """Begin at 0 in some rows."""
        self._output[rows] = 0.0

    def __call__(self, command: Any) -> Any:
        """The filtered command."""
        self._output = self._output + self._share * (command - self._output)
        return self._output + 0.0


class Delay:
    """A command comes out `periods` control periods later; before, 0."""

    def __init__(self, periods: int) -> None:
        self._periods = periods
        self.waiting: list[Any] = []

    def reset(self, zero: Any) -> None:
        """Nothing is on its way."""
        self.waiting = [zero + 0.0 for _ in range(self._periods)]

    def reset_rows(self, rows: NDArray[Any]) -> None:
        """Nothing is on its way in some rows."""
        for command in self.waiting:
            command[rows] = 0.0

    def __call__(self, command: Any) -> Any:
        """The command of `periods` periods ago."""
        self.waiting.append(command + 0.0)
        return self.waiting.pop(0)


class DeadZoneCompensation(_Forgetful):
    """Skips the dead zone: the smallest command already moves the motor; 0 stays 0."""

    def __init__(self, dead_zone: float) -> None:
        self._dead_zone = dead_zone

    def __call__(self, command: Any) -> Any:
        """The command with the dead zone jumped over."""
        return np.sign(command) * (self._dead_zone + (1.0 - self._dead_zone) * abs(command))


class PastActionsCost:
    """What an action costs that leaves the mean of the last PAST_ACTIONS; before the first, 0."""

    def __init__(self, weight: float) -> None:
        self._weight = weight
        self._past = Delay(PAST_ACTIONS)

    def reset(self, zero: Any) -> None:
        """Begin an episode."""
        self._past.reset(zero)

    def reset_rows(self, rows: NDArray[Any]) -> None:
        """Begin an episode in some rows only."""
        self._past.reset_rows(rows)

    def __call__(self, action: Any) -> Any:
        """The cost; float or shape (n,)."""
        away = action - sum(self._past.waiting) / PAST_ACTIONS
        self._past(action)
        return self._weight * away * away


def check_action(action: Any) -> Any:
    """The action as float64: a number, or an array of shape (n,).

    Raises:
        ActionError: it is not in [-1, 1], or not finite.
    """
    if isinstance(action, float) and -1.0 <= action <= 1.0:
        return action  # one pendulum: several times faster than through an array
    values = np.array(action, np.float64)  # a copy: the caller may reuse its array
    if (np.abs(values) <= 1.0).all():
        return float(values) if values.ndim == 0 else values
    raise ActionError(
        f"action = {action}; it must be finite and in [-1, 1]: clip it, "
        "or let the policy end in tanh"
    )
