"""The training process: `python -m furutalib.learning.worker FOLDER`, started by `train`."""

import argparse
import logging
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from furutalib.facts.errors import FurutaError, RunError
from furutalib.learning.run_config import read_config
from furutalib.learning.run_files import RunFiles, read_status, worker_lock, write_status
from furutalib.learning.tracking import Tracker

_log = logging.getLogger(__name__)
_LOCK_PATIENCE_S = 3.0  # someone may just be looking whether the lock is taken


def main(arguments: list[str] | None = None) -> int:
    """Train in a prepared run folder until done, stopped or failed; the exit status tells."""
    parser = argparse.ArgumentParser(description="Train in a run folder made by furutalib.train.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--started", type=float, help="when it was asked for (s)")
    given = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(levelname)s %(message)s"
    )
    files = RunFiles(given.folder)
    signal.signal(signal.SIGTERM, lambda _number, _frame: files.stop.touch())
    started = time.time() if given.started is None else given.started
    with worker_lock(files.lock, _LOCK_PATIENCE_S) as held:
        if not held:
            _log.error("another process is training in %s", files.folder)
            return 1
        return _guarded(files, started)


def _guarded(files: RunFiles, started: float) -> int:
    """Run the session; whatever ends it is in the status and in the log."""
    try:
        run_session(files, started)
    except (FurutaError, OSError) as error:
        _log.exception("training failed")
        _report_failure(files, f"{type(error).__name__}: {error}")
        return 1
    except BaseException as error:
        _report_failure(files, f"{type(error).__name__}: {error}")
        raise
    return 0


def run_session(files: RunFiles, started: float) -> None:
    """Train from the last checkpoint, or from the start, until done or asked to stop."""
    # Here and not above: torch and stable-baselines3 take seconds to import, and the lock and
    # the status must be there before.
    config = read_config(files.config)
    status = replace(
        read_status(files.status),
        state="starting",
        total_steps=config.settings.total_steps,
        pid=os.getpid(),
        message="",
    )
    write_status(files.status, status)
    tracker = Tracker(files, status.wandb_mode, config.to_dict())
    from furutalib.learning.robot_session import RobotSession
    from furutalib.learning.session import Session

    kind = Session if config.on_robot is None else RobotSession
    kind(files, config, tracker, status, started).run()


def _report_failure(files: RunFiles, message: str) -> None:
    try:
        write_status(
            files.status, replace(read_status(files.status), state="failed", message=message)
        )
    except (OSError, RunError):
        _log.exception("the status cannot be written either")


if __name__ == "__main__":
    sys.exit(main())
