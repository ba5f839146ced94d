"""The compiled plant along recorded commands, many pieces and many parameters at once."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.identifiable import rows_with
from furutalib.maths import plant
from furutalib.maths.plant_parameters import LONGEST_STEP_S, PAST_COMMANDS, P, S

Floats = NDArray[np.float64]
_HAIR_S = 1e-7  # a part of a period is never quite empty


class Motion(NamedTuple):
    """Where n pieces went."""

    angles: Floats  # shape (n, periods + 1, 2): the motor's shaft, before the gears' play; pendulum
    end: Floats  # shape (n, 4): angle and speed of the shaft, of the pendulum
    gap: Floats  # shape (n, 2): arm in the play (-1 to 1), and how much faster than the shaft


def follow(
    robot: RobotDescription, values: Floats, states: Floats, gap: Floats, commands: Floats
) -> Motion:
    """Let the plant follow commands.

    A latency is no whole number of integrator steps here: each period is cut where the next command
    arrives. So an angle is a smooth function of the latency, which can then be searched for.

    Args:
        robot: what is held.
        values: shape (n, number of quantities).
        states: shape (n, 4), as `Motion.end`.
        gap: shape (n, 2), as `Motion.gap`.
        commands: shape (n, PAST_COMMANDS + periods); those before the beginning come first.
    """
    p, latency_s = rows_with(robot, values)
    n, periods = len(p), commands.shape[1] - PAST_COMMANDS
    dt_s = 1.0 / robot.control.rate_hz
    latency_s = np.minimum(latency_s, PAST_COMMANDS * dt_s - _HAIR_S)
    whole = np.floor(latency_s / dt_s).astype(np.int64)
    rest_s = np.clip(latency_s - whole * dt_s, _HAIR_S, dt_s - _HAIR_S)
    first = _part_of_period(p, rest_s, whole)
    second = _part_of_period(p, dt_s - rest_s, whole)
    s = _begin(p, states, gap)
    angles, which = np.empty((n, periods + 1, 2)), np.arange(n)
    angles[:, 0] = s[:, [S.ROTOR, S.ALPHA]]
    for period in range(periods):
        newest = PAST_COMMANDS + period - whole
        plant.advance(first, s, commands[which, newest - 1])
        plant.advance(second, s, commands[which, newest])
        angles[:, period + 1] = s[:, [S.ROTOR, S.ALPHA]]
    end = s[:, [S.ROTOR, S.ROTOR_SPEED, S.ALPHA, S.ALPHA_SPEED]]
    play = (s[:, S.ROTOR] - s[:, S.THETA]) / p[:, P.HALF_GAP]
    return Motion(angles, end, np.c_[play, s[:, S.THETA_SPEED] - s[:, S.ROTOR_SPEED]])


def _part_of_period(p: Floats, seconds: Floats, whole: NDArray[np.int64]) -> Floats:
    """The rows for a part of a period; pieces with as many whole periods step alike."""
    rows = p.copy()
    for kind in np.unique(whole):
        same = whole == kind
        rows[same, P.STEPS] = max(1, int(np.ceil(seconds[same].max() / LONGEST_STEP_S)))
    rows[:, P.LATENCY_STEPS] = 0
    rows[:, P.STEP_S] = seconds / rows[:, P.STEPS]
    return rows


def _begin(p: Floats, states: Floats, gap: Floats) -> Floats:
    s = plant.new_state(len(p))
    s[:, [S.ROTOR, S.ROTOR_SPEED, S.ALPHA, S.ALPHA_SPEED]] = states
    s[:, S.THETA] = states[:, 0] - gap[:, 0] * p[:, P.HALF_GAP]
    s[:, S.THETA_SPEED] = states[:, 1] + gap[:, 1]
    return s
