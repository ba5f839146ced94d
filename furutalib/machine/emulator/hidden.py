"""The emulated robot's true parameters, which nobody was told: identification has to find them.

A built robot is never the one in its description. What differs, and by how much, is stated here;
the numbers themselves follow from a seed mixed with a salt, so that a seed that a learner happens
to use elsewhere does not give the same draws.
"""

from numbers import Integral
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import RobotDescription

# Half-widths of the uniform factor about 1.
RELATIVE = {
    "arm.viscous_nm_s": 0.25,
    "pendulum.viscous_nm_s": 0.25,
    "pendulum.coulomb_nm": 0.25,
    "motor.coulomb_nm": 0.25,
    "motor.stiction_nm": 0.25,
    "motor.torque_constant_nm_a": 0.25,
    "motor.resistance_ohm": 0.25,
    "arm.length_m": 0.04,
    "arm.center_of_mass_m": 0.04,
    "pendulum.length_m": 0.04,
    "pendulum.center_of_mass_m": 0.04,
    "arm.mass_kg": 0.10,
    "pendulum.mass_kg": 0.10,
}
LATENCY_PERIODS = 0.5  # half-width about the described latency
BACKLASH_RAD = (float(np.radians(1.0)), float(np.radians(3.0)))
_SALT = 0x46757275746120  # any number that nobody types


def check_hidden(seed: Any) -> None:
    """Refuse what is no hidden robot.

    Raises:
        ConfigurationError: it is no whole number of 0 or above.
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral) or int(seed) < 0:
        raise ConfigurationError(
            f"hidden = {seed!r}; which hidden robot it is must be a whole number, 0 or above"
        )


def hidden_robot(description: RobotDescription, seed: int) -> RobotDescription:
    """The true robot behind a description.

    Mass, length and inertia belong together: an inertia is scaled by the factors of its mass and
    of the square of its length. Torque and back-EMF constants are those of one magnet and share a
    factor.

    Args:
        description: what is believed.
        seed: which hidden robot, 0 or above.

    Raises:
        ConfigurationError: the seed is something else.
    """
    check_hidden(seed)
    rng = np.random.default_rng([_SALT, seed])
    values = description.to_dict()
    factor = {key: 1.0 + width * rng.uniform(-1.0, 1.0) for key, width in RELATIVE.items()}
    changes = {key: _value(values, key) * by for key, by in factor.items()}
    changes["motor.back_emf_constant_v_s"] = (
        description.motor.back_emf_constant_v_s * factor["motor.torque_constant_nm_a"]
    )
    for body, keys in (
        ("arm", ("inertia_kg_m2",)),
        ("pendulum", ("inertia_axial_kg_m2", "inertia_transverse_kg_m2")),
    ):
        by = factor[f"{body}.mass_kg"] * factor[f"{body}.center_of_mass_m"] ** 2
        changes |= {f"{body}.{key}": values[body][key] * by for key in keys}
    period_s = 1.0 / description.control.rate_hz
    late_s = description.control.latency_s + LATENCY_PERIODS * period_s * rng.uniform(-1.0, 1.0)
    changes["control.latency_s"] = max(0.0, late_s)
    changes["motor.backlash_rad"] = rng.uniform(*BACKLASH_RAD)
    return description.with_values(changes)


def _value(values: dict[str, dict[str, float]], key: str) -> float:
    table, _, name = key.partition(".")
    return values[table][name]
