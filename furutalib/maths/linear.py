"""Linear models of the pendulum about upright or hanging, and the optimal regulator for them.

State order everywhere: arm angle, pendulum angle from the equilibrium, arm speed, pendulum
speed; SI units. The input is the command in [-1, 1] (fraction of the supply voltage).
"""

import math

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.maths.plant_parameters import P, pack

Matrix = NDArray[np.float64]


def linearise(robot: RobotDescription, upright: bool = True) -> tuple[Matrix, Matrix]:
    """x' = A x + B u of the plant without dry friction, backlash, dead zone or delay.

    Args:
        robot: the robot.
        upright: about the upright equilibrium (alpha = pi); else about the hanging one.

    Returns:
        A of shape (4, 4) and B of shape (4, 1), continuous time.
    """
    p = pack(robot, "viscous")
    sign = -1.0 if upright else 1.0
    mass = np.array(
        [
            [
                p[P.ARM_INERTIA] + p[P.AXIAL_INERTIA] + p[P.ROTOR_INERTIA],
                sign * p[P.COUPLING],
            ],
            [sign * p[P.COUPLING], p[P.SWING_INERTIA]],
        ]
    )
    stiffness = np.diag([0.0, sign * p[P.GRAVITY_TORQUE]])
    per_volt = p[P.TORQUE_CONSTANT] / p[P.RESISTANCE]
    damping = np.diag([p[P.ARM_VISCOUS] + per_volt * p[P.BACK_EMF_CONSTANT], p[P.PENDULUM_VISCOUS]])
    inverse = np.linalg.inv(mass)
    a = np.block([[np.zeros((2, 2)), np.eye(2)], [-inverse @ stiffness, -inverse @ damping]])
    b = np.vstack([np.zeros((2, 1)), inverse @ np.array([[per_volt * p[P.VOLTAGE]], [0.0]])])
    return a, b


def discretise(a: Matrix, b: Matrix, dt_s: float, delay_periods: int = 0) -> tuple[Matrix, Matrix]:
    """x[k+1] = A x[k] + B u[k] for a command held over each period (zero-order hold).

    A delay of d whole periods adds the d commands on their way to the state, oldest first.

    Returns:
        A of shape (n + d, n + d) and B of shape (n + d, 1).
    """
    n = a.shape[0]
    block = _exponential(np.block([[a, b], [np.zeros((1, n + 1))]]) * dt_s)
    held_a, held_b = block[:n, :n], block[:n, n:]
    if delay_periods == 0:
        return held_a, held_b
    full_a = np.zeros((n + delay_periods, n + delay_periods))
    full_a[:n, :n] = held_a
    full_a[:n, n : n + 1] = held_b
    full_a[n:-1, n + 1 :] = np.eye(delay_periods - 1)
    full_b = np.zeros((n + delay_periods, 1))
    full_b[-1] = 1.0
    return full_a, full_b


def dlqr(a: Matrix, b: Matrix, q: Matrix, r: Matrix, iterations: int = 10_000) -> Matrix:
    """Gain K of u = -K x that minimises the sum of x'Qx + u'Ru, by iterating Riccati's equation.

    Returns:
        K of shape (inputs, states).

    Raises:
        ValueError: the iteration does not converge (the pair A, B cannot be stabilised).
    """
    cost = q
    for _ in range(iterations):
        gain = np.linalg.solve(r + b.T @ cost @ b, b.T @ cost @ a)
        following = q + a.T @ cost @ (a - b @ gain)
        if np.allclose(following, cost, rtol=1e-13, atol=0.0):
            return np.asarray(gain)
        cost = (following + following.T) / 2.0
    raise ValueError(
        f"the Riccati iteration did not converge in {iterations} steps; "
        "check that the input reaches every unstable mode"
    )


def _exponential(matrix: Matrix) -> Matrix:
    """Matrix exponential by scaling, a Taylor series and squaring; small matrices only."""
    size = max(float(np.abs(matrix).sum(axis=0).max()), 1e-16)
    halvings = max(0, math.ceil(math.log2(size)) + 3)
    scaled = matrix / 2.0**halvings
    term = total = np.eye(matrix.shape[0])
    for k in range(1, 20):
        term = term @ scaled / k
        total = total + term
    for _ in range(halvings):
        total = total @ total
    return np.asarray(total)
