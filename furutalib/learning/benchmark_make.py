"""Making the tables of `benchmarks`: sweeps into run folders, then one folder to ship.

A benchmark is a folder of sweep files. The `name` in a sweep file is the label of its runs, with
their parameters filled in, such as "gSDE {sde_sample_freq}".
"""

import csv
import io
import json
import os
import platform
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from furutalib.facts.errors import RunError
from furutalib.facts.files import write_atomically
from furutalib.learning.best_of import BestOf
from furutalib.learning.evaluation import STARTS, assess
from furutalib.learning.policy import Policy
from furutalib.learning.policy_folder import file_hash, load_policy, save_policy, versions
from furutalib.learning.provenance import code_hash
from furutalib.learning.rollout import collect
from furutalib.learning.run_config import flat
from furutalib.learning.run_files import Columns, RunFiles, read_status, read_table
from furutalib.learning.starts import draw_starts
from furutalib.learning.sweep import Sweep
from furutalib.learning.sweep_file import read_sweep
from furutalib.learning.wear import wear

Row = dict[str, Any]
_EVALUATED = ("success_rate", "task_return", "action_change", "continuity")
_MEAN = ("return_mean", "exploration_continuity")
CURVES = ("run", "steps", *_EVALUATED, *_MEAN, "update_seconds", "seconds")


def make(folder: Path, runs: Path, jobs: int = -1) -> None:
    """Do what is left to do of a benchmark's sweeps, then write its tables and policies.

    Args:
        folder: holds the sweep files; the results are written beside them.
        runs: where the run folders are kept, for the next start.

    Raises:
        RunError: there is no sweep file, or a run has failed.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise RunError(f"{folder} has no sweep file (*.yaml): nothing to make")
    rows: list[Row] = []
    curves: list[Row] = []
    for file in files:
        sweep = Sweep(runs / file.stem, read_sweep(file))
        done = sweep.run(jobs=jobs, wandb_mode="disabled")
        rows += _labelled(file, sweep, done)
        for row, place in zip(done, sweep.run_folders(), strict=True):
            curves += _curve(f"{file.stem}-{row['run']}", RunFiles(place))
    bad = [f"{row['run']}: {row['error'] or row['state']}" for row in rows if row["error"]]
    if bad:
        raise RunError(f"{len(bad)} runs of {folder.name} failed; the first is {bad[0]}")
    _copy_policies(folder / "policies", runs, files)
    write_table(folder / "results.csv", rows)
    write_table(folder / "curves.csv", curves)
    write_atomically(folder / "benchmark.json", json.dumps(made(folder, files), indent=1) + "\n")


def make_critic(folder: Path, runs: Path) -> None:
    """What a critic's choice among ten samples brings: trained Gaussian SAC agents, three ways.

    Args:
        folder: where the table is written.
        runs: finished runs of SAC with Gaussian noise.

    Raises:
        RunError: there is none.
    """
    finished = [
        files.best
        for files in map(RunFiles, sorted(runs.glob("[0-9]*")))
        if read_status(files.status).state == "finished"
    ]
    rows = [row for best in finished for row in _three_ways(best)]
    if not rows:
        raise RunError(f"{runs} has no finished run; make the benchmark exploration first")
    folder.mkdir(exist_ok=True)
    write_table(folder / "results.csv", rows)
    write_atomically(folder / "benchmark.json", json.dumps(made(folder, []), indent=1) + "\n")


def _three_ways(best: Path) -> list[Row]:
    own = load_policy(best)
    model, info = best / "model.zip", own.info
    ways: dict[str, Policy] = {
        "SAC": own,
        "SAC with its noise": BestOf(model, info.wrappers, candidates=1),
        "best of ten (critic)": BestOf(model, info.wrappers),
    }
    starts, fidelity = draw_starts("test", STARTS), tuple(info.training["fidelity"])
    rows = []
    for way, policy in ways.items():
        rollout = collect(policy, starts, robot=info.robot, fidelity=fidelity)
        figures = assess(rollout) | wear(rollout)
        row: Row = {"run": f"gaussian-{best.parent.name}", "variant": way}
        row["seed"] = info.training["seed"]
        rows.append(row | {f"test.{name}": _short(value) for name, value in figures.items()})
    return rows


def write_table(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV, whole; a column that a row lacks stays empty."""
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    write_atomically(path, text.getvalue())


def _labelled(file: Path, sweep: Sweep, done: list[Row]) -> list[Row]:
    """The rows of a sweep under their labels; validation figures were for choosing, not telling."""
    label = yaml.safe_load(file.read_text("utf-8"))["name"]
    rows = []
    for row, point in zip(done, sweep.file.points, strict=True):
        head = {"run": f"{file.stem}-{row['run']}", "variant": _fill(label, flat(point))}
        rest = {k: v for k, v in row.items() if k != "run" and not k.startswith("validation.")}
        # Counted once per policy step; a held action earns it in each of its periods.
        repeat = point.get("action_repeat", 1)
        if rest.get("test.task_return") is not None:
            rest["test.task_return"] *= repeat
        rows.append(head | {k: _short(v) for k, v in rest.items()})
    return rows


def _fill(label: str, values: Mapping[str, Any]) -> str:
    """ "continuity {reward.continuity:g}" with its numbers; a dotted name is one key."""
    for name in sorted(values, key=len, reverse=True):
        label = label.replace(f"{{{name}:g}}", f"{values[name]:g}" if _number(values[name]) else "")
        label = label.replace(f"{{{name}}}", str(values[name]))
    return label


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def _short(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _curve(run: str, files: RunFiles) -> list[Row]:
    """A row per validation, with what was practised since the one before."""
    progress, checks = read_table(files.progress), read_table(files.evaluations)
    rows, before = [], 0.0
    for i, steps in enumerate(checks["steps"].tolist()):
        since = (progress["steps"] > before) & (progress["steps"] <= steps)
        row: Row = {"run": run, "steps": int(steps)}
        row |= {name: _short(float(checks[name][i])) for name in _EVALUATED}
        row |= {name: _mean(progress, name, since) for name in _MEAN}
        row |= {"update_seconds": _short(float(progress["update_seconds"][since].sum()))}
        rows.append(row | {"seconds": _short(float(checks["seconds"][i]))})
        before = steps
    return rows


def _mean(table: Columns, name: str, rows: Any) -> float | None:
    values = table[name][rows]
    values = values[np.isfinite(values)]
    return _short(float(values.mean())) if values.size else None


def _copy_policies(target: Path, runs: Path, files: list[Path]) -> None:
    """The best policy of each run, without the file that only stable-baselines3 needs."""
    shutil.rmtree(target, ignore_errors=True)
    for file in files:
        for best in sorted((runs / file.stem).glob("*/best")):
            policy = load_policy(best)
            name = f"{file.stem}-{best.parent.name}"
            save_policy(target / name, policy.network, policy.info)


def made(folder: Path, files: list[Path]) -> dict[str, Any]:
    """What `benchmark.json` says: command, sweep files, hash of the frozen code, versions, date."""
    return {
        "command": f"python data/benchmarks/make.py {folder.name}",
        "sweeps": {file.name: file_hash(file) for file in files},
        "code_hash": code_hash(),
        "versions": versions(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "made": f"{datetime.now(UTC):%Y-%m-%d}",
    }
