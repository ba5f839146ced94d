"""A robot as data: frozen dataclasses read from `data/robots/*.toml`.

Every number in a description says its unit in the key and where it comes from in `source`.
Nothing mutates a description: `with_values` and `dataclasses.replace` give a new one.
"""

import dataclasses
import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import data_folder

SOURCES = ("datasheet", "published", "derived", "assumed", "weighed", "cad", "identified")
DRIVE_MODES = ("brake", "coast")


class _Allowed(NamedTuple):
    """What a value may be: in words for the message, and as a test."""

    words: str
    holds: Callable[[Any], bool]


def _number(words: str, in_range: Callable[[float], bool]) -> _Allowed:
    def holds(value: Any) -> bool:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and math.isfinite(value) and in_range(value)

    return _Allowed(f"a finite number {words}", holds)


_POSITIVE = _number("above 0", lambda value: value > 0)
_NON_NEGATIVE = _number("of 0 or above", lambda value: value >= 0)
_FRACTION = _number("from 0 to below 1", lambda value: 0 <= value < 1)
_MODE = _Allowed(f"one of {', '.join(DRIVE_MODES)}", lambda value: value in DRIVE_MODES)


def _positive() -> float:
    return cast(float, field(metadata={"allowed": _POSITIVE}))


def _non_negative() -> float:
    return cast(float, field(metadata={"allowed": _NON_NEGATIVE}))


def _fraction() -> float:
    return cast(float, field(metadata={"allowed": _FRACTION}))


@dataclass(frozen=True)
class Arm:
    """What turns about the motor's axis, without rotor and pendulum."""

    length_m: float = _positive()  # motor axis to the plane in which the pendulum swings
    mass_kg: float = _positive()
    center_of_mass_m: float = _non_negative()  # from the motor axis
    inertia_kg_m2: float = _positive()  # about the vertical through its own centre of mass
    viscous_nm_s: float = _non_negative()


@dataclass(frozen=True)
class Pendulum:
    """What turns about the arm's tip: a body with one axis of symmetry, the rod."""

    length_m: float = _positive()  # pivot to the far end; for drawing only
    mass_kg: float = _positive()
    center_of_mass_m: float = _positive()  # from the pivot
    inertia_axial_kg_m2: float = _positive()  # about the rod
    inertia_transverse_kg_m2: float = _positive()  # across the rod, at the centre of mass
    viscous_nm_s: float = _non_negative()
    coulomb_nm: float = _non_negative()


@dataclass(frozen=True)
class Motor:
    """Gear motor, seen at the output shaft; the rotor's inertia alone is at the rotor."""

    resistance_ohm: float = _positive()
    inductance_h: float = _non_negative()
    torque_constant_nm_a: float = _positive()
    back_emf_constant_v_s: float = _positive()
    rotor_inertia_kg_m2: float = _positive()
    gear_ratio: float = _positive()
    backlash_rad: float = _non_negative()
    coulomb_nm: float = _non_negative()
    stiction_nm: float = _non_negative()


@dataclass(frozen=True)
class Drive:
    """H-bridge and its pulse-width modulation."""

    mode: str = field(metadata={"allowed": _MODE})
    pwm_frequency_hz: float = _positive()
    dead_zone: float = _fraction()


@dataclass(frozen=True)
class Supply:
    """The source of power with its cable and the bridge's own resistance."""

    voltage_v: float = _positive()
    resistance_ohm: float = _non_negative()
    current_limit_a: float = _positive()


@dataclass(frozen=True)
class Sensors:
    """Both encoders (counts after x4 decoding) and the filter that turns angles into speeds."""

    arm_counts_per_turn: float = _positive()
    pendulum_counts_per_turn: float = _positive()
    filter_cutoff_rad_s: float = _positive()


@dataclass(frozen=True)
class Control:
    """The control loop."""

    rate_hz: float = _positive()
    latency_s: float = _non_negative()


@dataclass(frozen=True)
class Limits:
    """What the robot must not exceed."""

    arm_angle_rad: float = _positive()
    arm_speed_rad_s: float = _positive()


@dataclass(frozen=True)
class RobotDescription:
    """Everything the simulation, the driver and the learning know about one robot."""

    name: str
    arm: Arm
    pendulum: Pendulum
    motor: Motor
    drive: Drive
    supply: Supply
    sensors: Sensors
    control: Control
    limits: Limits
    gravity_m_s2: float = _positive()
    # "table.key" -> (kind of source, remark); not part of what makes two robots equal
    sources: Mapping[str, tuple[str, str]] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, hash=False
    )

    def to_dict(self) -> dict[str, Any]:
        """Plain nested dictionaries of the values, without their sources; ready for JSON."""
        tables = {table: dataclasses.asdict(getattr(self, table)) for table in _TABLES}
        return {"name": self.name, "gravity_m_s2": self.gravity_m_s2, **tables}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "RobotDescription":
        """Rebuild a description from `to_dict`.

        Raises:
            ConfigurationError: a key is unknown or missing, or a value is not allowed.
        """
        return _build(values, f"robot {values.get('name', '?')!r}", MappingProxyType({}))

    def with_values(self, changes: Mapping[str, float | str]) -> "RobotDescription":
        """A new description with some values changed, e.g. `{"motor.resistance_ohm": 7.0}`.

        Raises:
            ConfigurationError: a key is unknown or a value is not allowed.
        """
        values = self.to_dict()
        for key, value in changes.items():
            table, _, name = key.rpartition(".")
            place = values.get(table) if table else values
            if not isinstance(place, dict) or name not in place:
                known = [f"{t}.{f.name}" for t, c in _TABLES.items() for f in dataclasses.fields(c)]
                raise ConfigurationError(f"unknown parameter {key!r}; known: {', '.join(known)}")
            place[name] = value
        return _build(values, f"robot {self.name!r}", self.sources)


