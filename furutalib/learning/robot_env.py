"""One driven robot for stable-baselines3: its motor is on within an episode and never else."""

import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
from gymnasium import Wrapper
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from furutalib.facts.errors import ResetError, SafetyTrip
from furutalib.learning.environment import FurutaEnv
from furutalib.learning.rewards import RewardFunction, RewardWeights
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.tasks import Task
from furutalib.machine.recorder import RecordedRobot
from furutalib.machine.robot import Reading, Robot, Start
from furutalib.machine.safety import SafeRobot
from furutalib.machine.undisturbed import undisturbed
from furutalib.machine.watchers import ARM_STOP

_log = logging.getLogger(__name__)

Step = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]


class _Limited:
    """A robot for which an arm that gets past its limit to its stop in one period has touched it.

    Safety trips at the stop. That is what the limit was about, and the reading is right, so the
    episode is to end as at the limit: terminated, and paid for.
    """

    def __init__(self, recorded: RecordedRobot, robot: Robot) -> None:
        self._recorded, self._robot = recorded, robot
        self.trip = ""
        self.close, self.note_reward = recorded.close, recorded.note_reward
        self.description, self.fidelity, self.dt = robot.description, robot.fidelity, robot.dt

    def reset(self, start: Start | None = None) -> Reading:
        self.trip = ""
        return self._recorded.reset(start)

    def step(self, action: float) -> Reading:
        try:
            return self._recorded.step(action)
        except SafetyTrip as error:
            trip = getattr(self._robot, "trip", None)
            if trip is None or trip.cause != ARM_STOP:
                raise
            self.trip = str(error)
            reading: Reading = trip.reading
            return reading

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RobotVecEnv(VecEnv):
    """A robot as a `VecEnv` of one, every episode recorded; no further monitor is needed.

    Unlike other vectorised environments it does not begin the next episode by itself: at the end
    of one the motor is switched off, and only `reset()` brings it on again. So whoever uses it
    learns in between with the motor off. The observation that ends an episode is its last.

    The `info` of a step is that of `FurutaEnv`; the last one of an episode also holds
    `terminal_observation`, `TimeLimit.truncated` and `episode`, as `FurutaSB3VecEnv` has it.

    Args:
        robot: with its safety around it.
        folder: where the recordings go.
        about: what they say about the robot.
        task, reward, wrappers: as of `FurutaEnv`; a robot that is not simulated is not randomised.
        real_time: ask for real-time scheduling within episodes.
        asked_to_stop: looked at in every step; when it says so, the episode is cut off.
    """

    def __init__(
        self,
        robot: Robot,
        folder: Path,
        about: Mapping[str, Any],
        task: Task,
        reward: RewardFunction | RewardWeights,
        wrappers: WrapperSettings,
        real_time: bool = False,
        asked_to_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.robot = robot
        self.recorded = RecordedRobot(robot, folder, about)
        self._limited = _Limited(self.recorded, robot)
        self.env = FurutaEnv(self._limited, task, reward, wrappers.without_randomisation())
        self.longest = round(task.time_limit_s / self.step_s)  # steps until an episode is cut off
        self.reset_s = 0.0  # on the robot's own clock, over all resets so far
        self.trip = ""  # why safety tripped at the end of the newest episode; empty if it did not
        self._real_time, self._asked_to_stop = real_time, asked_to_stop
        self._episode = contextlib.ExitStack()
        self._action: Any = None
        self._return, self._length = 0.0, 0
        super().__init__(1, self.env.observation_space, self.env.action_space)

    @property
    def step_s(self) -> float:
        """How long a step takes: `action_repeat` control periods."""
        return self.robot.dt * self.env.wrappers.action_repeat

    def reset(self) -> NDArray[np.float32]:
        """Bring the robot to rest and begin an episode: the motor is on from here.

        Raises:
            SafetyTrip, ResetError: the robot cannot begin; its motor is off.
            TelemetryError: the recording cannot be written; the motor has not been on.
        """
        self.end_episode()
        if self._seeds[0] is not None:
            self.env.np_random = np.random.default_rng(self._seeds[0])
        self._reset_seeds()
        self._return, self._length, self.trip = 0.0, 0, ""
        if self._real_time:  # where the plant is the clock nothing can be disturbed
            self._episode.enter_context(undisturbed())
        self._episode.callback(self.recorded.off)
        before = self._now()
        try:
            observation, _ = self.env.reset()
        except BaseException:
            self.end_episode()
            raise
        finally:
            self.reset_s += self._now() - before
        return observation[np.newaxis]

    def end_episode(self) -> None:
        """Motor off, whatever is going on; then the recording is finished.

        Raises:
            TelemetryError: rows of the recording were lost, e.g. since the disk is full.
        """
        self._episode.close()

    def step_async(self, actions: NDArray[Any]) -> None:
        """Take note of the action, shape (1, 1)."""
        self._action = actions[0]

    def step_wait(self) -> Step:
        """Let one step pass. At the end of an episode the motor is off when this returns.

        Raises:
            SafetyTrip: safety has switched the motor off; this step does not count. Where it was
                the arm's stop that did it, the step is the last of an episode as any other.
        """
        observation, reward, terminated, truncated, info = self.env.step(self._action)
        self._return += reward
        self._length += 1
        if not terminated:
            truncated = truncated or self._length >= self.longest or self._asked_to_stop()
        done = terminated or truncated
        self.trip = self._limited.trip
        if done:
            self._park()
            self.end_episode()
            info |= {
                "terminal_observation": observation,
                "TimeLimit.truncated": truncated,
                "episode": self.episode_so_far(),
            }
        rewards = np.array([reward], np.float32)
        return observation[np.newaxis], rewards, np.array([done]), [info]

    def _park(self) -> None:
        """Bring the arm away from its limit; a trip on the way is noted, the episode is over."""
        if not isinstance(self.robot, SafeRobot):
            return
        before = self._now()
        try:
            self.robot.park()
        except SafetyTrip as trip:
            self.trip = str(trip)
        except ResetError as error:  # if it is serious, the next reset says so again
            _log.warning("after the episode: %s", error)
        finally:
            self.reset_s += self._now() - before

    def episode_so_far(self) -> dict[str, float]:
        """Return "r" and length "l" in steps, as a monitor has them."""
        return {"r": self._return, "l": self._length, "t": 0.0}

    def close(self) -> None:
        """Motor off, then let go of the robot."""
        try:
            self.end_episode()
        finally:
            self.recorded.close()

    def get_state(self) -> dict[str, Any]:
        """What draws the starts of a simulated robot; picklable."""
        return {"generator": self.env.np_random.bit_generator.state}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go back to where `get_state` was called. The robot itself stays where it is."""
        self._reset_seeds()
        generator = np.random.default_rng()
        generator.bit_generator.state = state["generator"]
        self.env.np_random = generator

    def get_attr(self, attr_name: str, indices: int | Iterable[int] | None = None) -> list[Any]:
        """An attribute of the environment."""
        return [getattr(self.env, attr_name)]

    def set_attr(
        self, attr_name: str, value: Any, indices: int | Iterable[int] | None = None
    ) -> None:
        """Not possible.

        Raises:
            AttributeError: always.
        """
        raise AttributeError(f"cannot set {attr_name!r}: make another environment instead")

    def env_method(
        self,
        method_name: str,
        *method_args: Any,
        indices: int | Iterable[int] | None = None,
        **method_kwargs: Any,
    ) -> list[Any]:
        """Call a method of the environment."""
        return [getattr(self.env, method_name)(*method_args, **method_kwargs)]

    def env_is_wrapped(
        self,
        wrapper_class: type[Wrapper[Any, Any, Any, Any]],
        indices: int | Iterable[int] | None = None,
    ) -> list[bool]:
        """Whether `episode` is in the infos (asked as "is there a Monitor?"); else no."""
        return [wrapper_class.__name__ == "Monitor"]

    def _now(self) -> float:
        """On the robot's clock; a simulated one takes no time to reset."""
        driven: Any = getattr(self.robot, "inner", None)
        return cast(float, driven.clock.now()) if hasattr(driven, "clock") else 0.0
