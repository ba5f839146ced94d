"""How a robot differs from the one that a policy was trained for."""

from collections.abc import Mapping
from typing import Any

from furutalib.facts.robot import RobotDescription

# Fraction of full command. A policy trained within a spread of robots compensates the dead zone of
# the robot described; its successes are the same over this range (tests/test_policy_fit.py).
_DEAD_ZONE = 0.08


def robot_differences(
    trained: RobotDescription, robot: RobotDescription, randomisation: Mapping[str, float]
) -> list[str]:
    """What of a robot the training did not cover, e.g. `motor.resistance_ohm 7.0 -> 8.4`.

    Args:
        randomisation: half-widths of the factors by which the training varied parameters, as in
            `WrapperSettings`. With it the robot's name does not count, and neither does what lies
            within them.
    """
    was, now = trained.to_dict(), robot.to_dict()
    if randomisation:
        now["name"] = was["name"]
        reach = {key: width * _value(was, key) for key, width in randomisation.items()}
        reach["drive.dead_zone"] = _DEAD_ZONE
        for key, far in reach.items():
            # The slack is for values that were written to a file with few digits.
            if abs(_value(now, key) - _value(was, key)) <= far * (1 + 1e-6):
                table, _, name = key.partition(".")
                now[table] = {**now[table], name: was[table][name]}
    return differences(was, now)


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


def _value(values: Mapping[str, Any], key: str) -> float:
    table, _, name = key.partition(".")
    return float(values[table][name])
