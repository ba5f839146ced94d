"""For how long gSDE's noise is really held in a training: watched, not read from the settings.

A few hundred steps of stable-baselines3 are enough. In every step the matrix that the noise comes
from is compared with the one of the step before, and the action that reaches the environment with
the one that this matrix gives.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from furutalib.learning.sb3_env import FurutaSB3VecEnv
from furutalib.learning.settings import SACSettings
from furutalib.learning.trainer import Trainer
from furutalib.maths.smoothness import ACTION_RANGE

_SAME = 1e-5  # actions are float32
_QUICK: dict[str, Any] = {"batch_size": 8, "gradient_steps": 1}
_WHITE = -1


@dataclass(frozen=True, eq=False)
class Watched:
    """T steps of a real training, warm-up first; arrays of shape (T,)."""

    actions: NDArray[np.float64]
    matrix: NDArray[np.int64]  # number of the weight matrix that the noise came from; -1: from none
    ended: NDArray[np.bool_]  # an episode ended with this step
    warm_up: int  # steps before learning starts

    def hold_steps(self, part: slice = slice(None)) -> NDArray[np.int64]:
        """For how many steps each draw of noise was held, (m,); cut at the ends of `part`.

        Noise that came from no matrix is white: every step is a draw of its own.
        """
        matrix = self.matrix[part]
        new = np.append(True, (np.diff(matrix) != 0) | (matrix[1:] == _WHITE))
        return np.diff(np.append(np.flatnonzero(new), len(matrix)))

    def continuity(self, part: slice = slice(None)) -> float:
        """C of the actions within episodes; NaN where there are no two steps of one."""
        change = np.diff(self.actions[part])[~self.ended[part][:-1]]
        return (
            float(100.0 * np.mean(np.square(change)) / ACTION_RANGE**2) if change.size else np.nan
        )


def watch_exploration(
    settings: SACSettings, steps: int = 400, warm_up: int = 200, seed: int = 0
) -> Watched:
    """Train for a few steps on the swing-up with everything on, and watch where the noise is from.

    What decides about exploration is taken from the settings; updates are few and of small batches,
    and the warm-up is short, so that it takes a second or two.

    Args:
        settings: of the training that is asked about.
        steps: how many to watch.
        warm_up: how many of them lie before the start of learning.
        seed: of the training.
    """
    small = replace(settings, **_QUICK, learning_starts=warm_up, total_steps=steps)
    environment = _WatchedEnv()
    trainer = Trainer(small, environment, seed)
    environment.actor = trainer.model.policy.actor
    while trainer.steps < steps:
        trainer.advance()
    actions, matrix, ended = (np.array(column)[:steps] for column in environment.columns)
    return Watched(actions, matrix, ended, warm_up)


def measured_hold_steps(settings: SACSettings) -> int:
    """For how many steps a draw of noise is held in the longest case, once learning goes on.

    An episode that ends sooner ends the hold, so that it may be less than `sde_sample_freq`.
    """
    watched = watch_exploration(settings)
    return int(watched.hold_steps(slice(watched.warm_up, None)).max())


class _WatchedEnv(FurutaSB3VecEnv):
    """One pendulum that takes notes of every action and of the actor that it may have come from."""

    def __init__(self) -> None:
        super().__init__(1, history=2)
        self.actor: Any = None
        self.columns: tuple[list[float], list[int], list[bool]] = ([], [], [])
        self._seen: NDArray[np.float32] = np.zeros(0, np.float32)
        self._matrix: Any = None
        self._number = _WHITE

    def reset(self) -> NDArray[np.float32]:
        """Begin an episode."""
        self._seen = super().reset()
        return self._seen

    def step_async(self, actions: NDArray[Any]) -> None:
        """Note the action, and whether the actor's present noise matrix gives the same one."""
        matrix = getattr(self.actor.action_dist, "exploration_mat", None)
        if matrix is not self._matrix:
            self._matrix, self._number = matrix, self._number + 1
        explained = matrix is not None and abs(self._from_matrix() - actions.item()) < _SAME
        self.columns[0].append(actions.item())
        self.columns[1].append(self._number if explained else _WHITE)
        super().step_async(actions)

    def step_wait(self) -> Any:
        """Move on, and remember what the next action will be an answer to."""
        result = super().step_wait()
        self._seen = result[0]
        self.columns[2].append(bool(result[2][0]))
        return result

    def _from_matrix(self) -> float:
        with torch.no_grad():
            return float(self.actor(torch.as_tensor(self._seen), deterministic=False).item())
