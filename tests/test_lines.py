"""Emulated lines: a file each, one owner, low when nobody holds them."""

import os
import signal
import subprocess
import sys

import pytest

from furutalib.facts.errors import LineBusyError, WireError
from furutalib.machine.emulator.lines import FileLines

HOLDER = """
import sys
from pathlib import Path
from furutalib.machine.emulator.lines import FileLines
line = FileLines(Path(sys.argv[1])).output(7, high=True)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def lines(tmp_path):
    made = FileLines(tmp_path)
    yield made
    made.close()


def test_an_output_is_a_file_with_its_level(lines, tmp_path):
    output = lines.output(7, high=True)
    assert (tmp_path / "line7").read_text() == "1"
    assert lines.level(7)
    output.set(False)
    assert (tmp_path / "line7").read_text() == "0"
    assert not lines.level(7)


def test_an_input_reads_what_the_emulator_drives(lines):
    fault = lines.input(3)
    assert not fault.get()
    lines.drive(3, True)
    assert fault.get()
    lines.drive(3, False)
    assert not fault.get()


def test_a_line_has_one_owner(lines, tmp_path):
    output = lines.output(7, high=True)
    for take in (lambda: FileLines(tmp_path).output(7, high=False), lambda: lines.input(7)):
        with pytest.raises(LineBusyError, match=r"line 7 is held.*end the other program"):
            take()
    assert lines.level(7)  # the refused one has not changed it
    output.close()
    lines.output(7, high=False).close()


def test_a_line_that_was_let_go_is_low_and_cannot_be_set(lines):
    output = lines.output(7, high=True)
    output.close()
    output.close()
    assert not lines.level(7)
    with pytest.raises(WireError, match="closed"):
        output.set(True)


def test_a_killed_owner_lets_go_and_the_pull_down_acts(lines, tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=-1, stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    assert lines.level(7)
    with pytest.raises(LineBusyError):
        lines.output(7, high=False)
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    assert (tmp_path / "line7").read_text() == "1"  # nobody was there to write
    assert not lines.level(7)
    lines.output(7, high=True).close()


def test_looking_at_a_line_does_not_keep_it_from_its_owner(lines, tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    lines.output(7, high=False).close()
    looking = os.open(tmp_path / "line7", os.O_RDWR)
    fcntl.flock(looking, fcntl.LOCK_SH)  # as `level` does for an instant
    naps = []

    def nap(seconds):
        naps.append(seconds)
        if len(naps) == 3:
            os.close(looking)

    monkeypatch.setattr("furutalib.machine.emulator.lines.time.sleep", nap)
    lines.output(7, high=True)
    assert len(naps) == 3


def test_a_folder_that_cannot_be_used_is_a_wire_error(lines, tmp_path):
    (tmp_path / "line9").mkdir()
    with pytest.raises(WireError, match="line 9"):
        lines.output(9, high=False)
