"""Many pendulums at once for `gymnasium.make_vec`."""

from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.batch import BatchStep, FurutaBatch
from furutalib.learning.environment import RENDER_MODES
from furutalib.learning.observation import Floats
from furutalib.learning.rewards import Quantities
from furutalib.learning.setup import build_setup
from furutalib.learning.spaces import action_space, observation_space


class FurutaVectorEnv(VectorEnv[Floats, NDArray[Any], NDArray[Any]]):
    """n pendulums as a gymnasium `VectorEnv` that begins ended episodes anew in the same step.

    It gives to the last bit what `gymnasium.vector.SyncVectorEnv` of single environments gives
    (`autoreset_mode=AutoresetMode.SAME_STEP`), `final_obs` and `final_info` included.

    Args:
        num_envs: how many pendulums.
        render_mode: None, or "rgb_array": `render` gives a picture of each.
        **options: those of `furutalib.learning.setup.build_setup`.
    """

    def __init__(self, num_envs: int, render_mode: str | None = None, **options: Any) -> None:
        if render_mode is not None and render_mode not in RENDER_MODES:
            raise ConfigurationError(f"render_mode = {render_mode!r}; use 'rgb_array' or None")
        self.batch = FurutaBatch(num_envs, build_setup(**options))
        self.num_envs = num_envs
        self.render_mode = render_mode
        setup = self.batch.setup
        self.metadata = {
            "render_modes": list(RENDER_MODES),
            "render_fps": round(setup.robot.control.rate_hz / setup.wrappers.action_repeat),
            "autoreset_mode": AutoresetMode.SAME_STEP,
        }
        self.single_action_space = action_space(setup.wrappers)
        self.single_observation_space = observation_space(setup.wrappers)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)

    def reset(
        self,
        *,
        seed: int | list[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[Floats, dict[str, Any]]:
        """Begin n episodes, with seeds seed + i or seed[i]; at options["start"] if given."""
        start = (options or {}).get("start")
        starts = {} if start is None else dict.fromkeys(range(self.num_envs), start)
        observation = self.batch.reset(seed, starts)
        zeros = np.zeros(self.num_envs)
        return observation, self._infos(self.batch.quantities, zeros, zeros)

    def step(
        self, actions: NDArray[Any]
    ) -> tuple[Floats, NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Apply one action per pendulum; see `FurutaBatch.step` for the errors."""
        step = self.batch.step(np.asarray(actions))
        live = ~(step.terminated | step.truncated)
        infos = self._infos(self.batch.quantities, step.time_s * live, step.command * live)
        if step.ended.size:
            infos |= self._final(step, ~live)
        return step.observation, step.reward, step.terminated, step.truncated, infos

    def render(self) -> tuple[NDArray[np.uint8], ...] | None:
        """A picture of each pendulum, if the render mode asks for it."""
        if self.render_mode is None:
            return None
        from furutalib.learning.render import furuta_image

        q = self.batch.quantities
        robot = self.batch.setup.robot
        columns = (q.arm_angle_rad, q.pendulum_angle_rad, q.action)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return tuple(furuta_image(arm, pendulum, u, robot) for arm, pendulum, u in rows)

    def _infos(self, q: Quantities, time_s: NDArray[Any], command: NDArray[Any]) -> dict[str, Any]:
        values = {
            "time_s": time_s,
            "arm_angle_rad": q.arm_angle_rad,
            "pendulum_angle_rad": q.pendulum_angle_rad,
            "from_upright_rad": q.from_upright_rad,
            "arm_speed_rad_s": q.arm_speed_rad_s,
            "pendulum_speed_rad_s": q.pendulum_speed_rad_s,
            "command": command,
            "limit_touched": q.limit_touched,
        }
        everywhere = np.ones(self.num_envs, bool)  # gymnasium: _key says who has the key
        return values | {f"_{name}": everywhere for name in values}

    def _final(self, step: BatchStep, ended: NDArray[np.bool_]) -> dict[str, Any]:
        """What the last step of the ended episodes gave; zeros in the other rows."""
        final_obs = np.full(self.num_envs, None, dtype=object)
        for place, row in enumerate(step.ended.tolist()):
            final_obs[row] = step.final_observation[place]
        last = self._infos(step.quantities, step.time_s, step.command)
        names = [name for name in last if not name.startswith("_")]
        final_info: dict[str, Any] = {name: np.where(ended, last[name], 0) for name in names}
        return {
            "final_obs": final_obs,
            "_final_obs": ended,
            "final_info": final_info | {f"_{name}": ended for name in names},
            "_final_info": ended,
        }
