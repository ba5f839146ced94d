"""`train_on_robot`: learn on a robot, from zero or from a saved policy."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.on_robot import FROM_ZERO, WRAPPERS, OnRobot
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.robot_start import StartPolicy, load_start
from furutalib.learning.run import Run
from furutalib.learning.settings import SACSettings
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.training import Reward, describe, start
from furutalib.learning.wandb_mode import choose_mode


def train_on_robot(
    folder: str | Path | None = None,
    place: RobotPlace | None = None,
    *,
    start_from: str | Path | None = None,
    minutes: float = 15.0,
    task: str = "swing-up",
    reward: Reward = None,
    wrappers: WrapperSettings | None = None,
    settings: SACSettings | None = None,
    noise_scale: float = 1.0,
    episode_s: float = 8.0,
    trips_in_a_row: int = 3,
    allow_other_robot: bool = False,
    seed: int = 0,
    stop_at_success: bool = True,
    wandb: str = "auto",
    notes: str | None = None,
    block: bool = False,
    show: bool = True,
    **options: Any,
) -> Run:
    """Learn on a robot in a process of its own, and return a `Run` that follows it.

    SAC, an episode at a time; updates come between episodes, with the motor off. Everything is
    stored after every episode, so the run goes on after whatever ended it: call this again with
    the same folder and options.

    Args:
        folder, reward: as of `furutalib.train`; None for the reward is that of `start_from`, or
            from zero "peaked".
        place: which robot; None: the emulated robot of the course.
        start_from: folder of a policy that SAC has trained, or of its run; it is refined, with
            its own settings and wrappers unless others are given. None: from zero.
        minutes: of robot time: steps times their length. Resets and updates come on top.
        noise_scale, episode_s, trips_in_a_row: see `furutalib.learning.on_robot.OnRobot`.
        allow_other_robot: refine a policy that was trained for another robot than the one that
            this one is believed to be.
        stop_at_success: end when ten episodes in a row without exploration succeed, twice, with
            learning in between.
        **options: single values of `SACSettings` and `WrapperSettings`. Every
            `evaluate_every` steps the policy is driven without exploration.

    Raises:
        ConfigurationError: `place` is no `RobotPlace`, or `minutes` is not above 0.
        ConfigurationError, RewardError, RunError: as of `furutalib.train`.
        PolicyError: `start_from` cannot be refined here; it says why and what to do.
    """
    mode = choose_mode(wandb)
    place = RobotPlace() if place is None else place
    _check(place, minutes)
    if "total_steps" in options:
        raise ConfigurationError("total_steps: say minutes=... (of robot time) instead")
    begin = None if start_from is None else load_start(start_from, place, allow_other_robot)
    on_robot = OnRobot(
        place,
        None if begin is None else str(begin.folder),
        noise_scale,
        episode_s,
        trips_in_a_row,
    )
    wrappers = wrappers or (WRAPPERS if begin is None else begin.wrappers)
    config, source = describe(
        algorithm="sac",
        task=task,
        robot=place.description(),
        rate_hz=None,
        latency_s=None,
        fidelity="full",
        reward=_reward(reward, begin),
        wrappers=wrappers.without_randomisation(),
        settings=settings or (FROM_ZERO if begin is None else begin.settings),
        seed=seed,
        stop_at_success=stop_at_success,
        options=options,
        on_robot=on_robot,
    )
    if begin is not None:
        begin.check(config)
    step_s = config.wrappers.action_repeat / config.robot.control.rate_hz
    steps = max(1, round(60.0 * minutes / step_s))
    config = replace(config, settings=replace(config.settings, total_steps=steps))
    run = start(folder, config, source, mode, notes)
    if block:
        run.wait(show=show)
    elif show:
        run.show()
    return run


def _check(place: Any, minutes: Any) -> None:
    if not isinstance(place, RobotPlace):
        raise ConfigurationError(
            f"place = {place!r}; say where the robot is with an object, for example "
            'furutalib.RobotPlace("emulated") or furutalib.RobotPlace("real", "mine.toml")'
        )
    if not (isinstance(minutes, int | float) and 0.0 < minutes < math.inf):
        raise ConfigurationError(f"minutes = {minutes!r}; it must be a number above 0")


def _reward(given: Reward, begin: StartPolicy | None) -> Reward:
    if given is not None:
        return given
    return "peaked" if begin is None else begin.reward()
