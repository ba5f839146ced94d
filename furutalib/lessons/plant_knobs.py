"""The numbers of a robot that the plant playground lets a learner turn, in readable units."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from furutalib.facts.robot import RobotDescription
from furutalib.maths.plant_parameters import PAST_COMMANDS


class Knob(NamedTuple):
    """One number of a robot description and the slider for it."""

    key: str  # as in `RobotDescription.with_values`
    title: str
    unit: str
    scale: float  # shown value per SI value
    low: float  # of the slider, in `unit`
    high: float
    step: float


def knob_range(knob: Knob, robot: RobotDescription) -> tuple[float, float]:
    """Ends of the slider for this robot: those of the knob, widened until the robot is inside."""
    value = shown(robot, knob)
    high = knob.high
    if knob.key == "control.latency_s":
        high = knob.scale * PAST_COMMANDS / robot.control.rate_hz
    return min(knob.low, value), max(high, 2.0 * value)


def shown(robot: RobotDescription, knob: Knob) -> float:
    """Where the knob stands for the robot's own value: on its nearest step, as browsers have it."""
    table, _, name = knob.key.rpartition(".")
    part = getattr(robot, table) if table else robot
    return _tidy(round(getattr(part, name) * knob.scale / knob.step) * knob.step)


def turned(robot: RobotDescription, values: Mapping[str, float]) -> RobotDescription:
    """The robot with the values of some knobs, by key and in the knobs' units.

    Knobs that stand where the robot is leave it exactly as it was.

    Raises:
        ConfigurationError: a value is not allowed.
    """
    changes = {
        knob.key: _tidy(values[knob.key]) / knob.scale
        for knob in knobs()
        if knob.key in values and _tidy(values[knob.key]) != shown(robot, knob)
    }
    return robot.with_values(changes)


def knobs() -> list[Knob]:
    """All of them."""
    return [knob for rows in GROUPS.values() for row in rows for knob in row.knobs]


def relative_change(before: float, after: float) -> float:
    """How far a size was moved: 1.0 for twice as large and for half as large."""
    before, after = _tidy(before), _tidy(after)
    if before == after:
        return 0.0
    return max(before / after, after / before) - 1.0 if before > 0.0 < after else math.inf


def _tidy(value: float) -> float:
    """Six digits: a slider in the browser makes 11.999999999999998 of 12."""
    return float(f"{value:.6g}")


class Row(NamedTuple):
    """Knobs that belong together; where they size an effect, it has a switch."""

    effect: str  # as in `furutalib.facts.fidelity`; "" without a switch
    knobs: tuple[Knob, ...]


GROUPS: Mapping[str, tuple[Row, ...]] = MappingProxyType(
    {
        "Friction": (
            Row(
                "viscous",
                (
                    Knob("arm.viscous_nm_s", "arm", "µN m s", 1e6, 0, 200, 1),
                    Knob("pendulum.viscous_nm_s", "pendulum", "µN m s", 1e6, 0, 200, 1),
                ),
            ),
            Row(
                "coulomb",
                (
                    Knob("motor.coulomb_nm", "motor, gears", "mN m", 1e3, 0, 20, 0.1),
                    Knob("pendulum.coulomb_nm", "pendulum", "mN m", 1e3, 0, 2, 0.01),
                ),
            ),
            Row("stiction", (Knob("motor.stiction_nm", "to start", "mN m", 1e3, 0, 40, 0.2),)),
            Row("backlash", (Knob("motor.backlash_rad", "play", "°", 180 / math.pi, 0, 10, 0.1),)),
        ),
        "Motor": (
            Row("dead_zone", (Knob("drive.dead_zone", "of full command", "%", 100, 0, 40, 0.5),)),
            Row(
                "current_rise", (Knob("motor.inductance_h", "inductance", "mH", 1e3, 0, 60, 0.01),)
            ),
            Row(
                "supply_sag",
                (
                    Knob("supply.resistance_ohm", "inner resistance", "Ω", 1, 0, 6, 0.05),
                    Knob("supply.current_limit_a", "current limit", "A", 1, 0.2, 4, 0.05),
                ),
            ),
            Row(
                "",
                (
                    Knob("supply.voltage_v", "supply", "V", 1, 3, 24, 0.1),
                    Knob("motor.resistance_ohm", "motor resistance", "Ω", 1, 1, 20, 0.01),
                    Knob("motor.torque_constant_nm_a", "torque const.", "mN m/A", 1e3, 5, 150, 1),
                    Knob("motor.back_emf_constant_v_s", "back-EMF", "mV s", 1e3, 5, 150, 1),
                    Knob("motor.rotor_inertia_kg_m2", "rotor inertia", "g cm²", 1e7, 0.2, 40, 0.2),
                ),
            ),
        ),
        "Sensors": (
            Row(
                "encoder_counts",
                (
                    Knob("sensors.arm_counts_per_turn", "arm", "per turn", 1, 20, 1000, 1),
                    Knob("sensors.pendulum_counts_per_turn", "pendulum", "per turn", 1, 50, 1e4, 1),
                ),
            ),
            Row(
                "velocity_filter",
                (Knob("sensors.filter_cutoff_rad_s", "cut-off", "rad/s", 1, 5, 200, 1),),
            ),
            Row("latency", (Knob("control.latency_s", "delay", "ms", 1e3, 0, 80, 1),)),
        ),
        "Masses": (
            Row(
                "",
                (
                    Knob("arm.length_m", "arm length", "mm", 1e3, 40, 200, 1),
                    Knob("arm.mass_kg", "arm mass", "g", 1e3, 10, 300, 1),
                    Knob("arm.center_of_mass_m", "arm centre", "mm", 1e3, 0, 150, 0.1),
                    Knob("arm.inertia_kg_m2", "arm inertia", "g cm²", 1e7, 50, 3000, 1),
                    Knob("pendulum.mass_kg", "pend. mass", "g", 1e3, 5, 150, 0.1),
                    Knob("pendulum.center_of_mass_m", "pend. centre", "mm", 1e3, 20, 200, 0.1),
                    Knob(
                        "pendulum.inertia_transverse_kg_m2",
                        "pend. inertia",
                        "g cm²",
                        1e7,
                        50,
                        3000,
                        1,
                    ),
                    Knob("gravity_m_s2", "gravity", "m/s²", 1, 0.5, 25, 0.01),
                ),
            ),
        ),
    }
)
"""All knobs by the tab of the playground that shows them."""
