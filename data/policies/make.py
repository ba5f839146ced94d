"""Makes the policies of this folder and its README: `python data/policies/make.py [NAME ...]`.

The PPO recipes are trained on beyond the first success, the SAC recipe up to it, each with a few
seeds; the best policy of each seed is kept by its validation starts. The best of the seeds is
shipped, with the test figures of all of them on its card. About a quarter of an hour on two cores;
what is finished is kept in `runs/policies`, so a start after an interruption goes on from there.
`--readme` makes only the README's table, from the cards.
"""

import csv
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from furutalib.facts.files import write_atomically
from furutalib.learning.build_spread import BUILD_SPREAD
from furutalib.learning.evaluation import Evaluation, evaluate
from furutalib.learning.on_robot import FROM_ZERO, WRAPPERS
from furutalib.learning.policy_folder import add_metrics, load_policy, save_policy
from furutalib.learning.pretrained import table
from furutalib.learning.robot_evaluation import evaluate_on_robot
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.run import Run
from furutalib.view.training import train

HERE = Path(__file__).resolve().parent
RUNS = HERE.parents[1] / "runs" / "policies"
SEEDS = {"ppo-full": 5, "ppo-ideal": 5, "ppo-random": 3, "sac-full": 2}
LONG = {"total_steps": 400_000, "stop_at_success": False}
# SAC as on a robot, so that a robot can go on from there; in simulation.
ROBOT: dict[str, Any] = {
    "algorithm": "sac",
    "settings": replace(FROM_ZERO, total_steps=80_000),
    "wrappers": WRAPPERS,
    "reward": "peaked",
    "fidelity": "full",
}
RECIPES: dict[str, dict[str, Any]] = {
    "ppo-full": {"fidelity": "full", "history": 2, "dead_zone_compensation": 0.08, **LONG},
    "ppo-ideal": {"fidelity": "ideal", **LONG},
    "ppo-random": {
        "fidelity": "full",
        "history": 2,
        "dead_zone_compensation": 0.08,
        "randomisation": BUILD_SPREAD,
        **LONG,
        "total_steps": 1_000_000,
        "evaluate_every": 50_000,
    },
    "sac-full": ROBOT,
}


def make(name: str) -> None:
    """Train one recipe and replace its folder here."""
    recipe = RECIPES[name]
    seeds = range(SEEDS[name])
    runs = {seed: _train(RUNS / name / str(seed) / name, recipe, seed) for seed in seeds}
    tests = {
        seed: evaluate(run.policy(), fidelity=recipe["fidelity"]) for seed, run in runs.items()
    }
    best = max(seeds, key=lambda seed: _validation(runs[seed]))
    lines = {f"seed {seed}": _line(runs[seed], tests[seed]) for seed in seeds}
    made_by = {"made by": f"`python data/policies/make.py {name}`", "shipped": f"seed {best}"}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / name
        shutil.copytree(runs[best].files.best, folder)
        add_metrics(folder, {**made_by, **lines})
        shutil.rmtree(HERE / name, ignore_errors=True)
        shutil.copytree(folder, HERE / name)


def make_from_robot(name: str) -> None:
    """The best of the trainings from zero on the emulated robot 0, by its own episodes there.

    They are those of the table `robot-zero`: `python data/benchmarks/make.py robot-zero`.
    """
    with (HERE.parent / "benchmarks" / "robot-zero" / "results.csv").open() as table:
        rows = {row["seed"]: row for row in csv.DictReader(table) if row["hidden"] == "0"}
    folder = RUNS.parent / "benchmarks" / "robot-zero"
    runs = {seed: Run(folder / f"0-{seed}" / "run") for seed in rows}
    best = max(rows, key=lambda seed: _validation(runs[seed]))
    made = {"made by": f"`python data/policies/make.py {name}`", "shipped": f"seed {best}"}
    lines = {f"seed {seed}": _robot_line(row) for seed, row in rows.items()}
    source = runs[best].files.best
    policy = load_policy(source)
    with RobotPlace("emulated", hidden=0).connect() as robot:
        test = evaluate_on_robot(policy, robot).to_dict()
    known = policy.info.metrics["validation"]
    figures = {key: value for key, value in test.items() if key in known}
    metrics = {**policy.info.metrics, "test": figures, **made, **lines}
    shutil.rmtree(HERE / name, ignore_errors=True)
    save_policy(
        HERE / name,
        policy.network,
        replace(policy.info, name=name, metrics=metrics),
        lambda path: path.write_bytes((source / "model.zip").read_bytes()),
    )


def _robot_line(row: dict[str, str]) -> str:
    ready = "ready" if row["ready"] == "True" else "not called ready"
    return (
        f"{ready} after {float(row['robot_minutes']):.1f} min of robot time, emulated "
        f"({row['steps']} steps); test: {row['successes']}/100, "
        f"swing-up {row['swing_up_median_s']} s, "
        f"balance {row['balance_rms_deg']} deg RMS, action change {row['action_change']}, "
        f"task return {row['task_return']}"
    )


def _train(folder: Path, recipe: dict[str, Any], seed: int) -> Run:
    if folder.is_dir() and Run(folder).status.state == "finished":
        return Run(folder)
    return train(folder, seed=seed, wandb="disabled", block=True, **recipe)


def _validation(run: Run) -> tuple[float, float]:
    table = run.evaluations()
    return max(zip(table["success_rate"].tolist(), table["task_return"].tolist(), strict=True))


def _line(run: Run, test: Evaluation) -> str:
    status = run.status
    return (
        f"100 of 100 validation starts after {status.steps_to_success or 'no'} steps; "
        f"test: {test.successes}/{test.n}, swing-up {test.swing_up_median_s:.2f} s, "
        f"balance {test.balance_rms_deg:.2f} deg RMS, action change {test.action_change:.3f}, "
        f"task return {test.task_return:.1f}"
    )


if __name__ == "__main__":
    for chosen in sys.argv[1:] or [*RECIPES, "sac-robot"]:
        if chosen != "--readme":
            {"sac-robot": make_from_robot}.get(chosen, make)(chosen)
    text = (HERE / "README.md").read_text("utf-8").partition("| policy |")[0]
    write_atomically(HERE / "README.md", text + table())
