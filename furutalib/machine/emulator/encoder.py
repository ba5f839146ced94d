"""An incremental encoder with two channels, as the counter chip sees it."""

import math

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.maths.estimator import TURN_RAD


class EmulatedEncoder:
    """From a shaft's angle to the position of the channels A and B, in quarters of a cycle.

    Args:
        counts_per_turn: quarters of a cycle in one turn; a gear before it may make it a fraction.
        sign: -1 if the position falls while the angle rises.
        seed: of the counts that get lost while `slip` is on.

    Raises:
        ConfigurationError: the counts are not above 0, or the sign is neither 1 nor -1.

    The faults act on movement, so switching one off does not give back what was lost:
        swapped: A and B are exchanged, so that the position moves the other way.
        frozen: the position does not move any more.
        slip: probability with which a count is lost.
    """

    def __init__(self, counts_per_turn: float, sign: int = 1, seed: int = 0) -> None:
        if not 0.0 < counts_per_turn < math.inf:
            raise ConfigurationError(
                f"counts_per_turn = {counts_per_turn!r}; an encoder needs a number above 0"
            )
        if sign not in (1, -1):
            raise ConfigurationError(f"sign = {sign!r}; it must be 1 or -1")
        self.swapped = False
        self.frozen = False
        self.slip = 0.0
        self._counts_per_turn = counts_per_turn
        self._sign = sign
        self._random = np.random.default_rng(seed)
        self._nearest = 0
        self._position = 0

    def position(self, angle_rad: float) -> int:
        """Turn the shaft to an angle (not wrapped); the position: the nearest count if all is well.

        The count is that of `furutalib.maths.estimator.quantise`.
        """
        nearest = math.floor(angle_rad / TURN_RAD * self._counts_per_turn + 0.5)
        moved, self._nearest = nearest - self._nearest, nearest
        if self.frozen:
            moved = 0
        elif self.slip > 0.0 and moved:
            lost = int(self._random.binomial(abs(moved), self.slip))
            moved -= int(math.copysign(lost, moved))
        self._position += (-self._sign if self.swapped else self._sign) * moved
        return self._position
