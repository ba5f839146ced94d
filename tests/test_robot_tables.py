"""The tables about robots: what is done is kept, what went wrong is told."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from furutalib.facts.errors import RunError
from furutalib.learning.run import Run
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import RunFiles
from furutalib.learning.training import prepare
from furutalib.view import robot_tables
from furutalib.view.robot_tables import make_transfer, make_zero


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Jobs that were really done, in place of trainings that take minutes."""
    names: list[str] = []

    def job(*what: Any) -> Callable[[Path], list[dict[str, Any]]]:
        names.append("-".join(map(str, what[:-1])))
        return [{"hidden": what[0], "successes": 100}]  # type: ignore[return-value]

    monkeypatch.setattr(robot_tables, "_zero", job)
    monkeypatch.setattr(robot_tables, "_transfer", job)
    monkeypatch.setattr(robot_tables, "Run", lambda folder: folder)
    monkeypatch.setattr(robot_tables, "_evaluations", lambda run: [{"steps": 1}])
    return names


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_one_robot_has_five_seeds_and_twenty_are_crossed_to(done: list[str], tmp_path: Path):
    make_zero(tmp_path / "zero", tmp_path / "runs" / "zero")
    assert {f"0-{seed}" for seed in range(5)} <= set(done)
    done.clear()
    make_transfer(tmp_path / "transfer", tmp_path / "runs" / "transfer")
    assert {f"{hidden}-tuned" for hidden in range(20)} <= set(done)
    rows = table(tmp_path / "transfer" / "results.csv")
    assert len(rows) == len(done)
    assert {int(row["hidden"]) for row in rows} == set(range(20))


def test_what_is_done_is_not_done_again(done: list[str], tmp_path: Path):
    make_zero(tmp_path / "zero", tmp_path / "runs")
    first = (tmp_path / "zero" / "results.csv").read_text("utf-8")
    done.clear()
    (tmp_path / "runs" / "0-3" / "rows.json").unlink()
    make_zero(tmp_path / "zero", tmp_path / "runs")
    assert done == ["0-3"]
    assert (tmp_path / "zero" / "results.csv").read_text("utf-8") == first


def test_a_training_that_did_not_finish_gives_no_row(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    def broken(folder: Path, *_: Any, **__: Any) -> Run:
        prepare(RunFiles(folder), RunConfig())
        return Run(folder)

    monkeypatch.setattr(robot_tables, "train_on_robot", broken)
    with pytest.raises(RunError, match="starting"):
        make_zero(tmp_path / "zero", tmp_path / "runs")
    assert not list((tmp_path / "runs").rglob("rows.json"))
