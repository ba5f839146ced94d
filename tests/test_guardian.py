"""The guardian with real processes and real signals: the motor goes off whatever happens.

The deadlines are the safety of the robot, so these tests measure time: 100 ms of silence plus
SLACK_S for a computer that is busy with other things. Each prints what it measured (pytest -s).
"""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from pin_bench import BOARD, Bench

from furutalib.facts.errors import GuardianError, LineBusyError, WireError
from furutalib.machine.guardian import GuardianProcess, Place
from furutalib.machine.guardian_in_process import InProcessGuardian

LIMIT_S = 0.1
SLACK_S = 1.0
ENABLE = BOARD.gpio.enable
pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix"),
    pytest.mark.usefixtures("usual_signals"),
]


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.close()


class Kernel:
    """Lets the emulated PWM react, as the emulated robot's own process does."""

    def __init__(self, bench):
        self._bench, self._ends = bench, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        while not self._ends.wait(0.001):
            self._bench.tree.poll()

    def __enter__(self):
        self._thread.start()

    def __exit__(self, *_):
        self._ends.set()
        self._thread.join()


class Controller:
    """`guarded.py` in a process, with its motor on."""

    def __init__(self, bench, how):
        self.bench = bench
        with Kernel(bench):
            self.process = subprocess.Popen(
                [sys.executable, Path(__file__).with_name("guarded.py"), bench.folder, how],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # a group of its own, which can be signalled as a whole
            )
            said = self.process.stdout.readline().split()
        assert said and said[0] == b"on", self.process.communicate()
        self.guardian_pid = int(said[1])

    @property
    def is_on(self):
        return self.bench.lines.level(ENABLE)

    def duties(self):
        return [self.bench.duty(name) for name in ("in1", "in2")]

    def kill(self):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()


@pytest.fixture
def start(bench):
    started = []

    def start_it(how):
        started.append(Controller(bench, how))
        return started[-1]

    yield start_it
    for controller in started:
        controller.kill()
        wait_until(lambda pid=controller.guardian_pid: not is_alive(pid))


def is_alive(pid):
    """Whether a process that may be a child of init or a zombie still runs."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def wait_until(holds, seconds=LIMIT_S + SLACK_S):
    """How long it took until something held."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, "too late"
        time.sleep(0.0005)
    return time.monotonic() - began


def switches_off(controller, what):
    """Wait until enable is low and both duties are 0; print how long that took."""
    line_s = wait_until(lambda: not controller.is_on)
    pwm_s = wait_until(lambda: controller.duties() == [0.0, 0.0])
    sys.stdout.write(f"\n{what}: enable low after {line_s * 1e3:.1f} ms, ")
    sys.stdout.write(f"PWM zero {pwm_s * 1e3:.1f} ms later\n")


def test_while_the_controller_beats_the_motor_stays_on(start):
    controller = start("beat")
    for _ in range(50):
        assert controller.is_on
        assert controller.duties() == [0.5, 0.5]
        time.sleep(0.01)
    assert is_alive(controller.guardian_pid)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSTOP", "SIGTERM", "SIGINT", "SIGHUP", "SIGSEGV"])
def test_a_signal_to_the_controller_switches_the_motor_off(start, name):
    controller = start("beat")
    assert controller.is_on
    controller.process.send_signal(getattr(signal, name))
    switches_off(controller, name)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
def test_a_signal_to_the_whole_group_does_not_reach_the_guardian(start, name):
    controller = start("beat")
    os.killpg(controller.process.pid, getattr(signal, name))
    switches_off(controller, f"{name} to the group")
    assert (controller.bench.folder / "gpio" / f"line{ENABLE}").read_text() == "0"  # it was there


@pytest.mark.parametrize("how", ["return", "raise", "exit", "hang"])
def test_every_end_of_the_controller_switches_the_motor_off(start, how):
    switches_off(start(how), how)


def test_the_guardian_ends_when_its_controller_has_ended(start):
    controller = start("beat")
    controller.process.kill()
    wait_until(lambda: not is_alive(controller.guardian_pid))
    controller.bench.lines.output(ENABLE, high=False).close()  # the line is free again


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
def test_the_guardian_itself_is_hard_to_stop(start, name):
    controller = start("beat")
    os.kill(controller.guardian_pid, getattr(signal, name))
    for _ in range(20):
        assert controller.is_on
        time.sleep(0.01)
    assert is_alive(controller.guardian_pid)


def test_a_controller_that_wakes_up_again_finds_the_motor_off(start):
    controller = start("beat")
    controller.process.send_signal(signal.SIGSTOP)
    switches_off(controller, "SIGSTOP")
    controller.process.send_signal(signal.SIGCONT)
    for _ in range(50):
        assert not controller.is_on
        time.sleep(0.01)


def test_a_disarmed_controller_needs_no_heartbeats(start):
    controller = start("disarm")
    assert not controller.is_on
    assert controller.duties() == [0.0, 0.0]
    time.sleep(3 * LIMIT_S)
    assert is_alive(controller.guardian_pid)
    assert controller.process.poll() is None


def test_when_guardian_and_controller_are_killed_at_once_the_pull_down_is_left(start):
    controller = start("beat")
    os.kill(controller.guardian_pid, signal.SIGKILL)
    controller.process.kill()
    wait_until(lambda: not controller.is_on)
    assert controller.duties() == [0.5, 0.5]  # the kernel's PWM runs on: enable has to be low


# ------------------------------------------------------------------- seen from the controller


@pytest.fixture
def guardian(bench):
    made = GuardianProcess.start(BOARD, bench.folder)
    yield made
    made.close()


