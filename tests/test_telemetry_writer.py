"""Rows through the pipe and onto the disk, without another process."""

import math
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from furutalib.machine import telemetry_writer as writer

TICK = (7.0, 0.07, 120.0, -4.0, 0.1, -0.2, 1.5, -2.5, 0.9, 0.8, -0.3, 2e-05, 0.0, 33.0)
LINE = "7,0.07,120,-4,0.1,-0.2,1.5,-2.5,0.9,0.8,-0.3,2e-05,0,33,\n"


def packed(numbers: tuple[float, ...], trip: str = "") -> bytes:
    text = trip.encode()
    return writer.ROW.pack(*numbers, len(text)) + text


def test_a_row_is_a_line_with_units_in_the_header() -> None:
    assert writer.csv_line(TICK, "") == LINE
    assert writer.HEADER.count(",") == LINE.count(",")
    assert "arm_speed_rad_s" in writer.HEADER


def test_what_is_not_known_stays_empty() -> None:
    assert writer.csv_line((math.nan,) * 14, "") == "," * 14 + "\n"


def test_a_trip_stays_on_its_line_whatever_it_says() -> None:
    line = writer.csv_line(TICK, 'too "fast",\r\nthen\x85late ')
    assert line == LINE.rstrip("\n") + "\"too 'fast', then late\"\n"


@given(st.lists(st.floats(allow_nan=False), min_size=14, max_size=14))
def test_numbers_keep_every_bit(values: list[float]) -> None:
    fields = writer.csv_line(tuple(values), "").rstrip("\n").split(",")[:-1]
    for name, value, text in zip(writer.NUMBERS, values, fields, strict=True):
        if name not in writer.WHOLE:
            assert float(text).hex() == value.hex()


@given(st.lists(st.text(max_size=30), max_size=12), st.lists(st.integers(1, 200), max_size=60))
def test_rows_come_out_whole_however_the_pipe_cuts_them(trips: list[str], cuts: list[int]) -> None:
    stream = b"".join(packed((float(k), *TICK[1:]), trip) for k, trip in enumerate(trips))
    expected = "".join(writer.csv_line((float(k), *TICK[1:]), t) for k, t in enumerate(trips))
    text, rest, place = "", b"", 0
    for size in [*cuts, len(stream)]:
        more, rest = writer.unpack(rest + stream[place : place + size])
        text += more
        place += size
    assert text == expected
    assert rest == b""


def test_half_a_row_at_the_end_is_kept_back() -> None:
    text, rest = writer.unpack(packed(TICK) + packed(TICK, "why")[:-1])
    assert text == LINE
    assert rest == packed(TICK, "why")[:-1]


def test_the_end_of_the_pipe_is_the_end_of_the_file(tmp_path: Path) -> None:
    source, end = os.pipe()
    os.write(end, packed(TICK) * 20)
    os.close(end)
    with (tmp_path / "a.csv").open("wb") as file:
        writer.copy(source, file.fileno())
    os.close(source)
    assert (tmp_path / "a.csv").read_text() == LINE * 20


def test_a_file_that_is_there_is_never_written_over(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("mine")
    command = [sys.executable, "-m", "furutalib.machine.telemetry_writer", str(file)]
    told = subprocess.run(command, input=b"", capture_output=True, check=False)
    assert told.returncode == 1
    assert b"exists" in told.stderr
    assert file.read_text() == "mine"


def test_it_loads_nothing_that_takes_long_to_start() -> None:
    code = "import sys, furutalib.machine.telemetry_writer; print('numpy' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"
