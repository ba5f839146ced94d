"""Wrappers for any gymnasium environment whose action is one number in [-1, 1].

Each is a shell around the arithmetic in `furutalib.learning.stage_parts` and
`furutalib.learning.observation`. Our own environments have it inside already (options `history`,
`action_mode`...), in the right order; these are for other environments, and for looking at one
idea at a time. gymnasium has wrappers for what is not here.
"""

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs

from furutalib.facts.errors import ConfigurationError
from furutalib.learning import stage_parts as parts
from furutalib.learning.environment import FurutaEnv
from furutalib.learning.observation import Floats, History
from furutalib.learning.stages import WrapperSettings, randomise
from furutalib.machine.robot import SimulatedRobot

Environment = gymnasium.Env[Any, Any]
Result = tuple[Any, float, bool, bool, dict[str, Any]]


class _Wrapper(gymnasium.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """What all have in common: the action is one number; gymnasium can store the arguments."""

    def __init__(self, env: Environment, **arguments: Any) -> None:
        RecordConstructorArgs.__init__(self, **arguments)
        gymnasium.Wrapper.__init__(self, env)
        space = env.action_space
        if not isinstance(space, spaces.Box) or space != spaces.Box(-1.0, 1.0, (1,), space.dtype):
            raise ConfigurationError(
                f"{type(self).__name__} needs an action of one number in [-1, 1], got {space}; "
                "gymnasium.wrappers.RescaleAction helps with other ranges"
            )


class _Changed(_Wrapper):
    """Changes the action by a mode or a stage."""

    def __init__(
        self, env: Environment, change: parts.Mode | parts.Stage, **arguments: Any
    ) -> None:
        super().__init__(env, **arguments)
        self._change = change

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin an episode, with nothing on its way."""
        self._change.reset(0.0)
        return self.env.reset(seed=seed, options=options)

    def step(self, action: Any) -> Result:
        """Pass on the changed action."""
        return _step(self.env, self._change(_number(action)))


class DeltaAction(_Changed):
    """The policy changes the action by up to `limit` per step, instead of choosing it."""

    def __init__(self, env: Environment, limit: float = WrapperSettings.delta_limit) -> None:
        super().__init__(env, parts.DeltaMode(limit), limit=limit)


class BucketAction(_Changed):
    """The policy picks one of `count` evenly spaced actions, for algorithms that need that."""

    def __init__(self, env: Environment, count: int = WrapperSettings.buckets) -> None:
        super().__init__(env, parts.BucketMode(count), count=count)
        self.action_space = spaces.Discrete(count)


class LowPassFilter(_Changed):
    """A first-order low-pass with cut-off `cutoff_hz` on actions that come at `rate_hz`."""

    def __init__(self, env: Environment, cutoff_hz: float, rate_hz: float) -> None:
        change = parts.LowPass(cutoff_hz, rate_hz)
        super().__init__(env, change, cutoff_hz=cutoff_hz, rate_hz=rate_hz)


class ActionDelay(_Changed):
    """An action acts `steps` steps later; 0 does until the first one arrives."""

    def __init__(self, env: Environment, steps: int) -> None:
        super().__init__(env, parts.Delay(steps), steps=steps)


class DeadZoneCompensation(_Changed):
    """Jumps over the dead zone (a fraction of full command); 0 stays 0."""

    def __init__(self, env: Environment, dead_zone: float) -> None:
        super().__init__(env, parts.DeadZoneCompensation(dead_zone), dead_zone=dead_zone)


class ActionRepeat(_Wrapper):
    """Holds each action for `times` steps, or until the episode ends, and adds up the rewards."""

    def __init__(self, env: Environment, times: int) -> None:
        super().__init__(env, times=times)
        self._times = times

    def step(self, action: Any) -> Result:
        """Step up to `times` times."""
        total = 0.0
        for _ in range(self._times):
            observation, reward, terminated, truncated, info = self.env.step(action)
            total += float(reward)
            if terminated or truncated:
                break
        return observation, total, terminated, truncated, info


class ContinuityCost(_Wrapper):
    """Takes weight (a - a before)^2 off the reward; before the first action there was 0."""

    def __init__(self, env: Environment, weight: float) -> None:
        super().__init__(env, weight=weight)
        self._weight = weight
        self._before = 0.0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin an episode."""
        self._before = 0.0
        return self.env.reset(seed=seed, options=options)

    def step(self, action: Any) -> Result:
        """Step, and charge for the change."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        change = float(action[0]) - self._before
        self._before = float(action[0])
        reward = float(reward) - self._weight * change * change
        return observation, reward, terminated, truncated, info


class ActionHistory(_Wrapper):
    """Shows the last `length` observations, each followed by the action that led to it."""

    def __init__(self, env: Environment, length: int = 2) -> None:
        super().__init__(env, length=length)
        inner = env.observation_space
        if not isinstance(inner, spaces.Box) or len(inner.shape) != 1:
            raise ConfigurationError(
                f"ActionHistory needs observations in one row of numbers, got {inner}; "
                "gymnasium.wrappers.FlattenObservation helps"
            )
        self._history = History(length, inner.shape[0] + 1)
        low, high = (
            self._history.spread(np.append(bound, end).astype(np.float32))
            for bound, end in ((inner.low, -1.0), (inner.high, 1.0))
        )
        self.observation_space = spaces.Box(low, high, dtype=np.float32)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Floats, dict[str, Any]]:
        """Begin an episode, as if the first observation had long been so."""
        observation, info = self.env.reset(seed=seed, options=options)
        return self._history.reset(_frame(observation, 0.0)), info

    def step(self, action: Any) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Step, and remember."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        seen = self._history.update(_frame(observation, float(action[0])))
        return seen, float(reward), terminated, truncated, info


class PlantRandomisation(_Wrapper):
    """Draws each named parameter of the simulated robot anew for every episode.

    Args:
        env: a FurutaEnv, perhaps wrapped.
        half_widths: by parameter; 0.1 draws a factor from 0.9 to 1.1.
    """

    def __init__(self, env: Environment, half_widths: Mapping[str, float]) -> None:
        super().__init__(env, half_widths=half_widths)
        inner = env.unwrapped
        if not isinstance(inner, FurutaEnv) or not isinstance(inner.robot, SimulatedRobot):
            raise ConfigurationError("PlantRandomisation needs a FurutaEnv on a simulated robot")
        self._half_widths = WrapperSettings(randomisation=half_widths).randomisation
        self._robot = inner.robot
        self._nominal = inner.robot.description
        self._rng = np.random.default_rng()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin an episode on another robot."""
        if seed is not None:
            self._rng = np.random.default_rng(seed)
        robot = randomise(self._nominal, self._half_widths, self._rng)
        self._robot.set_description(robot)
        return self.env.reset(seed=seed, options=options)


def _number(action: Any) -> Any:
    return float(action[0]) if np.ndim(action) else action


def _step(env: Environment, action: Any) -> Result:
    array = np.array([action], env.action_space.dtype)
    observation, reward, terminated, truncated, info = env.step(array)
    return observation, float(reward), terminated, truncated, info


def _frame(observation: Any, action: float) -> Floats:
    return np.append(observation, action).astype(np.float32)
