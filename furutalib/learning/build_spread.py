"""How far a robot that was built may be from its description, before anything was measured."""

from collections.abc import Mapping
from types import MappingProxyType

# Half-widths for `WrapperSettings.randomisation`. Wider than what is expected, on purpose: robots
# at the edge of the ranges of a training are met rarely, and do worse than those in the middle.
BUILD_SPREAD: Mapping[str, float] = MappingProxyType(
    {
        "arm.length_m": 0.06,
        "arm.center_of_mass_m": 0.06,
        "arm.mass_kg": 0.15,
        "arm.inertia_kg_m2": 0.2,
        "arm.viscous_nm_s": 0.35,
        "pendulum.length_m": 0.06,
        "pendulum.center_of_mass_m": 0.06,
        "pendulum.mass_kg": 0.15,
        "pendulum.inertia_transverse_kg_m2": 0.2,
        "pendulum.viscous_nm_s": 0.35,
        "pendulum.coulomb_nm": 0.35,
        "motor.resistance_ohm": 0.35,
        "motor.torque_constant_nm_a": 0.35,
        "motor.back_emf_constant_v_s": 0.35,
        "motor.coulomb_nm": 0.35,
        "motor.stiction_nm": 0.35,
        "motor.backlash_rad": 0.7,
        "control.latency_s": 0.7,
    }
)
