"""A policy on a board that has numpy, spidev and gpiod and nothing else.

The board is a fresh environment into which these three and furutalib are linked; its `spidev` and
`gpiod` (tests/board) end in an emulated robot that another process runs in real time. All between
them is what a real robot runs: `connect("real")`, the drivers, the guardian's process.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from furutalib.facts.paths import data_folder
from furutalib.facts.robot import robot_file
from furutalib.lessons.bare_python import BarePython
from furutalib.machine.emulator.wall import WallBench
from furutalib.machine.telemetry import read_telemetry

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix sockets and signals")
POLICY = data_folder() / "policies" / "ppo-full"
OUR_OWN = {"furutalib", "numpy", "spidev", "gpiod"}
# `python -m furutalib ...`; what is loaded at its end goes into a file. (Modules without a spec are
# made by binary modules for themselves.)
WATCHED = """
import atexit, pathlib, runpy, sys
file = pathlib.Path(sys.argv.pop(1))
loaded = lambda: [name for name, one in sys.modules.items() if getattr(one, "__spec__", None)]
atexit.register(lambda: file.write_text("\\n".join(loaded())))
runpy.run_module("furutalib", run_name="__main__", alter_sys=True)
"""


class Board:
    """The environment of a board, and the emulated robot that it is wired to."""

    def __init__(self, folder: Path) -> None:
        stand_ins = Path(__file__).parent / "board"
        self.bare = BarePython(folder, [stand_ins / "spidev.py", stand_ins / "gpiod"])
        self.folder = folder
        self.robot = folder / "patient.toml"
        self.robot.write_text(patient())
        self.bench = WallBench(self.robot, hidden=None)
        (folder / "dev").mkdir()
        (folder / "dev" / "gpiochip0").write_text("something else")
        (folder / "dev" / "gpiochip4").write_text(self.bench.board.gpio.label)

    def start(self, *words: str | Path, **environment: str) -> subprocess.Popen[str]:
        """A program of this board: `python` and these words."""
        own = {
            "FURUTA_EMULATED": str(self.bench.folder),
            "FURUTA_DEVICES": str(self.folder / "dev"),
            "FURUTA_PWM": str(self.bench.folder / "pwm"),
        }
        return self.bare.start(*words, **own | environment)

    def run(self, *words: str | Path, **environment: str) -> tuple[int, str, str]:
        """Run a program to its end: status, output, errors."""
        with self.start(*words, **environment) as process:
            output, errors = process.communicate(timeout=150)
        return process.returncode, output, errors

    def furuta_run(self, *words: str | Path) -> tuple[str | Path, ...]:
        """The words of a run on this board's real robot."""
        robot = ("--robot", "real", "--robot-file", self.robot)
        return ("-m", "furutalib", "run", POLICY, *robot, "--seconds", "4", *words)


def patient() -> str:
    """The course's robot, but with patience for a computer on which other tests run as well."""
    text = robot_file("course").read_text()
    for old, new in (("heartbeat_s = { value = 0.1", "heartbeat_s = { value = 0.5"),
                     ("late_periods = { value = 3", "late_periods = { value = 100")):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    made = Board(tmp_path_factory.mktemp("board"))
    yield made
    made.bench.close()


def test_the_board_has_nothing_else(board: Board) -> None:
    names = {file.name.partition(".")[0] for file in board.bare.packages.iterdir()}
    assert names == OUR_OWN
    others = ("numba", "scipy", "torch", "gymnasium", "stable_baselines3", "matplotlib", "pip")
    look = f"import importlib.util as u; print([n for n in {others} if u.find_spec(n)])"
    assert board.run("-c", look) == (0, "[]\n", "")


def test_a_policy_swings_the_real_robot_up(board: Board, tmp_path: Path) -> None:
    loaded = tmp_path / "loaded"
    words = board.furuta_run("--record", tmp_path / "telemetry")[2:]
    status, output, errors = board.run("-c", WATCHED, loaded, *words)
    assert errors == ""
    well = 1 - status  # a shared computer may be late, and the pendulum fall
    assert f"{well} of 1 episodes ended upright (real); motor off" in output
    assert not board.bench.motor_is_on()
    assert not board.bench.enabled()
    modules = set(loaded.read_text().split())
    tops = {name.partition(".")[0] for name in modules}
    assert tops - {"__main__", *sys.stdlib_module_names} == OUR_OWN
    assert not [name for name in modules if name.startswith("furutalib.machine.emulator")]
    telemetry = read_telemetry(tmp_path / "telemetry" / "episode-0001.csv")
    assert telemetry.about["kind"] == "real"
    assert len(telemetry) == 201
    assert np.cos(telemetry.pendulum_angle_rad).min() < -0.98  # it was up
    assert np.ptp(telemetry.pendulum_count) > 3000


def test_what_is_missing_is_said_and_nothing_moves(board: Board, tmp_path: Path) -> None:
    status, output, errors = board.run(*board.furuta_run(), FURUTA_DEVICES=str(tmp_path))
    assert (status, output) == (2, "")
    assert "no GPIO chip is called pinctrl-rp1 (there: none)" in errors
    status, _, errors = board.run("-m", "furutalib", "run", POLICY, "--robot", "emulated")
    assert status == 2
    assert "numba" in errors


@pytest.mark.full
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_however_it_ends_the_motor_is_off(board: Board, name: str) -> None:
    with board.start(*board.furuta_run("--seconds", "30")) as process:
        begun = time.monotonic()
        while not board.bench.motor_is_on() and time.monotonic() - begun < 20.0:
            pass
        time.sleep(2.0)
        assert board.bench.enabled()
        process.send_signal(getattr(signal, name))
        told = time.monotonic()
        while board.bench.motor_is_on() or board.bench.enabled():
            assert time.monotonic() - told < 2.0
        _, errors = process.communicate()
    assert ("furuta run: stopped" in errors) == (name == "SIGINT")
