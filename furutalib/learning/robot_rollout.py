"""Episodes that were driven one after the other, as the rollout that `assess` looks at."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from furutalib.facts.robot import RobotDescription
from furutalib.learning.evaluation import DURATION_S
from furutalib.learning.rollout import Rollout
from furutalib.machine.robot import Start

_COLUMNS = (
    "arm_angle_rad",
    "pendulum_angle_rad",
    "arm_speed_rad_s",
    "pendulum_speed_rad_s",
    "command",
)

Infos = Sequence[Mapping[str, Any]]  # of each step of an episode, as `FurutaEnv` gives them


def steps_of_an_episode(robot: RobotDescription, action_repeat: int) -> int:
    """How many steps of a policy an evaluated episode lasts."""
    return round(DURATION_S * robot.control.rate_hz / action_repeat)


def as_rollout(
    episodes: Sequence[Infos],
    robot: RobotDescription,
    fidelity: frozenset[str],
    action_repeat: int,
    starts: Sequence[Start] | None = None,
) -> Rollout:
    """The rollout of n episodes; what an episode that ended early lacks is NaN, so it has failed.

    Args:
        starts: where they began; None: hanging at rest.
    """
    steps = steps_of_an_episode(robot, action_repeat)
    columns = np.full((len(_COLUMNS), len(episodes), steps), np.nan)
    for row, infos in enumerate(episodes):
        for place, info in enumerate(infos[:steps]):
            columns[:, row, place] = [info[name] for name in _COLUMNS]
    arm, pendulum, arm_speed, pendulum_speed, command = columns
    return Rollout(
        robot=robot,
        rate_hz=robot.control.rate_hz / action_repeat,
        action_repeat=action_repeat,
        fidelity=tuple(sorted(fidelity)),
        starts=tuple(starts or [Start()] * len(episodes)),
        arm_angle_rad=arm,
        pendulum_angle_rad=pendulum,
        arm_speed_rad_s=arm_speed,
        pendulum_speed_rad_s=pendulum_speed,
        command=command,
        limit_touched=np.array([any(i["limit_touched"] for i in e) for e in episodes], bool),
    )
