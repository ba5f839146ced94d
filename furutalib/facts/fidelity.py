"""The imperfections of the plant, each of which can be switched on or off by its name."""

from collections.abc import Iterable
from types import MappingProxyType

from furutalib.facts.errors import ConfigurationError

EFFECTS = MappingProxyType(
    {
        "viscous": "friction that grows with speed, in both joints",
        "coulomb": "friction of constant size against the motion, in both joints",
        "stiction": "the larger torque that it takes to set the motor side moving",
        "backlash": "play between the gears: at a reversal the rotor turns before the arm does",
        "dead_zone": "small commands do nothing; with drive-coast the motor also runs free",
        "current_rise": "the motor current needs L/R to follow the voltage",
        "supply_sag": "the supply voltage falls under load and the current is limited",
        "encoder_counts": "angles are known in whole encoder counts only",
        "velocity_filter": "speeds come from a low-pass filtered derivative",
        "latency": "a command acts one control period after it was computed",
    }
)


def parse_fidelity(spec: str | Iterable[str]) -> frozenset[str]:
    """Turn a fidelity into the set of effects that are on.

    Args:
        spec: `"ideal"` (none), `"full"` (all), effects joined by `+` (`"backlash+latency"`),
            full without some (`"full-backlash-latency"`), or an iterable of effect names.

    Raises:
        ConfigurationError: a name is not an effect.
    """
    if not isinstance(spec, str):
        return _known(spec)
    first, *without = [word.strip() for word in spec.split("-")]
    return _parse_sum(first) - _known(without)


def _parse_sum(text: str) -> frozenset[str]:
    if text == "full":
        return frozenset(EFFECTS)
    if text == "ideal":
        return frozenset()
    return _known(word.strip() for word in text.split("+"))


def _known(names: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(names)
    unknown = sorted(wanted - set(EFFECTS))
    if unknown:
        raise ConfigurationError(
            f"unknown effect {', '.join(map(repr, unknown))} in fidelity; "
            f"use 'ideal', 'full' or any of: {', '.join(EFFECTS)}"
        )
    return wanted
