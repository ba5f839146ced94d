"""A training run and a policy, read for a report: what is missing or broken is told, not raised."""

import csv
import json
import logging
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError, FurutaError, PolicyError, RunError
from furutalib.facts.robot import RobotDescription
from furutalib.learning.policy_folder import LoadedPolicy, load_policy
from furutalib.learning.progress import format_seconds
from furutalib.learning.run_config import read_config
from furutalib.learning.run_files import (
    Columns,
    RunFiles,
    Status,
    is_locked,
    read_episode,
    read_status,
    read_table,
)
from furutalib.view import tracks
from furutalib.view.report_part import POLICY, SIMULATED, TRAINING, Part, place_of
from furutalib.view.report_recording import EPISODES, read_recording
from furutalib.view.tracks import Track, furuta_track

_log = logging.getLogger(__name__)

_SHOWN_S = 8.0
_DAMAGED = (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile)
_NO_VERSIONS = "versions and hashes: they are kept with the first policy"


def read_run(folder: Path, name: str) -> Part:
    """A run folder as a part of a report."""
    files, missing = RunFiles(folder), list[str]()
    status = _status(files, missing)
    settings, command = _settings(files, missing)
    progress = _table(files.progress, "no learning curve yet", missing)
    evaluations = _table(files.evaluations, "no evaluation yet", missing)
    part = Part(
        name,
        TRAINING,
        place=place_of(settings, SIMULATED),
        robot=_robot(settings, missing),
        fidelity=settings.get("fidelity", "full"),
        facts=_facts(files, status, settings) | _on_robot(progress),
        settings=settings,
        progress=progress,
        evaluations=evaluations,
        over=status.over,
        tracks=_episodes(files, _label(name, settings), missing),
        notes=_text(files.notes),
        command=command,
        reward=_text(files.reward),
        log=files.last_log_lines() if status.state in ("failed", "interrupted") else "",
    )
    return _with_recording(_with_policy(part, files.best, missing), files, missing)


def read_policy(folder: Path, name: str) -> Part:
    """A policy folder as a part of a report, with an episode simulated for it."""
    missing: list[str] = []
    try:
        policy = load_policy(folder)
    except PolicyError as error:
        _log.warning("%s", error)
        return Part(name, POLICY, place=SIMULATED, missing=[f"the policy: {error}"])
    info = policy.info
    settings = {"task": info.task, "robot": info.robot.to_dict(), **info.training}
    settings |= {"wrappers": info.wrappers.to_dict(), "observation": list(info.observation)}
    settings["command"] = None
    facts = {
        "task": info.task,
        "algorithm": info.training.get("algorithm"),
        "seed": info.training.get("seed"),
        "steps": f"{info.training.get('steps', 0):,}",
        "robot": info.robot.name,
        "rate (Hz)": info.rate_hz,
    }
    part = Part(
        name,
        POLICY,
        place=place_of({**info.training, **info.metrics}, SIMULATED),
        robot=info.robot,
        fidelity=info.training.get("fidelity", "full"),
        facts=facts,
        settings={key: value for key, value in settings.items() if value is not None},
        made_with={**info.versions, **_hashes(info.metrics)},
        figures=_figures(info.metrics),
        tracks=_simulated(policy, name, missing),
        command=str(info.training.get("command", "")),
    )
    return replace(part, missing=missing)


def _with_policy(part: Part, best: Path, missing: list[str]) -> Part:
    """What the best policy of a run says about itself."""
    if not best.is_dir():
        missing += ["no policy yet: one is kept after the first validation", _NO_VERSIONS]
        return part
    try:
        info = load_policy(best).info
    except PolicyError as error:
        _log.warning("%s", error)
        missing += [f"the best policy: {error}"]
        return part
    figures = _figures(info.metrics)
    if not any(row["starts"] == "test" for row in figures):
        missing += ["figures of the test starts: a finished training in simulation has them"]
    made_with = {**info.versions, **_hashes(info.metrics)}
    return replace(part, figures=figures, made_with=made_with)


def _with_recording(part: Part, files: RunFiles, missing: list[str]) -> Part:
    """The newest episode that was recorded while the run drove a robot."""
    recorded = sorted(files.folder.glob(f"*/{EPISODES}"), key=lambda path: path.stat().st_mtime)
    if recorded:
        newest = read_recording(recorded[-1], part.name)
        missing += newest.missing
        facts = {**part.facts, "recorded episodes": len(recorded)}
        part = replace(part, facts=facts, recording=newest.recording)
        if not part.tracks:
            part = replace(part, tracks=newest.tracks)
    return replace(part, missing=missing)


def _status(files: RunFiles, missing: list[str]) -> Status:
    if not files.status.is_file():
        missing.append("status.json is missing: the run has not begun, or a part was copied")
    try:
        status = read_status(files.status)
    except RunError as error:
        missing.append(str(error))
        return Status(state="unknown")
    if status.over or is_locked(files.lock):
        return status
    missing.append("its end: the run was interrupted, or is still going on at another place")
    return replace(status, state="interrupted")


