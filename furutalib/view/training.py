"""`train`: start a training run, or continue one, and show how far it is."""

import logging
from pathlib import Path
from typing import Any

from furutalib.facts.robot import RobotDescription
from furutalib.learning.progress import notebook_shell
from furutalib.learning.run import Run
from furutalib.learning.settings import PPOSettings, SACSettings, sde_warnings
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.training import Reward, describe, start
from furutalib.learning.wandb_mode import choose_mode

_log = logging.getLogger(__name__)


def train(
    folder: str | Path | None = None,
    *,
    algorithm: str = "ppo",
    task: str = "swing-up",
    robot: str | RobotDescription = "course",
    fidelity: str = "full",
    rate_hz: float | None = None,
    latency_s: float | None = None,
    reward: Reward = None,
    wrappers: WrapperSettings | None = None,
    settings: PPOSettings | SACSettings | None = None,
    seed: int = 0,
    stop_at_success: bool = True,
    wandb: str = "auto",
    notes: str | None = None,
    block: bool = False,
    show: bool = True,
    watch: bool = False,
    **options: Any,
) -> Run:
    """Train a policy in a process of its own and return a `Run` that follows it.

    Args:
        folder: where everything about the run is kept; None makes a new one below `runs/`. A
            folder with an interrupted or stopped run of the same settings is continued.
        algorithm: "ppo" (on many pendulums at once) or "sac" (on one, with gSDE).
        reward: weights of the shaped reward, or a function of named quantities, e.g. from a
            notebook cell, or the name of one in `furutalib.learning.named_rewards`; a function is
            stored as `reward.py` in the run folder.
        wrappers, settings: whole settings objects; or give single values as further keywords,
            e.g. `history=2, learning_rate=3e-4, total_steps=50_000`.
        stop_at_success: end when every validation start succeeds.
        wandb: "auto" (offline, nothing in CI), "online", "offline" or "disabled".
        notes: your own words about the run, kept in its `notes.txt` and shown by W&B; they decide
            nothing.
        block: wait until training has ended. Without it the notebook stays free.
        show: show a progress bar; without `block` in a notebook only.
        watch: in a notebook, show the dashboard instead: see `furutalib.watch`.

    Raises:
        ConfigurationError: an unknown key or a value out of range; the message lists what is
            valid.
        RewardError: the reward uses a name that does not exist in another process.
        RunError: the folder holds a finished run, one that is being trained, one with other
            settings, or cannot be written.
    """
    mode = choose_mode(wandb)
    config, source = describe(
        algorithm=algorithm,
        task=task,
        robot=robot,
        rate_hz=rate_hz,
        latency_s=latency_s,
        fidelity=fidelity,
        reward=reward,
        wrappers=wrappers,
        settings=settings,
        seed=seed,
        stop_at_success=stop_at_success,
        options=options,
    )
    for warning in sde_warnings(config.settings):
        _log.warning(warning)
    run = start(folder, config, source, mode, notes)
    if watch and notebook_shell() is not None:
        _show_dashboard(run)
    elif show and not block:
        run.show()
    if block:
        run.wait(show=show)
    return run


def _show_dashboard(run: Run) -> None:
    import IPython.display

    from furutalib.view.dashboard import watch

    display: Any = IPython.display.display
    display(watch(run))
