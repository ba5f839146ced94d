"""What a motor makes of commands: the simplest low-passes that are in it, without any friction.

Three first-order filters stand between a command and what one sees. The voltage drives a current,
late by L/R. The current turns the rotor, with the arm or, while the teeth cross the play between
the gears, alone; back-EMF brakes it, which makes the speed approach its end with the mechanical
time constant J R / (Kt Ke). `furutalib.maths.plant` has the whole story; this is for understanding.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import RobotDescription
from furutalib.maths.plant_parameters import P, pack

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TimeConstants:
    """How long each part of the drive needs to come within 37 % of where it goes, in seconds."""

    current_s: float  # L / R
    rotor_s: float  # rotor alone, in the play of the gears
    arm_s: float  # rotor and arm, the pendulum's mass at its tip


@dataclass(frozen=True, eq=False)
class Answer:
    """What commands do to the motor, at T fine steps: arrays of shape (T,), each in [-1, 1].

    1 is what full voltage would bring about if it lasted.
    """

    time_s: Floats
    command: Floats  # held for a control period each
    current: Floats
    rotor: Floats  # speed, if the rotor were alone
    arm: Floats  # speed, if the teeth always touched


def time_constants(robot: RobotDescription) -> TimeConstants:
    """The three time constants, from the robot's description."""
    p = pack(robot, "full")
    resistance = p[P.RESISTANCE] + p[P.SUPPLY_RESISTANCE]
    braking = p[P.TORQUE_CONSTANT] * p[P.BACK_EMF_CONSTANT] / resistance  # N m s
    return TimeConstants(
        current_s=float(p[P.ELECTRICAL_TIME]),
        rotor_s=float(p[P.ROTOR_INERTIA] / braking),
        arm_s=float((p[P.ROTOR_INERTIA] + p[P.ARM_INERTIA]) / braking),
    )


def cutoff_hz(time_constant_s: float) -> float:
    """The frequency above which a first-order low-pass lets less and less through."""
    return 1.0 / (2.0 * math.pi * time_constant_s)


def first_order(signal: ArrayLike, time_constant_s: float, step_s: float) -> Floats:
    """A first-order low-pass from rest, exact for a signal that is constant during each step.

    Args:
        signal: shape (T,).
        time_constant_s, step_s: above 0.

    Returns:
        Shape (T,): the output at the end of each step.

    Raises:
        ConfigurationError: a time is not above 0.
    """
    from scipy import signal as filters

    for name, value in (("time_constant_s", time_constant_s), ("step_s", step_s)):
        if not value > 0:
            raise ConfigurationError(f"{name} = {value}; it must be above 0")
    keep = math.exp(-step_s / time_constant_s)
    return np.asarray(filters.lfilter([1.0 - keep], [1.0, -keep], np.asarray(signal, float)))


def motor_answer(
    commands: ArrayLike, robot: RobotDescription, rate_hz: float, steps: int = 200
) -> Answer:
    """What one run of commands does to current and speeds.

    Args:
        commands: shape (T,), one per control period, in [-1, 1]; NaN at the end is cut off.
        rate_hz: how many commands come in a second.
        steps: fine steps in a control period.
    """
    sent = np.asarray(commands, float)
    sent = sent[np.isfinite(sent)]
    held, step_s = np.repeat(sent, steps), 1.0 / (rate_hz * steps)
    times = time_constants(robot)
    current = first_order(held, times.current_s, step_s)
    return Answer(
        time_s=np.linspace(step_s, held.size * step_s, held.size),
        command=held,
        current=current,
        rotor=first_order(held, times.rotor_s, step_s),
        arm=first_order(held, times.arm_s, step_s),
    )
