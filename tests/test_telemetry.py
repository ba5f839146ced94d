"""Reading an episode back, from a file that is whole, cut anywhere, or wrong."""

import json
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from furutalib.facts.errors import TelemetryError
from furutalib.machine.telemetry import Row, about_path, read_telemetry
from furutalib.machine.telemetry_writer import COLUMNS, HEADER, csv_line

ROWS = [
    Row(
        tick=k + 1,
        time_s=0.01 * (k + 1),
        arm_count=-k,
        pendulum_count=8192 * k,
        arm_angle_rad=0.1 * k,
        pendulum_angle_rad=math.pi * k,
        arm_speed_rad_s=-1.5 * k,
        pendulum_speed_rad_s=1e-17 * k,
        command_asked=math.sin(k),
        command_sent=0.5 * math.sin(k),
        reward=math.nan if k == 3 else -0.1,
        lateness_s=2e-5,
        missed=int(k == 5),
        flags=k,
        trip="the arm turned at 61 rad/s, limit 60: é, 摆; clear it" if k == 19 else "",
    )
    for k in range(20)
]
LINES = [csv_line(tuple(float(value) for value in row[:-1]), row.trip) for row in ROWS]
FILE = (HEADER + "".join(LINES)).encode()


def write(folder: Path, data: bytes) -> Path:
    path = folder / "episode.csv"
    path.write_bytes(data)
    return path


def test_every_value_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    back = read_telemetry(write(tmp_path, FILE))
    assert len(back) == 20
    assert not back.cut
    for name in COLUMNS[:-1]:
        np.testing.assert_array_equal(getattr(back, name), [getattr(row, name) for row in ROWS])
    assert back.trip == tuple(row.trip for row in ROWS)
    assert back.flags.dtype == back.tick.dtype == np.int64
    assert math.isnan(back.reward[3])
    assert tuple(back.columns()) == COLUMNS == Row._fields


def test_cut_off_at_any_byte_it_still_gives_every_complete_row(tmp_path: Path) -> None:
    """Not at random places: at all of them."""
    rows, lines = ROWS[-6:], [line.encode() for line in LINES[-6:]]
    file = HEADER.encode() + b"".join(lines)
    ends = np.cumsum([len(HEADER.encode()), *map(len, lines)])
    for place in range(len(file) + 1):
        back = read_telemetry(write(tmp_path, file[:place]))
        complete = max(0, int(np.searchsorted(ends, place, side="right")) - 1)
        assert len(back) == complete, place
        assert back.cut == (place not in (0, *ends)), place
        np.testing.assert_array_equal(back.time_s, [row.time_s for row in rows[:complete]])
        assert back.trip == tuple(row.trip for row in rows[:complete])


def test_a_tail_of_zeros_as_a_power_cut_may_leave_is_no_row(tmp_path: Path) -> None:
    cut = len(FILE) - 30
    assert len(read_telemetry(write(tmp_path, FILE[:cut] + bytes(4096)))) == 19


def test_what_stands_beside_it_comes_with_it(tmp_path: Path) -> None:
    path = write(tmp_path, FILE)
    assert read_telemetry(path).about == {}
    about_path(path).write_text(json.dumps({"robot": {"name": "course"}}))
    assert read_telemetry(path).about["robot"]["name"] == "course"
    about_path(path).write_text("{")
    with pytest.raises(TelemetryError, match=r"episode.json is damaged.*delete it"):
        read_telemetry(path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"steps,reward\n1,2\n", r"no telemetry file.*steps,reward"),
        (b"GIF89a", r"no telemetry file.*GIF89a"),
        (FILE.replace(b"0.05,", b"fast,", 1), r"line 6 is damaged.*'fast'.*delete that line"),
        (FILE.replace(LINES[2].encode(), b"1,2,3\n"), r"line 4 is damaged \(it has 3 fields"),
        (FILE.replace(b"\n3,", b"\n,", 1), r"line 4 is damaged"),
        (FILE.replace(b"\n3,", b"\n\n3,", 1), r"line 4 is damaged"),
    ],
)
def test_what_is_wrong_inside_is_not_passed_over(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(TelemetryError, match=message):
        read_telemetry(write(tmp_path, data))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TelemetryError, match=r"none.csv cannot be read: No such file"):
        read_telemetry(tmp_path / "none.csv")


def test_a_data_frame_for_those_who_have_pandas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = read_telemetry(write(tmp_path, FILE))
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(TelemetryError, match=r"needs pandas.*or use columns\(\)"):
        back.frame()
    pandas: Any = ModuleType("pandas")
    pandas.DataFrame = dict
    monkeypatch.setitem(sys.modules, "pandas", pandas)
    assert list(back.frame()) == list(COLUMNS)
