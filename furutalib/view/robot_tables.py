"""The tables about learning on robots, all emulated: `robot-zero` and `transfer`.

Both are made of jobs, each of which gives some rows and keeps them in `rows.json` of its own
folder, so that a start after an interruption goes on.
"""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from furutalib.facts.errors import RunError
from furutalib.facts.files import write_atomically
from furutalib.facts.paths import data_folder
from furutalib.learning.benchmark_make import made, write_table
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.excitation import record, usual_plan
from furutalib.learning.identification import Identified, identify, read_recordings
from furutalib.learning.policy import Policy
from furutalib.learning.robot_evaluation import RobotEvaluation, evaluate_on_robot
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.run import Run
from furutalib.view.robot_training import train_on_robot
from furutalib.view.training import train

Row = dict[str, Any]
Job = tuple[str, Callable[[Path], list[Row]]]

# (hidden robot, seed): one robot with five seeds, then others
ZERO = (*((0, seed) for seed in range(5)), *((hidden, 0) for hidden in range(1, 3)))
ZERO_MINUTES = 15.0
TRANSFER = range(20)
FINE_TUNING_MINUTES = 3.0
READY_MADE = ("ppo-full", "ppo-random", "sac-full")
TUNED = "sac-full"
_FIGURES = (
    *("successes", "task_return", "swing_up_median_s", "balance_rms_deg"),
    *("action_change", "continuity", "trips"),
)


def make_zero(folder: Path, runs: Path, workers: int = 2) -> None:
    """From zero on emulated hidden robots: a row per robot and seed, and how each got there."""
    jobs: list[Job] = [(f"{hidden}-{seed}", partial(_zero, hidden, seed)) for hidden, seed in ZERO]
    rows = _work(jobs, runs, workers)
    curves = [
        {"hidden": hidden, "seed": seed} | row
        for hidden, seed in ZERO
        for row in _evaluations(Run(runs / f"{hidden}-{seed}" / "run"))
    ]
    _write(folder, {"results.csv": rows, "curves.csv": curves})


def make_transfer(folder: Path, runs: Path, workers: int = 2) -> None:
    """From simulation to emulated hidden robots: a row per robot and contender."""
    jobs: list[Job] = [
        (f"{what}-{hidden}", partial(_transfer, hidden, what))
        for what in _CONTENDERS
        for hidden in TRANSFER
    ]
    _write(folder, {"results.csv": _work(jobs, runs, workers)})


def _zero(hidden: int, seed: int, folder: Path) -> list[Row]:
    place = RobotPlace("emulated", hidden=hidden)
    run = _train_on(folder / "run", place, minutes=ZERO_MINUTES, seed=seed)
    figures = _figures(run.files.best, place)
    return [{"hidden": hidden, "seed": seed} | _spent(run) | figures]


def _described(place: RobotPlace, _: Path) -> list[Row]:
    return [_contender("energy + LQR, as described", EnergyLQR(place.description()), place)]


def _measured(place: RobotPlace, folder: Path) -> list[Row]:
    found = _identified(place, folder / "recordings")
    simulated = _train_in(found, folder / "ppo")
    return [
        _contender("energy + LQR, identified", EnergyLQR(found.description), place),
        _contender("ppo, identified ranges", simulated.files.best, place),
    ]


def _zero_shot(name: str, place: RobotPlace, _: Path) -> list[Row]:
    return [_contender(name, _shipped(name), place)]


def _tuned(place: RobotPlace, folder: Path) -> list[Row]:
    run = _train_on(
        folder / "run",
        place,
        minutes=FINE_TUNING_MINUTES,
        start_from=_shipped(TUNED),
        seed=place.hidden,
    )
    return [_contender(f"{TUNED}, tuned", run.files.best, place) | _spent(run)]


_CONTENDERS: dict[str, Callable[[RobotPlace, Path], list[Row]]] = {
    "described": _described,
    **{name: partial(_zero_shot, name) for name in READY_MADE},
    "tuned": _tuned,
    "measured": _measured,
}


