"""Which parameters of a robot its two encoders can tell, which they cannot, and why.

Voltage in, angles out: scale all inertias, frictions and torques by one number and nothing changes
that an encoder sees. So one of them is not identified but *weighed*: the pendulum, its mass and
where it balances. Everything else is measured against its weight. In the same way only the torque
per volt can be seen, not torque constant and resistance apart: the resistance is held.

The lists below were fixed before the results on the reported hidden robots were looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import IdentificationError
from furutalib.facts.robot import RobotDescription
from furutalib.maths.plant_parameters import P, pack

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Quantity:
    """One number that is identified.

    Attributes:
        name: for people.
        key: where it goes in a description; see `changes` for those that go elsewhere too.
        unit: of its value.
        least: the search begins at this value where the description says less (it cannot begin
            at 0, since it goes by factors).
        model_sd: what the parts of the model that are held, and a search that ends a little
            aside, add to its relative spread: chosen on the emulated robots 100 to 127, so that
            their intervals hold the truth.
        seen_by: what makes it visible.
    """

    name: str
    key: str
    unit: str
    least: float
    model_sd: float
    seen_by: str


IDENTIFIABLE: tuple[Quantity, ...] = (
    Quantity(
        "arm length", "arm.length_m", "m", 1e-3, 0.002, "how a moving arm swings the pendulum"
    ),
    Quantity(
        "arm inertia",
        "arm.inertia_kg_m2",
        "kg m2",
        1e-7,
        0.006,
        "how the swinging pendulum moves the arm; arm, rotor and the pendulum's mass at its tip",
    ),
    Quantity(
        "pendulum inertia",
        "pendulum.inertia_transverse_kg_m2",
        "kg m2",
        1e-8,
        0.001,
        "how fast it swings freely; about its pivot",
    ),
    Quantity(
        "pendulum viscous friction",
        "pendulum.viscous_nm_s",
        "N m s",
        1e-7,
        0.01,
        "how fast large swings die out",
    ),
    Quantity(
        "pendulum dry friction",
        "pendulum.coulomb_nm",
        "N m",
        1e-6,
        0.008,
        "how small swings end",
    ),
    Quantity(
        "torque per volt",
        "motor.torque_constant_nm_a",
        "N m/A",
        1e-4,
        0.006,
        "how commands of different sizes accelerate; with the resistance held",
    ),
    Quantity(
        "back-EMF",
        "motor.back_emf_constant_v_s",
        "V s",
        1e-4,
        0.012,
        "how the push fades as the arm gets faster",
    ),
    Quantity(
        "motor dry friction",
        "motor.coulomb_nm",
        "N m",
        1e-5,
        0.006,
        "how the arm stops without a command",
    ),
    Quantity(
        "motor stiction",
        "motor.stiction_nm",
        "N m",
        1e-5,
        0.009,
        "when a slow ramp sets the arm moving",
    ),
    Quantity(
        "backlash",
        "motor.backlash_rad",
        "rad",
        2e-3,
        0.004,
        "the pendulum feels nothing while the motor crosses the play of its gears",
    ),
    Quantity("dead zone", "drive.dead_zone", "", 5e-3, 0.007, "how torque grows with the command"),
    Quantity("latency", "control.latency_s", "s", 1e-3, 0.0025, "when the arm answers a step"),
)

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "pendulum.mass_kg": "weighed: the scale of everything else",
        "pendulum.center_of_mass_m": "weighed: where it balances on an edge",
        "pendulum.length_m": "for drawing only",
        "pendulum.inertia_axial_kg_m2": "a hundredth of the inertia about the pivot",
        "arm.mass_kg": "only the sum of all that turns with the arm can be seen",
        "arm.center_of_mass_m": "the same",
        "arm.viscous_nm_s": "about a fiftieth of what back-EMF does, in the same way",
        "motor.rotor_inertia_kg_m2": "the same sum; alone only while it crosses the backlash",
        "motor.gear_ratio": "counted when it was built",
        "motor.resistance_ohm": "held: torque per volt is what can be seen",
        "motor.inductance_h": "the current rises within a hundredth of a period",
        "supply.voltage_v": "measured with a meter",
        "supply.resistance_ohm": "a few percent of the motor's, and only at large commands",
    }
)

# Of what was not identified and cannot be measured easily: half-widths for randomisation.
PRIOR_RANGES: Mapping[str, float] = MappingProxyType(
    {
        "arm.viscous_nm_s": 0.5,
        "pendulum.inertia_axial_kg_m2": 0.3,
        "motor.rotor_inertia_kg_m2": 0.3,
        "supply.resistance_ohm": 0.3,
    }
)
WIDEST = 0.9  # a factor must stay above 0

(
    ARM_LENGTH, ARM_INERTIA, PENDULUM_INERTIA, PENDULUM_VISCOUS, PENDULUM_COULOMB, TORQUE,
    BACK_EMF, MOTOR_COULOMB, STICTION, BACKLASH, DEAD_ZONE, LATENCY,
) = range(len(IDENTIFIABLE))  # fmt: skip
# Where those that stand in the plant's row as they are stand there.
_PLACES = {
    PENDULUM_INERTIA: P.SWING_INERTIA,
    PENDULUM_VISCOUS: P.PENDULUM_VISCOUS,
    PENDULUM_COULOMB: P.PENDULUM_COULOMB,
    TORQUE: P.TORQUE_CONSTANT,
    BACK_EMF: P.BACK_EMF_CONSTANT,
    MOTOR_COULOMB: P.MOTOR_COULOMB,
    STICTION: P.MOTOR_STICTION,
    DEAD_ZONE: P.DEAD_ZONE,
}
_TORQUES = (
    ARM_INERTIA, PENDULUM_INERTIA, PENDULUM_VISCOUS, PENDULUM_COULOMB, TORQUE, MOTOR_COULOMB,
    STICTION,
)  # fmt: skip


def values_of(robot: RobotDescription) -> Values:
    """The identified quantities of a described robot, in the order of `IDENTIFIABLE`."""
    p = _row(robot)
    values = np.empty(len(IDENTIFIABLE))
    for which, place in _PLACES.items():
        values[which] = p[place]
    values[ARM_LENGTH] = robot.arm.length_m
    values[ARM_INERTIA] = p[P.ARM_INERTIA] + p[P.AXIAL_INERTIA] + p[P.ROTOR_INERTIA]
    values[BACKLASH] = 2.0 * p[P.HALF_GAP]
    values[LATENCY] = robot.control.latency_s
    return values


def seen_values(truth: RobotDescription, held: RobotDescription) -> Values:
    """What a perfect identification finds on a robot, if it believes the weighed of another.

    Args:
        truth: the robot as it is.
        held: the description whose pendulum's weight and motor's resistance are believed.
    """
    values, true, believed = values_of(truth), _row(truth), _row(held)
    values[list(_TORQUES)] *= believed[P.GRAVITY_TORQUE] / true[P.GRAVITY_TORQUE]
    values[TORQUE] *= believed[P.RESISTANCE] / true[P.RESISTANCE]
    values[ARM_LENGTH] *= held.gravity_m_s2 / truth.gravity_m_s2
    return values


def rows_with(robot: RobotDescription, values: Values) -> tuple[Values, Values]:
    """Rows for the plant with these values, and their latencies.

    Args:
        robot: gives everything that is held.
        values: shape (n, len(IDENTIFIABLE)).

    Returns:
        Rows of shape (n, len(P)), without latency and encoder steps; latencies (s), shape (n,).
    """
    p = np.repeat(_row(robot)[None], len(values), axis=0)
    others = p[:, P.AXIAL_INERTIA] + p[:, P.ROTOR_INERTIA]
    p[:, P.COUPLING] *= values[:, ARM_LENGTH] / robot.arm.length_m
    p[:, P.ARM_INERTIA] = values[:, ARM_INERTIA] - others
    p[:, P.HALF_GAP] = values[:, BACKLASH] / 2.0
    for which, place in _PLACES.items():
        p[:, place] = values[:, which]
    p[:, P.DEAD_ZONE] = np.minimum(p[:, P.DEAD_ZONE], 0.9)
    return p, values[:, LATENCY]


def changes(robot: RobotDescription, values: Values) -> dict[str, float]:
    """What the values change in a description, by key.

    The arm's own inertia and mass are scaled together, since only their sum with the rest is seen.

    Raises:
        IdentificationError: no robot has such values together with what is held.
    """
    arm, pendulum = robot.arm, robot.pendulum
    found = {one.key: float(value) for one, value in zip(IDENTIFIABLE, values, strict=True)}
    length = float(values[ARM_LENGTH])
    factor = (values[ARM_INERTIA] - _beside_the_arm(robot, length)) / _of_the_arm(robot)
    across = values[PENDULUM_INERTIA] - pendulum.mass_kg * pendulum.center_of_mass_m**2
    if factor <= 0.0 or across <= 0.0:
        whose = "arm" if factor <= 0.0 else "pendulum"
        raise IdentificationError(
            f"the {whose}'s inertia came out smaller than the mass in {robot.name}'s description "
            "alone has; weigh the pendulum, find where it balances, and correct pendulum.mass_kg "
            "and pendulum.center_of_mass_m"
        )
    return found | {
        "arm.inertia_kg_m2": float(arm.inertia_kg_m2 * factor),
        "arm.mass_kg": float(arm.mass_kg * factor),
        "pendulum.inertia_transverse_kg_m2": float(across),
    }


def ranges(robot: RobotDescription, half_widths: Values) -> dict[str, float]:
    """Half-widths for `WrapperSettings.randomisation` around an identified robot.

    Args:
        robot: with the identified values in it.
        half_widths: relative, in the order of `IDENTIFIABLE`.
    """
    values = values_of(robot)
    widths = {q.key: float(w) for q, w in zip(IDENTIFIABLE, half_widths, strict=True)}
    for key, which, part in (
        ("arm.inertia_kg_m2", ARM_INERTIA, _of_the_arm(robot)),
        ("pendulum.inertia_transverse_kg_m2", PENDULUM_INERTIA,
         robot.pendulum.inertia_transverse_kg_m2),
    ):  # fmt: skip
        widths[key] *= float(values[which]) / part
    widths["arm.mass_kg"] = widths["arm.inertia_kg_m2"]
    return {key: round(min(WIDEST, width), 4) for key, width in {**widths, **PRIOR_RANGES}.items()}


def _row(robot: RobotDescription) -> Values:
    p = pack(robot.with_values({"control.latency_s": 0.0}))
    p[[P.ARM_COUNTS, P.PENDULUM_COUNTS]] = 0.0
    return p


def _of_the_arm(robot: RobotDescription) -> float:
    return robot.arm.inertia_kg_m2 + robot.arm.mass_kg * robot.arm.center_of_mass_m**2


def _beside_the_arm(robot: RobotDescription, length_m: float) -> float:
    p = _row(robot)
    at_tip = robot.pendulum.mass_kg * length_m**2
    return float(at_tip + p[P.AXIAL_INERTIA] + p[P.ROTOR_INERTIA])
