"""The build guide as data, from its one source `assembly/guide.toml`."""

import csv
import dataclasses
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder

_T = TypeVar("_T")


@dataclass(frozen=True)
class Picture:
    """What a step's picture shows; selectors as in `furutalib.learning.placement.chosen`."""

    new: Sequence[str]
    present: Sequence[str]
    view: Sequence[float]  # azimuth and elevation in degrees, as of a scene's camera
    explode: float = 0.0  # how far what is new is pulled out
    close: bool = False  # frame what is new only


@dataclass(frozen=True)
class Step:
    """One action, and how to see that it worked."""

    id: str
    stage: str
    title: str
    action: str
    check: str
    trouble: str
    minutes: float
    parts: Mapping[str, float] = field(
        default_factory=dict
    )  # newly used here, in the unit of the BOM
    instead: Mapping[str, str] = field(default_factory=dict)  # a part that another variant has
    tools: Sequence[str] = ()
    source: str = ""  # of a number in the check
    picture: Picture | None = None
    drawing: str = ""  # another one than the step's own: a file in assembly/, without its ending

    @property
    def shown(self) -> str:
        """The drawing of the step, from the assembly folder; not every step has one."""
        return f"{self.drawing or f'pictures/{self.id}'}.svg"


@dataclass(frozen=True)
class Stage:
    """Some steps that belong together."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Reading:
    """What a multimeter says at a step of the power-up, in ohms or volts.

    `value` is what a healthy robot shows, where the lesson rehearses it.
    """

    id: str
    at: str  # the id of a step
    between: str
    unit: str
    low: float
    high: float
    wrong: str  # what another reading means
    source: str = ""
    value: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a value lies in the range."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Fault:
    """A mistake of the wiring, the readings that differ then, and what it does under power."""

    name: str
    shows: Mapping[str, float]
    does: str


@dataclass(frozen=True)
class Note:
    """A paragraph with a heading."""

    title: str
    text: str


@dataclass(frozen=True)
class Repair:
    """What may break, and what to do."""

    what: str
    how: str


@dataclass(frozen=True)
class Change:
    """A line of the hardware's changelog."""

    version: str
    date: str
    text: str


@dataclass(frozen=True)
class Guide:
    """All of it; steps in their order."""

    title: str
    hardware: str  # the version of the design
    text: Mapping[str, str]
    safety: Sequence[Note]
    stages: Sequence[Stage]
    steps: Sequence[Step]
    readings: Sequence[Reading]
    faults: Sequence[Fault]
    repairs: Sequence[Repair]
    changes: Sequence[Change]

    def of_stage(self, stage: str) -> list[Step]:
        """The steps of one stage."""
        return [step for step in self.steps if step.stage == stage]

    def readings_at(self, step: str) -> list[Reading]:
        """What is measured at a step."""
        return [reading for reading in self.readings if reading.at == step]

    def rehearsed(self) -> list[Reading]:
        """The readings of which it is said what a healthy robot shows."""
        return [reading for reading in self.readings if reading.value is not None]

    def parts_used(self) -> dict[str, float]:
        """How much of each part all steps together use."""
        used: dict[str, float] = {}
        for step in self.steps:
            for part, count in step.parts.items():
                used[part] = used.get(part, 0) + count
        return used


_TABLES: Mapping[str, tuple[str, type[Any]]] = {
    "safety": ("safety", Note),
    "stages": ("stage", Stage),
    "faults": ("fault", Fault),
    "repairs": ("repair", Repair),
    "changes": ("change", Change),
}

_STATES = {"on": "switch on", "off": "switch off", "stopped": "switch on, stop pressed"}
_SINGLE = ("title", "hardware", "text")


