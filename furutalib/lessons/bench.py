"""Speeds and trainings, measured on this computer: `furuta bench`.

Machines differ and are busy with other things, so speeds come with their ratio to a small
calibration loop and to CartPole-v1, all taken in turn in the same run; medians are shown.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError

ROUNDS = 7
SEEDS = 5
CALIBRATION_LOOPS = 200_000


@dataclass(frozen=True)
class Figure:
    """One measured figure and what is expected of it."""

    what: str
    value: float
    unit: str
    at_least: str = ""
    reach: str = ""
    remark: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(prog="furuta bench")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--json", action="store_true")
    for name, kind in LOOP_OPTIONS.items():
        parser.add_argument(f"--{name}", type=kind)
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(MEASUREMENTS))
    if unknown:
        parser.error(f"unknown measurement {', '.join(unknown)}; known: {', '.join(MEASUREMENTS)}")
    if options.list:
        for name, measure in MEASUREMENTS.items():
            print(f"{name:14s}{(measure.__doc__ or '').splitlines()[0]}")
        return 0
    given = {name: value for name in LOOP_OPTIONS if (value := getattr(options, name)) is not None}
    if given and options.names != ["loop"]:
        parser.error(f"--{next(iter(given))} is for `furuta bench loop` alone")
    if given:
        figures = measure_loop(**given)
    else:
        figures = [f for name in options.names or MEASUREMENTS for f in MEASUREMENTS[name]()]
    print(json.dumps([asdict(f) for f in figures], indent=1) if options.json else table(figures))
    return 0


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table."""
    lines = ["| what | measured | at least | reach | remark |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {f.what} | {f.value:,.4g} {f.unit} | {f.at_least} | {f.reach} | {f.remark} |"
        for f in figures
    ]
    return "\n".join(lines)


def measure_env() -> list[Figure]:
    """One environment through the gymnasium API, against CartPole-v1 and a plain loop."""
    import gymnasium

    furuta = gymnasium.make("furutalib:FurutaSwingUp-v0", fidelity="full")
    cartpole = gymnasium.make("CartPole-v1")
    rng = np.random.default_rng(0)
    ours: list[Any] = list(rng.uniform(-0.3, 0.3, (5000, 1)).astype(np.float32))
    theirs: list[Any] = rng.integers(0, 2, 5000).tolist()
    rates = _in_turn(
        lambda: 5000 / _stepping(furuta, ours),
        lambda: 5000 / _stepping(cartpole, theirs),
        _calibration,
    )
    return [
        Figure("one environment, full fidelity, 50 Hz", rates[0], "steps/s", "40k", "100k"),
        Figure("... over CartPole-v1 in the same run", rates[0] / rates[1], "", "1"),
        Figure("... over the calibration loop", rates[0] / rates[2], "", "", "", _CALIBRATION),
    ]


def measure_batch() -> list[Figure]:
    """64 pendulums at once, full fidelity."""
    from furutalib.learning.batch import FurutaBatch
    from furutalib.learning.setup import build_setup

    batch = FurutaBatch(64, build_setup(fidelity="full"))
    batch.reset(seed=0)
    actions = np.random.default_rng(0).uniform(-0.3, 0.3, (300, 64, 1)).astype(np.float32)

    def rate() -> float:
        begin = time.perf_counter()
        for action in actions:
            batch.step(action)
        return 64 * len(actions) / (time.perf_counter() - begin)

    rates = _in_turn(rate, _calibration)
    return [
        Figure("64 pendulums, full fidelity", rates[0], "env-steps/s", "300k", "1M"),
        Figure("... over the calibration loop", rates[0] / rates[1], "", "", "", _CALIBRATION),
    ]


def measure_start() -> list[Figure]:
    """How long `import furutalib` and `furuta --help` take."""
    python = [sys.executable, "-c"]
    bare, library, command = _in_turn(
        lambda: _seconds([*python, "pass"]),
        lambda: _seconds([*python, "import furutalib"]),
        lambda: _seconds([sys.executable, "-m", "furutalib", "--help"]),
    )
    remark = f"python alone takes {bare:.2f} s"
    return [
        Figure("import furutalib", library, "s", "0.4", "0.2", remark),
        Figure("furuta --help", command, "s", "0.6", "", remark),
    ]


def measure_controllers() -> list[Figure]:
    """Energy + LQR from 100 starts; MPC from 5."""
    from furutalib.facts.robot import load_robot
    from furutalib.learning.controllers import EnergyLQR
    from furutalib.learning.evaluation import evaluate
    from furutalib.learning.mpc import MPC

    robot = load_robot("course")
    classical = evaluate(EnergyLQR(robot))
    begin = time.perf_counter()
    sampling = evaluate(MPC(robot, np.random.default_rng(0)), n=5)
    per_action_ms = (time.perf_counter() - begin) / (5 * 400) * 1e3
    remark = f"swing-up {sampling.swing_up_median_s:.2f} s, {per_action_ms:.1f} ms per action"
    return [
        Figure(
            "energy + LQR, full fidelity",
            classical.successes,
            "of 100",
            "95",
            "100",
            f"swing-up {classical.swing_up_median_s:.2f} s (median)",
        ),
        Figure("sampling MPC, full fidelity", sampling.successes, "of 5", "", "", remark),
    ]


