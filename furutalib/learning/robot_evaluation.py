"""How good a policy is on a robot that is driven: the figures of `evaluate`, by driver code."""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from furutalib.facts.errors import SafetyTrip
from furutalib.facts.robot import RobotDescription
from furutalib.learning.environment import FurutaEnv
from furutalib.learning.evaluation import DURATION_S, STARTS, Evaluation, assess
from furutalib.learning.policy import Policy
from furutalib.learning.policy_folder import (
    LoadedPolicy,
    check_same_rate,
    check_same_robot,
    load_policy,
)
from furutalib.learning.provenance import code_hash, plant_hash
from furutalib.learning.robot_rollout import Infos, as_rollout, steps_of_an_episode
from furutalib.learning.robot_trips import clear_trip
from furutalib.learning.starts import draw_starts
from furutalib.learning.tasks import SWING_UP, Task
from furutalib.learning.tasks import task as find_task
from furutalib.machine.clock import MonotonicClock
from furutalib.machine.connect import EmulatedRobot
from furutalib.machine.emulator.bench import PlantBench
from furutalib.machine.robot import Reading, Robot, Start
from furutalib.machine.safety import SafeRobot
from furutalib.machine.undisturbed import undisturbed


@dataclass(frozen=True)
class RobotEvaluation(Evaluation):
    """The figures of a policy on a robot; `kind` says on which, e.g. "emulated".

    An episode that safety cut off has failed; `trips` counts them. The plant's hash is that of an
    emulated robot's true parameters where they can be known, else of what it is believed to be.
    """

    kind: str
    trips: int


def evaluate_on_robot(
    policy: Policy | str | Path,
    robot: Robot,
    starts: str = "test",
    n: int = STARTS,
    *,
    allow_other_robot: bool = False,
) -> RobotEvaluation:
    """Drive a policy without exploration from n starts, each as long as success asks for.

    An emulated robot is put to the angles of each start by hand, **at rest**: the starts of the
    simulation also have small speeds, which no hand can give. It is brought to hang at rest once
    before, which zeroes its encoders. On a real robot every episode begins hanging at rest, and
    `starts` says nothing. The motor is on within the episodes only.

    Args:
        policy: a policy, or the path of a policy folder.
        robot: emulated, real or simulated; it stays open, its motor off.
        starts: "test" for figures to report, "validation" for choices.
        allow_other_robot: drive a robot that differs from the one the policy was trained for.

    Raises:
        PolicyError: the folder is damaged, or the policy was trained for another robot or rate.
        ResetError: the robot cannot be brought to rest.
        SafetyTrip: safety tripped in a reset, or somebody stopped the robot.
    """
    loaded, task = _checked(policy, robot, allow_other_robot)
    put = not _is_real(robot)
    where = draw_starts(starts, n, task.name) if put else (Start(),) * n
    wrappers = loaded.wrappers.without_randomisation()
    environment = FurutaEnv(_Put(robot), task, wrappers=wrappers)
    driven = [_drive(loaded, environment, robot, start) for start in where]
    rollout = as_rollout(
        [infos for infos, _ in driven],
        robot.description,
        robot.fidelity,
        wrappers.action_repeat,
        where,
    )
    return RobotEvaluation(
        policy=loaded.info.name if isinstance(loaded, LoadedPolicy) else type(loaded).__name__,
        task=task.name,
        robot=robot.description.name,
        fidelity=rollout.fidelity,
        rate_hz=rollout.rate_hz,
        starts=starts if put else "hanging",
        n=n,
        plant_hash=plant_hash(_truth(robot)),
        code_hash=code_hash(),
        kind="real" if not put else "emulated" if isinstance(robot, EmulatedRobot) else "simulated",
        trips=sum(tripped for _, tripped in driven),
        **assess(rollout),
    )


def _checked(policy: Policy | str | Path, robot: Robot, other: bool) -> tuple[Policy, Task]:
    """The policy, and its task without its own time limit."""
    loaded = load_policy(policy) if isinstance(policy, str | Path) else policy
    name = SWING_UP.name
    if isinstance(loaded, LoadedPolicy):
        name = loaded.info.task
        check_same_rate(loaded.info, robot.description)
        if not other:
            check_same_robot(loaded.info, robot.description)
    return loaded, replace(find_task(name), time_limit_s=2 * DURATION_S)


def _is_real(robot: Robot) -> bool:
    return isinstance(robot, SafeRobot) and not isinstance(robot, EmulatedRobot)


def _truth(robot: Robot) -> RobotDescription:
    bench = robot.bench if isinstance(robot, EmulatedRobot) else None
    return bench.world.truth if isinstance(bench, PlantBench) else robot.description


class _Put:
    """The robot, but a reset puts an emulated one to the start by hand."""

    def __init__(self, robot: Robot) -> None:
        self._robot = robot
        self.description, self.fidelity = robot.description, robot.fidelity
        self.step, self.close = robot.step, robot.close

    @property
    def dt(self) -> float:
        return self._robot.dt

    def reset(self, start: Start | None = None) -> Reading:
        if isinstance(self._robot, EmulatedRobot):
            return self._robot.put(start or Start())
        return self._robot.reset(start)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _drive(
    policy: Policy, environment: FurutaEnv, robot: Robot, start: Start
) -> tuple[Infos, bool]:
    """One episode, and whether safety has tripped; a limit that is touched ends it, too."""
    infos: list[dict[str, Any]] = []
    steps = steps_of_an_episode(robot.description, policy.wrappers.action_repeat)
    policy.reset()
    clock = getattr(getattr(robot, "inner", None), "clock", None)
    real_time = isinstance(clock, MonotonicClock)
    with undisturbed() if real_time else nullcontext():
        try:
            seen, _ = environment.reset(options={"start": start})
            failed = False
            while not failed and len(infos) < steps:
                seen, _, failed, _, info = environment.step(policy.act(seen[np.newaxis])[0])
                infos.append(info)
        except SafetyTrip:
            clear_trip(robot)
            return infos, True
        finally:
            if isinstance(robot, SafeRobot):
                robot.off()
    return infos, False