def _settings(files: RunFiles, missing: list[str]) -> tuple[dict[str, Any], str]:
    """What config.json says, and the call that starts such a run again."""
    try:
        config = read_config(files.config)
        return config.to_dict(), config.command()
    except RunError as error:
        missing.append(str(error))
    try:
        values = json.loads(files.config.read_text("utf-8"))
    except (OSError, ValueError):
        return {}, ""
    return values if isinstance(values, dict) else {}, ""


def _robot(settings: Mapping[str, Any], missing: list[str]) -> RobotDescription | None:
    try:
        return RobotDescription.from_dict(settings["robot"])
    except (ConfigurationError, KeyError, TypeError) as error:
        missing.append(f"the robot's description cannot be read ({error})")
        return None


def _label(name: str, settings: Mapping[str, Any]) -> str:
    """What an episode is called: that it was no simulated robot belongs to it."""
    place = place_of(settings, SIMULATED)
    return name if place == SIMULATED else f"{name}, {place}"


def _facts(files: RunFiles, status: Status, settings: Mapping[str, Any]) -> dict[str, Any]:
    written = [path.stat().st_mtime for path in (files.status, files.config) if path.is_file()]
    when = datetime.fromtimestamp(max(written), UTC) if written else None
    control = settings.get("robot") or {}
    return {
        "state": status.state + (f": {status.message}" if status.message else ""),
        "task": settings.get("task"),
        "algorithm": settings.get("algorithm"),
        "seed": settings.get("seed"),
        "steps": f"{status.steps:,}",
        "best success in validation": f"{status.success_rate:.0%}",
        "steps to success": status.steps_to_success and f"{status.steps_to_success:,}",
        "time": format_seconds(status.seconds),
        "robot": control.get("name"),
        "last written": when and f"{when:%Y-%m-%d %H:%M} UTC",
    }


def _on_robot(progress: Columns) -> dict[str, Any]:
    """What a run on a robot has cost it; nothing for one in simulation."""
    spent = {"robot time": "robot_seconds", "time of resets": "reset_seconds"}
    found: dict[str, Any] = {
        name: format_seconds(float(progress[column][-1]))
        for name, column in spent.items()
        if column in progress and np.isfinite(progress[column][-1])
    }
    return found | (
        {"trips": int(np.nan_to_num(progress["trips"][-1]))} if "trips" in progress else {}
    )


def _table(path: Path, nothing: str, missing: list[str]) -> Columns:
    """The whole rows of a table, whatever stands between them."""
    try:
        table = read_table(path)
    except (ValueError, OSError):
        table, lost = _salvaged(path)
        missing.append(f"{path.name}: {lost} damaged rows are left out")
    if "steps" not in table or not len(table["steps"]):
        missing.append(nothing)
        return {}
    return table


def _salvaged(path: Path) -> tuple[Columns, int]:
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return {}, 0
    names, *lines = csv.reader(text.replace("\0", "").splitlines())
    rows = [row for row in map(_numbers, lines) if len(row) == len(names)]
    values = np.array(rows, float).reshape(len(rows), len(names))
    return {name: values[:, i] for i, name in enumerate(names)}, len(lines) - len(rows)


def _numbers(cells: list[str]) -> list[float]:
    try:
        return [float(cell) if cell else np.nan for cell in cells]
    except ValueError:
        return []


def _episodes(files: RunFiles, name: str, missing: list[str]) -> list[Track]:
    """The best policy's episode, and that of the first validation."""
    found: list[tuple[int, Track]] = []
    for path in (files.best_episode, files.first_episode, files.episode):
        try:
            episode = read_episode(path)
        except _DAMAGED as error:
            missing.append(f"{path.name} is damaged ({type(error).__name__})")
            continue
        if episode is None or any(episode.steps == steps for steps, _ in found):
            continue
        label = f"{name}, after {episode.steps:,} steps"
        values = episode.times_s, episode.arm_rad, episode.pendulum_rad, episode.command
        found.append((episode.steps, furuta_track(label, *values)))
    if not found:
        missing.append("no episode to play yet: the first comes with the first validation")
    return [track for _, track in found]


def _simulated(policy: LoadedPolicy, name: str, missing: list[str]) -> list[Track]:
    from furutalib.learning.rollout import collect
    from furutalib.learning.starts import draw_starts

    info = policy.info
    try:
        rollout = collect(
            policy,
            draw_starts("test", 1, info.task),
            robot=info.robot,
            fidelity=info.training.get("fidelity", "full"),
            task=info.task,
            duration_s=_SHOWN_S,
        )
    except (FurutaError, ImportError) as error:
        missing.append(f"no episode to play: {error}")
        return []
    return [tracks.of_rollout(rollout, name=f"{name}, simulated for this report")]


def _figures(metrics: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures of each set of starts."""
    rows = [(key, value) for key, value in metrics.items() if isinstance(value, Mapping)]
    return [{"starts": key, **value} for key, value in rows if "success_rate" in value]


def _hashes(metrics: Mapping[str, Any]) -> dict[str, Any]:
    return {key: metrics.get(key) for key in ("code_hash", "plant_hash")}


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace").strip() if path.is_file() else ""
