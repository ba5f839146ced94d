"""The wiring as data, from its one source `assembly/wiring.yml`, and what hangs on what.

The file is WireViz's format; what WireViz does not know (voltages, currents, parts of the bill of
materials) stands in its `metadata`. Pins are named `(box, pin)`, both as text.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder

Pin = tuple[str, str]
_DRAWN = ("metadata.sheets", "tweak", "options", "connectors", "cables", "connections")


@dataclass(frozen=True)
class Wire:
    """One wire of a cable, from pin to pin."""

    cable: str
    number: int
    start: Pin
    end: Pin
    colour: (
        str  # WireViz's two letters; empty where a part's own wires differ from sample to sample
    )
    gauge: str
    length_m: float

    @property
    def name(self) -> str:
        """As it is called in the tables: W1.3."""
        return f"{self.cable}.{self.number}"


@dataclass(frozen=True)
class Across:
    """A part that is soldered from pin to pin of one box."""

    part: str
    ends: tuple[Pin, Pin]
    ohm: float | None
    farad: float | None


@dataclass(frozen=True)
class Wiring:
    """All of it; `data` is the file as YAML gives it."""

    data: Mapping[str, Any]

    @cached_property
    def labels(self) -> Mapping[Pin, str]:
        """Every pin, in the order of the file, with what it is."""
        found = {}
        for box, entry in self.data["connectors"].items():
            pins = entry["pins"]
            for pin, label in zip(pins, entry.get("pinlabels", pins), strict=True):
                found[box, str(pin)] = str(label)
        return found

    @cached_property
    def wires(self) -> tuple[Wire, ...]:
        """Every wire, in the order of the file, which is the order of the work."""
        found = [wire for entry in self.data["connections"] for wire in self._wires(entry)]
        for wire in found:
            for pin in (wire.start, wire.end):
                if pin not in self.labels:
                    raise ConfigurationError(
                        f"wiring.yml: wire {wire.name} ends at {pin_name(pin)}, which is not there"
                    )
        return tuple(found)

    @cached_property
    def across(self) -> tuple[Across, ...]:
        """The parts that are soldered from pin to pin."""
        return tuple(
            Across(
                entry["part"],
                ((entry["at"], str(entry["pins"][0])), (entry["at"], str(entry["pins"][1]))),
                entry.get("ohm"),
                entry.get("farad"),
            )
            for entry in self.data["metadata"]["across"]
        )

    @cached_property
    def facts(self) -> Mapping[Pin, Mapping[str, Any]]:
        """What is known of each pin: `ground` and `free` as {"ground": True}."""
        found = {}
        for box, pins in self.data["metadata"]["electrical"].items():
            for pin, known in pins.items():
                found[box, str(pin)] = known if isinstance(known, dict) else {known: True}
        return found

    @property
    def parts(self) -> Mapping[str, Sequence[str]]:
        """By box and cable, its entries in the bill of materials."""
        parts: Mapping[str, Sequence[str]] = self.data["metadata"]["bom"]
        return parts

    @property
    def currents(self) -> Mapping[str, Any]:
        """Currents in A: fuses, what the encoders take, what a wire carries by its gauge."""
        currents: Mapping[str, Any] = self.data["metadata"]["currents"]
        return currents

    def nets(self, open_boxes: Iterable[str] = ()) -> list[frozenset[Pin]]:
        """Pins that a wire or a closed contact joins, largest net first.

        Args:
            open_boxes: boxes that do not conduct now, such as "SWITCH" or "STOP".
        """
        beside = defaultdict(set)
        for a, b in [*((w.start, w.end) for w in self.wires), *self._joins(set(open_boxes))]:
            beside[a].add(b)
            beside[b].add(a)
        left, found = dict.fromkeys(self.labels), []
        while left:
            todo, net = [next(iter(left))], set()
            while todo:
                pin = todo.pop()
                if pin not in net:
                    net.add(pin)
                    todo += beside[pin]
            left = {pin: None for pin in left if pin not in net}
            found.append(frozenset(net))
        return sorted(found, key=len, reverse=True)

    def net_of(self, pin: Pin, open_boxes: Iterable[str] = ()) -> frozenset[Pin]:
        """The net of one pin."""
        return next(net for net in self.nets(open_boxes) if pin in net)

    def drawing_hash(self) -> str:
        """Of all that shows in the diagrams."""
        drawn = {name: _at(self.data, name) for name in _DRAWN}
        text = json.dumps(drawn, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def sheet(self, name: str) -> dict[str, Any]:
        """What is on one sheet, as WireViz reads it; a pin without a wire there is hidden."""
        cables = self.data["metadata"]["sheets"][name]["cables"]
        entries = [each for each in self.data["connections"] if _key(each[1]) in cables]
        boxes = {_key(each[place]) for each in entries for place in (0, 2)}
        shown = {
            box: {**entry, "hide_disconnected_pins": True}
            for box, entry in self.data["connectors"].items()
            if box in boxes
        }
        return {
            "tweak": self.data["tweak"],
            "options": self.data["options"],
            "connectors": shown,
            "cables": {each: self.data["cables"][each] for each in cables},
            "connections": entries,
        }

    def _wires(self, entry: Sequence[Mapping[str, Sequence[Any]]]) -> Iterator[Wire]:
        if len(entry) != 3:
            raise ConfigurationError(
                f"wiring.yml: a connection goes from a box by a cable to a box, got {entry!r}"
            )
        (start, starts), (cable, numbers), (end, ends) = (next(iter(e.items())) for e in entry)
        if not len(starts) == len(numbers) == len(ends):
            raise ConfigurationError(f"wiring.yml: {cable}: as many pins as wires, got {entry!r}")
        about = self.data["cables"][cable]
        colours = about.get("colors", [])
        for a, number, b in zip(starts, numbers, ends, strict=True):
            colour = colours[number - 1] if colours else ""
            ends_at = ((start, str(a)), (end, str(b)))
            yield Wire(cable, number, *ends_at, colour, about["gauge"], about["length"])

    def _joins(self, open_boxes: set[str]) -> Iterator[tuple[Pin, Pin]]:
        for box, (a, b) in self.data["metadata"]["joins"].items():
            if box not in open_boxes:
                yield (box, str(a)), (box, str(b))


def load_wiring(path: Path | None = None) -> Wiring:
    """Read the wiring.

    Raises:
        ConfigurationError: it is no YAML, or a wire ends nowhere.
    """
    path = path or assembly_folder() / "wiring.yml"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path.name} cannot be read as YAML: {error}") from error
    wiring = Wiring(data)
    if not wiring.wires:  # reads every wire, so that a wrong pin is named here
        raise ConfigurationError(f"{path.name} has no wires")
    return wiring


def pin_name(pin: Pin) -> str:
    """A pin as people read it."""
    return f"{pin[0]} {pin[1]}"


def _key(entry: Mapping[str, Any]) -> str:
    return next(iter(entry))


def _at(data: Mapping[str, Any], name: str) -> Any:
    value: Any = data
    for key in name.split("."):
        value = value[key]
    return value
