"""What n pendulums did under a policy, step by step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.batch import BatchStep, FurutaBatch
from furutalib.learning.policy import Policy
from furutalib.learning.setup import Setup, build_setup
from furutalib.machine.robot import Start

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rollout:
    """n pendulums over T control periods, arrays of shape (n, T), after each period.

    Angles and speeds are what the encoders and the velocity filter give, as on a real robot. A
    step is one of the policy's: `action_repeat` control periods. Where an episode ended early,
    what follows the step that ended it is NaN.
    """

    robot: RobotDescription
    rate_hz: float  # of the policy's steps
    action_repeat: int
    fidelity: tuple[str, ...]
    starts: tuple[Start, ...]
    arm_angle_rad: Floats
    pendulum_angle_rad: Floats
    arm_speed_rad_s: Floats
    pendulum_speed_rad_s: Floats
    command: Floats  # what reached the robot, in [-1, 1]
    limit_touched: NDArray[np.bool_]  # (n,)

    @property
    def steps(self) -> int:
        """T."""
        return int(self.arm_angle_rad.shape[1])

    @property
    def time_s(self) -> Floats:
        """Times (T,) since the start."""
        return np.arange(1, self.steps + 1) / self.rate_hz

    @property
    def from_upright_rad(self) -> Floats:
        """Angle from upright (n, T), in [-pi, pi)."""
        return np.asarray(np.mod(self.pendulum_angle_rad, 2 * np.pi) - np.pi)


def collect(
    policy: Policy,
    starts: Sequence[Start],
    *,
    robot: str | RobotDescription = "course",
    fidelity: str | Iterable[str] = "full",
    task: str = "swing-up",
    duration_s: float = 8.0,
) -> Rollout:
    """Let a policy act on one simulated pendulum per start, all at once.

    The policy sees and does what its own wrappers say; their randomisation is left out, so that
    every policy meets the same robot.
    """
    setup = build_setup(
        task=task,
        robot=robot,
        fidelity=fidelity,
        time_limit_s=2 * duration_s,  # nothing is cut short by the task's own time limit
        wrappers=replace(policy.wrappers, randomisation={}),
    )
    rate_hz = setup.robot.control.rate_hz / setup.wrappers.action_repeat
    recorder = _Recorder(len(starts), round(duration_s * rate_hz))
    batch = FurutaBatch(len(starts), setup)
    observation = batch.reset(seed=0, starts=dict(enumerate(starts)))
    policy.reset(len(starts))
    for _ in range(recorder.steps):
        step = batch.step(policy.act(observation))
        recorder.add(step)
        observation = step.observation
    return recorder.rollout(setup, rate_hz, tuple(starts))


class _Recorder:
    """Gathers steps into the arrays of a rollout."""

    def __init__(self, n: int, steps: int) -> None:
        self.steps = steps
        self._time = 0
        self._alive = np.ones(n, bool)
        self._limit_touched = np.zeros(n, bool)
        self._columns = np.full((5, n, steps), np.nan)

    def add(self, step: BatchStep) -> None:
        """One step of all pendulums; those that ended before are left out."""
        q = step.quantities
        now = (
            q.arm_angle_rad,
            q.pendulum_angle_rad,
            q.arm_speed_rad_s,
            q.pendulum_speed_rad_s,
            step.command,
        )
        self._columns[:, self._alive, self._time] = np.array(now)[:, self._alive]
        self._limit_touched |= self._alive & q.limit_touched
        self._alive &= ~step.terminated
        self._time += 1

    def rollout(self, setup: Setup, rate_hz: float, starts: tuple[Start, ...]) -> Rollout:
        """Everything that was added."""
        arm, pendulum, arm_speed, pendulum_speed, command = self._columns
        return Rollout(
            robot=setup.robot,
            rate_hz=rate_hz,
            action_repeat=setup.wrappers.action_repeat,
            fidelity=tuple(sorted(setup.fidelity)),
            starts=starts,
            arm_angle_rad=arm,
            pendulum_angle_rad=pendulum,
            arm_speed_rad_s=arm_speed,
            pendulum_speed_rad_s=pendulum_speed,
            command=command,
            limit_touched=self._limit_touched,
        )
