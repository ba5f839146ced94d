"""The options that every environment of ours takes, single or vectorised, resolved and checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fidelity import parse_fidelity
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.learning.rewards import RewardFunction, RewardWeights, as_reward
from furutalib.learning.stages import WrapperSettings, randomise
from furutalib.learning.tasks import Task
from furutalib.learning.tasks import task as find_task


@dataclass(frozen=True)
class Setup:
    """Everything that defines an environment but its number and its seed."""

    task: Task
    robot: RobotDescription
    fidelity: frozenset[str]
    reward: RewardFunction
    wrappers: WrapperSettings

    @property
    def periods(self) -> int:
        """Control periods in an episode that is not terminated."""
        return round(self.task.time_limit_s * self.robot.control.rate_hz)


def build_setup(
    task: str | Task = "swing-up",
    robot: str | Path | RobotDescription = "course",
    fidelity: str | Iterable[str] = "full",
    reward: RewardFunction | RewardWeights | Mapping[str, float] | None = None,
    rate_hz: float | None = None,
    latency_s: float | None = None,
    time_limit_s: float | None = None,
    wrappers: WrapperSettings | Mapping[str, Any] | None = None,
    **settings: Any,
) -> Setup:
    """Resolve names and check every option.

    Args:
        task: "swing-up", "balance" or a Task.
        robot: name or TOML file of a robot, or its description.
        fidelity: which imperfections are on; see `furutalib.facts.fidelity`.
        reward: weights of the shaped reward (a RewardWeights, or a dict that replaces some), or
            a function of Quantities.
        rate_hz: control rate, instead of the robot's.
        latency_s: latency, instead of the robot's.
        time_limit_s: when an episode is truncated, instead of the task's.
        wrappers: all wrapper settings at once, or
        **settings: some of them by name (history=2, action_repeat=3...).

    Raises:
        ConfigurationError: an option is unknown or out of range.
        RewardError: the reward function does not return a reward.
    """
    description = robot if isinstance(robot, RobotDescription) else load_robot(robot)
    chosen = find_task(task) if isinstance(task, str) else task
    if time_limit_s is not None:
        if not 0 < time_limit_s < np.inf:
            raise ConfigurationError(f"time_limit_s = {time_limit_s}; it must be above 0 seconds")
        chosen = replace(chosen, time_limit_s=time_limit_s)
    timing = {"control.rate_hz": rate_hz, "control.latency_s": latency_s}
    changes = {key: value for key, value in timing.items() if value is not None}
    all_wrappers = _wrappers(wrappers, settings)
    randomise(description, all_wrappers.randomisation, np.random.default_rng(0))  # names exist?
    return Setup(
        task=chosen,
        robot=description.with_values(changes) if changes else description,
        fidelity=parse_fidelity(fidelity),
        reward=as_reward(reward),
        wrappers=all_wrappers,
    )


def _wrappers(
    wrappers: WrapperSettings | Mapping[str, Any] | None, settings: Mapping[str, Any]
) -> WrapperSettings:
    if wrappers is None:
        return WrapperSettings.from_dict(settings)
    if settings:
        raise ConfigurationError(
            f"wrappers and {', '.join(settings)} were both given; put the latter into wrappers"
        )
    return (
        wrappers if isinstance(wrappers, WrapperSettings) else WrapperSettings.from_dict(wrappers)
    )
