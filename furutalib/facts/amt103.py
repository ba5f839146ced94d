"""The AMT103 encoder: which position of its four DIP switches gives how many pulses per turn."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

EDGES = 4  # counts per pulse, as the counter chips are configured
CLOSE = 0.011  # neighbours in the table, such as 1024 and 1000, are 2.3 % apart

# Pulses per turn by switches 1-2-3-4, 1 = on; CUI's data sheet.
PULSES: Mapping[str, int] = MappingProxyType(
    {
        "0000": 2048,
        "0010": 1024,
        "1000": 1000,
        "0100": 800,
        "0001": 512,
        "1010": 500,
        "0110": 400,
        "1100": 384,
        "0011": 256,
        "1001": 250,
        "0101": 200,
        "1110": 192,
        "1011": 125,
        "0111": 100,
        "1101": 96,
        "1111": 48,
    }
)


class Setting(NamedTuple):
    """One position of the switches."""

    switches: str
    pulses: int

    @property
    def counts(self) -> int:
        """Counts per turn."""
        return EDGES * self.pulses


def setting_for(counts: float) -> Setting | None:
    """The position that fits so many counts in a turn; None if none does."""
    switches, pulses = min(PULSES.items(), key=lambda item: abs(EDGES * item[1] - counts))
    close = abs(EDGES * pulses - counts) <= max(2.0, CLOSE * EDGES * pulses)
    return Setting(switches, pulses) if close else None
