"""The cost of a sweep is measured on real trainings, tiny ones here; no time is asserted."""

import os

import pytest

from furutalib.lessons import bench_sweep


@pytest.mark.full
def test_both_ways_are_run_and_compared(monkeypatch):
    tiny = {"pendulums": 8, "n_steps": 64, "total_steps": 2048, "n_epochs": 2, "fidelity": "ideal"}
    monkeypatch.setattr(bench_sweep, "RUNS", 2)
    monkeypatch.setattr(bench_sweep, "_OPTIONS", tiny)
    monkeypatch.setenv("FURUTA_WANDB_VIDEOS", "1")
    more, tracking = bench_sweep.measure_sweep()
    assert more.value > -100
    assert "2 trainings, 2 at a time" in more.remark
    assert tracking.value > 0  # W&B has written
    assert os.environ["FURUTA_WANDB_VIDEOS"] == "1"