def measure_ppo_full() -> list[Figure]:
    """PPO until 100 of 100 validation starts succeed, full fidelity, 5 seeds."""
    seen = {"history": 2, "dead_zone_compensation": 0.08}
    return _ppo("full", "75 (4 of 5 within 150)", "25", seen)


def measure_ppo_ideal() -> list[Figure]:
    """PPO until 100 of 100 validation starts succeed, ideal plant, 5 seeds."""
    return _ppo("ideal", "30", "12", {})


def measure_lessons() -> list[Figure]:
    """The lessons as learners get them, executed from top to bottom in FAST mode."""
    import nbclient
    import nbformat

    from furutalib.facts.paths import course_folder

    clone = course_folder()
    if clone is None:
        raise ConfigurationError("the lessons are not here: run it in a clone of the course")
    seconds = {}
    read: Any = nbformat.read
    for path in sorted((clone / "notebooks").glob("*.ipynb")):
        with tempfile.TemporaryDirectory() as folder:
            resources = {"metadata": {"path": folder}}
            client = nbclient.NotebookClient(
                read(path, as_version=4), timeout=600, resources=resources
            )
            begin = time.perf_counter()
            client.execute()
            seconds[path.stem] = time.perf_counter() - begin
    groups = (("00 to 03", "240"), ("04 and 05", "180"), ("07", ""))
    return [_together(seconds, name, at_most) for name, at_most in groups]


def _together(seconds: dict[str, float], name: str, at_most: str) -> Figure:
    first, last = name[:2], name[-2:]
    took = {lesson: s for lesson, s in seconds.items() if first <= lesson[:2] <= last}
    remark = ", ".join(f"{lesson} {s:.0f}" for lesson, s in took.items())
    bound = f"below {at_most}" if at_most else ""
    return Figure(f"lessons {name}, FAST", sum(took.values()), "s", bound, "", remark)


def measure_view() -> list[Figure]:
    """The views in JupyterLab in a browser, ten minutes of live updates included."""
    from furutalib.lessons import bench_view

    return bench_view.measure_view()


def measure_sweep() -> list[Figure]:
    """What a sweep with W&B offline costs beside its trainings."""
    from furutalib.lessons import bench_sweep

    return bench_sweep.measure_sweep()


def measure_loop(rate: float = 100.0, seconds: float = 60.0, load: int = 0) -> list[Figure]:
    """How punctual the control loop is, against the usual sleep-the-rest loop."""
    from furutalib.lessons import bench_loop

    return bench_loop.measure_loop(rate, seconds, load)


def measure_telemetry() -> list[Figure]:
    """What a row of telemetry costs inside a tick."""
    from furutalib.lessons import bench_loop

    return bench_loop.measure_telemetry()


def _ppo(fidelity: str, at_least: str, reach: str, wrappers: dict[str, Any]) -> list[Figure]:
    from furutalib.view.training import train

    seconds, steps, successes = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(SEEDS):
            where = Path(folder) / f"{fidelity}-{seed}"
            options = {"wandb": "disabled", "block": True, "show": False, **wrappers}
            run = train(where, fidelity=fidelity, seed=seed, **options)
            status = run.status
            seconds.append(status.seconds_training)
            steps.append(status.steps)
            successes.append(100 * run.evaluations()["success_rate"].max())
    remark = (
        f"seconds {', '.join(f'{s:.0f}' for s in seconds)}; "
        f"thousand steps {', '.join(f'{s / 1e3:.0f}' for s in steps)}; "
        f"successes {', '.join(f'{s:.0f}' for s in successes)}"
    )
    middle = statistics.median(seconds)
    return [Figure(f"PPO to 100/100, {fidelity}, median", middle, "s", at_least, reach, remark)]


MEASUREMENTS: Mapping[str, Callable[[], list[Figure]]] = MappingProxyType(
    {
        "env": measure_env,
        "batch": measure_batch,
        "start": measure_start,
        "controllers": measure_controllers,
        "ppo-full": measure_ppo_full,
        "ppo-ideal": measure_ppo_ideal,
        "lessons": measure_lessons,
        "view": measure_view,
        "sweep": measure_sweep,
        "loop": measure_loop,
        "telemetry": measure_telemetry,
    }
)
LOOP_OPTIONS: Mapping[str, type] = MappingProxyType({"rate": float, "seconds": float, "load": int})
_CALIBRATION = f"a loop that adds {CALIBRATION_LOOPS:,} numbers in Python, numbers per second"


def _in_turn(*measures: Callable[[], float]) -> list[float]:
    """Medians of several measures taken in turn, after one round that does not count."""
    for measure in measures:
        measure()
    rounds = [[measure() for measure in measures] for _ in range(ROUNDS)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def _stepping(env: Any, actions: Sequence[Any]) -> float:
    """Seconds for all actions, resets included."""
    env.reset(seed=0)
    begin = time.perf_counter()
    for action in actions:
        _, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    return time.perf_counter() - begin


def _calibration() -> float:
    begin = time.perf_counter()
    total = 0
    for number in range(CALIBRATION_LOOPS):
        total += number
    return CALIBRATION_LOOPS / (time.perf_counter() - begin)


def _seconds(command: Sequence[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin
