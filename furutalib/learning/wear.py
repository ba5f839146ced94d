"""What a rollout does to a motor and its gears: figures beside those of an evaluation."""

import numpy as np
from numpy.typing import NDArray

from furutalib.learning.rollout import Rollout
from furutalib.maths.smoothness import spectral_smoothness

Floats = NDArray[np.float64]


def wear(rollout: Rollout) -> dict[str, float]:
    """Means over the pendulums of a rollout, each up to its end.

    Returns:
        `spectral_smoothness`: Sm of CAPS (Mysore et al., 2021), smaller is smoother;
        `energy_j`: what the motor does to the arm and the arm to the motor, integral of
        |torque x speed|; `reversals_per_s`: how often the command changes its sign.
    """
    repeat = rollout.action_repeat
    rate_hz = rollout.rate_hz * repeat
    command = np.repeat(rollout.command, repeat, axis=1)
    power = np.repeat(np.abs(_power_w(rollout)), repeat, axis=1)
    figures = [_figures(*row, rate_hz) for row in zip(command, power, strict=True)]
    means = np.mean(figures, axis=0).tolist()
    return dict(zip(("spectral_smoothness", "energy_j", "reversals_per_s"), means, strict=True))


def _figures(command: Floats, power_w: Floats, rate_hz: float) -> tuple[float, float, float]:
    """Of one pendulum; all 0 if it ended at once."""
    sent = command[np.isfinite(command)]
    if sent.size < 2:
        return 0.0, 0.0, 0.0
    signs = np.sign(sent[sent != 0.0])
    reversals = np.count_nonzero(np.diff(signs))
    return (
        float(spectral_smoothness(sent, rate_hz)),
        float(np.nansum(power_w)) / rate_hz,
        reversals * rate_hz / sent.size,
    )


def _power_w(rollout: Rollout) -> Floats:
    """Mechanical power of the motor (n, T), from the command and the measured arm speed.

    An estimate by the steady motor equation, torque = Kt (V - Ke speed) / R: the speed is filtered
    and the current's rise and the supply's sag are left out.
    """
    motor, robot = rollout.robot.motor, rollout.robot
    dead = robot.drive.dead_zone if "dead_zone" in rollout.fidelity else 0.0
    duty = np.sign(rollout.command) * np.maximum(0.0, np.abs(rollout.command) - dead) / (1 - dead)
    back_emf_v = motor.back_emf_constant_v_s * rollout.arm_speed_rad_s
    current_a = (duty * robot.supply.voltage_v - back_emf_v) / motor.resistance_ohm
    return np.asarray(motor.torque_constant_nm_a * current_a * rollout.arm_speed_rad_s)
