"""Many pendulums at once for stable-baselines3."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from gymnasium import Wrapper
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from furutalib.facts.errors import SequenceError
from furutalib.learning.batch import BatchStep, FurutaBatch
from furutalib.learning.setup import build_setup
from furutalib.learning.spaces import action_space, observation_space
from furutalib.machine.robot import Start

Indices = None | int | Iterable[int]


class FurutaSB3VecEnv(VecEnv):
    """n pendulums as a stable-baselines3 `VecEnv`; no further monitor is needed.

    When an episode ends, its `info` holds `terminal_observation`, `TimeLimit.truncated` and
    `episode` with return "r" and length "l" (in steps).

    Args:
        num_envs: how many pendulums.
        **options: those of `furutalib.learning.setup.build_setup`.
    """

    def __init__(self, num_envs: int, **options: Any) -> None:
        self.batch = FurutaBatch(num_envs, build_setup(**options))
        wrappers = self.batch.setup.wrappers
        self._actions: NDArray[Any] | None = None
        self._returns = np.zeros(num_envs)
        self._lengths = np.zeros(num_envs, np.int64)
        super().__init__(num_envs, observation_space(wrappers), action_space(wrappers))

    def reset(self) -> NDArray[np.float32]:
        """Begin n episodes, with the seeds of `seed()` and starts of `set_options()` if given."""
        starts: dict[int, Start] = {
            row: options["start"] for row, options in enumerate(self._options) if "start" in options
        }
        observation = self.batch.reset(self._seeds, starts)
        self._returns[:] = 0.0
        self._lengths[:] = 0
        self._reset_seeds()
        self._reset_options()
        return observation

    def step_async(self, actions: NDArray[Any]) -> None:
        """Take note of the actions, shape (n, 1), or (n,) for buckets."""
        self._actions = actions

    def step_wait(
        self,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Move all pendulums on; observations, rewards, dones and infos."""
        if self._actions is None:
            raise SequenceError("step_wait() before step_async(): call step(actions)")
        step = self.batch.step(self._actions)
        self._actions = None
        self._returns += step.reward
        self._lengths += 1
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for place, row in enumerate(step.ended.tolist()):
            infos[row] = self._end(step, place, row)
        dones = step.terminated | step.truncated
        return step.observation, step.reward.astype(np.float32), dones, infos

    def close(self) -> None:
        """Nothing to let go of."""

    def get_attr(self, attr_name: str, indices: Indices = None) -> list[Any]:
        """An attribute of the batch, which all pendulums share, once per pendulum asked for."""
        shared = {"render_mode": None}
        value = shared[attr_name] if attr_name in shared else getattr(self.batch, attr_name)
        return [value for _ in self._rows(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Indices = None) -> None:
        """Not possible: the setup of a batch is fixed.

        Raises:
            AttributeError: always.
        """
        raise AttributeError(f"cannot set {attr_name!r}: make another environment instead")

    def env_method(
        self, method_name: str, *method_args: Any, indices: Indices = None, **method_kwargs: Any
    ) -> list[Any]:
        """Call a method of this object (`get_state`, `set_state`) or else of the batch, once.

        Returns:
            What it returned, once per pendulum asked for.
        """
        owner = self if method_name in ("get_state", "set_state") else self.batch
        result = getattr(owner, method_name)(*method_args, **method_kwargs)
        return [result for _ in self._rows(indices)]

    def env_is_wrapped(
        self, wrapper_class: type[Wrapper[Any, Any, Any, Any]], indices: Indices = None
    ) -> list[bool]:
        """Whether `episode` is in the infos (asked as "is there a Monitor?"); else no."""
        return [wrapper_class.__name__ == "Monitor" for _ in self._rows(indices)]

    def get_state(self) -> dict[str, Any]:
        """All that changes from step to step, random generators included; picklable."""
        counters = {"returns": self._returns.copy(), "lengths": self._lengths.copy()}
        return {"batch": self.batch.get_state(), **counters}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go back to exactly where `get_state` was called."""
        self.batch.set_state(state["batch"])
        self._returns, self._lengths = state["returns"].copy(), state["lengths"].copy()

    def _rows(self, indices: Indices) -> Sequence[int]:
        return list(self._get_indices(indices))

    def _end(self, step: BatchStep, place: int, row: int) -> dict[str, Any]:
        episode = {"r": float(self._returns[row]), "l": int(self._lengths[row]), "t": 0.0}
        self._returns[row] = 0.0
        self._lengths[row] = 0
        return {
            "episode": episode,
            "terminal_observation": step.final_observation[place],
            "TimeLimit.truncated": bool(step.truncated[row]),
        }
