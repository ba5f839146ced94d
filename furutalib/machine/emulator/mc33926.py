"""The motor driver chip MC33926 as its pins see it, typed from its data sheet (Rev. 7 to 10).

Every number says whether it was read in a data sheet or is believed from elsewhere; this module
shares nothing with the driver `furutalib.machine.mc33926`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Fact(NamedTuple):
    """A number or a behaviour, where it stands, and whether we read it there."""

    value: float | bool
    source: str
    confirmed: bool


FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "current_limit_a": Fact(6.5, "data sheet, table 3: 5.2 / 6.5 / 8.0 A, chopped", True),
        "short_circuit_a": Fact(11.0, "data sheet, table 3: low side 9 / 11 / 14 A", True),
        "feedback_v_per_a": Fact(0.525, "carrier's page: about 525 mV per ampere", True),
        "floating_in1": Fact(True, "data sheet, table 3: internal pull-up", True),
        "floating_in2": Fact(True, "data sheet, table 3: internal pull-up", True),
        "floating_d1": Fact(True, "data sheet, table 3: internal pull-up", True),
        "floating_d2": Fact(False, "data sheet, table 3: internal pull-down", True),
        "floating_enable": Fact(False, "data sheet, table 3: internal pull-down", True),
        "short_circuit_latches": Fact(
            True, "note under the truth table, as its maker quotes", True
        ),
        "status_low_while_d2_low": Fact(True, "truth table of Pololu's MC33926 shield", True),
        "status_low_while_d1_high": Fact(True, "as for D2", False),
        "status_high_asleep": Fact(True, "believed: an open drain that is not driven", False),
        "latch_survives_sleep": Fact(True, "believed: the worse of the two cases", False),
        "status_high_while_limiting": Fact(True, "believed: only a short circuit latches", False),
    }
)
"""What the emulation rests on, and what of it is unconfirmed."""

_SHORT_A, _LIMIT_A = FACTS["short_circuit_a"].value, FACTS["current_limit_a"].value
_FEEDBACK_V_PER_A = FACTS["feedback_v_per_a"].value


class Drive(NamedTuple):
    """What the bridge does to the motor."""

    duty: float  # of the supply's voltage across the motor, in [-1, 1]
    coast: bool  # all four switches are open; otherwise duty 0 is a short: brake


class EmulatedBridge:
    """Enable, disable and input pins, the over-current latch, status and current feedback.

    A pin has a level. IN1, IN2 and D2 may be pulsed instead: then `in1_duty`, `in2_duty` and
    `d2_duty` hold the share of time for which they are high, and None if they are not pulsed.
    INV and SLEW are low. On the carrier D1 is wired to ground: left open it would be high, and
    the bridge off.
    """

    def __init__(self) -> None:
        self.enable = bool(FACTS["floating_enable"].value)
        self.in1 = bool(FACTS["floating_in1"].value)
        self.in2 = bool(FACTS["floating_in2"].value)
        self.in1_duty: float | None = None
        self.in2_duty: float | None = None
        self._d1 = bool(FACTS["floating_d1"].value)
        self._d2 = bool(FACTS["floating_d2"].value)
        self._d2_duty: float | None = None
        self._latched = False
        self._current_a = 0.0

    @property
    def d1(self) -> bool:
        """Disable: high opens all switches. A change clears the latch."""
        return self._d1

    @d1.setter
    def d1(self, high: bool) -> None:
        self._latched &= high == self._d1
        self._d1 = high

    @property
    def d2(self) -> bool:
        """Disable, inverted: low opens all switches. A change clears the latch."""
        return self._d2

    @d2.setter
    def d2(self, high: bool) -> None:
        self._latched &= high == self._d2
        self._d2 = high

    @property
    def d2_duty(self) -> float | None:
        """Share of time for which a pulsed D2 is high; every pulse clears the latch."""
        return self._d2_duty

    @d2_duty.setter
    def d2_duty(self, share: float | None) -> None:
        pulsed = share is not None and 0.0 < share < 1.0
        self._latched &= not pulsed and share == self._d2_duty
        self._d2_duty = share

    @property
    def latched(self) -> bool:
        """Whether the bridge has switched itself off because of a short circuit."""
        return self._latched

    def drive(self) -> Drive:
        """What reaches the motor: IN1 high and IN2 low is positive, both alike is a brake."""
        share = self._enabled_share()
        if share == 0.0:
            return Drive(0.0, coast=True)
        return Drive((_share(self.in1, self.in1_duty) - _share(self.in2, self.in2_duty)) * share,
                     coast=False)  # fmt: skip

    @property
    def fault_pin(self) -> bool:
        """SF, status: low while latched or disabled; a pulsed D2 takes it low in every pulse."""
        if self._latched:
            return False
        if not self.enable:
            return bool(FACTS["status_high_asleep"].value)
        return not self._d1 and _share(self._d2, self._d2_duty) == 1.0

    def take_current(self, amperes: float) -> None:
        """Tell the current through the bridge; a short circuit switches it off until D1 or D2
        change.
        """
        self._current_a = abs(amperes)
        if self._current_a >= _SHORT_A and self._enabled_share() > 0.0:
            self._latched = True

    @property
    def limiting(self) -> bool:
        """Whether the current is so high that the chip chops it; this is no fault."""
        return self._current_a >= _LIMIT_A and not self._latched

    @property
    def feedback_v(self) -> float:
        """FB: proportional to the motor's current; above 6.3 A it is more than 3.3 V."""
        return _FEEDBACK_V_PER_A * self._current_a if self._enabled_share() > 0.0 else 0.0

    def _enabled_share(self) -> float:
        if not self.enable or self._d1 or self._latched:
            return 0.0
        return _share(self._d2, self._d2_duty)


def _share(level: bool, duty: float | None) -> float:
    return float(level) if duty is None else duty
