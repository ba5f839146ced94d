"""What a sweep costs beside the training itself: the same runs with and without it."""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from furutalib.facts.errors import RunError
from furutalib.learning.run import Run
from furutalib.learning.sweep import Sweep
from furutalib.learning.sweep_file import COMMAND, PROGRAM, parse_sweep
from furutalib.lessons.bench import Figure

RUNS = 4
AT_A_TIME = 2
STEPS = 150_000
_OPTIONS = {"total_steps": STEPS, "stop_at_success": False, "fidelity": "full"}


def measure_sweep() -> list[Figure]:
    """The same PPO trainings as a sweep with W&B offline and as plain ones, in turn."""
    with tempfile.TemporaryDirectory() as folder, _no_videos():
        plain, plain_s, plain_cpu_s = _timed(lambda: _plain(Path(folder, "plain")))
        swept, swept_s, swept_cpu_s = _timed(lambda: _swept(Path(folder, "sweep")))
        tracking_s = sum(run.status.seconds_tracking for run in swept)
        training_s = sum(run.status.seconds for run in swept)
        plain_training_s = sum(run.status.seconds for run in plain)
    remark = (
        f"{RUNS} trainings, {AT_A_TIME} at a time: {swept_s:.1f} s against {plain_s:.1f} s; "
        f"training alone, added up, {training_s:.1f} s against {plain_training_s:.1f} s; "
        f"processor time {swept_cpu_s:.1f} s against {plain_cpu_s:.1f} s"
    )
    return [
        Figure(
            "a sweep with W&B offline over plain trainings",
            100 * (swept_s / plain_s - 1),
            "% more",
            "below 10",
            "",
            remark,
        ),
        Figure(
            "... writing for W&B over the training time",
            100 * tracking_s / training_s,
            "%",
            "below 10",
        ),
    ]


def _timed(work: Callable[[], list[Run]]) -> tuple[list[Run], float, float]:
    """What it gives, how long it took, and the processor time of the processes it started (s)."""
    began, before = time.perf_counter(), os.times()
    runs = work()
    took_s = time.perf_counter() - began
    _wait_for_children()
    after = os.times()
    return runs, took_s, sum(after[2:4]) - sum(before[2:4])


def _wait_for_children() -> None:
    """Their processor time is known when they have ended; a run is over a little before that."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def _plain(folder: Path) -> list[Run]:
    from furutalib.view.training import train

    def one(seed: int) -> Run:
        options: dict[str, Any] = {**_OPTIONS, "seed": seed, "wandb": "disabled"}
        return train(folder / f"{seed}", block=True, show=False, **options)

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return list(pool.map(one, range(RUNS)))


def _swept(folder: Path) -> list[Run]:
    fixed = {name: {"value": value} for name, value in _OPTIONS.items()}
    top = {"program": PROGRAM, "command": list(COMMAND), "method": "grid"}
    seeds = {"seed": {"values": list(range(RUNS))}}
    sweep = Sweep(folder, parse_sweep({**top, "parameters": {**fixed, **seeds}}))
    rows = sweep.run(jobs=AT_A_TIME, wandb_mode="offline", show=False)
    failed = [f"run {row['run']}: {row['error']}" for row in rows if row["state"] != "finished"]
    if failed:
        raise RunError(f"a run of the sweep to be measured has failed: {failed[0]}")
    return [Run(where) for where in sweep.run_folders()]


@contextlib.contextmanager
def _no_videos() -> Iterator[None]:
    """Films cost as much as people want to pay for them; they are not measured here."""
    before = os.environ.get("FURUTA_WANDB_VIDEOS")
    os.environ["FURUTA_WANDB_VIDEOS"] = "0"
    try:
        yield
    finally:
        del os.environ["FURUTA_WANDB_VIDEOS"]
        if before is not None:
            os.environ["FURUTA_WANDB_VIDEOS"] = before
