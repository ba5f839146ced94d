"""Episodes of a robot in files of their own: what was measured, asked, sent and earned."""

import json
from pathlib import Path

import numpy as np
import pytest

from furutalib.facts.errors import SafetyTrip, TelemetryError
from furutalib.learning.environment import FurutaEnv
from furutalib.machine.connect import connect, emulated
from furutalib.machine.recorder import RecordedRobot
from furutalib.machine.robot import Flag
from furutalib.machine.telemetry import about_path, read_telemetry
from furutalib.maths.estimator import VelocityFilter

ABOUT = {"kind": "emulated"}


def test_each_reset_begins_a_file_and_the_numbers_are_those_of_the_readings(tmp_path: Path) -> None:
    with RecordedRobot(emulated(), tmp_path, ABOUT) as robot:
        readings = []
        for _ in range(2):
            readings = [robot.reset(), *(robot.step(0.3) for _ in range(10))]
    files = sorted(tmp_path.glob("*.csv"))
    assert [file.name for file in files] == ["episode-0001.csv", "episode-0002.csv"]
    rows = read_telemetry(files[1])
    np.testing.assert_allclose(rows.arm_angle_rad, [r.arm_angle_rad for r in readings])
    np.testing.assert_allclose(rows.pendulum_angle_rad, [r.pendulum_angle_rad for r in readings])
    np.testing.assert_allclose(rows.command_sent, [r.command for r in readings])
    np.testing.assert_allclose(rows.command_asked[1:], 0.3)
    assert rows.tick.tolist() == list(range(11))
    turns = np.diff(rows.arm_count) / 211.2 * 2 * np.pi
    np.testing.assert_allclose(np.diff(rows.arm_angle_rad), turns, atol=1e-9)
    speed = VelocityFilter(0.02, 50.0)
    speed.reset(readings[0].arm_angle_rad)
    expected = [0.0, *(speed.update(r.arm_angle_rad) for r in readings[1:])]
    np.testing.assert_allclose(rows.arm_speed_rad_s, expected)


def test_the_file_says_which_robot_and_that_it_is_emulated(tmp_path: Path) -> None:
    with RecordedRobot(connect("sim"), tmp_path, {"kind": "simulated", "seed": 3}) as robot:
        robot.reset()
        robot.step(0.1)
    about = json.loads(about_path(tmp_path / "episode-0001.csv").read_text())
    assert about["robot"] == robot.description.to_dict()
    assert (about["kind"], about["seed"]) == ("simulated", 3)
    assert about["end"]["rows"] == 2
    assert np.isnan(read_telemetry(tmp_path / "episode-0001.csv").arm_count).all()


def test_numbers_go_on_where_an_earlier_session_stopped(tmp_path: Path) -> None:
    (tmp_path / "episode-0041.csv").write_text("")
    with RecordedRobot(connect("sim"), tmp_path, ABOUT) as robot:
        robot.reset()
    assert (tmp_path / "episode-0042.csv").exists()


def test_a_trip_is_the_last_row(tmp_path: Path) -> None:
    machine = emulated(hidden=None)
    with RecordedRobot(machine, tmp_path, ABOUT) as robot:
        robot.reset()
        robot.step(0.2)
        machine.bench.fault("motor shorted")
        with pytest.raises(SafetyTrip):
            for _ in range(10):
                robot.step(0.5)
        robot.off()
        rows = read_telemetry(tmp_path / "episode-0001.csv")
        assert Flag(int(rows.flags[-1])) & Flag.TRIPPED
        assert "switched itself off" in rows.trip[-1]
        assert not any(rows.trip[:-1])
        assert rows.about["end"]["why"] == "tripped"
        machine.bench.fault("motor shorted", on=False)
        machine.clear()
        robot.reset()  # and a new file begins
    assert len(list(tmp_path.glob("*.csv"))) == 2


def test_rewards_of_the_environment_stand_in_the_rows(tmp_path: Path) -> None:
    environment = FurutaEnv(RecordedRobot(emulated(), tmp_path, ABOUT))
    environment.reset(seed=0)
    earned = [environment.step(np.array([0.3], np.float32))[1] for _ in range(5)]
    environment.close()
    rows = read_telemetry(tmp_path / "episode-0001.csv")
    np.testing.assert_allclose(rows.reward[1:], earned, rtol=1e-6)
    assert np.isnan(rows.reward[0])


def test_a_folder_that_cannot_be_is_one_sentence_and_nothing_moves(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with RecordedRobot(emulated(), tmp_path / "file" / "x", ABOUT) as robot:
        with pytest.raises(TelemetryError, match=r"no recording can go into .*x \(.*\); give") as e:
            robot.reset()
        assert "Errno" not in str(e.value)
        assert not robot.inner.bench.motor_is_on()