def load_guide(file: Path | None = None) -> Guide:
    """Read the guide; by default that of the course.

    Raises:
        ConfigurationError: a key is unknown or missing, two steps have one id, or a step, a reading
            or a fault points at something that is not there.
    """
    source = file or assembly_folder() / "guide.toml"
    try:
        with source.open("rb") as handle:
            raw = tomllib.load(handle)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"cannot read {source}: {error}") from error
    tables = {
        name: tuple(_build(kind, entry, f"{source}: [[{key}]] {number}") for number, entry in rows)
        for name, (key, kind) in _TABLES.items()
        for rows in [list(enumerate(raw.pop(key, [])))]
    }
    steps = tuple(
        _step(entry, f"{source}: [[step]] {number}")
        for number, entry in enumerate(raw.pop("step", []))
    )
    readings = merged(raw.pop("reading", []), wiring_checks(source.parent), str(source))
    unknown = sorted(set(raw) - set(_SINGLE))
    if unknown:
        known = (*_SINGLE, "step", "reading", *(key for key, _ in _TABLES.values()))
        raise ConfigurationError(
            f"{source}: unknown key {unknown[0]!r}; there are {', '.join(known)}"
        )
    guide: Guide = _build(
        Guide, {**raw, **tables, "steps": steps, "readings": readings}, str(source)
    )
    _check(guide, str(source))
    return guide


def wiring_checks(folder: Path) -> list[dict[str, Any]]:
    """What wiring-checks.csv says is measured, in its order: fields of a `Reading` each."""
    file = folder / "wiring-checks.csv"
    if not file.is_file():
        return []
    with file.open(newline="", encoding="utf-8") as handle:
        return [_reading_of(row) for row in csv.DictReader(handle)]


def merged(
    rehearsed: Sequence[Mapping[str, Any]], checks: Sequence[dict[str, Any]], where: str
) -> tuple[Reading, ...]:
    """All checks of the wiring and those of the guide's own, with the values of the guide.

    Raises:
        ConfigurationError: a value is for a reading that is not among the checks.
    """
    own = [dict(each) for each in rehearsed if "at" in each]
    values = {each["id"]: each["value"] for each in rehearsed if "at" not in each}
    lost = sorted(set(values) - {each["id"] for each in checks})
    if lost:
        raise ConfigurationError(f"{where}: reading {lost[0]!r} is not in wiring-checks.csv")
    open_ended = {"low": -math.inf, "high": math.inf}
    entries = [
        *(open_ended | each for each in own),
        *(each | {"value": values.get(each["id"])} for each in checks),
    ]
    return tuple(_build(Reading, entry, f"{where}: reading {entry['id']}") for entry in entries)


def _reading_of(row: Mapping[str, str]) -> dict[str, Any]:
    state = f", {_STATES[row['state']]}" if row["state"] else ""
    return {
        "id": row["id"],
        "at": f"power-{row['stage']}",
        "between": f"{row['from']} and {row['to']}{state}",
        "unit": {"ohm": "Ω"}.get(row["unit"], row["unit"]),
        "low": float(row["low"] or -math.inf),
        "high": float(row["high"] or math.inf),
        "wrong": row["wrong"],
    }


def _step(entry: Mapping[str, Any], where: str) -> Step:
    values = dict(entry)
    if "picture" in values:
        picture = dict(values["picture"])
        picture["present"] = picture.pop("with", [])
        values["picture"] = _build(Picture, picture, f"{where}: picture")
    return _build(Step, values, where)


def _build(kind: type[_T], values: Mapping[str, Any], where: str) -> _T:
    fields = {each.name: each for each in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - set(fields))
    if unknown:
        raise ConfigurationError(
            f"{where}: unknown key {unknown[0]!r}; there are {', '.join(fields)}"
        )
    required = [
        name
        for name, each in fields.items()
        if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
    ]
    missing = [name for name in required if name not in values]
    if missing:
        raise ConfigurationError(f"{where} has no {missing[0]!r}; it needs {', '.join(required)}")
    return kind(**values)


def _check(guide: Guide, where: str) -> None:
    ids = [step.id for step in guide.steps]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise ConfigurationError(f"{where}: two steps are called {twice[0]!r}; rename one")
    pointers = [
        *(
            (f"step {step.id}: stage", step.stage, [s.id for s in guide.stages])
            for step in guide.steps
        ),
        *((f"reading {each.id}: at", each.at, ids) for each in guide.readings),
        *(
            (f"fault {fault.name!r}: shows", reading, [r.id for r in guide.readings])
            for fault in guide.faults
            for reading in fault.shows
        ),
    ]
    for what, pointer, there in pointers:
        if pointer not in there:
            raise ConfigurationError(
                f"{where}: {what} = {pointer!r}; there are {', '.join(there) or 'none'}"
            )
