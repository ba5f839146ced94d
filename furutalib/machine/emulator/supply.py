"""The motor's supply, which may sag or be switched off; it does not know what it supplies."""

SAGGING_SHARE = 0.5  # of its voltage that a sagging supply still has


class EmulatedSupply:
    """A source of voltage with a switch; its inner resistance is the plant's.

    Args:
        voltage_v: what it has when all is well.

    Two things can be wrong, each switched while it runs:
        sags: it has half of its voltage, as from a weak adapter or a thin cable.
        off: its switch, or the emergency stop in its wire.
    """

    def __init__(self, voltage_v: float) -> None:
        self._voltage_v = voltage_v
        self.sags = False
        self.off = False

    @property
    def voltage_v(self) -> float:
        """At its terminals, without load; 0 if it is off."""
        if self.off:
            return 0.0
        return self._voltage_v * (SAGGING_SHARE if self.sags else 1.0)
