"""Sweeps: real trainings, tiny ones, side by side on this computer."""

import contextlib
import csv
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from furutalib.facts.errors import RunError
from furutalib.learning.run import Run
from furutalib.learning.run_files import RunFiles
from furutalib.learning.sweep import Sweep, do_run, open_sweep
from furutalib.learning.sweep_file import (
    COMMAND,
    PROGRAM,
    SweepFile,
    parse_sweep,
    run_config,
)
from furutalib.learning.training import start
from furutalib.lessons.cli import main

pytestmark = pytest.mark.xdist_group("sweep")  # the sweep that most tests look at is done once

TINY = {"fidelity": "ideal", "pendulums": 8, "n_steps": 64, "total_steps": 2048, "n_epochs": 2}
PATIENCE_S = 240.0


def tiny(**values: list[Any]) -> SweepFile:
    """A grid of trainings of two seconds."""
    fixed = {name: {"value": value} for name, value in TINY.items()}
    varied = {name: {"values": choice} for name, choice in values.items()}
    top = {"program": PROGRAM, "command": list(COMMAND), "method": "grid"}
    return parse_sweep({**top, "parameters": {**fixed, **varied}})


def run(sweep: Sweep, **options: Any) -> list[dict[str, Any]]:
    return sweep.run(wandb_mode="disabled", show=False, **options)


def table(sweep: Sweep) -> list[dict[str, str]]:
    """The rows of the table, without what depends on the clock."""
    with sweep.results.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{k: v for k, v in row.items() if not k.startswith("seconds")} for row in rows]


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """A sweep of four runs that the local engine has done."""
    sweep = Sweep(tmp_path_factory.mktemp("here") / "sweep", four())
    run(sweep, jobs=2)
    return sweep


def four() -> SweepFile:
    return tiny(gamma=[0.9, 0.98], seed=[0, 1])


def test_the_table_has_a_row_per_run_with_parameters_and_figures(here: Sweep) -> None:
    rows = table(here)
    assert [(row["run"], row["gamma"], row["seed"]) for row in rows] == [
        ("0000", "0.9", "0"),
        ("0001", "0.9", "1"),
        ("0002", "0.98", "0"),
        ("0003", "0.98", "1"),
    ]
    assert {(row["state"], row["error"], row["steps"]) for row in rows} == {
        ("finished", "", "2048")
    }
    assert len({row["test.task_return"] for row in rows}) == 4
    assert here.status().message == "4 of 4 runs finished"


def test_a_second_start_repeats_nothing(here: Sweep) -> None:
    before = here.results.read_bytes()
    logs = [(folder / "log.txt").read_bytes() for folder in here.run_folders()]
    run(Sweep(here.folder, four()), jobs=2)
    assert here.results.read_bytes() == before
    assert [(folder / "log.txt").read_bytes() for folder in here.run_folders()] == logs


def test_a_folder_from_another_sweep_file_is_refused(here: Sweep, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"another sweep file.*gamma\.values.*0\.9.*0\.8"):
        Sweep(here.folder, tiny(gamma=[0.8], seed=[0, 1]))
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(RunError, match="not empty"):
        Sweep(tmp_path, four())


@pytest.mark.full
def test_it_goes_on_with_an_interrupted_run_and_notes_a_failed_one(
    here: Sweep, tmp_path: Path
) -> None:
    sweep = Sweep(tmp_path / "sweep", four())
    blocked, cut, *_ = sweep.run_folders()
    blocked.mkdir()
    (blocked / "stranger.txt").touch()
    killed(cut, sweep.file.points[1])
    run(sweep, jobs=2)
    rows = table(sweep)
    assert rows[0]["state"] == "failed"
    assert "stranger.txt" in rows[0]["error"]
    assert [row["state"] for row in rows[1:]] == ["finished"] * 3
    assert rows[1:] == [{**row, "error": ""} for row in table(here)[1:]]
    assert (blocked / "stranger.txt").is_file()


