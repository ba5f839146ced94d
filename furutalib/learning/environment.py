"""One pendulum as a gymnasium environment, above the seam: on any robot."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ActionError, ConfigurationError, SequenceError
from furutalib.facts.robot import RobotDescription
from furutalib.learning.observation import Floats, History, Observer, frame
from furutalib.learning.reward_check import broken_reward
from furutalib.learning.rewards import Quantities, RewardFunction, RewardWeights, as_reward
from furutalib.learning.setup import build_setup
from furutalib.learning.spaces import action_space, observation_space
from furutalib.learning.stages import WrapperSettings, build_stages, randomise
from furutalib.learning.tasks import SWING_UP, Task
from furutalib.machine.robot import Reading, Robot, SimulatedRobot

RENDER_MODES = ("rgb_array",)


class FurutaEnv(gymnasium.Env[Floats, Any]):
    """A Furuta pendulum: a motor turns an arm, and at its tip a pendulum swings freely.

    `step(action)` applies the action for one control period (or `action_repeat` of them) and
    returns what was measured **after** it.

    Action, `Box(-1, 1, (1,), float32)`, or `Discrete(buckets)` with `action_mode="buckets"`:

    | symbol | meaning | unit | range |
    | --- | --- | --- | --- |
    | u | command; positive pushes the arm counter-clockwise from above | of full voltage | ±1 |

    Observation, `Box`, float32: `history` frames side by side, the oldest first. A frame is

    | index | symbol | meaning | unit | range |
    | --- | --- | --- | --- | --- |
    | 0 | theta / limit | arm angle, counter-clockwise from above | arm limit, 2.5 rad | ±2 |
    | 1 | cos alpha | pendulum angle: 1 hanging, -1 upright | 1 | ±1 |
    | 2 | sin alpha | positive: the bob is ahead, where a positive arm speed leads | 1 | ±1 |
    | 3 | theta' / 30 | arm speed | 30 rad/s | ±5 |
    | 4 | alpha' / 30 | pendulum speed | 30 rad/s | ±5 |
    | 5 | u before | the action that led to this frame; 0 in the first | of full voltage | ±1 |

    Reward: that of each control period, added up over `action_repeat`; at most 1 per period.
    Start, failure and time limit are the task's. `terminated`: the arm went beyond its angle
    limit (2.5 rad) or speed limit (60 rad/s), or, in the balance task, the pendulum fell.
    `truncated`: the time is up (8 s) and nothing failed.

    `reset(options={"start": Start(...)})` begins at a given place. `info` holds `time_s`, the
    `command` really sent and what was measured, with units in the names.

    Args:
        robot: what is driven; its control rate sets the length of a step.
        task: start, failure, time limit.
        reward: weights of the shaped reward, or a function of Quantities.
        wrappers: what stands between policy and robot; a robot that is not simulated is what it is
            and ignores their randomisation.
        render_mode: None, or "rgb_array", drawn without OpenGL or a display.
    """

    def __init__(
        self,
        robot: Robot,
        task: Task = SWING_UP,
        reward: RewardFunction | RewardWeights | Mapping[str, float] | None = None,
        wrappers: WrapperSettings | None = None,
        render_mode: str | None = None,
    ) -> None:
        if render_mode is not None and render_mode not in RENDER_MODES:
            raise ConfigurationError(
                f"render_mode = {render_mode!r}; use 'rgb_array' (a picture from render()) or None"
            )
        settings = wrappers or WrapperSettings()
        self.robot = robot
        self.task = task
        self.wrappers = settings
        self.render_mode = render_mode
        self.action_space = action_space(settings)
        self.observation_space = observation_space(settings)
        description = robot.description
        rate_hz = description.control.rate_hz
        self.metadata = {
            "render_modes": list(RENDER_MODES),
            "render_fps": round(rate_hz / settings.action_repeat),
        }
        self._nominal = description
        self._buckets = settings.action_mode == "buckets"
        self._reward = as_reward(reward)
        self._note_reward = getattr(robot, "note_reward", None)  # of one that records itself
        self._observer = Observer(description, robot.fidelity)
        self._stages = build_stages(settings, rate_hz)
        self._history = History(settings.history)
        self._arm_limit_rad = description.limits.arm_angle_rad
        self._last_period = round(task.time_limit_s * rate_hz)
        self._period = 0
        self._level = 0.0
        self._quantities: Quantities | None = None
        self._why_not = "step() before reset()"

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Floats, dict[str, Any]]:
        """Begin an episode, at options["start"] or at a start that the task draws."""
        super().reset(seed=seed)
        if self.wrappers.randomisation and isinstance(self.robot, SimulatedRobot):
            drawn = randomise(self._nominal, self.wrappers.randomisation, self.np_random)
            self.robot.set_description(drawn)
        start = (options or {}).get("start") or self.task.draw_start(self.np_random)
        reading = self.robot.reset(start)
        q = self._observer.reset(reading.arm_angle_rad, reading.pendulum_angle_rad)
        self._stages.reset(0.0)
        self._period = 0
        self._level = 0.0
        self._quantities = q
        self._why_not = ""
        return self._history.reset(frame(q, self._arm_limit_rad)), _info(reading, q)

    def step(self, action: Any) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Apply an action; return what was measured after it.

        Raises:
            ActionError: wrong shape, not finite, outside [-1, 1], or not the number of a bucket.
            RewardError: the reward is not a finite number.
            SequenceError: before the first reset, or after the end of an episode.
        """
        if self._why_not:
            raise SequenceError(f"{self._why_not}: call reset() first")
        level = float(self._stages.action(self._one(action)))
        total = -self._stages.cost(level) if self._stages.costs else 0.0
        for _ in range(self._stages.repeat):
            reading = self.robot.step(self._stages.command(level))
            q = self._observer.update(
                reading.arm_angle_rad, reading.pendulum_angle_rad, level, self._level
            )
            reward = self._reward(q)
            if self._note_reward:
                self._note_reward(reward)
            total += reward
            self._level = level
            self._period += 1
            terminated = self.task.terminated(q)
            truncated = not terminated and self._period >= self._last_period
            if terminated or truncated:
                self._why_not = "step() after the end of the episode"
                break
        if not math.isfinite(total):
            raise broken_reward(self._reward, total, q)
        self._quantities = q
        observation = self._history.update(frame(q, self._arm_limit_rad))
        return observation, float(total), terminated, truncated, _info(reading, q)

    def render(self) -> NDArray[np.uint8] | None:
        """A picture of shape (height, width, 3), if the render mode asks for one.

        Raises:
            SequenceError: before the first reset.
        """
        if self.render_mode is None:
            return None
        if self._quantities is None:
            raise SequenceError("render() before reset(): call reset() first")
        from furutalib.learning.render import furuta_image

        q = self._quantities
        return furuta_image(q.arm_angle_rad, q.pendulum_angle_rad, q.action, self.robot.description)

    def close(self) -> None:
        """Let go of the robot."""
        self.robot.close()
        self._why_not = "step() after close()"

    def _one(self, action: Any) -> Any:
        """The one number in an action."""
        if self._buckets:
            if np.ndim(action) != 0:
                raise ActionError(f"action = {action!r}; it must be the number of a bucket, e.g. 3")
            return action
        if not isinstance(action, np.ndarray) or action.shape != (1,):
            raise ActionError(
                f"action = {action!r}; it must be a numpy array of shape (1,), "
                "for example np.array([0.5], np.float32)"
            )
        return action.item()


