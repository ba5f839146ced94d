"""The table of hidden robots: what counts as right, and a row per quantity."""

from pathlib import Path

import pytest
from excitation_runs import run_part

from furutalib.facts.robot import load_robot
from furutalib.learning import identification
from furutalib.learning import identification_table as table
from furutalib.learning.benchmarks import load_benchmark
from furutalib.learning.excitation import usual_plan
from furutalib.learning.identifiable import IDENTIFIABLE
from furutalib.machine.connect import emulated

COURSE = load_robot("course")


def test_the_tables_have_a_row_per_robot_and_quantity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with emulated("course", 104) as robot:
        parts = usual_plan(COURSE, 0.35).parts
        recordings = [run_part(robot, parts[k], COURSE) for k in (2, 5)]
    monkeypatch.setattr(identification, "NOT_FOUND", 100.0)  # so short a plan leaves much open
    monkeypatch.setattr(table, "read_recordings", lambda folder: recordings)
    (tmp_path / "runs" / "104").mkdir(parents=True)
    table.make_identification(tmp_path / "identify", tmp_path / "runs", [104])
    made = load_benchmark("identify", tmp_path)
    assert made.made["command"] == "python data/benchmarks/make.py identify"
    assert [row["quantity"] for row in made.rows] == [one.name for one in IDENTIFIABLE]
    for row in made.rows:
        error = abs(row["identified"] / row["truth"] - 1.0)
        assert error == pytest.approx(abs(row["error"]), abs=1e-4)
        inside = abs(row["identified"] - row["truth"]) <= row["half_width"]
        near = error <= 0.10 or (inside and row["relative_half_width"] <= 0.10)
        assert row["right"] is near
    assert "held_out_deg" in (tmp_path / "identify" / "robots.csv").read_text()
