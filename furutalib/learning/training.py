"""Starting a training run in a process of its own, or continuing one."""

import json
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
from furutalib.learning.named_rewards import named_reward
from furutalib.learning.reward_source import reward_source, source_hash
from furutalib.learning.rewards import RewardWeights, as_reward
from furutalib.learning.run import Run
from furutalib.learning.run_config import (
    RunConfig,
    build_settings,
    changed_keys,
    read_config,
)
from furutalib.learning.run_files import RunFiles, is_locked, read_status, write_status
from furutalib.learning.settings import PPOSettings, SACSettings
from furutalib.learning.stages import WrapperSettings

Reward = Callable[..., Any] | RewardWeights | Mapping[str, float] | str | None


def start(
    folder: str | Path | None,
    config: RunConfig,
    source: str | None,
    wandb_mode: str,
    notes: str | None = None,
) -> Run:
    """Start the worker on a new run, or on one of the same configuration that is not done.

    Args:
        folder: None makes a new one below `runs/`.
        source: of the learner's own reward, see `describe`.
        notes: the learner's own words about the run; None leaves those that are there.

    Raises:
        RunError: the folder cannot be used or written.
    """
    files = RunFiles(Path(folder or _new_name(config)).resolve())
    worker = _launch(files, config, source, wandb_mode, notes)
    return Run(files.folder, worker)


def resume(run: Run) -> None:
    """Let a run go on that was stopped, interrupted or failed, with its own configuration.

    Raises:
        RunError: it is finished, being trained, or its folder cannot be written.
    """
    run.worker = _launch(run.files, run.config, None, run.status.wandb_mode)


def _launch(
    files: RunFiles,
    config: RunConfig,
    source: str | None,
    wandb_mode: str,
    notes: str | None = None,
) -> "subprocess.Popen[bytes]":
    try:
        prepare(files, config, source, wandb_mode, notes)
        return start_worker(files)
    except OSError as error:
        raise RunError(
            f"the run folder {files.folder} cannot be written ({error.strerror or error}); "
            "choose another folder, or free some space if the disk is full"
        ) from error


def describe(
    *,
    algorithm: str,
    robot: str | RobotDescription,
    rate_hz: float | None,
    latency_s: float | None,
    fidelity: str,
    reward: Reward,
    wrappers: WrapperSettings | None,
    settings: PPOSettings | SACSettings | None,
    options: Mapping[str, Any],
    **rest: Any,
) -> tuple[RunConfig, str | None]:
    """The configuration that the options of `train` ask for, and the source of an own reward.

    Single keywords, `options`, are sorted into wrappers and the algorithm's settings.

    Raises:
        ConfigurationError: an unknown key or a value out of range.
        RewardError: the reward uses a name that does not exist in another process.
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
    if isinstance(reward, str):
        reward = named_reward(reward)
    as_reward(reward)  # checked here, where the learner sees it
    source = reward_source(reward) if callable(reward) else None
    config = RunConfig(
        algorithm=algorithm,
        robot=_robot(robot, rate_hz, latency_s),
        fidelity=tuple(sorted(parse_fidelity(fidelity))),
        reward=_weights(None if callable(reward) else reward),
        own_reward=source_hash(source) if source else None,
        settings=replace(base, **{k: v for k, v in options.items() if k in for_settings}),
        wrappers=replace(wrappers, **{k: v for k, v in options.items() if k in for_wrappers}),
        **rest,
    )
    return config, source


def prepare(
    files: RunFiles,
    config: RunConfig,
    source: str | None = None,
    wandb_mode: str = "disabled",
    notes: str | None = None,
) -> None:
    """Make the run folder, or check that the run in it may go on.

    Raises:
        RunError: it may not.
        OSError: the folder cannot be written.
    """
    if files.config.is_file():
        _check_resumable(files, config)
    else:
        _make_folder(files, config, source)
    if notes is not None:
        write_atomically(files.notes, notes)
    files.stop.unlink(missing_ok=True)
    was = read_status(files.status)
    fresh = replace(was, state="starting", message="", pid=None, wandb_mode=wandb_mode)
    write_status(files.status, fresh)


def start_worker(files: RunFiles) -> "subprocess.Popen[bytes]":
    """Start the training process; it outlives this one and ignores its Ctrl-C."""
    command = [sys.executable, "-P", "-m", "furutalib.learning.worker", str(files.folder)]
    command += ["--started", repr(time.time())]
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
