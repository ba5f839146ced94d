"""What `wandb agent` starts for each run of a sweep: `python -m furutalib.learning.sweep_agent`.

The agent runs where the person is logged in. W&B hands the parameters over in `wandb.config`;
the training is the same as everywhere, and its rows go to the run that W&B has opened.
"""

import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from furutalib.facts.errors import FurutaError
from furutalib.learning.provenance import code_version
from furutalib.learning.run import Run
from furutalib.learning.run_files import RunFiles
from furutalib.learning.sweep_file import describe_run
from furutalib.learning.tracking import Tracker, define_metrics
from furutalib.learning.training import start
from furutalib.learning.wandb_mode import PROJECT, keep_inside

_SEND_S = 5.0


def main() -> int:
    """Train with the parameters that W&B gives; the exit status tells the agent how it went."""
    import wandb

    sweep, name = (os.environ.get(f"WANDB_{key}_ID") for key in ("SWEEP", "RUN"))
    if not (sweep and name):
        print("start this with `wandb agent SWEEP`, or use `furuta sweep FILE`", file=sys.stderr)
        return 2
    mode = os.environ.get("WANDB_MODE", "online")
    outer = RunFiles(Path("runs").resolve() / f"sweep-{sweep}" / name)
    outer.folder.mkdir(parents=True, exist_ok=True)
    keep_inside(outer)
    settings = wandb.Settings(console="off", disable_git=True, disable_code=True)
    project = os.environ.get("WANDB_PROJECT", PROJECT)
    given = wandb.init(
        project=project,
        dir=str(outer.folder),
        mode="offline" if mode == "offline" else "online",
        settings=settings,
    )
    try:
        _train(given, outer.folder / "training")
    except (FurutaError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        given.finish(exit_code=1)
        return 1
    return 0


class _AgentTracker(Tracker):
    """Sends to the run that W&B has opened, instead of opening one."""

    def __init__(self, run: Run, given: Any) -> None:
        super().__init__(run.files, "online", run.config.to_dict())
        self._run = given


def _train(given: Any, folder: Path) -> None:
    config, source = describe_run(dict(given.config))
    run = start(folder, config, source, "disabled")
    signal.signal(signal.SIGTERM, lambda _number, _frame: run.stop())  # the agent's way to say it
    # The whole configuration; the parameters of the sweep are there already and stay.
    given.config.update({"run": config.to_dict(), "code": code_version()})
    define_metrics(given)
    tracker = _AgentTracker(run, given)
    while not run.wait(_SEND_S, show=False).over:
        tracker.update()
    tracker.finish(asdict(run.status))


if __name__ == "__main__":
    sys.exit(main())
