"""What a dashboard shows of a run on a robot beside what it shows of every run."""

import contextlib
import math

from furutalib.facts.errors import TelemetryError
from furutalib.learning.progress import format_seconds
from furutalib.learning.run import Run
from furutalib.learning.run_files import Columns
from furutalib.machine.telemetry import Telemetry, read_telemetry
from furutalib.view.tracks import Track, furuta_track

# As in `furutalib.view.dashboard`: table, column, title, range of y.
ROBOT_CURVES = (
    ("progress", "return_mean", "return in training (its own reward)", None),
    ("evaluations", "task_return", "task return, without exploration", None),
    ("evaluations", "success_rate", "success, without exploration", (0.0, 1.0)),
    ("progress", "exploration_continuity", "C of what was sent (low: smooth)", None),
)
_LOOKED_AT = 3  # newest recordings; one is being written


def is_on_robot(run: Run) -> bool:
    """Whether it drives a robot."""
    return run.config.on_robot is not None


def robot_words(progress: Columns, evaluations: Columns) -> str:
    """Times on the robot, apart, and how often safety tripped; empty before the first episode."""
    if not len(progress.get("robot_seconds", ())):
        return ""
    last = {name: float(values[-1]) for name, values in progress.items()}
    updates = math.fsum(value for value in progress["update_seconds"] if value == value)
    words = (
        f"robot {format_seconds(last['robot_seconds'])}, "
        f"resets {format_seconds(last['reset_seconds'])}, updates {format_seconds(updates)}, "
        f"trips {last['trips']:.0f}"
    )
    driven = evaluations.get("episodes", ())
    return f"{words}; without exploration {sum(driven):.0f} episodes" if len(driven) else words


def newest_recording(run: Run, name: str, colour: str | None = None) -> Track | None:
    """The newest whole episode on the robot; None if there is none yet."""
    files = sorted(run.files.episodes.glob("episode-[0-9]*.csv"))
    for file in reversed(files[-_LOOKED_AT:]):
        with contextlib.suppress(TelemetryError):  # just being written, or cut by a kill
            told = read_telemetry(file)
            if told.about.get("end") and len(told) > 1:
                return _track(told, f"{name}, {file.stem.replace('-', ' ')}", colour)
    return None


def _track(told: Telemetry, name: str, colour: str | None) -> Track:
    angles = told.arm_angle_rad, told.pendulum_angle_rad
    return furuta_track(name, told.time_s, *angles, told.command_sent, colour=colour)
