"""A benchmark from sweep files to its folder, with trainings of two seconds."""

from pathlib import Path

import pytest

from furutalib.facts.errors import RunError
from furutalib.learning.benchmark_make import make
from furutalib.learning.benchmarks import load_benchmark
from furutalib.learning.rollout import collect
from furutalib.machine.robot import Start

SWEEP = """
name: "cost {reward.continuity:g}, seed {seed}"
program: furutalib.learning.sweep_agent
command: ["${env}", "${interpreter}", "-m", "${program}"]
method: grid
parameters:
  reward: {parameters: {continuity: {value: 0.5}}}
  seed: {values: [0, 1]}
  fidelity: {value: ideal}
  pendulums: {value: 8}
  n_epochs: {value: 2}
  total_steps: {value: 1024}
"""


def test_a_benchmark_is_made_whole_and_can_be_read(tmp_path: Path) -> None:
    folder, runs = tmp_path / "tiny", tmp_path / "runs"
    folder.mkdir()
    (folder / "grid.yaml").write_text(SWEEP)
    make(folder, runs, jobs=2)
    table = load_benchmark("tiny", tmp_path)
    assert [row["run"] for row in table.rows] == ["grid-0000", "grid-0001"]
    assert [row["variant"] for row in table.rows] == ["cost 0.5, seed 0", "cost 0.5, seed 1"]
    assert {"test.energy_j", "test.task_return", "seconds_training"} <= set(table.rows[0])
    assert not [name for name in table.rows[0] if name.startswith("validation.")]
    curves = table.curves(table.rows[1])
    assert curves["steps"][-1] == 1024
    assert (curves["exploration_continuity"] > 0).all()
    policy = table.policy(table.rows[0])
    assert collect(policy, [Start()], fidelity="ideal", duration_s=0.1).steps == 5
    assert not list(folder.rglob("model.zip"))
    before = {path: path.read_bytes() for path in folder.rglob("*.csv")}
    make(folder, runs)  # nothing is left to do: the same tables
    assert {path: path.read_bytes() for path in folder.rglob("*.csv")} == before


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no sweep file"):
        make(tmp_path, tmp_path / "runs")
