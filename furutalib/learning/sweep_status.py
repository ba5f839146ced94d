"""How far all runs of a sweep are together."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from furutalib.learning.run_files import RunFiles, Status, read_status


def together(folders: Sequence[Path], totals: Sequence[int]) -> Status:
    """One status for all runs; times are those of the runs added up.

    Args:
        folders: of the runs, also of those that have not begun.
        totals: the most steps of each; a run that has finished early counts as these.
    """
    runs = [read_status(RunFiles(folder).status) for folder in folders]
    finished = [run.state == "finished" for run in runs]
    done = [t if f else r.steps for r, t, f in zip(runs, totals, finished, strict=True)]
    failed = sum(run.state == "failed" for run in runs)
    ended = f"{sum(finished)} of {len(runs)} runs finished" + (f", {failed} failed" * bool(failed))
    return Status(
        state="running",
        steps=sum(done),
        total_steps=sum(totals),
        seconds_training=sum(run.seconds_training for run in runs),
        seconds_evaluation=sum(run.seconds_evaluation for run in runs),
        seconds_checkpoint=sum(run.seconds_checkpoint for run in runs),
        success_rate=sum(run.success_rate for run in runs) / len(runs),
        message=ended,
    )


class Pace:
    """The speed of several runs side by side, from when it was made."""

    def __init__(self, first: Status) -> None:
        self._began = time.monotonic()
        self._steps = first.steps

    def added(self, now: Status) -> Status:
        """The same status with the steps per second, all runs added up."""
        elapsed = max(time.monotonic() - self._began, 1e-9)
        return replace(now, steps_per_s=(now.steps - self._steps) / elapsed)
