"""How well identification does on hidden robots: recorded, identified, compared with the truth."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from furutalib.facts.files import write_atomically
from furutalib.facts.robot import load_robot
from furutalib.learning.benchmark_make import made, write_table
from furutalib.learning.excitation import record, usual_plan
from furutalib.learning.held_out import look_ahead
from furutalib.learning.identifiable import seen_values
from furutalib.learning.identification import Identified, identify, read_recordings
from furutalib.learning.windows import pieces
from furutalib.machine.connect import emulated
from furutalib.machine.emulator.hidden import hidden_robot

Row = dict[str, Any]
HIDDEN = range(10)  # these figures are reported on; what was tuned was tuned on 100 and above
WITHIN = 0.10  # right is: so near the truth, or the truth in an interval no wider than this


def make_identification(folder: Path, runs: Path, hidden: Iterable[int] = HIDDEN) -> None:
    """Write `results.csv`, a row per robot and quantity, and `robots.csv`, a row per robot.

    Args:
        folder: where the tables are written.
        runs: where recordings go; those that are there already are used again.
        hidden: which emulated robots.
    """
    quantities: list[Row] = []
    robots: list[Row] = []
    for number in hidden:
        row, rows = identification_rows(number, runs / str(number))
        robots.append(row)
        quantities += rows
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / "results.csv", quantities)
    write_table(folder / "robots.csv", robots)
    write_atomically(folder / "benchmark.json", json.dumps(made(folder, []), indent=1) + "\n")


def identification_rows(hidden: int, recordings: Path) -> tuple[Row, list[Row]]:
    """One hidden robot, recorded if it was not yet: a row about it, a row per quantity."""
    if not recordings.is_dir():
        _record(hidden, recordings)
    found = identify(read_recordings(recordings), load_robot("course"))
    rows = _compare(found, hidden)
    row = {
        "hidden": hidden,
        "right": sum(one["right"] for one in rows),
        "quantities": len(rows),
        "largest_error": max(abs(one["error"]) for one in rows),
        "fitted_seconds": found.seconds,
        "held_out_deg_described": _short(found.before.rms_deg if found.before else float("nan")),
        "held_out_deg": _short(found.held_out_deg),
        "held_out_deg_true": _short(_true_error(hidden, recordings)),
    }
    return row, rows


def _record(hidden: int, folder: Path) -> None:
    with emulated("course", hidden) as robot:
        about = {"kind": "emulated", "hidden": hidden}
        record(robot, folder, usual_plan(robot.description), about)


def _compare(found: Identified, hidden: int) -> list[Row]:
    truth = seen_values(hidden_robot(found.believed, hidden), found.believed)
    rows: list[Row] = []
    for one, true in zip(found.estimates.values(), truth.tolist(), strict=True):
        error = one.value / true - 1.0
        covered = abs(one.value - true) <= one.half_width
        rows.append(
            {
                "hidden": hidden,
                "quantity": one.name,
                "key": one.key,
                "unit": one.unit,
                "described": _short(one.described),
                "truth": _short(true),
                "identified": _short(one.value),
                "half_width": _short(one.half_width),
                "error": _short(error),
                "relative_half_width": _short(one.relative),
                "covered": covered,
                "right": abs(error) <= WITHIN or (covered and one.relative <= WITHIN),
            }
        )
    return rows


def _true_error(hidden: int, recordings: Path) -> float:
    """What the held-out error would be with the robot's true parameters."""
    believed = load_robot("course")
    kept = [one for one in read_recordings(recordings) if one.about["excitation"] == "held-out"]
    cut = [pieces(one, "held-out") for one in kept]
    return look_ahead(hidden_robot(believed, hidden), cut).rms_deg


def _short(value: float) -> float:
    return float(f"{value:.5g}")
