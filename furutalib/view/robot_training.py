"""`train_on_robot`: learn on a robot, from zero or from a saved policy."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.on_robot import OnRobot
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.run import Run
from furutalib.learning.settings import SACSettings
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.training import Reward, describe, start
from furutalib.learning.wandb_mode import choose_mode

# What learned from zero on the full simulated plant (data/benchmarks/exploration).
FROM_ZERO = SACSettings(
    hidden=(128, 128),
    n_steps=3,
    mirror=True,
    target_entropy=-1.5,
    log_std_init=-1.0,
    sde_sample_freq=8,
    evaluate_every=2_000,
)
WRAPPERS = WrapperSettings(history=2, dead_zone_compensation=0.08)


def train_on_robot(
    folder: str | Path | None = None,
    place: RobotPlace | None = None,
    *,
    start_from: str | Path | None = None,
    minutes: float = 15.0,
    task: str = "swing-up",
    reward: Reward = "peaked",
    wrappers: WrapperSettings | None = None,
    settings: SACSettings | None = None,
    noise_scale: float = 1.0,
    episode_s: float = 8.0,
    trips_in_a_row: int = 3,
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
        folder: as of `furutalib.train`.
        place: which robot; None: the emulated robot of the course.
        start_from: folder of a policy that SAC has trained, which is refined; None: from zero.
        minutes: of robot time: steps times their length. Resets and updates come on top.
        noise_scale, episode_s, trips_in_a_row: see `furutalib.learning.on_robot.OnRobot`.
        stop_at_success: end when ten episodes in a row without exploration succeed.
        **options: single values of `SACSettings` and `WrapperSettings`. Every
            `evaluate_every` steps the policy is driven without exploration.

    Raises:
        ConfigurationError, RewardError, RunError: as of `furutalib.train`.
    """
    mode = choose_mode(wandb)
    place = place or RobotPlace()
    if "total_steps" in options:
        raise ConfigurationError("total_steps: say minutes=... (of robot time) instead")
    on_robot = OnRobot(
        place,
        None if start_from is None else str(Path(start_from).resolve()),
        noise_scale,
        episode_s,
        trips_in_a_row,
    )
    config, source = describe(
        algorithm="sac",
        task=task,
        robot=place.description(),
        rate_hz=None,
        latency_s=None,
        fidelity="full",
        reward=reward,
        wrappers=(wrappers or WRAPPERS).without_randomisation(),
        settings=settings or FROM_ZERO,
        seed=seed,
        stop_at_success=stop_at_success,
        options=options,
        on_robot=on_robot,
    )
    step_s = config.wrappers.action_repeat / config.robot.control.rate_hz
    steps = max(1, round(60.0 * minutes / step_s))
    config = replace(config, settings=replace(config.settings, total_steps=steps))
    run = start(folder, config, source, mode, notes)
    if block:
        run.wait(show=show)
    elif show:
        run.show()
    return run
