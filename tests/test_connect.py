"""One word decides what is driven; what cannot be connected says why and leaves nothing behind."""

import os
import sys
from pathlib import Path

import pytest

from furutalib.facts.errors import ConfigurationError, FurutaError, LineBusyError
from furutalib.facts.robot import load_robot, robot_file
from furutalib.machine.connect import connect, emulated
from furutalib.machine.safety import SafeRobot


def test_simulated_ones_are_bare_and_emulated_ones_are_safe() -> None:
    with connect("sim") as simulated, connect("emulated") as robot:
        assert not isinstance(simulated, SafeRobot)
        assert isinstance(robot, SafeRobot)
        assert robot.description == load_robot("course")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rael",), r"cannot connect to 'rael'; known: sim, emulated, real"),
        (("emulated", "qube"), r"qube\.toml has no table \[wiring\]"),
        (("emulated", load_robot("course")), r"needs the wiring too"),
        (("emulated", "nobody"), r"unknown robot 'nobody'"),
    ],
)
def test_what_cannot_be_connected(arguments: tuple[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        connect(*arguments)


def test_an_unknown_clock() -> None:
    with pytest.raises(ConfigurationError, match="unknown clock 'sundial'; known: plant, wall"):
        emulated(clock="sundial")


def test_a_real_robot_that_is_not_there_says_what_is_missing() -> None:
    if os.environ.get("FURUTA_ROBOT") == "real":
        pytest.skip("here is one")
    with pytest.raises(FurutaError, match=r"dtoverlay=|gpiod|spidev|/sys/class/pwm"):
        connect("real")


def test_hidden_robots_differ_and_repeat_themselves() -> None:
    ends = []
    for hidden in (1, 1, 2, None):
        with emulated(hidden=hidden) as robot:
            robot.reset()
            ends.append([robot.step(0.5).pendulum_angle_rad for _ in range(20)][-1])
    assert ends[0] == ends[1]
    assert len(set(ends)) == 3


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with emulated() as robot:
        robot.reset()
        assert any(tmp_path.iterdir())
    assert not any(tmp_path.iterdir())
    text = robot_file("course").read_text().replace("raspberry-pi-5", "toaster")
    broken = tmp_path / "mine.toml"
    broken.write_text(text)
    with pytest.raises(ConfigurationError, match="unknown board 'toaster'"):
        emulated(broken)
    assert list(tmp_path.iterdir()) == [broken]


@pytest.mark.skipif(sys.platform == "win32", reason="needs Unix sockets")
def test_a_robot_has_one_driver() -> None:
    busy = pytest.raises(LineBusyError, match="held by somebody else")
    with emulated(clock="wall", hidden=None) as robot, busy:
        robot.bench.guardian(0.1)
