"""The guardian's process from the inside: small, and off at every end."""

import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from furutalib.machine.guardian_process import Place, main, serve
from furutalib.machine.watch import Keeper

SCRIPT = """
import sys
import furutalib.machine.guardian_process
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""
HEAVY = ("numpy", "tomllib", "dataclasses", "json", "argparse", "subprocess", "asyncio", "gpiod")


def test_it_imports_little():
    loaded = subprocess.check_output([sys.executable, "-c", SCRIPT], text=True).split()
    assert set(loaded).isdisjoint(HEAVY)


class Served:
    """`serve` in a thread, on one end of a pair."""

    def __init__(self):
        self.ours, theirs = socket.socketpair()
        self.ours.settimeout(5.0)
        theirs.setblocking(False)
        self.log = []
        self.ended_well = False
        self.keeper = Keeper(lambda high: self.log.append(high), lambda: self.log.append("zero"))
        self.thread = threading.Thread(target=self._run, args=(theirs,), daemon=True)
        self.thread.start()

    def _run(self, theirs):
        with theirs:
            serve(theirs, self.keeper)
        self.ended_well = True

    def ask(self, said):
        self.ours.send(said)
        answer = b""
        while answer.count(b"\n") < len(said):  # answers may come one by one
            answer += self.ours.recv(1000)
        return answer

    def end(self):
        self.ours.close()
        self.thread.join(5.0)
        assert not self.thread.is_alive()
        assert self.ended_well


@pytest.fixture
def served():
    made = Served()
    yield made
    made.end()


def test_every_command_is_answered_in_order(served):
    assert served.ask(b"A") == b"yes\n"
    assert served.log == [True]
    assert served.ask(b"BB") == b"b\nb\n"
    assert served.ask(b"D") == b"yes\n"
    assert served.log == [True, False, "zero"]


def test_what_it_does_not_know_switches_off(served):
    served.ask(b"A")
    assert served.ask(b"?") == b"yes\n"
    assert served.log == [True, False, "zero"]


def test_a_trip_is_told_without_being_asked_and_refuses_to_arm(served):
    served.ask(b"A")
    told = served.ours.recv(1000)
    assert told == b"trip no heartbeat for 100 ms while the motor was on\n"
    assert served.log == [True, False, "zero"]
    assert served.ask(b"A").startswith(b"no no heartbeat")
    assert served.log == [True, False, "zero"]
    assert served.ask(b"C") == b"yes\n"
    assert served.ask(b"A") == b"yes\n"


def test_at_the_end_of_its_controller_it_switches_off_even_with_answers_unread(served):
    served.ours.send(b"A" + b"B" * 50)
    time.sleep(0.02)
    served.end()
    assert served.log == [True, False, "zero"]
    assert served.keeper.why == "its controller ended"


def test_a_controller_that_reads_nothing_does_not_hold_it_up(served):
    served.ours.send(b"A")
    served.ours.settimeout(0.2)
    began = time.monotonic()
    while time.monotonic() - began < 0.5:
        served.ours.send(b"B" * 100)
        time.sleep(0.01)
    assert served.log == [True]
    served.end()
    assert served.log == [True, False, "zero"]


def test_when_its_parent_is_gone_it_ends_though_somebody_keeps_the_socket(monkeypatch):
    parents = iter([100, 100, 1])
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    monkeypatch.setattr("furutalib.machine.guardian_process.ORPHAN_S", 0.01)
    served = Served()
    served.thread.join(5.0)
    assert not served.thread.is_alive()
    assert served.log == [False, "zero"]
    served.end()


def test_a_line_that_fails_still_ends_with_pwm_zero(tmp_path):
    ours, theirs = socket.socketpair()
    duty = tmp_path / "duty_cycle"
    duty.write_text("25000\n")

    def broken(high):
        raise OSError("no line")

    keeper = Keeper(broken, lambda: duty.write_text("0\n"))
    ours.send(b"A")
    with ours, theirs, pytest.raises(OSError, match="no line"):
        serve(theirs, keeper)
    assert duty.read_text() == "0\n"


def test_the_whole_of_it_with_its_command_line(tmp_path, monkeypatch):
    monkeypatch.setattr("furutalib.machine.guardian_process._be_hard_to_stop", lambda: None)
    duty = tmp_path / "duty_cycle"
    duty.write_text("25000\n")
    ours, theirs = socket.socketpair()
    number = theirs.detach()
    place = ["emulated", str(tmp_path), "7", str(duty), str(tmp_path / "not-exported")]
    thread = threading.Thread(target=main, args=([str(number), "0.1", *place],))
    thread.start()
    ours.settimeout(5.0)
    assert ours.recv(100) == b"ready\n"
    ours.send(b"A")
    assert ours.recv(100) == b"yes\n"
    assert (tmp_path / "line7").read_text() == "1"
    ours.close()
    thread.join(5.0)
    assert (tmp_path / "line7").read_text() == "0"
    assert duty.read_text() == "0\n000\n"  # the kernel reads the first line
    Place(True, str(tmp_path), 7).take().close()
