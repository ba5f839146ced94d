"""What only a built robot needs, from the tables `[wiring]` and `[safety]` of its TOML file.

Both are apart from the description on purpose: a policy hangs on the plant, not on which way round
an encoder was plugged in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fields import (
    Allowed,
    allow,
    build_table,
    number,
    positive,
    read_toml,
    take,
)
from furutalib.facts.robot import (
    EMULATED_TABLE,
    MACHINE_TABLES,
    RobotDescription,
    load_robot,
    robot_file,
)

_NAME = Allowed("a name", lambda value: isinstance(value, str) and bool(value))
_SIGN = Allowed("1 or -1", lambda value: value in (1, -1) and not isinstance(value, bool))
_SHARE = number("above 0 and up to 1", lambda value: 0 < value <= 1)
_PERIODS = number("of whole periods, 1 or more", lambda value: value >= 1 and value % 1 == 0)


@dataclass(frozen=True)
class Wiring:
    """Which board drives the robot, and which way round motor and encoders are connected."""

    board: str = allow(_NAME)  # of data/boards
    arm_sign: float = allow(_SIGN)  # 1: the counts rise when the arm turns counter-clockwise
    pendulum_sign: float = allow(_SIGN)  # 1: they rise where the bob leads a positive arm
    motor_sign: float = allow(_SIGN)  # 1: a positive command turns the arm counter-clockwise
    spi_clock_hz: float = positive()


@dataclass(frozen=True)
class SafetyLimits:
    """What the robot is kept from; enforced by furutalib.machine.safety and nowhere else."""

    command: float = allow(_SHARE)  # of full voltage
    arm_angle_rad: float = positive()  # beyond, the motor never drives outward
    arm_stop_rad: float = positive()  # here the robot trips: the cable would wind up
    arm_speed_rad_s: float = positive()  # here too
    jump_rad: float = positive()  # largest change in one period that an encoder is believed
    frozen_periods: float = allow(_PERIODS)
    late_periods: float = allow(_PERIODS)
    heartbeat_s: float = positive()  # longest silence that the guardian of the motor suffers


@dataclass(frozen=True)
class Machine:
    """The built robot beside its description."""

    wiring: Wiring
    safety: SafetyLimits


def load_machine(name_or_path: str | Path) -> Machine:
    """Read wiring and safety of a robot by its name or from its TOML file.

    Raises:
        ConfigurationError: no such robot, it can only be simulated (it has no such tables), or
            a value is not allowed.
    """
    path = robot_file(name_or_path)
    raw = read_toml(path)
    missing = [table for table in MACHINE_TABLES if table not in raw]
    if missing:
        raise ConfigurationError(
            f"{path.name} has no table [{missing[0]}], so it can only be simulated; "
            "copy the tables [wiring] and [safety] of course.toml and fit them to your robot"
        )
    wiring = build_table(Wiring, _values(raw, "wiring", path.name), "wiring", path.name)
    safety = build_table(SafetyLimits, _values(raw, "safety", path.name), "safety", path.name)
    if safety.arm_stop_rad <= safety.arm_angle_rad:
        raise ConfigurationError(
            f"{path.name}: safety.arm_stop_rad = {safety.arm_stop_rad:g} must lie beyond "
            f"safety.arm_angle_rad = {safety.arm_angle_rad:g}, or braking has no room"
        )
    return Machine(wiring, safety)


def emulated_around(name_or_path: str | Path) -> RobotDescription:
    """The description around which the emulated robot behind this file is drawn.

    It is the file's own, except for what `[emulated]` says: what was believed before that very
    robot was brought up or identified. So finding out more about it does not change it.

    Raises:
        ConfigurationError: no such robot, or the table names something else than its values.
    """
    path = robot_file(name_or_path)
    around = read_toml(path).get(EMULATED_TABLE, {})
    tables = around.values() if isinstance(around, Mapping) else [around]
    if not all(isinstance(entries, Mapping) for entries in tables):
        raise ConfigurationError(
            f"{path.name}: {EMULATED_TABLE} = {around!r}; its lines must be like "
            f"control.latency_s = 0.02, or delete the table [{EMULATED_TABLE}]"
        )
    changes = {f"{table}.{key}": value for table, it in around.items() for key, value in it.items()}
    return load_robot(path).with_values(changes)


def _values(raw: Mapping[str, Any], table: str, where: str) -> dict[str, Any]:
    entries = raw[table]
    if not isinstance(entries, Mapping):
        raise ConfigurationError(f"{where}: {table} must be a table, got {entries!r}")
    return {key: take(item, f"{table}.{key}", where, {}) for key, item in entries.items()}
