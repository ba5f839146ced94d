"""A benchmark from sweep files to its folder, with trainings of two seconds."""

from pathlib import Path

import pytest

from furutalib.facts.errors import RunError
from furutalib.learning.benchmark_make import make, make_critic
from furutalib.learning.benchmarks import load_benchmark
from furutalib.learning.rollout import collect
from furutalib.learning.sweep_file import describe_run
from furutalib.learning.training import start
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


def test_the_critic_is_tried_on_finished_runs(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no finished run"):
        make_critic(tmp_path / "critic", tmp_path / "runs")
    options = {"use_sde": False, "hidden": [8], "total_steps": 20, "learning_starts": 400}
    values = {"algorithm": "sac", "fidelity": "ideal", **options}
    config, source = describe_run(values)
    start(tmp_path / "runs" / "0000", config, source, "disabled").wait(show=False)
    make_critic(tmp_path / "critic", tmp_path / "runs")
    table = load_benchmark("critic", tmp_path)
    assert [row["variant"] for row in table.rows] == [
        "SAC",
        "SAC with its noise",
        "best of ten (critic)",
    ]
    changes = table.column("test.action_change")
    assert changes[0] < changes[1]  # an untrained policy is smooth, its noise is not