def _transfer(hidden: int, what: str, folder: Path) -> list[Row]:
    rows = _CONTENDERS[what](RobotPlace("emulated", hidden=hidden), folder)
    return [{"hidden": hidden} | row for row in rows]


def _shipped(name: str) -> Path:
    return data_folder() / "policies" / name


def _identified(place: RobotPlace, recordings: Path) -> Identified:
    if not recordings.is_dir():
        with place.connect() as robot:
            about = {"kind": place.kind, "hidden": place.hidden}
            record(robot, recordings, usual_plan(robot.description), about)
    return identify(read_recordings(recordings), place.description())


def _train_in(found: Identified, folder: Path) -> Run:
    """Training in simulation, within what was identified."""
    run = _done_before(folder) or train(
        folder,
        robot=found.description,
        history=2,
        dead_zone_compensation=0.08,
        randomisation=found.ranges(),
        total_steps=400_000,
        stop_at_success=False,
        wandb="disabled",
        block=True,
        show=False,
    )
    return _finished(run)


def _train_on(folder: Path, place: RobotPlace, **options: Any) -> Run:
    options |= {"wandb": "disabled", "block": True, "show": False}
    return _finished(_done_before(folder) or train_on_robot(folder, place, **options))


def _done_before(folder: Path) -> Run | None:
    """The run in a folder, if it is finished; one that is not goes on by being started again."""
    run = Run(folder) if (folder / "config.json").is_file() else None
    return run if run and run.status.state == "finished" else None


def _finished(run: Run) -> Run:
    if run.status.state != "finished":
        raise RunError(f"{run.folder}: {run.status.state}, {run.status.message}")
    return run


def _contender(name: str, policy: Policy | Path, place: RobotPlace) -> Row:
    return {"contender": name} | _figures(policy, place)


def _figures(policy: Policy | Path, place: RobotPlace) -> Row:
    with place.connect() as robot:
        figures: RobotEvaluation = evaluate_on_robot(policy, robot, allow_other_robot=True)
    values = figures.to_dict()
    return {name: _short(values[name]) for name in _FIGURES}


def _spent(run: Run) -> Row:
    """What a training on a robot took, its time on the robot apart from the rest."""
    status, progress, last = run.status, run.progress(), run.evaluations()
    return {
        "steps": status.steps,
        "robot_minutes": _short(last["robot_seconds"][-1] / 60.0),
        "reset_minutes": _short(last["reset_seconds"][-1] / 60.0),
        "update_seconds": _short(float(progress["update_seconds"].sum())),
        "training_trips": int(last["trips"][-1]),
        "ready": status.steps_to_success is not None,
    }


def _evaluations(run: Run) -> list[Row]:
    names = ("steps", "robot_seconds", "episodes", "success_rate", "task_return", "continuity")
    table = run.evaluations()
    columns = (table[name].tolist() for name in names)
    return [dict(zip(names, map(_short, row), strict=True)) for row in zip(*columns, strict=True)]


def _work(jobs: Iterable[Job], runs: Path, workers: int) -> list[Row]:
    with ThreadPoolExecutor(workers) as pool:
        return [row for rows in pool.map(partial(_kept, runs), jobs) for row in rows]


def _kept(runs: Path, job: Job) -> list[Row]:
    """The rows of a job, from its folder if it was done before."""
    name, work = job
    file = runs / name / "rows.json"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, json.dumps(work(file.parent), indent=1))
    rows: list[Row] = json.loads(file.read_text("utf-8"))
    return rows


def _write(folder: Path, tables: dict[str, list[Row]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        write_table(folder / name, rows)
    write_atomically(folder / "benchmark.json", json.dumps(made(folder, []), indent=1) + "\n")


def _short(value: Any) -> Any:
    return float(f"{value:.5g}") if isinstance(value, float) else value
