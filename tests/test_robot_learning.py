from pathlib import Path
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest

from furutalib.facts.errors import RunError
from furutalib.facts.robot import load_robot
from furutalib.learning.benchmarks import Benchmark
from furutalib.learning.run_files import RunFiles
from furutalib.lessons.robot_learning import (
    contender_rows,
    draw_contenders,
    draw_episodes,
    draw_time,
    episodes_of,
    hardest,
    newest_policy,
    time_of,
    where_the_time_went,
    zero_curves,
)
from furutalib.machine.telemetry import Row
from furutalib.machine.telemetry_log import TelemetryLog

matplotlib.use("Agg")
import matplotlib.pyplot as plt

COURSE = load_robot("course")
ROWS = [
    {"hidden": hidden, "contender": name, "successes": successes}
    for hidden, both in enumerate([(100, 90), (30, 95), (70, 100)])
    for name, successes in zip(("narrow", "wide"), both, strict=True)
]


def record(folder: Path, number: int, pendulum_rad: float, command: list[float]) -> None:
    with TelemetryLog(folder / f"episode-{number:04d}.csv", COURSE) as log:
        for tick in range(len(command) + 1):
            sent = command[tick - 1] if tick else 0.0
            log.write(Row(tick, tick / 50, pendulum_angle_rad=pendulum_rad, command_sent=sent))


def a_run(folder: Path, evaluations: dict[str, np.ndarray]) -> SimpleNamespace:
    return SimpleNamespace(
        folder=folder,
        files=RunFiles(folder),
        config=SimpleNamespace(robot=COURSE),
        evaluations=lambda: evaluations,
        progress=lambda: {
            "robot_seconds": np.array([30.0, 90.0]),
            "reset_seconds": np.array([60.0, 180.0]),
            "update_seconds": np.array([np.nan, 12.0]),
        },
    )


def test_episodes_are_read_from_their_recordings(tmp_path: Path):
    record(tmp_path / "episodes", 1, 0.5, [0.1, -0.1] * 25)
    record(tmp_path / "episodes", 2, np.pi - 0.1, [0.1] * 100)
    run = a_run(tmp_path, {"robot_seconds": np.array([3.0]), "episodes": np.array([1.0])})
    episodes = episodes_of(run)
    assert np.allclose(episodes.robot_s, [1.0, 3.0])
    assert np.allclose(episodes.up_s, [0.0, 2.0])
    assert np.allclose(episodes.farthest_deg, np.degrees([0.5, np.pi - 0.1]))
    assert np.allclose(episodes.reversals_per_s, [49.0, 0.0])
    assert episodes.explored.tolist() == [True, False]
    _, (left, right) = plt.subplots(1, 2)
    draw_episodes(left, right, episodes)
    assert left.get_ylim()[1] > 100


def test_minutes_by_part(tmp_path: Path):
    row = {"robot_minutes": 5, "reset_minutes": 12.5, "update_seconds": 90}
    assert where_the_time_went(row) == {"moving": 5.0, "resets": 12.5, "updates": 1.5}
    assert time_of(a_run(tmp_path, {})) == {"moving": 1.5, "resets": 3.0, "updates": 0.2}
    _, axes = plt.subplots()
    draw_time(axes, {"one": where_the_time_went(row), "two": where_the_time_went(row)})
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == [5.0, 5.0, 12.5, 12.5, 1.5, 1.5]


def test_curves_of_one_robot_one_per_seed(tmp_path: Path):
    (tmp_path / "curves.csv").write_text(
        "hidden,seed,steps,task_return\n0,0,10,1\n0,1,10,2\n0,0,20,3\n1,0,10,9\n"
    )
    curves = zero_curves(Benchmark(tmp_path, {}, ()), hidden=0)
    assert [each["task_return"].tolist() for each in curves] == [[1.0, 3.0], [2.0]]


def test_contenders_robot_by_robot(tmp_path: Path):
    lines = contender_rows(ROWS, ["narrow", "wide"])
    assert [line["worst"] for line in lines] == [30.0, 90.0]
    assert [line["good"] for line in lines] == [1, 3]
    assert lines[0]["mean"] == pytest.approx(200 / 3)
    assert hardest(Benchmark(tmp_path, {}, tuple(ROWS)), "narrow") == 1
    assert hardest(Benchmark(tmp_path, {}, tuple(ROWS)), "wide") == 0
    _, axes = plt.subplots()
    draw_contenders(axes, ROWS, ["narrow", "wide"])
    assert [text.get_text() for text in axes.get_yticklabels()] == ["narrow", "wide"]


def test_without_a_checkpoint_there_is_no_newest_policy(tmp_path: Path):
    with pytest.raises(RunError, match="no checkpoint yet"):
        newest_policy(a_run(tmp_path, {}))
