"""`train`: start a training run in a process of its own, or continue one."""

import hashlib
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError, RunError
from furutalib.facts.fidelity import parse_fidelity
from furutalib.facts.files import write_atomically
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.learning.reward_source import reward_source
from furutalib.learning.rewards import RewardWeights, as_reward
from furutalib.learning.run import Run
from furutalib.learning.run_config import (
    RunConfig,
    build_settings,
    changed_keys,
    read_config,
)
from furutalib.learning.run_files import RunFiles, is_locked, read_status, write_status
from furutalib.learning.settings import PPOSettings, SACSettings, sde_warnings
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.tracking import choose_mode

_log = logging.getLogger(__name__)

Reward = Callable[..., Any] | RewardWeights | Mapping[str, float] | None


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
    block: bool = False,
    show: bool = True,
    **options: Any,
) -> Run:
    """Train a policy in a process of its own and return a `Run` that follows it.

    Args:
        folder: where everything about the run is kept; None makes a new one below `runs/`. A
            folder with an interrupted or stopped run of the same settings is continued.
        algorithm: "ppo" (on many pendulums at once) or "sac" (on one, with gSDE).
        reward: weights of the shaped reward, or a function of named quantities, e.g. from a
            notebook cell; it is stored as `reward.py` in the run folder.
        wrappers, settings: whole settings objects; or give single values as further keywords,
            e.g. `history=2, learning_rate=3e-4, total_steps=50_000`.
        stop_at_success: end when every validation start succeeds.
        wandb: "auto" (offline, nothing in CI), "online", "offline" or "disabled".
        block: wait until training has ended. Without it the notebook stays free.
        show: show a progress bar; without `block` in a notebook only.

    Raises:
        ConfigurationError: an unknown key or a value out of range; the message lists what is
            valid.
        RewardError: the reward uses a name that does not exist in another process.
        RunError: the folder holds a finished run, one that is being trained, one with other
            settings, or cannot be written.
    """
    mode = choose_mode(wandb)
    source = None
    as_reward(reward)  # checked here, where the learner sees it
    if callable(reward):
        source = reward_source(reward)
    config = make_config(
        algorithm=algorithm,
        task=task,
        robot=_robot(robot, rate_hz, latency_s),
        fidelity=tuple(sorted(parse_fidelity(fidelity))),
        reward=_weights(None if callable(reward) else reward),
        own_reward=hashlib.sha256(source.encode()).hexdigest() if source else None,
        wrappers=wrappers,
        settings=settings,
        seed=seed,
        stop_at_success=stop_at_success,
        options=options,
    )
    for warning in sde_warnings(config.settings):
        _log.warning(warning)
    files = RunFiles(Path(folder or _new_name(config)).resolve())
    try:
        prepare(files, config, source)
        worker = start_worker(files, mode)
    except OSError as error:
        raise RunError(
            f"the run folder {files.folder} cannot be written ({error.strerror or error}); "
            "choose another folder, or free some space if the disk is full"
        ) from error
    run = Run(files.folder, worker)
    if block:
        run.wait(show=show)
    elif show:
        run.show()
    return run


def make_config(
    *,
    algorithm: str,
    wrappers: WrapperSettings | None,
    settings: PPOSettings | SACSettings | None,
    options: Mapping[str, Any],
    **rest: Any,
) -> RunConfig:
    """Sort single keywords into wrappers and the algorithm's settings.

    Raises:
        ConfigurationError: an unknown key or a value out of range.
    """
    base = build_settings(algorithm, {}) if settings is None else settings
    if not isinstance(base, type(build_settings(algorithm, {}))):
        raise ConfigurationError(
            f"settings is a {type(base).__name__}, which does not fit algorithm={algorithm!r}"
        )
    wrappers = wrappers or WrapperSettings()
    for_settings = {entry.name for entry in fields(base)}
    for_wrappers = {entry.name for entry in fields(wrappers)}
    unknown = sorted(set(options) - for_settings - for_wrappers)
    if unknown:
        raise ConfigurationError(
            f"unknown key {', '.join(map(repr, unknown))}; valid settings of {algorithm}: "
            f"{', '.join(sorted(for_settings))}; valid wrappers: {', '.join(sorted(for_wrappers))}"
        )
    return RunConfig(
        algorithm=algorithm,
        settings=replace(base, **{k: v for k, v in options.items() if k in for_settings}),
        wrappers=replace(wrappers, **{k: v for k, v in options.items() if k in for_wrappers}),
        **rest,
    )


def prepare(files: RunFiles, config: RunConfig, source: str | None) -> None:
    """Make the run folder, or check that the run in it may go on.

    Raises:
        RunError: it may not.
        OSError: the folder cannot be written.
    """
    if files.config.is_file():
        _check_resumable(files, config)
    else:
        _make_folder(files, config, source)
    files.stop.unlink(missing_ok=True)
    write_status(
        files.status, replace(read_status(files.status), state="starting", message="", pid=None)
    )


def start_worker(files: RunFiles, wandb_mode: str) -> "subprocess.Popen[bytes]":
    """Start the training process; it outlives this one and ignores its Ctrl-C."""
    command = [sys.executable, "-P", "-m", "furutalib.learning.worker", str(files.folder)]
    command += ["--wandb", wandb_mode, "--started", repr(time.time())]
    package_folder = str(Path(__file__).resolve().parents[2])
    search = os.pathsep.join(filter(None, [package_folder, os.environ.get("PYTHONPATH")]))
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    with files.log.open("ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": search, "PYTHONUNBUFFERED": "1"},
            **apart,
        )


def _check_resumable(files: RunFiles, config: RunConfig) -> None:
    if is_locked(files.lock):
        raise RunError(
            f"{files.folder} is being trained right now: follow it with "
            f"Run({str(files.folder)!r}), or stop it first (Run(...).stop())"
        )
    changed = changed_keys(read_config(files.config).to_dict(), config.to_dict())
    if changed:
        raise RunError(
            f"{files.folder} holds a run with other settings: {', '.join(changed)}; "
            "use the same settings to continue it, or another folder"
        )
    if read_status(files.status).state == "finished":
        raise RunError(
            f"{files.folder} holds a finished run: look at it with Run({str(files.folder)!r}), "
            "load its policy with Run(...).policy(), or train in another folder"
        )


def _make_folder(files: RunFiles, config: RunConfig, source: str | None) -> None:
    files.folder.mkdir(parents=True, exist_ok=True)
    strangers = sorted(file.name for file in files.folder.iterdir() if file != files.reward)
    if strangers:
        raise RunError(
            f"{files.folder} is not a run folder but holds {', '.join(strangers[:5])}; "
            "choose a new or an empty folder"
        )
    if source is not None:
        write_atomically(files.reward, source)
    text = json.dumps(config.to_dict(), indent=1)
    write_atomically(files.config, text + "\n")  # last: with it the folder is a run


def _robot(
    robot: str | RobotDescription, rate_hz: float | None, latency_s: float | None
) -> RobotDescription:
    description = robot if isinstance(robot, RobotDescription) else load_robot(robot)
    changes = {"control.rate_hz": rate_hz, "control.latency_s": latency_s}
    return description.with_values({k: v for k, v in changes.items() if v is not None})


def _weights(reward: RewardWeights | Mapping[str, float] | None) -> RewardWeights:
    return reward if isinstance(reward, RewardWeights) else RewardWeights.from_mapping(reward or {})


def _new_name(config: RunConfig) -> Path:
    now = datetime.now().astimezone()
    return Path("runs") / f"{config.task}-{config.algorithm}-{now:%Y%m%d-%H%M%S-%f}"