_TABLES: Mapping[str, type[Any]] = MappingProxyType(
    {
        "arm": Arm,
        "pendulum": Pendulum,
        "motor": Motor,
        "drive": Drive,
        "supply": Supply,
        "sensors": Sensors,
        "control": Control,
        "limits": Limits,
    }
)


def robot_names() -> list[str]:
    """Names of the robots that come with the course."""
    return sorted(file.stem for file in (data_folder() / "robots").glob("*.toml"))


def load_robot(name_or_path: str | Path) -> RobotDescription:
    """Read a robot by its name (`"course"`) or from a TOML file.

    Raises:
        ConfigurationError: no such robot, or the file holds an unknown key, lacks one, or has a
            value that is not allowed; the message names the file, the key and what is allowed.
    """
    path = Path(name_or_path)
    named = path.suffix != ".toml"
    if named:
        path = data_folder() / "robots" / f"{name_or_path}.toml"
    if not path.is_file():
        raise ConfigurationError(
            f"{'unknown robot' if named else 'there is no file'} {str(name_or_path)!r}; "
            f"known robots: {', '.join(robot_names())}, "
            "or give the path of a .toml file"
        )
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} is not valid TOML: {error}") from error
    return _from_toml(raw, path.name)


def _from_toml(raw: Mapping[str, Any], where: str) -> RobotDescription:
    values: dict[str, Any] = {}
    sources: dict[str, tuple[str, str]] = {}
    for key, entry in raw.items():
        if key in _TABLES and isinstance(entry, dict):
            values[key] = {
                name: _take(item, f"{key}.{name}", where, sources) for name, item in entry.items()
            }
        elif key == "name":
            values[key] = entry
        else:
            values[key] = _take(entry, key, where, sources)
    return _build(values, where, MappingProxyType(sources))


def _take(item: Any, key: str, where: str, sources: dict[str, tuple[str, str]]) -> Any:
    """The value of `{ value = ..., source = ..., note = ... }`, its source noted in `sources`."""
    if not isinstance(item, dict) or "value" not in item or "source" not in item:
        raise ConfigurationError(
            f"{where}: {key} must be written {{ value = ..., source = ..., note = ... }}, "
            f"got {item!r}"
        )
    unknown = sorted(set(item) - {"value", "source", "note"})
    if unknown:
        raise ConfigurationError(f"{where}: {key} has unknown {unknown}; use value, source, note")
    if item["source"] not in SOURCES:
        raise ConfigurationError(
            f"{where}: {key} has source {item['source']!r}; use one of {', '.join(SOURCES)}"
        )
    sources[key] = (item["source"], str(item.get("note", "")))
    return item["value"]


def _build(
    values: Mapping[str, Any], where: str, sources: Mapping[str, tuple[str, str]]
) -> RobotDescription:
    _same_keys(values, ["name", "gravity_m_s2", *_TABLES], where, "")
    name = values["name"]
    if not isinstance(name, str) or not name:
        raise ConfigurationError(f"{where}: name = {name!r}; it must be a non-empty string")
    gravity = _checked(values["gravity_m_s2"], "gravity_m_s2", _POSITIVE, where)
    tables = {table: _build_table(values[table], table, where) for table in _TABLES}
    return RobotDescription(name=name, gravity_m_s2=gravity, sources=sources, **tables)


def _build_table(entry: Any, table: str, where: str) -> Any:
    fields = dataclasses.fields(_TABLES[table])
    if not isinstance(entry, Mapping):
        raise ConfigurationError(f"{where}: {table} must be a table, got {entry!r}")
    _same_keys(entry, [f.name for f in fields], where, f"{table}.")
    checked = {
        f.name: _checked(entry[f.name], f"{table}.{f.name}", f.metadata["allowed"], where)
        for f in fields
    }
    return _TABLES[table](**checked)


def _same_keys(given: Mapping[str, Any], known: list[str], where: str, prefix: str) -> None:
    for key in given:
        if key not in known:
            raise ConfigurationError(
                f"{where}: unknown key {prefix}{key} = {given[key]!r}; valid: {', '.join(known)}"
            )
    for key in known:
        if key not in given:
            raise ConfigurationError(f"{where}: {prefix}{key} is missing; give it a value")


def _checked(value: Any, key: str, allowed: _Allowed, where: str) -> Any:
    if not allowed.holds(value):
        raise ConfigurationError(f"{where}: {key} = {value!r}; it must be {allowed.words}")
    return value if isinstance(value, str) else float(value)
