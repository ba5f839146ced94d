"""What is wrong with a wiring: a walk along the wires from every pin, with voltages.

A pin drives or feeds its net, or only listens. The highest voltage on a net must be one that every
pin on it survives; a supply pin must get what it needs; a pin that listens must be driven.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from furutalib.lessons.wiring import Pin, Wiring, pin_name

Facts = Mapping[str, Any]


def problems(wiring: Wiring) -> list[str]:
    """One sentence each; empty if the wiring is right."""
    nets = [sorted(net) for net in wiring.nets()]
    volts = levels(wiring)
    found = _unknown(wiring) + _grounds(wiring)
    for net in nets:
        found += _net_problems(wiring, net, volts)
    return found


def levels(wiring: Wiring) -> dict[Pin, float | None]:
    """By pin, the highest voltage that its net can have; None where nothing drives it."""
    nets = wiring.nets()
    fed = {pin: _highest(wiring, net, {}) for net in nets for pin in net}
    return {pin: _highest(wiring, net, fed) for net in nets for pin in net}


def _highest(wiring: Wiring, net: frozenset[Pin], fed: Mapping[Pin, float | None]) -> float | None:
    """What sources, and with `fed` the drivers too, bring a net to."""
    volts = []
    for pin in net:
        known = wiring.facts.get(pin, {})
        if known.get("ground"):
            volts.append(0.0)
        if "source" in known:
            volts.append(float(known["source"]))
        if "gives" in known and fed:
            volts.append(_given(pin, known["gives"], fed))
    return max(volts, default=None)


def _given(pin: Pin, gives: Any, fed: Mapping[Pin, float | None]) -> float:
    if isinstance(gives, dict):
        return fed[pin[0], str(gives["as"])] or 0.0
    return float(gives)


def _unknown(wiring: Wiring) -> list[str]:
    lost = [pin for pin in wiring.labels if pin not in wiring.facts]
    extra = [pin for pin in wiring.facts if pin not in wiring.labels]
    wired = {pin for wire in wiring.wires for pin in (wire.start, wire.end)}
    bare = [pin for pin in wiring.labels if pin not in wired]
    return [
        *(f"{pin_name(pin)}: nothing is known of this pin" for pin in lost),
        *(f"{pin_name(pin)}: known, but not there" for pin in extra),
        *(f"{pin_name(pin)}: no wire ends here" for pin in bare),
    ]


def _grounds(wiring: Wiring) -> list[str]:
    grounds = [pin for pin, known in wiring.facts.items() if known.get("ground")]
    common = wiring.net_of(grounds[0])
    return [f"{pin_name(pin)}: not on the common ground" for pin in grounds if pin not in common]


def _net_problems(
    wiring: Wiring, net: Sequence[Pin], volts: Mapping[Pin, float | None]
) -> list[str]:
    known = {pin: wiring.facts.get(pin, {}) for pin in net}
    level = volts[net[0]]
    sources = {known[pin]["source"] for pin in net if "source" in known[pin]}
    if any(known[pin].get("ground") for pin in net):
        sources.add(0.0)
    found = []
    if len(sources) > 1:
        joined = " and ".join(f"{each:g} V" for each in sorted(sources))
        found.append(f"{', '.join(map(pin_name, net))}: a short circuit of {joined}")
    if sources == {0.0} and (driven := [pin for pin in net if "gives" in known[pin]]):
        found.append(f"{', '.join(map(pin_name, driven))}: drives into ground")
    for pin in net:
        found += [f"{pin_name(pin)}: {what}" for what in _pin_problems(known[pin], level)]
    return found


def _pin_problems(known: Facts, level: float | None) -> list[str]:
    found = []
    if "supply" in known:
        low, high = known["supply"]
        if level is None or not low <= level <= high:
            found.append(f"needs {low:g} to {high:g} V and gets {_volts(level)}")
    if "takes" in known and level is not None and level > known["takes"]:
        found.append(f"survives {known['takes']:g} V and may get {_volts(level)}")
    if "hears" in known and (level is None or level < known["hears"]):
        found.append(f"listens from {known['hears']:g} V on and gets {_volts(level)}")
    if "tied" in known and level != 0.0:
        found.append(f"must be at ground and gets {_volts(level)}")
    return found


def _volts(level: float | None) -> str:
    return "nothing" if level is None else f"{level:g} V"
