"""A robot description as one row of numbers, which is what the compiled plant reads.

Effects that a fidelity leaves out are switched off here, by neutral numbers: the equations in
`furutalib.maths.plant` have no switches.
"""

import math
from collections.abc import Iterable
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fidelity import parse_fidelity
from furutalib.facts.robot import RobotDescription

# Longest step of the integrator; tests/test_plant.py shows that halving it changes nothing
# that an encoder could see.
LONGEST_STEP_S = 0.0025
# How many past commands a pendulum remembers: the longest latency in control periods.
PAST_COMMANDS = 4


class P(IntEnum):
    """Where each parameter stands in the row."""

    ARM_INERTIA = 0  # arm and the pendulum's mass at its tip, about the motor axis, kg m2
    ROTOR_INERTIA = 1  # through the gears, at the output, kg m2
    SWING_INERTIA = 2  # pendulum about its pivot, across the rod, kg m2
    AXIAL_INERTIA = 3  # pendulum about its rod, kg m2
    COUPLING = 4  # m2 L1 l2, kg m2
    GRAVITY_TORQUE = 5  # m2 g l2, N m
    ARM_VISCOUS = 6
    PENDULUM_VISCOUS = 7
    MOTOR_COULOMB = 8
    MOTOR_STICTION = 9
    PENDULUM_COULOMB = 10
    HALF_GAP = 11  # half the backlash, rad
    TORQUE_CONSTANT = 12
    BACK_EMF_CONSTANT = 13
    RESISTANCE = 14
    ELECTRICAL_TIME = 15  # L / R, s; 0: the current follows at once
    VOLTAGE = 16
    SUPPLY_RESISTANCE = 17
    CURRENT_LIMIT = 18
    DEAD_ZONE = 19
    COAST = 20  # 1: drive-coast, 0: drive-brake
    LATENCY_STEPS = 21  # in integrator steps
    STEPS = 22  # integrator steps in one control period
    STEP_S = 23
    ARM_COUNTS = 24
    PENDULUM_COUNTS = 25


class S(IntEnum):
    """Where each part of the state stands in a pendulum's row; angles are not wrapped."""

    THETA = 0  # arm, rad
    ALPHA = 1  # pendulum, rad; 0 hangs down
    THETA_SPEED = 2
    ALPHA_SPEED = 3
    ROTOR = 4  # seen at the output shaft, rad
    ROTOR_SPEED = 5
    CURRENT = 6  # A
    ARM_MEASURED = 7  # what the encoders say, rad
    PENDULUM_MEASURED = 8
    NEWEST_COMMAND = 9  # followed by the PAST_COMMANDS before it


def pack(
    robot: RobotDescription,
    fidelity: str | Iterable[str] = "full",
    longest_step_s: float = LONGEST_STEP_S,
) -> NDArray[np.float64]:
    """The row of parameters for one pendulum.

    Returns:
        Array of shape (len(P),) in the order of P, SI units.

    Raises:
        ConfigurationError: an effect is unknown, or the latency is longer than PAST_COMMANDS
            control periods.
    """
    on = parse_fidelity(fidelity)
    values = {**_rigid_body(robot), **_motor(robot, on), **_timing(robot, on, longest_step_s)}
    values["ARM_VISCOUS"] = robot.arm.viscous_nm_s if "viscous" in on else 0.0
    values["PENDULUM_VISCOUS"] = robot.pendulum.viscous_nm_s if "viscous" in on else 0.0
    values["MOTOR_COULOMB"] = robot.motor.coulomb_nm if "coulomb" in on else 0.0
    values["PENDULUM_COULOMB"] = robot.pendulum.coulomb_nm if "coulomb" in on else 0.0
    values["MOTOR_STICTION"] = robot.motor.stiction_nm if "stiction" in on else 0.0
    values["HALF_GAP"] = robot.motor.backlash_rad / 2.0 if "backlash" in on else 0.0
    counts = "encoder_counts" in on
    values["ARM_COUNTS"] = robot.sensors.arm_counts_per_turn if counts else 0.0
    values["PENDULUM_COUNTS"] = robot.sensors.pendulum_counts_per_turn if counts else 0.0
    return np.array([values[parameter.name] for parameter in P])


def filter_cutoff(robot: RobotDescription, fidelity: str | Iterable[str]) -> float | None:
    """Cut-off of the velocity filter in rad/s; None where the fidelity leaves the filter out."""
    on = "velocity_filter" in parse_fidelity(fidelity)
    return robot.sensors.filter_cutoff_rad_s if on else None


def _rigid_body(robot: RobotDescription) -> dict[str, float]:
    arm, pendulum = robot.arm, robot.pendulum
    first_moment = pendulum.mass_kg * pendulum.center_of_mass_m
    return {
        "ARM_INERTIA": arm.inertia_kg_m2
        + arm.mass_kg * arm.center_of_mass_m**2
        + pendulum.mass_kg * arm.length_m**2,
        "ROTOR_INERTIA": robot.motor.rotor_inertia_kg_m2 * robot.motor.gear_ratio**2,
        "SWING_INERTIA": pendulum.inertia_transverse_kg_m2
        + pendulum.mass_kg * pendulum.center_of_mass_m**2,
        "AXIAL_INERTIA": pendulum.inertia_axial_kg_m2,
        "COUPLING": first_moment * arm.length_m,
        "GRAVITY_TORQUE": first_moment * robot.gravity_m_s2,
    }


def _motor(robot: RobotDescription, on: frozenset[str]) -> dict[str, float]:
    motor, drive = robot.motor, robot.drive
    sag, dead = "supply_sag" in on, "dead_zone" in on
    return {
        "TORQUE_CONSTANT": motor.torque_constant_nm_a,
        "BACK_EMF_CONSTANT": motor.back_emf_constant_v_s,
        "RESISTANCE": motor.resistance_ohm,
        "ELECTRICAL_TIME": motor.inductance_h / motor.resistance_ohm
        if "current_rise" in on
        else 0.0,
        "VOLTAGE": robot.supply.voltage_v,
        "SUPPLY_RESISTANCE": robot.supply.resistance_ohm if sag else 0.0,
        "CURRENT_LIMIT": robot.supply.current_limit_a if sag else math.inf,
        "DEAD_ZONE": drive.dead_zone if dead else 0.0,
        "COAST": float(dead and drive.mode == "coast"),
    }


def _timing(robot: RobotDescription, on: frozenset[str], longest_step_s: float) -> dict[str, float]:
    period_s = 1.0 / robot.control.rate_hz
    # a hair less, so that a period of 0.02 s is 10 steps and not 11 through rounding
    steps = max(1, math.ceil(period_s / longest_step_s - 1e-9))
    latency_s = robot.control.latency_s if "latency" in on else 0.0
    latency_steps = round(latency_s / period_s * steps)
    if latency_steps > PAST_COMMANDS * steps:
        raise ConfigurationError(
            f"control.latency_s = {latency_s}; at {robot.control.rate_hz:g} Hz it may be at most "
            f"{PAST_COMMANDS} periods, {PAST_COMMANDS * period_s:g} s; lower the control rate"
        )
    return {"LATENCY_STEPS": latency_steps, "STEPS": steps, "STEP_S": period_s / steps}
