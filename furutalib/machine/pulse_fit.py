"""Dead zone and latency from short pushes of the arm, by least squares.

A motor at rest does not tell a driver's dead zone from friction: both only say that nothing moves.
Moving, they differ, since friction brakes with the motor off as well. So the arm is pushed with
several constant commands u and then left to stop, its motor shorted. With the pendulum's share
taken out through its own encoder, what remains is one body:

    q'' = A (|u| - Z) sign(u) - B theta' - C
    q = theta + k sin(alpha) + r (integral of sin^2(alpha) over theta)

from the moment L after the command was sent. Integrated twice, q is linear in A, A Z, B, C and each
push's own beginning; only the latency L is searched for. While the arm slows down it runs ahead of
the gears, and the encoder, which sits on the motor, stays behind by the backlash: one number more.

The way the arm has gone after the first count says when it began to move much more sharply than
that count itself, whose instant depends on where in the count the arm stood.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import RobotDescription
from furutalib.maths.estimator import TURN_RAD
from furutalib.maths.plant_parameters import PAST_COMMANDS, P, pack

FEWEST_PUSHES = 4
SLOW_RAD_S = 1.0  # below, friction is no longer what it is in motion
CROSSING_S = 0.012  # about so long the arm takes to run through the play of the gears
BACK_EMF_SHARE = 0.3  # how well B is known beforehand
BACKLASH_RAD, BACKLASH_SHARE_RAD = 0.035, 0.02  # and the backlash
# What masses, lengths and a friction that are not quite as described add to the spread of a fit;
# from emulated robots, tests/test_bring_up.py.
MODEL_ZONE, MODEL_LATENCY_S = 0.008, 0.0025
_COARSE_S, _FINE_S = 0.002, 0.0002
_OF_ALL = 5  # columns that all pushes share: A, A Z, C, B, backlash

Rows = NDArray[np.float64]


class Push(NamedTuple):
    """One push as it was recorded; angles count along the push, from where it began."""

    commands: Rows  # shape (n,): what was sent for period k
    arm_rad: Rows  # shape (n + 1,): at the beginning and after each period
    pendulum_rad: Rows  # shape (n + 1,): from hanging


@dataclass(frozen=True)
class PulseFit:
    """What the pushes say, each with its standard deviation."""

    dead_zone: float  # share of the command that the driver does not pass on
    dead_zone_sd: float
    latency_s: float
    latency_sd_s: float
    backlash_rad: float
    samples: int
    residual_rad: float  # root mean square; that of a count is its width / sqrt(12)


def fit_pushes(pushes: Sequence[Push], robot: RobotDescription) -> PulseFit:
    """Fit the pushes of one robot.

    Args:
        pushes: at least `FEWEST_PUSHES`, with two or more different commands.
        robot: as it is believed to be; its inertias, control rate and encoders are used.

    Raises:
        ConfigurationError: there are too few pushes, or the arm hardly moved in them.
    """
    if len(pushes) < FEWEST_PUSHES:
        raise ConfigurationError(f"{len(pushes)} pushes; at least {FEWEST_PUSHES} are needed")
    model = _Model(pushes, robot)
    longest_s = PAST_COMMANDS / robot.control.rate_hz
    coarse = model.best(np.arange(0.0, longest_s, _COARSE_S))
    fine = np.arange(max(0.0, coarse - _COARSE_S), coarse + _COARSE_S, _FINE_S)
    return model.result(model.best(fine))


class _Model:
    def __init__(self, pushes: Sequence[Push], robot: RobotDescription) -> None:
        p = pack(robot.with_values({"control.latency_s": 0.0}))
        inertia = float(p[P.ARM_INERTIA] + p[P.AXIAL_INERTIA] + p[P.ROTOR_INERTIA])
        self._carried = float(p[P.COUPLING]) / inertia
        self._spread = float(p[P.SWING_INERTIA] - p[P.AXIAL_INERTIA]) / inertia
        self._back_emf = float(
            p[P.TORQUE_CONSTANT] * p[P.BACK_EMF_CONSTANT] / (p[P.RESISTANCE] * inertia)
        )
        self._count = TURN_RAD / robot.sensors.arm_counts_per_turn
        self._noise = max(self._count / math.sqrt(12.0), 0.002)
        self._dt_s = 1.0 / robot.control.rate_hz
        self._pushes = pushes

    def best(self, latencies_s: Rows) -> float:
        """The latency of these with the smallest sum of squares."""
        costs = [self._solve(float(latency))[1] for latency in latencies_s]
        return float(latencies_s[int(np.argmin(costs))])

    def result(self, latency_s: float) -> PulseFit:
        solution, cost, rows = self._solve(latency_s)
        later = self._rows(latency_s + _FINE_S / 2.0, latency_s)[0]
        sooner = self._rows(latency_s - _FINE_S / 2.0, latency_s)[0]
        slope = (later - sooner) @ solution / _FINE_S
        weights = self._beforehand(rows.shape[1])[0]
        columns = np.vstack([np.c_[rows, slope], np.c_[weights, np.zeros(len(weights))]])
        free = len(rows) - rows.shape[1] - 1
        variance = max(cost / max(1, free), self._noise**2)
        covariance = variance * np.linalg.pinv(columns.T @ columns)
        strength, product = float(solution[0]), float(solution[1])
        zone = product / strength
        by = np.zeros(columns.shape[1])
        by[0], by[1] = -zone / strength, 1.0 / strength
        return PulseFit(
            dead_zone=zone,
            dead_zone_sd=math.hypot(MODEL_ZONE, float(np.sqrt(by @ covariance @ by))),
            latency_s=latency_s,
            latency_sd_s=math.hypot(MODEL_LATENCY_S, float(np.sqrt(covariance[-1, -1]))),
            backlash_rad=float(solution[4]),
            samples=len(rows),
            residual_rad=math.sqrt(cost / len(rows)),
        )

    def _solve(self, latency_s: float) -> tuple[Rows, float, Rows]:
        """The best coefficients for a latency, the sum of squares, and the rows."""
        rows, ways = self._rows(latency_s)
        weights, values = self._beforehand(rows.shape[1])
        columns, targets = np.vstack([rows, weights]), np.concatenate([ways, values])
        solution = np.linalg.lstsq(columns, targets, rcond=None)[0]
        return solution, float(np.sum((columns @ solution - targets) ** 2)), rows

    def _beforehand(self, width: int) -> tuple[Rows, Rows]:
        """What is known of B and of the backlash, as two rows of the same accuracy as a sample."""
        weights = np.zeros((2, width))
        weights[0, 3] = self._noise / (BACK_EMF_SHARE * self._back_emf)
        weights[1, 4] = self._noise / BACKLASH_SHARE_RAD
        return weights, np.array([weights[0, 3] * self._back_emf, weights[1, 4] * BACKLASH_RAD])

    def _rows(self, latency_s: float, phases_s: float | None = None) -> tuple[Rows, Rows]:
        """The columns and the ways of all usable samples.

        `phases_s`: the latency that says which samples belong to which phase, if another one.
        """
        phases = latency_s if phases_s is None else phases_s
        rows, ways = [], []
        for number, push in enumerate(self._pushes):
            columns, usable = self._of_push(push, latency_s, phases)
            way = self._way(push)
            own = np.zeros((len(way), len(self._pushes)))
            own[:, number] = 1.0
            rows.append(np.hstack([columns, own])[usable])
            ways.append(way[usable])
        if sum(map(len, ways)) < 3 * (_OF_ALL + len(self._pushes)):
            raise ConfigurationError("the arm hardly moved in these pushes; push harder")
        return np.concatenate(rows), np.concatenate(ways)

    def _of_push(
        self, push: Push, latency_s: float, phases_s: float
    ) -> tuple[Rows, NDArray[np.bool_]]:
        arm, dt = push.arm_rad, self._dt_s
        time: Rows = np.arange(len(arm), dtype=np.float64) * dt
        sent = push.commands
        driven = np.flatnonzero(sent)
        off_s = phases_s + dt * (driven[-1] + 1 if len(driven) else 0)
        acting: Rows = time - latency_s
        begun = np.maximum(0.0, acting)
        swept = np.concatenate([[0.0], np.cumsum(0.5 * (arm[1:] + arm[:-1])) * dt])
        after = (time > off_s).astype(float)
        columns = np.c_[
            _twice_integrated(sent, acting, dt),
            -_twice_integrated(np.sign(sent), acting, dt),
            -0.5 * begun**2,
            -swept,
            -after,
        ]
        moving = (np.gradient(arm, dt) > SLOW_RAD_S) & (arm > 1.5 * self._count)
        forward = np.arange(len(arm)) <= int(np.argmax(arm))
        crossing = (time >= off_s) & (time < off_s + CROSSING_S)
        return columns, moving & forward & ~crossing

    def _way(self, push: Push) -> Rows:
        """The angle q that the pendulum cannot change."""
        arm, pendulum = push.arm_rad, push.pendulum_rad
        middle = np.sin(0.5 * (pendulum[1:] + pendulum[:-1])) ** 2
        lifted = np.concatenate([[0.0], np.cumsum(middle * np.diff(arm))])
        way: Rows = arm + self._carried * np.sin(pendulum) + self._spread * lifted
        return way


def _twice_integrated(values: Rows, time: Rows, dt_s: float) -> Rows:
    """Values that are held for a period each, from time 0 on, integrated twice."""
    changes = np.diff(values, prepend=0.0)
    since = np.maximum(0.0, time[:, None] - dt_s * np.arange(len(values))[None, :])
    result: Rows = (0.5 * since**2) @ changes
    return result
