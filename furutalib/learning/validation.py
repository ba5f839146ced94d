"""What a policy is chosen by during a training in simulation."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from furutalib.learning.evaluation import DURATION_S
from furutalib.learning.policy import Policy
from furutalib.learning.rollout import Rollout, collect
from furutalib.learning.run_config import RunConfig
from furutalib.learning.stages import randomise
from furutalib.machine.robot import Start

ROBOTS = 20
_SEED = 3_000_000  # above those of all starts


def validate(policy: Policy, starts: Sequence[Start], config: RunConfig) -> Rollout:
    """Let a policy act from each start, on the robots that the training is about.

    Without randomisation that is the described robot. With it, the starts are dealt out to the
    described robot and 19 others, drawn once and for all from the ranges of the training: a
    policy that is meant for many robots must not be chosen by how it does on one.

    Returns:
        A rollout over all starts; its `robot` is the described one.
    """
    rng = np.random.default_rng(_SEED)
    ranges = config.wrappers.randomisation
    robots = [config.robot]
    if ranges:
        others = min(ROBOTS, len(starts)) - 1
        robots += [randomise(config.robot, ranges, rng) for _ in range(others)]
    rollouts = [
        collect(
            policy,
            [starts[i] for i in rows],
            robot=robot,
            fidelity=config.fidelity,
            task=config.task,
            duration_s=DURATION_S,
        )
        for robot, rows in zip(robots, np.array_split(range(len(starts)), len(robots)), strict=True)
    ]
    return _joined(rollouts)


def _joined(rollouts: Sequence[Rollout]) -> Rollout:
    """One rollout of the pendulums of several."""
    columns = (
        "arm_angle_rad",
        "pendulum_angle_rad",
        "arm_speed_rad_s",
        "pendulum_speed_rad_s",
        "command",
        "limit_touched",
    )
    together: dict[str, Any] = {
        name: np.concatenate([getattr(one, name) for one in rollouts]) for name in columns
    }
    together["starts"] = tuple(start for one in rollouts for start in one.starts)
    return replace(rollouts[0], **together)
