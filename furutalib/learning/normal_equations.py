"""The normal equations of multiple shooting, put together window by window."""

import numpy as np
from numpy.typing import NDArray

from furutalib.learning.shooting_problem import (
    FAR,
    REST_SD,
    ZERO_SD_RAD,
    N,
    Point,
    Problem,
)

Floats = NDArray[np.float64]


class NormalEquations:
    """`matrix @ step = -gradient` gives the step of Gauss and Newton.

    Attributes:
        matrix: shape (unknowns, unknowns).
        gradient: shape (unknowns,).
        scores: each window's part of the gradient, shape (windows, unknowns).
    """

    def __init__(self, problem: Problem, point: Point) -> None:
        self._problem, self._point = problem, point
        self._n, self._shared = len(problem.windows), N + len(point.zeros)
        size = self._shared + 4 * self._n
        self.matrix, self.gradient = np.zeros((size, size)), np.zeros(size)
        self.scores = np.zeros((self._n, size))
        self._slopes = problem.slopes(point)
        self._add_angles()
        self._add_joints()
        self._add_beforehand()

    def step(self, damping: float) -> Floats:
        """The step, damped as Levenberg and Marquardt do."""
        damped = self.matrix + damping * np.diag(np.diag(self.matrix))
        return np.asarray(np.linalg.solve(damped, -self.gradient), np.float64)

    def _add_angles(self) -> None:
        problem, slopes = self._problem, self._slopes
        misses = problem.misses(slopes.motion, self._point) / problem.angle_sd
        columns = np.zeros((*misses.shape, N + 5))  # the quantities, the pendulum's zero, the state
        columns[..., :N] = slopes.angles[..., :N]
        columns[..., 1, N] = ZERO_SD_RAD
        columns[..., N + 1 :] = slopes.angles[..., N:]
        columns /= problem.angle_sd[:, None]
        for k in range(self._n):
            places = np.r_[0:N, N + int(problem.windows.recording[k]), self._state(k)]
            rows, trust = columns[k].reshape(-1, N + 5), slopes.angle_trust[k].ravel()
            self._add(k, places, rows, misses[k].ravel(), trust)

    def _add_joints(self) -> None:
        problem, slopes, sd = self._problem, self._slopes, self._problem.joint_sd
        misses = problem.joints(slopes.motion, self._point) / sd
        for k, miss in zip(problem.later, misses, strict=True):
            places = np.r_[0:N, self._state(k - 1), self._state(k)]
            rows = np.hstack([slopes.ends[k - 1] / sd[:, None], -np.diag(1.0 / sd)])
            self._add(k, places, rows, miss, slopes.end_trust[k - 1])

    def _add_beforehand(self) -> None:
        shared = np.arange(self._shared)
        sd = np.r_[self._problem.prior_sd, np.ones(self._shared - N)]
        self.matrix[shared, shared] += 1.0 / sd**2
        self.gradient[shared] += np.r_[self._point.logs, self._point.zeros] / sd**2
        for k in np.flatnonzero(self._problem.windows.at_rest).tolist():
            places = self._state(k)[[1, 3]]
            self.matrix[places, places] += 1.0 / REST_SD**2
            self.gradient[places] += self._point.states[k, [1, 3]] / REST_SD**2

    def _state(self, k: int) -> NDArray[np.int64]:
        return self._shared + 4 * k + np.arange(4)

    def _add(
        self, k: int, places: NDArray[np.int64], rows: Floats, misses: Floats, trust: Floats
    ) -> None:
        weights = trust / (1.0 + (misses / FAR) ** 2)
        weighted = weights[:, None] * rows
        self.matrix[np.ix_(places, places)] += rows.T @ weighted
        gradient = weighted.T @ misses
        self.gradient[places] += gradient
        self.scores[k, places] += gradient
