"""The emulated robot in wall time: a process of its own, and the guardian with real signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from furutalib.facts.errors import ConfigurationError, SafetyTrip, WireError
from furutalib.facts.robot import robot_file
from furutalib.machine.connect import emulated
from furutalib.machine.emulator.wall import Line, WallBench

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="needs Unix sockets and signals"),
    pytest.mark.usefixtures("usual_signals"),
]
HEARTBEAT_S = 0.5
SLACK_S = 1.0  # this computer is shared; tests/test_guardian.py has the 0.1 s of a robot

CONTROLLER = """
import sys, time
from pathlib import Path
from furutalib.machine.connect import EmulatedRobot
from furutalib.machine.emulator.wall import RemoteBench
with EmulatedRobot(sys.argv[2], RemoteBench(Path(sys.argv[1]))) as robot:
    robot.reset()
    print("driving", flush=True)
    for k in range(2000):
        robot.step(0.3 if k // 10 % 2 else -0.3)
"""


STOPPED = """
import time
from furutalib.machine.emulator.wall import WallBench
with WallBench() as bench:
    try:
        print("there", flush=True)
        time.sleep(30.0)
    except KeyboardInterrupt:
        print("still there" if bench.state()["time_s"] > 0.0 else "", flush=True)
"""


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's robot, but with patience for a computer on which other tests run as well."""
    text = robot_file("course").read_text()
    for old, new in (("heartbeat_s = { value = 0.1", f"heartbeat_s = {{ value = {HEARTBEAT_S}"),
                     ("late_periods = { value = 3", "late_periods = { value = 100")):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    path = tmp_path_factory.mktemp("robot") / "patient.toml"
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def bench(patient: Path) -> Iterator[WallBench]:
    with WallBench(patient, hidden=None) as made:
        yield made


@pytest.fixture
def controller(bench: WallBench, patient: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", CONTROLLER, str(bench.folder), str(patient)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "driving\n"
        yield process
        if process.poll() is None:
            os.kill(process.pid, signal.SIGCONT)
            process.kill()


def off_after_s(bench: WallBench) -> float:
    begun = time.monotonic()
    while bench.motor_is_on() or bench.enabled():
        if time.monotonic() - begun > 10.0:
            pytest.fail("the motor is still on after 10 s")
    return time.monotonic() - begun


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSTOP", "SIGTERM", "SIGINT"])
def test_the_motor_is_off_soon_after_the_controller_is(
    bench: WallBench, controller: subprocess.Popen[str], name: str
) -> None:
    assert bench.enabled()
    os.kill(controller.pid, getattr(signal, name))
    assert off_after_s(bench) < HEARTBEAT_S + SLACK_S


def test_time_passes_by_itself() -> None:
    with WallBench(hidden=None) as bench:
        before, begun = bench.state()["time_s"], time.monotonic()
        bench.place(0.0, 0.5)  # let go
        while time.monotonic() - begun < 0.3:
            pass
        after = bench.state()
        assert after["time_s"] - before == pytest.approx(time.monotonic() - begun, abs=0.1)
        assert abs(after["pendulum_angle_rad"] - 0.5) > 0.1


def test_a_loop_that_stops_trips(patient: Path) -> None:
    with emulated(patient, clock="wall", hidden=None) as robot:
        robot.reset()
        robot.bench.fault("loop stops")  # for as long as the guardian has patience
        with pytest.raises(SafetyTrip):
            for _ in range(10):
                robot.step(0.1)
        assert not robot.bench.motor_is_on()


def test_the_emulator_is_gone(patient: Path) -> None:
    with emulated(patient, clock="wall", hidden=None) as robot:
        robot.reset()
        robot.bench.process.kill()
        with pytest.raises(SafetyTrip, match="gone"):
            for _ in range(10):
                robot.step(0.0)


def test_ctrl_c_in_the_terminal_is_not_meant_for_it() -> None:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", STOPPED], start_new_session=True, **pipes) as one:
        assert one.stdout.readline() == "there\n"
        os.killpg(one.pid, signal.SIGINT)
        assert one.communicate() == ("still there\n", "")


def test_bad_questions_are_answered_and_do_not_end_it(bench: WallBench) -> None:
    with pytest.raises(ConfigurationError, match="unknown fault 'gremlins'"):
        bench.fault("gremlins")
    with pytest.raises(ConfigurationError, match="does not know 'dance'"):
        Line(bench.folder).ask({"do": "dance"})
    assert bench.state()["time_s"] > 0.0


def test_there_is_no_hidden_robot_below_0() -> None:
    with pytest.raises(ConfigurationError, match=r"hidden = -1; .* 0 or above"):
        WallBench(hidden=-1)


def test_nobody_answers_in_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(WireError, match="no emulated robot answers"):
        Line(tmp_path)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_only_this_user_can_reach_it_and_no_port_is_open(bench: WallBench) -> None:
    assert (bench.folder / "spi").stat().st_mode & 0o077 == 0
    inodes = {
        str(entry.readlink()).removeprefix("socket:[").rstrip("]")
        for entry in Path(f"/proc/{bench.process.pid}/fd").iterdir()
        if str(entry.readlink()).startswith("socket:")
    }
    for table in ("tcp", "tcp6", "udp", "udp6"):
        rows = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        assert not inodes & {row.split()[9] for row in rows}