def test_it_goes_on_from_the_checkpoint_of_a_killed_run(
    here: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = Sweep(tmp_path / "sweep", tiny(gamma=[0.9], seed=[1]))
    [folder] = sweep.run_folders()
    with monkeypatch.context() as patch:
        patch.setenv("FURUTA_CHECKPOINT_S", "0")
        killed(folder, sweep.file.points[0], once=RunFiles(folder).checkpoint)
    assert Run(folder).status.steps < 2048
    run(sweep)
    assert re.search(r"continuing after [1-9]\d* steps", (folder / "log.txt").read_text())
    assert table(sweep) == [{**table(here)[1], "run": "0000"}]


def killed(folder: Path, point: Any, once: Path | None = None) -> None:
    """A run whose process was killed at its work, as soon as a file is there."""
    training = start(folder, run_config(point), None, "disabled")
    assert training.worker is not None
    awaited = once or training.files.progress
    wait_until(awaited.exists)
    training.worker.kill()
    training.worker.wait()
    assert Run(folder).status.state == "interrupted"


def test_notes_are_kept_with_every_run_and_decide_nothing(here: Sweep) -> None:
    row = do_run(0, str(here.run_folders()[0]), four().points[0], "disabled", "my words")[1]
    assert row["state"] == "finished"
    assert not (here.run_folders()[0] / "notes.txt").exists()  # it was not started again


def test_a_sweep_is_opened_by_its_folder(here: Sweep, tmp_path: Path) -> None:
    opened = open_sweep(here.folder)
    assert opened.file.points == here.file.points
    assert opened.status().message == "4 of 4 runs finished"
    with pytest.raises(RunError, match=r"not the folder of a sweep.*sweep\.json"):
        open_sweep(tmp_path)


def test_a_worker_that_does_not_see_the_folder_says_so(tmp_path: Path) -> None:
    _, row = do_run(3, str(tmp_path / "elsewhere" / "0003"), {"seed": 3}, "disabled")
    assert (row["state"], row["seed"]) == ("failed", 3)
    assert "does not see" in row["error"]


@pytest.mark.usefixtures("usual_signals")
@pytest.mark.skipif(sys.platform == "win32", reason="sends itself a signal")
def test_ctrl_c_ends_a_sweep_that_does_one_run_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(number: int, *_: object) -> tuple[int, dict[str, Any]]:
        with contextlib.suppress(KeyboardInterrupt):  # as a run does, which then ends well
            if number == 0:
                os.kill(os.getpid(), signal.SIGINT)
        return number, {"run": number, "state": "stopped"}

    monkeypatch.setattr("furutalib.learning.sweep.do_run", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(Sweep(tmp_path / "sweep", four()), jobs=1)


def ctrl_c(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_command_does_a_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = "\n".join(f"  {name}: {{value: {value}}}" for name, value in TINY.items())
    Path("my.yaml").write_text(
        f'program: {PROGRAM}\ncommand: ["${{env}}", "${{interpreter}}", "-m", "${{program}}"]\n'
        f"method: random\nrun_cap: 1\nparameters:\n{lines}\n  seed: {{min: 0, max: 9}}\n"
    )
    assert main(["sweep", "my.yaml", "--notes", "as in the lesson"]) == 0
    told = capsys.readouterr()
    assert "1 of 1 runs finished" in told.out
    assert "1 of 1 runs finished" in told.err  # the bar
    assert Path("runs/my/results.csv").is_file()
    assert Path("runs/my/0000/notes.txt").read_text() == "as in the lesson"
    with monkeypatch.context() as patch:
        patch.setattr(Sweep, "_write", ctrl_c)
        assert main(["sweep", "my.yaml"]) == 130
        assert "the same command goes on from there" in capsys.readouterr().err
    assert main(["sweep", "my.yaml", "--scheduler", "tcp://lab:1"]) == 2