def make_env(
    task: str | Task = "swing-up",
    robot: str | Path | RobotDescription = "course",
    fidelity: str | Iterable[str] = "full",
    reward: RewardFunction | RewardWeights | Mapping[str, float] | None = None,
    rate_hz: float | None = None,
    latency_s: float | None = None,
    time_limit_s: float | None = None,
    wrappers: WrapperSettings | Mapping[str, Any] | None = None,
    render_mode: str | None = None,
    **settings: Any,
) -> FurutaEnv:
    """A simulated pendulum as a gymnasium environment; `gymnasium.make` takes the same options.

    Args:
        task, robot, fidelity, reward, rate_hz, latency_s, time_limit_s, wrappers, **settings:
            see `furutalib.learning.setup.build_setup`.
        render_mode: None or "rgb_array".

    Raises:
        ConfigurationError: an option is unknown or out of range.
        RewardError: the reward function does not return a reward.
    """
    setup = build_setup(
        task, robot, fidelity, reward, rate_hz, latency_s, time_limit_s, wrappers, **settings
    )
    return FurutaEnv(
        SimulatedRobot(setup.robot, setup.fidelity),
        setup.task,
        setup.reward,
        setup.wrappers,
        render_mode,
    )


def _info(reading: Reading, q: Quantities) -> dict[str, Any]:
    return {
        "time_s": reading.time_s,
        "arm_angle_rad": q.arm_angle_rad,
        "pendulum_angle_rad": q.pendulum_angle_rad,
        "from_upright_rad": q.from_upright_rad,
        "arm_speed_rad_s": q.arm_speed_rad_s,
        "pendulum_speed_rad_s": q.pendulum_speed_rad_s,
        "command": reading.command,
        "limit_touched": q.limit_touched,
    }