def test_arm_and_disarm_are_done_when_they_return(bench, guardian):
    assert not bench.lines.level(ENABLE)
    for _ in range(20):
        guardian.arm()
        assert bench.lines.level(ENABLE)
        guardian.beat()
        guardian.disarm()
        assert not bench.lines.level(ENABLE)
    assert guardian.tripped() == ""


def test_silence_is_latched_with_its_reason_until_it_is_cleared(bench, guardian):
    guardian.arm()
    wait_until(lambda: not bench.lines.level(ENABLE))
    wait_until(guardian.tripped)
    assert "no heartbeat for 100 ms" in guardian.tripped()
    assert "clear()" in guardian.tripped()
    guardian.beat()  # no error: the loop has to go on reading
    with pytest.raises(GuardianError, match="no heartbeat for 100 ms"):
        guardian.arm()
    assert not bench.lines.level(ENABLE)
    guardian.clear()
    assert guardian.tripped() == ""
    guardian.arm()
    assert bench.lines.level(ENABLE)


def test_a_line_has_one_guardian(bench, guardian):
    with pytest.raises(LineBusyError, match="held by somebody else"):
        GuardianProcess.start(BOARD, bench.folder)
    with pytest.raises(LineBusyError):
        bench.lines.output(ENABLE, high=True)
    guardian.arm()
    assert bench.lines.level(ENABLE)


@pytest.mark.parametrize("action", ["beat", "arm", "clear"])
def test_a_killed_guardian_is_noticed_and_enable_is_low(bench, guardian, action):
    guardian.arm()
    os.kill(guardian.pid, signal.SIGKILL)
    wait_until(lambda: not bench.lines.level(ENABLE))  # the kernel lets go: the pull-down acts
    with pytest.raises(GuardianError, match=r"guardian of the motor is gone \(it died\)"):
        getattr(guardian, action)()
    assert (bench.folder / "gpio" / f"line{ENABLE}").read_text() == "0"  # and we drove it low
    for again in (guardian.beat, guardian.arm):
        with pytest.raises(GuardianError, match="gone"):
            again()
    assert "gone" in guardian.tripped()
    guardian.disarm()  # never raises


def test_whoever_only_asks_learns_that_the_guardian_is_gone(bench, guardian):
    guardian.arm()
    os.kill(guardian.pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(guardian.pid))
    assert "gone" in guardian.tripped()
    assert (bench.folder / "gpio" / f"line{ENABLE}").read_text() == "0"


def test_a_guardian_that_stands_still_is_noticed(guardian):
    guardian.arm()
    os.kill(guardian.pid, signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(GuardianError, match="does not answer"):
        while time.monotonic() - began < 1.0 + SLACK_S:
            guardian.beat()
            time.sleep(0.01)


def test_close_switches_off_ends_the_process_and_never_raises(bench):
    guardian = GuardianProcess.start(BOARD, bench.folder)
    guardian.arm()
    guardian.close()
    assert not bench.lines.level(ENABLE)
    assert not is_alive(guardian.pid)
    guardian.close()
    with pytest.raises(GuardianError, match="closed"):
        guardian.arm()


def test_close_ends_a_guardian_that_stands_still_too(bench):
    guardian = GuardianProcess.start(BOARD, bench.folder)
    guardian.arm()
    os.kill(guardian.pid, signal.SIGSTOP)
    guardian.close()
    assert not is_alive(guardian.pid)
    assert not bench.lines.level(ENABLE)


def test_a_guardian_that_cannot_have_its_line_says_why(bench):
    (bench.folder / "gpio" / "line5").mkdir()
    with pytest.raises(GuardianError, match=r"does not start: line 5 cannot be opened"):
        GuardianProcess(Place(True, str(bench.folder / "gpio"), 5), [])


def test_a_board_without_pwm_is_said_before_anything_starts(tmp_path):
    with pytest.raises(WireError, match=r'no PWM chip .*add the line "dtoverlay=pwm'):
        GuardianProcess.start(BOARD, tmp_path)


def test_a_module_of_the_learner_does_not_stand_in_for_one_of_ours(bench, tmp_path, monkeypatch):
    (tmp_path / "socket.py").write_text("raise RuntimeError('not the real one')")
    monkeypatch.chdir(tmp_path)
    GuardianProcess.start(BOARD, bench.folder).close()


# ------------------------------------------------------------------- without a process


def test_in_process_time_is_handed_in(bench):
    zeroed = []
    line = bench.output(ENABLE, high=False)
    guardian = InProcessGuardian(line, lambda: zeroed.append(bench.now()), bench.now)
    guardian.arm()
    for _ in range(20):
        bench.sleep_until(bench.now() + 0.09)
        guardian.check(bench.now())
        guardian.beat()
    assert bench.lines.level(ENABLE)
    assert zeroed == []
    bench.sleep_until(bench.now() + 0.11)
    guardian.check(bench.now())
    assert not bench.lines.level(ENABLE)
    assert zeroed == [bench.now()]
    assert "no heartbeat for 100 ms" in guardian.tripped()
    with pytest.raises(GuardianError, match="no heartbeat"):
        guardian.arm()
    guardian.clear()
    guardian.arm()
    assert bench.lines.level(ENABLE)
    guardian.disarm()
    bench.sleep_until(bench.now() + 10.0)
    guardian.check(bench.now())
    assert guardian.tripped() == ""


def test_in_process_close_lets_go_of_the_line(bench):
    guardian = InProcessGuardian(bench.output(ENABLE, high=False), lambda: None, bench.now)
    guardian.arm()
    guardian.close()
    guardian.close()
    guardian.disarm()
    assert not bench.lines.level(ENABLE)
    bench.output(ENABLE, high=False).close()
    with pytest.raises(GuardianError, match="closed"):
        guardian.arm()
