"""How a robot differs from the one that a policy was trained for."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from furutalib.facts.robot import RobotDescription

# Fraction of full command. A policy trained within a spread of robots compensates the dead zone of
# the robot described; its successes are the same over this range (tests/test_policy_fit.py).
_DEAD_ZONE = 0.08
_SLACK = 1e-6  # for values that were written to a file with few digits
_TORQUE, _RESISTANCE = "motor.torque_constant_nm_a", "motor.resistance_ohm"
_MASS = "pendulum.mass_kg"
# In proportion to one another these move a robot alike. (The rotor's inertia and the axial one of
# the pendulum belong to them too; they are some percent of the others, and stay as described.)
_IN_PROPORTION = (
    *("arm.mass_kg", "arm.inertia_kg_m2", "arm.viscous_nm_s"),
    *(_MASS, "pendulum.inertia_transverse_kg_m2"),
    *("pendulum.viscous_nm_s", "pendulum.coulomb_nm"),
    *("motor.coulomb_nm", "motor.stiction_nm", _TORQUE),
)
_SCALES = 31  # that are tried


def robot_differences(
    trained: RobotDescription, robot: RobotDescription, randomisation: Mapping[str, float]
) -> list[str]:
    """What of a robot the training did not cover, e.g. `motor.resistance_ohm 7.0 -> 8.4`.

    A randomised training covers a robot that moves like one within its ranges. Encoders cannot tell
    a robot from one whose masses, inertias, frictions and torques are all larger by one factor, nor
    a stronger magnet from a smaller resistance, so identified files hold one of many equals.

    Args:
        randomisation: half-widths of the factors by which the training varied parameters, as in
            `WrapperSettings`. With it the robot's name does not count either.
    """
    was, now = trained.to_dict(), robot.to_dict()
    if not randomisation:
        return differences(was, now)
    now["name"] = was["name"]
    ranges = _covered(was, randomisation)
    width = randomisation[_MASS] if randomisation.keys() >= set(_IN_PROPORTION) else 0.0
    scales = sorted(np.linspace(1.0 - width, 1.0 + width, _SCALES).tolist(), key=_from_one)
    found = [differences(was, _inside(was, now, ranges, scale)) for scale in scales]
    return min(found, key=len)  # the first of equals: the one closest to no scale at all


def differences(was: Mapping[str, Any], now: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Where two nested dictionaries differ, sorted by key."""
    found: list[str] = []
    for key in sorted(was.keys() | now.keys()):
        before, after = was.get(key), now.get(key)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            found += differences(before, after, f"{prefix}{key}.")
        elif before != after:
            found.append(f"{prefix}{key} {before!r} -> {after!r}")
    return found


def _covered(
    was: Mapping[str, Any], randomisation: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    factors = {key: (1 - width, 1 + width) for key, width in randomisation.items()}
    if _TORQUE in factors and _RESISTANCE in factors:
        torque, resistance = factors[_TORQUE], factors[_RESISTANCE]
        factors[_TORQUE] = torque[0] / resistance[1], torque[1] / resistance[0]
    dead_zone = _value(was, "drive.dead_zone")
    return {
        "drive.dead_zone": (dead_zone - _DEAD_ZONE, dead_zone + _DEAD_ZONE),
        **{key: (a * _value(was, key), b * _value(was, key)) for key, (a, b) in factors.items()},
    }


def _inside(
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    ranges: Mapping[str, tuple[float, float]],
    scale: float,
) -> dict[str, Any]:
    """`now`, with what lies within the ranges as it was."""
    result = dict(now)
    for key, (least, most) in ranges.items():
        value = _value(now, key) * (scale if key in _IN_PROPORTION else 1.0)
        if least - _SLACK * most <= value <= most + _SLACK * most:
            table, _, name = key.partition(".")
            result[table] = {**result[table], name: was[table][name]}
    return result


def _from_one(scale: float) -> float:
    return abs(scale - 1.0)


def _value(values: Mapping[str, Any], key: str) -> float:
    table, _, name = key.partition(".")
    return float(values[table][name])
