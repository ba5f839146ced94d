"""Many pendulums at once: the core of the vectorised environments and of evaluation.

It gives to the last bit what the same number of single environments gives for the same seeds,
in a fraction of the time: one compiled call moves all pendulums, everything else is a few numpy
calls on arrays of shape (n,).
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ActionError, RewardError, SequenceError
from furutalib.learning.observation import Floats, History, Observer, frame
from furutalib.learning.reward_check import broken_reward
from furutalib.learning.rewards import Quantities
from furutalib.learning.setup import Setup
from furutalib.learning.stages import build_stages, randomise
from furutalib.machine.robot import Start
from furutalib.maths.plant import advance, new_state, place
from furutalib.maths.plant_parameters import S, pack

Floats64 = NDArray[np.float64]

# All that changes while the pendulums move.
_MEMORY = (
    "_parameters",
    "_state",
    "_observer",
    "_stages",
    "_history",
    "_periods",
    "_generators",
    "_level",
    "_quantities",
)


@dataclass(slots=True)
class BatchStep:
    """What one step of n pendulums gave. Not frozen, which would double the time to make it.

    `observation` is what to act on next: where an episode ended, it is the first of the next one.
    Everything else is about the step itself, in the last step of an episode too.
    """

    observation: Floats  # (n, k)
    reward: NDArray[np.float64]  # (n,)
    terminated: NDArray[np.bool_]  # (n,)
    truncated: NDArray[np.bool_]  # (n,)
    quantities: Quantities  # of arrays (n,)
    command: NDArray[np.float64]  # (n,) really sent, in the last control period
    time_s: NDArray[np.float64]  # (n,) since the reset
    ended: NDArray[np.intp]  # rows in which an episode ended
    final_observation: Floats  # (len(ended), k)


class FurutaBatch:
    """n pendulums of one setup that move together; an ended episode begins anew in the same step.

    Args:
        n: how many.
        setup: task, robot, fidelity, reward and wrappers.
    """

    def __init__(self, n: int, setup: Setup) -> None:
        self.n = n
        self.setup = setup
        self._parameters = np.tile(pack(setup.robot, setup.fidelity), (n, 1))
        self._state = new_state(n)
        self._observer = Observer(setup.robot, setup.fidelity)
        self._stages = build_stages(setup.wrappers, setup.robot.control.rate_hz)
        self._history = History(setup.wrappers.history)
        self._zeros = np.zeros(n)
        self._periods = np.zeros(n, np.int64)
        self._generators: list[np.random.Generator] = []
        self._level: NDArray[np.float64] = self._zeros
        self._quantities: Quantities | None = None
        self._dt_s: Any = 1.0 / setup.robot.control.rate_hz
        self._arm_limit_rad = setup.robot.limits.arm_angle_rad
        self._action_shape = (n,) if setup.wrappers.action_mode == "buckets" else (n, 1)

    @property
    def quantities(self) -> Quantities:
        """What was measured last of each pendulum: arrays of shape (n,).

        Raises:
            SequenceError: reset() was never called.
        """
        if self._quantities is None:
            raise SequenceError("nothing was measured yet: call reset() first")
        return self._quantities

    @property
    def state(self) -> Floats64:
        """The true states, in the order of `S`: shape (n, state size). For figures, not policies.

        A copy. Where an episode has just ended, it is the state that the next one begins with.
        """
        return self._state.copy()

    def reset(
        self,
        seed: int | Sequence[int | None] | None = None,
        starts: Mapping[int, Start] = MappingProxyType({}),
    ) -> Floats:
        """Begin n episodes.

        Args:
            seed: pendulum i is seeded with seed + i, or with seed[i]; None goes on with the
                generators that there are.
            starts: where to begin, by row; the other rows draw from the task.

        Returns:
            Observations, shape (n, k).
        """
        self._seed(seed)
        self._stages.reset(self._zeros)
        self._level = self._zeros
        self._periods[:] = 0
        for row in range(self.n):
            self._begin(row, starts.get(row))
        self._quantities = self._observer.reset(*self._measured(slice(None)))
        return self._history.reset(frame(self._quantities, self._arm_limit_rad))

    def step(self, actions: NDArray[Any]) -> BatchStep:
        """Apply one action per pendulum; ended episodes begin anew.

        Args:
            actions: shape (n, 1) in [-1, 1], or integers of shape (n,) for buckets.

        Raises:
            ActionError: the shape is wrong or a value is out of range.
            RewardError: a reward is not finite.
            SequenceError: reset() was never called.
        """
        if self._quantities is None:
            raise SequenceError("step() before reset(): call reset() first")
        if actions.shape != self._action_shape:
            raise ActionError(f"actions have shape {actions.shape}; expected {self._action_shape}")
        level = self._stages.action(actions.reshape(self.n))
        cost = self._stages.cost(level)
        q, reward, command = self._move(level)
        if self._stages.costs:
            reward -= cost
        if not np.isfinite(reward).all():
            raise self._broken_reward(reward, q)
        terminated = self.setup.task.terminated(q)
        ended = terminated | (self._periods >= self.setup.periods)
        observation = self._history.update(frame(q, self._arm_limit_rad))
        rows = ended.nonzero()[0]
        self._level, self._quantities = level, q
        step = BatchStep(
            observation=observation,
            reward=reward,
            terminated=terminated,
            truncated=ended & ~terminated,
            quantities=Quantities(*(part.copy() for part in q)) if rows.size else q,
            command=command.copy(),  # may be the action itself
            time_s=self._periods * self._dt_s,
            ended=rows,
            final_observation=observation[rows],
        )
        if rows.size:
            self._begin_anew(q, rows, observation)
        return step

    def get_state(self) -> dict[str, Any]:
        """All that changes while the pendulums move, random generators included; picklable."""
        return {name: copy.deepcopy(getattr(self, name)) for name in _MEMORY}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Go back to exactly where `get_state` was called."""
        for name in _MEMORY:
            setattr(self, name, copy.deepcopy(state[name]))

    def _move(self, level: Floats64) -> tuple[Quantities, Floats64, Floats64]:
        """All control periods of a step; a pendulum whose episode ends stays with what it had."""
        q, reward, command = self._period(level, self._level)
        self._periods += 1
        for _ in range(1, self._stages.repeat):
            over = self.setup.task.terminated(q) | (self._periods >= self.setup.periods)
            later, more, sent = self._period(level, level)
            q = Quantities(*(np.where(over, a, b) for a, b in zip(q, later, strict=True)))
            reward = reward + np.where(over, 0.0, more)
            command = np.where(over, command, sent)
            self._periods += ~over
        return q, reward, command

    def _period(self, level: Floats64, previous: Floats64) -> tuple[Quantities, Floats64, Floats64]:
        command = self._stages.command(level)
        advance(self._parameters, self._state, command)
        arm, pendulum = self._measured(slice(None))
        q = self._observer.update(arm, pendulum, level, previous)
        return q, self._zeros + self.setup.reward(q), command

    def _measured(self, rows: Any) -> tuple[Floats64, Floats64]:
        return (
            self._state[rows, int(S.ARM_MEASURED)].copy(),
            self._state[rows, int(S.PENDULUM_MEASURED)].copy(),
        )

    def _begin_anew(self, q: Quantities, rows: NDArray[np.intp], observation: Floats) -> None:
        """Begin the next episode in these rows of what was measured and observed, in place."""
        for row in rows.tolist():
            self._begin(row, None)
        first = self._observer.reset_rows(rows, *self._measured(rows))
        observation[rows] = self._history.reset_rows(rows, frame(first, self._arm_limit_rad))
        self._stages.reset_rows(rows)
        # Handed out with the step before this one, so not to be written into.
        self._quantities = q._replace(previous_action=q.previous_action.copy())
        for part, new in zip(self._quantities, first, strict=True):
            part[rows] = new
        self._periods[rows] = 0

    def _begin(self, row: int, start: Start | None) -> None:
        setup, rng = self.setup, self._generators[row]
        if setup.wrappers.randomisation:
            robot = randomise(setup.robot, setup.wrappers.randomisation, rng)
            self._parameters[row] = pack(robot, setup.fidelity)
        begin = start or setup.task.draw_start(rng)
        place(
            self._parameters[row],
            self._state[row],
            begin.arm_angle_rad,
            begin.pendulum_angle_rad,
            begin.arm_speed_rad_s,
            begin.pendulum_speed_rad_s,
        )

    def _seed(self, seed: int | Sequence[int | None] | None) -> None:
        if seed is None:
            seeds: Sequence[int | None] = [None] * self.n
        else:
            seeds = range(seed, seed + self.n) if isinstance(seed, int) else seed
        if not self._generators:
            self._generators = [np.random.default_rng() for _ in seeds]
        for row, one in enumerate(seeds):
            if one is not None:
                self._generators[row] = np.random.default_rng(one)

    def _broken_reward(self, reward: Floats64, q: Quantities) -> RewardError:
        row = int(np.argmin(np.isfinite(reward)))
        alone = Quantities(*(part[row].item() for part in q))
        return broken_reward(self.setup.reward, reward[row], alone)
