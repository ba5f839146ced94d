"""Recording an episode with the real writer process, which is stopped, killed and starved here."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from furutalib.facts.errors import SequenceError, TelemetryError
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.machine.telemetry import Row, about_path, read_telemetry
from furutalib.machine.telemetry_log import TelemetryLog
from furutalib.machine.telemetry_writer import HEADER

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of Unix")
ROBOT = load_robot("course")


def row(k: int, trip: str = "") -> Row:
    return Row(k, 0.02 * k, k, -k, 0.1 * k, 0.2 * k, flags=1, trip=trip)


def wait_for(what: Callable[[], bool], at_most_s: float = 20.0) -> None:
    until_s = time.monotonic() + at_most_s
    while not what():
        assert time.monotonic() < until_s, "it did not happen"
        time.sleep(0.005)


def pid_of(log: TelemetryLog) -> int:
    assert log._writer is not None
    return log._writer.pid


def test_an_episode_is_a_csv_and_a_json_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "episode.csv"
    with TelemetryLog(path, ROBOT, {"policy": "ppo-full", "seed": 3}) as log:
        running = json.loads(about_path(path).read_text())
        for k in range(100):
            log.write(row(k))
        log.write(row(100, "stopped by hand"))
    assert running["end"] is None
    back = read_telemetry(path)
    assert back.tick.tolist() == list(range(101))
    assert back.trip[-1] == "stopped by hand"
    assert RobotDescription.from_dict(back.about["robot"]) == ROBOT
    assert {"furutalib", "python", "numpy", "system"} <= set(back.about["versions"])
    assert (back.about["policy"], back.about["seed"]) == ("ppo-full", 3)
    assert back.about["end"] == {"why": "closed", "rows": 101, "lost": 0, "trouble": ""}


def test_nothing_is_written_to_the_disk_inside_a_tick(tmp_path: Path) -> None:
    """With the writer stopped, rows leave no trace on the disk, and writing them does not wait."""
    path = tmp_path / "episode.csv"
    with TelemetryLog(path, ROBOT) as log:
        os.kill(pid_of(log), signal.SIGSTOP)
        for k in range(300):
            log.write(row(k))
        assert path.read_text() == HEADER
        os.kill(pid_of(log), signal.SIGCONT)
    assert len(read_telemetry(path)) == 300


CONTROLLER = """
import os, signal, sys
from furutalib.facts.robot import load_robot
from furutalib.machine.telemetry import Row
from furutalib.machine.telemetry_log import TelemetryLog
log = TelemetryLog(sys.argv[1], load_robot("course"))
for k in range(200):
    log.write(Row(k, 0.02 * k))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_controller_loses_no_row_that_it_has_sent(tmp_path: Path) -> None:
    path = tmp_path / "episode.csv"
    ended = subprocess.run([sys.executable, "-c", CONTROLLER, str(path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    wait_for(lambda: len(read_telemetry(path)) == 200)
    assert read_telemetry(path).about["end"] is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_meant_for_the_controller_do_not_end_the_writer(
    tmp_path: Path, number: signal.Signals
) -> None:
    path = tmp_path / "episode.csv"
    with TelemetryLog(path, ROBOT) as log:
        assert os.getsid(pid_of(log)) != os.getsid(0)  # Ctrl-C does not even reach it
        os.kill(pid_of(log), number)
        log.write(row(0))
    assert len(read_telemetry(path)) == 1


def test_a_disk_that_stands_still_costs_rows_but_never_time(tmp_path: Path) -> None:
    path = tmp_path / "episode.csv"
    log = TelemetryLog(path, ROBOT)
    os.kill(pid_of(log), signal.SIGSTOP)
    while log.lost < 10:  # would wait for ever if it waited
        log.write(row(log.rows))
    os.kill(pid_of(log), signal.SIGCONT)
    assert log.rows >= 400  # the smallest pipe there is holds that many
    with pytest.raises(TelemetryError, match=r"lacks 10 rows of \d+: the disk was too slow"):
        log.close()
    back = read_telemetry(path)
    assert back.tick.tolist() == list(range(log.rows))
    assert back.about["end"]["lost"] == 10


def test_a_dead_writer_does_not_stop_the_robot(tmp_path: Path) -> None:
    log = TelemetryLog(tmp_path / "episode.csv", ROBOT)
    log.write(row(0))
    wait_for(lambda: len(read_telemetry(log.path)) == 1)
    os.kill(pid_of(log), signal.SIGKILL)
    wait_for(lambda: _lost(log))
    with pytest.raises(TelemetryError, match=r"lacks \d+ rows of \d+: the writer ended \(-9\)"):
        log.close()
    assert len(read_telemetry(log.path)) == 1


def _lost(log: TelemetryLog) -> bool:
    log.write(row(1))
    return log.lost > 0


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))  # the writer inherits it
    try:
        log = TelemetryLog(tmp_path / "episode.csv", ROBOT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    for k in range(500):
        log.write(row(k))
    with pytest.raises(TelemetryError, match=r"File too large.*make room"):
        log.close()
    back = read_telemetry(log.path)
    assert 50 < len(back) < 500
    assert back.cut


def test_how_it_ended_is_noted_and_an_exception_is_not_covered(tmp_path: Path) -> None:
    path = tmp_path / "episode.csv"
    with pytest.raises(ZeroDivisionError), TelemetryLog(path, ROBOT) as log:
        log.write(row(0))
        _ = 1 / 0
    assert read_telemetry(path).about["end"]["why"] == "ZeroDivisionError: division by zero"
    assert len(read_telemetry(path)) == 1


def test_an_older_episode_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "episode.csv"
    TelemetryLog(path, ROBOT).close()
    before = path.read_text(), about_path(path).read_text()
    with pytest.raises(TelemetryError, match=r"episode.csv exists; choose another name"):
        TelemetryLog(path, ROBOT)
    assert (path.read_text(), about_path(path).read_text()) == before


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(
        TelemetryError, match=r"file/a.csv cannot be written \([^\[]*\); give another"
    ):
        TelemetryLog(tmp_path / "file" / "a.csv", ROBOT)
    with pytest.raises(TelemetryError, match=r"a .csv file, not 'a.json'"):
        TelemetryLog(tmp_path / "a.json", ROBOT)


def test_a_closed_log_takes_no_row(tmp_path: Path) -> None:
    log = TelemetryLog(tmp_path / "episode.csv", ROBOT)
    log.close()
    log.close()
    with pytest.raises(SequenceError, match="closed"):
        log.write(row(0))


@pytest.mark.parametrize("trip", ["x" * 5000, "\ud800 half a letter", "é" * 501])
def test_no_text_stops_a_tick(tmp_path: Path, trip: str) -> None:
    with TelemetryLog(tmp_path / "episode.csv", ROBOT) as log:
        log.write(row(0, trip))
        log.write(row(1))
    back = read_telemetry(log.path)
    assert len(back) == 2
    assert 10 < len(back.trip[0]) <= 1001
