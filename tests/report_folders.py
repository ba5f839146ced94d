"""Folders as trainings and robots leave them, for the tests of reports; made in milliseconds."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from furutalib.facts.robot import load_robot
from furutalib.learning.observation import LAYOUT
from furutalib.learning.policy import Network
from furutalib.learning.policy_folder import PolicyInfo, save_policy
from furutalib.learning.provenance import code_hash, plant_hash
from furutalib.learning.rewards import RewardWeights
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import (
    Episode,
    RunFiles,
    Status,
    Table,
    write_episode,
    write_status,
)
from furutalib.learning.session import EVALUATION_COLUMNS
from furutalib.learning.stages import WrapperSettings
from furutalib.machine.telemetry import Row, about_path
from furutalib.machine.telemetry_writer import HEADER

FIGURES = {"success_rate": 0.5, "swing_up_median_s": 1.25, "task_return": 321.0}


def make_policy(folder: Path, **metrics: Any) -> Path:
    """A policy folder whose policy does almost nothing."""
    inputs = len(LAYOUT)
    network = Network((np.full((inputs, 1), 0.01, np.float32),), (np.zeros(1, np.float32),))
    robot = load_robot("course")
    hashes = {"code_hash": code_hash(), "plant_hash": plant_hash(robot)}
    training = {"command": "furutalib.train(seed=7)", "steps": 3000, "algorithm": "ppo"}
    given = {**hashes, "test": FIGURES, **metrics}
    info = PolicyInfo(
        folder.name, "swing-up", robot, WrapperSettings(), 50.0, training=training, metrics=given
    )
    return save_policy(folder, network, info)


def make_run(folder: Path, seed: int = 0, continuity: float = 0.0, notes: str = "") -> Path:
    """A finished run folder."""
    folder.mkdir(parents=True)
    files = RunFiles(folder)
    config = RunConfig(seed=seed, reward=RewardWeights(continuity=continuity))
    files.config.write_text(json.dumps(config.to_dict()))
    done = Status("finished", steps=3000, total_steps=3000, seconds_training=9.0, success_rate=0.5)
    write_status(files.status, done)
    for steps in (1000, 2000, 3000):
        Table(files.progress, ("steps", "return_mean")).append(
            {"steps": steps, "return_mean": steps / 10 + seed}
        )
        Table(files.evaluations, EVALUATION_COLUMNS).append(
            {"steps": steps, "success_rate": steps / 6000, "task_return": steps / 9}
        )
    times = np.linspace(0, 2, 101)
    for path, steps in ((files.first_episode, 1000), (files.best_episode, 3000)):
        write_episode(path, Episode(steps, times, np.sin(times), np.pi * times, np.cos(times)))
    if notes:
        files.notes.write_text(notes)
    make_policy(files.best, validation=FIGURES)
    return folder


def make_recording(path: Path, trip: str = "", **about: Any) -> Path:
    """One second of an episode on an emulated robot, or what `about` says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        Row(
            *(k, 0.02 * k, k, -k, 0.01 * k, math.pi - 0.001 * k, 0.5, -0.05, 0.3, 0.2),
            lateness_s=1e-4 * (k % 5),
            flags=32 if k == 20 else 0,
            trip=trip if k > 40 else "",
        )
        for k in range(51)
    ]
    lines = [",".join("" if value != value else str(value) for value in row) for row in rows]
    path.write_text(HEADER + "\n".join(lines) + "\n")
    end = {"why": "closed", "rows": len(rows), "lost": 0, "trouble": ""}
    robot = load_robot("course").to_dict()
    said = {"kind": "emulated", "robot": robot, "versions": {"numpy": "2.0"}, "end": end, **about}
    about_path(path).write_text(json.dumps(said))
    return path
