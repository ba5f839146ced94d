"""What the dashboard says of a run on a robot, from files that are written by hand."""

from pathlib import Path

import pytest

from furutalib.learning.on_robot import OnRobot
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.run import Run
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import RunFiles, Status, Table, write_status
from furutalib.learning.settings import SACSettings
from furutalib.learning.training import prepare
from furutalib.machine.telemetry import Row
from furutalib.machine.telemetry_log import TelemetryLog
from furutalib.view.dashboard import Dashboard
from furutalib.view.robot_run import is_on_robot, newest_recording, robot_words

PROGRESS = ("steps", "return_mean", "update_seconds", "robot_seconds", "reset_seconds", "trips")
CONFIG = RunConfig("sac", SACSettings(), on_robot=OnRobot(RobotPlace(hidden=100)))


@pytest.fixture
def files(tmp_path: Path) -> RunFiles:
    files = RunFiles(tmp_path / "run")
    prepare(files, CONFIG, None)
    write_status(files.status, Status("finished", steps=4000, total_steps=4000))
    return files


def add_rounds(files: RunFiles) -> None:
    table = Table(files.progress, PROGRESS)
    for steps, update_s, resets_s in ((400, float("nan"), 9.0), (4000, 61.0, 128.0)):
        table.append(
            {
                "steps": steps,
                "return_mean": steps / 100,
                "update_seconds": update_s,
                "robot_seconds": steps / 50,
                "reset_seconds": resets_s,
                "trips": steps // 2000,
            }
        )
    seen = Table(files.evaluations, ("steps", "task_return", "success_rate", "episodes"))
    for steps, episodes in ((2000, 1), (4000, 3)):
        seen.append({"steps": steps, "task_return": 1.0, "success_rate": 0, "episodes": episodes})


def record(files: RunFiles, number: int, rows: int, whole: bool = True) -> None:
    log = TelemetryLog(files.episodes / f"episode-{number:04d}.csv", CONFIG.robot)
    for tick in range(rows):
        log.write(Row(tick, tick / 50, arm_angle_rad=0.0, pendulum_angle_rad=0.1 * number))
    log.close("a test")
    if not whole:
        log.path.with_suffix(".json").write_text("{}")


def test_times_are_told_apart(files: RunFiles):
    add_rounds(files)
    run = Run(files.folder)
    assert is_on_robot(run)
    words = robot_words(run.progress(), run.evaluations())
    assert words == (
        "robot 1 min 20 s, resets 2 min 08 s, updates 1 min 01 s, trips 2; "
        "without exploration 4 episodes"
    )
    assert robot_words({}, {}) == ""


def test_the_newest_whole_recording_is_shown(files: RunFiles):
    run = Run(files.folder)
    assert newest_recording(run, "run") is None
    record(files, 1, 5)
    record(files, 2, 6)
    record(files, 3, 7, whole=False)  # being written
    shown = newest_recording(run, "run")
    assert shown is not None
    assert shown.name == "run, episode 0002"
    assert len(shown.times_s) == 6


def test_the_dashboard_of_a_robot(files: RunFiles):
    add_rounds(files)
    record(files, 1, 5)
    dashboard = Dashboard([Run(files.folder)])
    dashboard.refresh()
    assert "resets 2 min 08 s" in dashboard.head.children[0].children[0].children[2].value
    assert "episode 0001" in dashboard._caption.value
    assert "without exploration" in dashboard._plots[1].payload["title"]
