"""A robot as data: frozen dataclasses read from `data/robots/*.toml`.

Every number in a description says its unit in the key and where it comes from in `source`.
Nothing mutates a description: `with_values` and `dataclasses.replace` give a new one.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fields import (
    POSITIVE,
    Allowed,
    allow,
    build_table,
    checked,
    fraction,
    non_negative,
    number,
    positive,
    read_toml,
    same_keys,
    take,
)
from furutalib.facts.paths import data_folder

DRIVE_MODES = ("brake", "coast")

# Grams and millimetres are refused: the heaviest and the longest that any such robot has.
_MASS = number("above 0 and up to 3 kilograms (did you write grams?)", lambda value: 0 < value <= 3)
_LENGTH = number(
    "above 0 and up to 2 metres (did you write millimetres?)", lambda value: 0 < value <= 2
)
_DISTANCE = number("from 0 to 2 metres (did you write millimetres?)", lambda value: 0 <= value <= 2)
_MODE = Allowed(f"one of {', '.join(DRIVE_MODES)}", lambda value: value in DRIVE_MODES)


@dataclass(frozen=True)
class Arm:
    """What turns about the motor's axis, without rotor and pendulum."""

    length_m: float = allow(_LENGTH)  # motor axis to the plane in which the pendulum swings
    mass_kg: float = allow(_MASS)
    center_of_mass_m: float = allow(_DISTANCE)  # from the motor axis
    inertia_kg_m2: float = positive()  # about the vertical through its own centre of mass
    viscous_nm_s: float = non_negative()


@dataclass(frozen=True)
class Pendulum:
    """What turns about the arm's tip: a body with one axis of symmetry, the rod."""

    length_m: float = allow(_LENGTH)  # pivot to the far end; for drawing only
    mass_kg: float = allow(_MASS)
    center_of_mass_m: float = allow(_LENGTH)  # from the pivot
    inertia_axial_kg_m2: float = positive()  # about the rod
    inertia_transverse_kg_m2: float = positive()  # across the rod, at the centre of mass
    viscous_nm_s: float = non_negative()
    coulomb_nm: float = non_negative()


@dataclass(frozen=True)
class Motor:
    """Gear motor, seen at the output shaft; the rotor's inertia alone is at the rotor."""

    resistance_ohm: float = positive()
    inductance_h: float = non_negative()
    torque_constant_nm_a: float = positive()
    back_emf_constant_v_s: float = positive()
    rotor_inertia_kg_m2: float = positive()
    gear_ratio: float = positive()
    backlash_rad: float = non_negative()
    coulomb_nm: float = non_negative()
    stiction_nm: float = non_negative()


@dataclass(frozen=True)
class Drive:
    """H-bridge and its pulse-width modulation."""

    mode: str = allow(_MODE)
    pwm_frequency_hz: float = positive()
    dead_zone: float = fraction()


@dataclass(frozen=True)
class Supply:
    """The source of power with its cable and the bridge's own resistance."""

    voltage_v: float = positive()
    resistance_ohm: float = non_negative()
    current_limit_a: float = positive()


@dataclass(frozen=True)
class Sensors:
    """Both encoders (counts after x4 decoding) and the filter that turns angles into speeds."""

    arm_counts_per_turn: float = positive()
    pendulum_counts_per_turn: float = positive()
    filter_cutoff_rad_s: float = positive()


@dataclass(frozen=True)
class Control:
    """The control loop."""

    rate_hz: float = positive()
    latency_s: float = non_negative()


@dataclass(frozen=True)
class Limits:
    """What the robot must not exceed."""

    arm_angle_rad: float = positive()
    arm_speed_rad_s: float = positive()


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
    gravity_m_s2: float = positive()
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

# What only a real robot needs, and furutalib.facts.machine reads.
MACHINE_TABLES = ("wiring", "safety")
# What only an emulated one needs, and furutalib.facts.machine reads too.
EMULATED_TABLE = "emulated"


def robot_names() -> list[str]:
    """Names of the robots that come with the course."""
    return sorted(file.stem for file in (data_folder() / "robots").glob("*.toml"))


def robot_file(name_or_path: str | Path) -> Path:
    """The TOML file of a robot, given by its name or its path.

    Raises:
        ConfigurationError: there is no such robot or file.
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
    return path


def load_robot(name_or_path: str | Path) -> RobotDescription:
    """Read a robot by its name (`"course"`) or from a TOML file.

    Raises:
        ConfigurationError: no such robot, or the file holds an unknown key, lacks one, or has a
            value that is not allowed; the message names the file, the key and what is allowed.
    """
    path = robot_file(name_or_path)
    raw = read_toml(path)
    for table in (*MACHINE_TABLES, EMULATED_TABLE):
        raw.pop(table, None)
    return _from_toml(raw, path.name)


def _from_toml(raw: Mapping[str, Any], where: str) -> RobotDescription:
    values: dict[str, Any] = {}
    sources: dict[str, tuple[str, str]] = {}
    for key, entry in raw.items():
        if key in _TABLES and isinstance(entry, dict):
            values[key] = {
                name: take(item, f"{key}.{name}", where, sources) for name, item in entry.items()
            }
        elif key == "name":
            values[key] = entry
        else:
            values[key] = take(entry, key, where, sources)
    return _build(values, where, MappingProxyType(sources))


def _build(
    values: Mapping[str, Any], where: str, sources: Mapping[str, tuple[str, str]]
) -> RobotDescription:
    same_keys(values, ["name", "gravity_m_s2", *_TABLES], where, "")
    name = values["name"]
    if not isinstance(name, str) or not name:
        raise ConfigurationError(f"{where}: name = {name!r}; it must be a non-empty string")
    gravity = checked(values["gravity_m_s2"], "gravity_m_s2", POSITIVE, where)
    tables = {table: build_table(_TABLES[table], values[table], table, where) for table in _TABLES}
    return RobotDescription(name=name, gravity_m_s2=gravity, sources=sources, **tables)
