"""What is to be done with a pendulum: where it starts, when it has failed, how long it may take."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.rewards import Quantities
from furutalib.machine.robot import Start


@dataclass(frozen=True)
class Task:
    """A task, apart from physics and reward.

    An episode starts uniformly within `spread` of `centre`, is terminated when a limit of the
    robot is touched (or the pendulum falls further than `fall_rad` from upright), and is truncated
    after `time_limit_s`.
    """

    name: str
    centre: Start
    spread: Start
    time_limit_s: float = 8.0
    fall_rad: float = math.inf

    def draw_start(self, rng: np.random.Generator) -> Start:
        """Draw where an episode begins."""
        arm, pendulum, arm_speed, pendulum_speed = rng.uniform(-1.0, 1.0, 4).tolist()
        return Start(
            self.centre.arm_angle_rad + self.spread.arm_angle_rad * arm,
            self.centre.pendulum_angle_rad + self.spread.pendulum_angle_rad * pendulum,
            self.centre.arm_speed_rad_s + self.spread.arm_speed_rad_s * arm_speed,
            self.centre.pendulum_speed_rad_s + self.spread.pendulum_speed_rad_s * pendulum_speed,
        )

    def terminated(self, q: Quantities) -> Any:
        """Whether the episode has failed; a bool, or an array of shape (n,)."""
        return q.limit_touched | (abs(q.from_upright_rad) > self.fall_rad)


SWING_UP = Task("swing-up", centre=Start(), spread=Start(0.5, 0.3, 0.5, 0.5))
BALANCE = Task(
    "balance",
    centre=Start(pendulum_angle_rad=math.pi),
    spread=Start(0.5, math.radians(12.0), 0.5, 0.5),
    fall_rad=math.radians(30.0),
)
TASKS: Mapping[str, Task] = MappingProxyType({task.name: task for task in (SWING_UP, BALANCE)})


def task(name: str) -> Task:
    """The task of this name.

    Raises:
        ConfigurationError: there is none.
    """
    if name not in TASKS:
        raise ConfigurationError(f"unknown task {name!r}; use one of {', '.join(TASKS)}")
    return TASKS[name]
