"""The search of multiple shooting: Levenberg-Marquardt, from wide tolerances to narrow ones.

Stiction and the knocks in the gears make the way downhill rough. So the tolerances begin wide, a
step may go up a little, and a window that has lost its way begins anew where the one before ends.
After a first round all windows begin anew: by then the parameters are good, and no window is lost.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from furutalib.learning.identifiable import STICTION
from furutalib.learning.normal_equations import NormalEquations
from furutalib.learning.open_loop import Motion
from furutalib.learning.shooting_problem import HELD_SD, Point, Problem

COARSE_TO_FINE = (16.0, 4.0, 1.0)
MOST_STEPS, TRIES, PATIENCE = 15, 5, 3  # steps per tolerance; dampings; steps without a gain
FIRST_DAMPING, LEAST_DAMPING = 1e-2, 1e-7
SCANNED = np.arange(-0.15, 0.1501, 0.005)  # of the logarithm of the stiction
SAME_COST = 2.0
LONGEST_STEP = 0.3  # of a logarithm
DONE = 5e-4  # a logarithm that moves by less has arrived; more, with wide tolerances
GAIN = 1e-4  # as a share of the cost

Told = Callable[[int, float], None]


class Search:
    """Searches for the best point of a problem.

    Args:
        problem: which.
        told: called after each step with its number and the root mean square of the pendulum's
            residual in rad.
    """

    def __init__(self, problem: Problem, told: Told = lambda step, rms_rad: None) -> None:
        self._problem, self._told = problem, told
        self._steps = 0

    def run(self) -> Point:
        """The best point that was found."""
        problem = self._problem
        problem.tolerate(COARSE_TO_FINE[0])
        first = self._descend(problem.begin(), DONE * COARSE_TO_FINE[0] ** 0.5)
        point = replace(problem.begin(), logs=first.logs, zeros=first.zeros)
        for times in COARSE_TO_FINE:
            problem.tolerate(times)
            if problem.prior_sd[STICTION] > HELD_SD:
                point = self._scan(point)
            point = self._descend(point, DONE * times**0.5)
        return point

    def _scan(self, point: Point) -> Point:
        """The stiction with the lowest cost: what acts at instants has no slope to follow."""
        logs = point.logs[STICTION] + SCANNED
        costs = self._problem.scan(point, STICTION, logs)
        best = point.logs.copy()
        best[STICTION] = logs[costs <= costs.min() + SAME_COST].mean()
        return replace(point, logs=best)

    def _descend(self, point: Point, done: float) -> Point:
        problem, damping = self._problem, FIRST_DAMPING
        cost = problem.cost(problem.follow(point), point)
        best, lowest, stale = point, cost, 0
        for _ in range(MOST_STEPS):
            new, motion, damping = self._step(point, cost, damping)
            moved = float(np.abs(new.logs - point.logs).max())
            point = self._joined(new, motion)
            motion = problem.follow(point)
            cost = problem.cost(motion, point)
            self._tell(motion, point)
            stale = 0 if cost < (1.0 - GAIN) * lowest else stale + 1
            if cost < lowest:
                best, lowest = point, cost
            if moved < done or stale >= PATIENCE:
                break
        return best

    def _step(self, point: Point, cost: float, damping: float) -> tuple[Point, Motion, float]:
        """A step that lowers the cost, damped as much as needed; else the best one tried."""
        normal = NormalEquations(self._problem, point)
        tries = []
        for _ in range(TRIES):
            new = point.moved(normal.step(damping), LONGEST_STEP)
            motion = self._problem.follow(new)
            after = self._problem.cost(motion, new)
            if after < cost:
                return new, motion, max(damping / 5.0, LEAST_DAMPING)
            tries.append((after, new, motion))
            damping *= 4.0
        _, new, motion = min(tries, key=lambda one: one[0])
        return new, motion, FIRST_DAMPING

    def _joined(self, point: Point, motion: Motion) -> Point:
        """Windows begin in the gears' play where those before them ended.

        A window that fits better if it also begins at that state does so.
        """
        later = self._problem.later
        before = [k - 1 for k in later]
        gap, states = np.zeros_like(point.gap), point.states.copy()
        gap[later], states[later] = motion.gap[before], motion.end[before]
        kept, moved = replace(point, gap=gap), replace(point, gap=gap, states=states)
        costs = [self._problem.costs(self._problem.follow(one), one) for one in (kept, moved)]
        better = (costs[1] < costs[0])[:, None]
        return replace(kept, states=np.where(better, moved.states, kept.states))

    def _tell(self, motion: Motion, point: Point) -> None:
        self._steps += 1
        misses = self._problem.misses(motion, point)[..., 1]
        self._told(self._steps, float(np.sqrt(np.mean(misses**2))))
