"""Episodes of a robot on Weights & Biases, in the same series as those of a training.

Angles go there in radians, degrees for people in the table and the chart of `tracking_media`.
"""

import logging
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from furutalib.learning.run_files import Episode, RunFiles
from furutalib.learning.tracking import define_metrics, init_run
from furutalib.learning.tracking_media import TIME, telemetry_in_degrees
from furutalib.learning.wandb_mode import choose_mode, is_logged_in, keep_inside, sync_command
from furutalib.machine.telemetry import Telemetry, read_telemetry

_logger = logging.getLogger(__name__)

# Column of the telemetry -> its series; the first three are the series of a training's episode.
SERIES = {
    "arm_angle_rad": "telemetry/arm_angle_rad",
    "pendulum_angle_rad": "telemetry/pendulum_angle_rad",
    "command_sent": "telemetry/command",
    "command_asked": "telemetry/command_asked",
    "arm_speed_rad_s": "telemetry/arm_speed_rad_s",
    "pendulum_speed_rad_s": "telemetry/pendulum_speed_rad_s",
    "arm_count": "telemetry/arm_count",
    "pendulum_count": "telemetry/pendulum_count",
    "reward": "telemetry/reward",
    "lateness_s": "telemetry/lateness_s",
    "missed": "telemetry/missed",
    "flags": "telemetry/flags",
}


def send_telemetry(path: str | Path, wandb: str = "auto") -> str:
    """Log one telemetry file as a run of its own, written into the folder it lies in.

    Args:
        path: the CSV file of the episode.
        wandb: auto, online, offline or disabled; online only for those who are logged in.

    Returns:
        What became of it, in one line for people. Trouble with W&B is told there and in a
        warning, and raises nothing.

    Raises:
        ConfigurationError: `wandb` is none of these.
        TelemetryError: the file cannot be read.
    """
    mode = choose_mode(wandb)
    telemetry = read_telemetry(path)
    if mode == "disabled":
        return "disabled"
    if mode == "online" and not is_logged_in():
        _logger.warning("W&B: not logged in (`wandb login`); logging offline")
        mode = "offline"
    folder = Path(path).resolve().parent
    keep_inside(RunFiles(folder))
    try:
        run = init_run(folder, mode, telemetry.about, name=Path(path).stem)
        try:
            log_telemetry(run, telemetry, Path(path).stem)
        finally:
            run.finish()
    except Exception as error:  # wandb raises errors of many kinds
        _logger.debug("W&B failed", exc_info=True)
        _logger.warning("W&B: %s; the telemetry file is complete without it", error)
        return f"off: {error}"
    if mode == "online":
        return f"online, {run.url}"
    return f"offline; once logged in, `{sync_command(folder)}` sends it"


def log_telemetry(run: Any, telemetry: Telemetry, title: str = "robot") -> None:
    """Log an episode into an open run of W&B: a row per tick, the table and the chart in degrees.

    Trips and missed ticks stand in the run's summary.
    """
    define_metrics(run)
    for row in robot_rows(telemetry):
        run.log(row)
    if len(telemetry):
        run.log(telemetry_in_degrees(_episode(telemetry), title))
    trips = [trip for trip in telemetry.trip if trip]
    run.summary.update({"missed": int(telemetry.missed.sum()), "trips": trips})


def robot_rows(telemetry: Telemetry) -> Iterator[dict[str, float]]:
    """A row for W&B per tick; what is not known is left out."""
    columns = {series: getattr(telemetry, name).tolist() for name, series in SERIES.items()}
    for i, time_s in enumerate(telemetry.time_s.tolist()):
        values = ((series, column[i]) for series, column in columns.items())
        yield {TIME: time_s, **{series: value for series, value in values if _known(value)}}


def _known(value: float) -> bool:
    return not math.isnan(value)


def _episode(telemetry: Telemetry) -> Episode:
    """What an episode of a training has, of this one."""
    return Episode(
        0,
        telemetry.time_s,
        telemetry.arm_angle_rad,
        telemetry.pendulum_angle_rad,
        telemetry.command_sent,
    )
