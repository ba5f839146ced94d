"""What a robot did, one CSV file per episode with a JSON file beside it, and reading it back.

A file is made of whole lines. Whatever end it came to (killed, power cut), everything up to its
last complete line can be read; what comes after it is left out.
"""

import csv
import importlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import TelemetryError
from furutalib.machine.telemetry_writer import COLUMNS, HEADER, NUMBERS

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
_ALWAYS_KNOWN = ("tick", "missed", "flags")  # whole numbers
_UNKNOWN = float("nan")


class Row(NamedTuple):
    """One tick. What is not known stays nan, e.g. the counts of a simulated robot."""

    tick: int  # control periods since the reset, missed ones included
    time_s: float  # since the reset
    arm_count: float = _UNKNOWN  # of the counter chip, before signs and zero
    pendulum_count: float = _UNKNOWN
    arm_angle_rad: float = _UNKNOWN
    pendulum_angle_rad: float = _UNKNOWN
    arm_speed_rad_s: float = _UNKNOWN  # filtered, as the policy sees it
    pendulum_speed_rad_s: float = _UNKNOWN
    command_asked: float = _UNKNOWN  # of the policy, in [-1, 1]
    command_sent: float = _UNKNOWN  # what safety and PWM made of it
    reward: float = _UNKNOWN
    lateness_s: float = _UNKNOWN  # of this tick
    missed: int = 0  # ticks that were skipped just before
    flags: int = 0  # of `furutalib.machine.robot.Flag`
    trip: str = ""  # why safety has switched the motor off


@dataclass(frozen=True, eq=False)
class Telemetry:
    """An episode as arrays of shape (n,), one value per tick; nan is what was not known.

    The columns are those of `Row`. `about` is what stands in the JSON file beside the CSV: the
    robot's description, the versions, how the episode ended. `cut` says that the file ends inside
    a row, as after a kill or a power cut: that row is left out.
    """

    tick: Whole
    time_s: Floats
    arm_count: Floats
    pendulum_count: Floats
    arm_angle_rad: Floats
    pendulum_angle_rad: Floats
    arm_speed_rad_s: Floats
    pendulum_speed_rad_s: Floats
    command_asked: Floats
    command_sent: Floats
    reward: Floats
    lateness_s: Floats
    missed: Whole
    flags: Whole
    trip: tuple[str, ...]
    about: Mapping[str, Any] = field(default_factory=dict)
    cut: bool = False

    def __len__(self) -> int:
        return len(self.time_s)

    def columns(self) -> dict[str, Any]:
        """The columns by their names, in the order of the file."""
        return {name: getattr(self, name) for name in COLUMNS}

    def frame(self) -> Any:
        """The columns as a pandas data frame.

        Raises:
            TelemetryError: pandas is not installed; the course does not need it.
        """
        try:
            pandas: Any = importlib.import_module("pandas")
        except ImportError as error:
            raise TelemetryError(
                "a data frame needs pandas, which is not installed: `pip install pandas`, "
                "or use columns(), a dictionary of arrays"
            ) from error
        return pandas.DataFrame(self.columns())


def about_path(path: str | Path) -> Path:
    """Where the JSON file beside a telemetry file lies."""
    return Path(path).with_suffix(".json")


def read_telemetry(path: str | Path) -> Telemetry:
    """Read an episode back, every complete row of it.

    Raises:
        TelemetryError: there is no such file, it is no telemetry, or a row inside it is damaged.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TelemetryError(f"{path} cannot be read: {error.strerror}") from error
    whole, newline, rest = data.rpartition(b"\n")
    header, _, body = (whole + newline).decode("utf-8", errors="replace").partition("\n")
    if newline and header + "\n" != HEADER:
        raise TelemetryError(f"{path} is no telemetry file: its first line is {header[:60]!r}")
    if not newline and not HEADER.encode().startswith(rest):
        raise TelemetryError(f"{path} is no telemetry file: it begins with {rest[:60]!r}")
    rows = [_parsed(line, number, path) for number, line in enumerate(_lines(body), start=2)]
    numbers = np.array([row[0] for row in rows], np.float64).reshape(-1, len(NUMBERS)).T
    columns: dict[str, Any] = dict(zip(NUMBERS, numbers.copy(), strict=True))
    for name in _ALWAYS_KNOWN:
        columns[name] = columns[name].astype(np.int64)
    trip = tuple(row[1] for row in rows)
    return Telemetry(**columns, trip=trip, about=_about(path), cut=bool(rest))


def _lines(body: str) -> list[str]:
    return body.split("\n")[:-1]


def _parsed(line: str, number: int, path: Path) -> tuple[list[float], str]:
    if '"' in line:
        *values, trip = next(csv.reader(io.StringIO(line)))
    else:
        *values, trip = line.split(",")
    try:
        if len(values) != len(NUMBERS):
            raise ValueError(f"it has {len(values) + 1} fields, not {len(COLUMNS)}")
        for name in _ALWAYS_KNOWN:
            int(values[NUMBERS.index(name)])
        return [float(value) if value else _UNKNOWN for value in values], trip
    except ValueError as error:
        raise TelemetryError(
            f"{path}, line {number} is damaged ({error}); delete that line to read the others"
        ) from error


def _about(path: Path) -> Mapping[str, Any]:
    beside = about_path(path)
    if not beside.is_file():
        return {}
    try:
        about = json.loads(beside.read_text("utf-8"))
    except ValueError as error:
        raise TelemetryError(
            f"{beside} is damaged ({error}); delete it to read the rows without it"
        ) from error
    return about if isinstance(about, dict) else {}
