"""The imperfections of a plant made larger or smaller, and the challenge "the last straw"."""

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fidelity import EFFECTS
from furutalib.facts.robot import RobotDescription
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.evaluation import succeeded
from furutalib.learning.rollout import collect
from furutalib.learning.starts import draw_starts

PUSH = np.repeat([0.5, -0.5, 0.0, 0.12, 0.0], [10, 10, 20, 20, 20])
"""Commands of the push that the lesson compares plants by: strong, reversed, off, gentle, off."""

STARTS = draw_starts("validation", 40)
"""From where the swing-ups begin; many, since one alone is a matter of luck."""

LAST_STRAW = len(STARTS) // 2
"""The challenge: change one size as little as possible so that fewer swing-ups succeed."""

_SIZES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "viscous": ("arm.viscous_nm_s", "pendulum.viscous_nm_s"),
        "coulomb": ("motor.coulomb_nm", "pendulum.coulomb_nm"),
        "stiction": ("motor.stiction_nm",),
        "backlash": ("motor.backlash_rad",),
        "dead_zone": ("drive.dead_zone",),
        "current_rise": ("motor.inductance_h",),
        "supply_sag": ("supply.resistance_ohm",),
        "encoder_counts": ("sensors.arm_counts_per_turn", "sensors.pendulum_counts_per_turn"),
        "velocity_filter": ("sensors.filter_cutoff_rad_s",),
        "latency": ("control.latency_s",),
    }
)
# Fewer counts and a lower cut-off are the larger imperfection.
_INVERSE = ("encoder_counts", "velocity_filter")


def resized(robot: RobotDescription, effect: str, factor: float) -> RobotDescription:
    """The robot with one imperfection made `factor` times as large.

    Raises:
        ConfigurationError: there is no such effect, the factor is not positive, or the robot
            cannot have that much of it.
    """
    if effect not in EFFECTS or not factor > 0:
        raise ConfigurationError(
            f"effect {effect!r}, factor {factor}: use one of {', '.join(EFFECTS)} "
            "and a factor above 0"
        )
    values = robot.to_dict()
    changes: dict[str, float | str] = {}
    for key in _SIZES[effect]:
        table, name = key.split(".")
        scale = 1.0 / factor if effect in _INVERSE else factor
        changes[key] = values[table][name] * scale
    return robot.with_values(changes)


def swing_ups(
    robot: RobotDescription, plant: RobotDescription, fidelity: str | frozenset[str] = "full"
) -> int:
    """How many swing-ups from STARTS succeed on `plant`.

    The controller is the classical one of lesson 03; it was designed for `robot`.
    """
    rollout = collect(EnergyLQR(robot), STARTS, robot=plant, fidelity=fidelity)
    return int(succeeded(rollout).sum())


def straw(changes: Mapping[str, float], successes: int, *, all_on: bool) -> str:
    """How the challenge stands.

    Args:
        changes: how far each size of an imperfection was moved; 1.0 is twice or half as large.
        successes: how many swing-ups succeeded.
        all_on: whether all imperfections are switched on.
    """
    if not all_on:
        return "The last straw: switch all ten imperfections on."
    if len(changes) != 1:
        return "The last straw: change the size of one imperfection, and of one only."
    ((key, change),) = changes.items()
    far = f"by {change:.0%}" if math.isfinite(change) else "from or to 0"
    moved = f"a change of {key} {far}"
    if successes < LAST_STRAW:
        return f"The last straw: {moved} breaks it! Does a smaller one do it too?"
    return f"The last straw: {moved} does not break it."
