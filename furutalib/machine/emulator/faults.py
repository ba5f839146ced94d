"""What can go wrong on the emulated robot, each by its name, switched while it runs."""

import math
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from furutalib.facts.errors import ConfigurationError
from furutalib.machine.emulator.world import World

Switch = Callable[[World, bool], None]
LATE_S = 0.07  # longer than three periods of 20 ms, shorter than the patience of the guardian
STOPPED_S = 0.5


def _spi(which: str, fault: str) -> Switch:
    def switch(world: World, on: bool) -> None:
        world.spi[which].fault = fault if on else None

    return switch


def _encoder(which: str, attribute: str) -> Switch:
    def switch(world: World, on: bool) -> None:
        setattr(world.encoders[which], attribute, on)

    return switch


def _slip(which: str) -> Switch:
    def switch(world: World, on: bool) -> None:
        world.encoders[which].slip = 0.5 if on else 0.0

    return switch


def _brown_out(which: str) -> Switch:
    def switch(world: World, on: bool) -> None:
        if on:
            world.chips[which].lose_power()

    return switch


def _motor(fault: str) -> Switch:
    def switch(world: World, on: bool) -> None:
        world.motor_fault = fault if on else ""

    return switch


def _sag(world: World, on: bool) -> None:
    world.supply.sags = on


def _off(world: World, on: bool) -> None:
    world.supply.off = on


def _delay(seconds: float) -> Switch:
    def switch(world: World, on: bool) -> None:
        world.extra_delay_s = seconds if on else 0.0

    return switch


def _upright(world: World, on: bool) -> None:
    world.place(world.arm_angle_rad, math.pi if on else 0.0)


def _of_counters() -> Iterator[tuple[str, str, Switch]]:
    for which in ("arm", "pendulum"):
        yield (
            f"{which} SPI stuck low",
            f"the {which} counter's answers are all 0x00",
            _spi(which, "stuck-low"),
        )
        yield (
            f"{which} SPI stuck high",
            f"the {which} counter's answers are all 0xFF",
            _spi(which, "stuck-high"),
        )
        yield (
            f"{which} SPI flips a bit",
            f"now and then one bit of the {which} counter's answer is wrong",
            _spi(which, "flip"),
        )
        yield (
            f"{which} SPI drops a transfer",
            f"one transfer to the {which} counter gets lost",
            _spi(which, "drop"),
        )
        yield (
            f"{which} encoder swapped",
            f"lines A and B of the {which} encoder are swapped",
            _encoder(which, "swapped"),
        )
        yield (
            f"{which} encoder frozen",
            f"the {which} encoder's counts do not change any more",
            _encoder(which, "frozen"),
        )
        yield f"{which} encoder slips", f"the {which} encoder misses counts", _slip(which)
        yield (
            f"{which} counter browns out",
            f"the {which} counter loses its supply for a moment",
            _brown_out(which),
        )


_OTHERS: tuple[tuple[str, str, Switch], ...] = (
    ("motor disconnected", "no current reaches the motor", _motor("disconnected")),
    ("motor reversed", "the motor's two wires are swapped", _motor("reversed")),
    ("motor stalled", "something blocks the arm", _motor("stalled")),
    ("motor shorted", "the motor draws more than its driver allows", _motor("shorted")),
    ("supply sags", "the supply has half of its voltage", _sag),
    ("supply off", "the motor's supply is switched off, or the emergency stop is pressed", _off),
    ("loop late", f"one control period ends {LATE_S * 1e3:.0f} ms late", _delay(LATE_S)),
    ("loop stops", f"the control loop stands still for {STOPPED_S:g} s", _delay(STOPPED_S)),
    ("pendulum upright", "friction holds the pendulum upright, at rest", _upright),
)
_ALL = [*_of_counters(), *_OTHERS]
_SWITCHES: Mapping[str, Switch] = MappingProxyType({name: switch for name, _, switch in _ALL})
FAULTS: Mapping[str, str] = MappingProxyType({name: words for name, words, _ in _ALL})
"""Every fault by its name, with what it is."""


def switch(world: World, name: str, on: bool = True) -> None:
    """Switch a fault on or off.

    Raises:
        ConfigurationError: there is no such fault.
    """
    if name not in _SWITCHES:
        raise ConfigurationError(f"unknown fault {name!r}; known: {', '.join(FAULTS)}")
    _SWITCHES[name](world, on)
