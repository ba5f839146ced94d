"""The dashboard of a sweep: all its runs together, those that begin later too."""

from dataclasses import replace
from pathlib import Path

import pytest
from test_dashboard import RUNNING, text

from furutalib.facts.errors import RunError
from furutalib.learning.run_files import RunFiles, Table, worker_lock, write_status
from furutalib.learning.sweep import Sweep
from furutalib.learning.sweep_file import COMMAND, PROGRAM, parse_sweep
from furutalib.learning.training import prepare
from furutalib.view import sweep_dashboard
from furutalib.view.dashboard import watch
from furutalib.view.sweep_dashboard import SweepDashboard

FINISHED = replace(RUNNING, state="finished", steps=10_000)
COLUMNS = ("steps", "task_return", "success_rate", "action_change")


def make_sweep(folder: Path, seeds: int = 2) -> Sweep:
    """Two weights by some seeds, none begun."""
    parameters = {
        "total_steps": {"value": 10_000},
        "reward": {"parameters": {"continuity": {"values": [0, 0.5]}}},
        "seed": {"min": 0, "max": seeds - 1},
    }
    top = {"program": PROGRAM, "command": list(COMMAND), "method": "grid"}
    return Sweep(folder, parse_sweep({**top, "parameters": parameters}))


def begin(sweep: Sweep, number: int, status=FINISHED) -> RunFiles:
    """A run of the sweep with two validations, the better the higher its number."""
    files = RunFiles(sweep.run_folders()[number])
    prepare(files, sweep.file.configs()[number])
    write_status(files.status, status)
    table = Table(files.evaluations, COLUMNS)
    for steps in (1000, 2000):
        figures = {"task_return": number + steps / 1000, "success_rate": 0.5}
        table.append({"steps": steps, "action_change": 0.1 * number, **figures})
    return files


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn at every refresh."""
    monkeypatch.setattr(sweep_dashboard, "_DRAW_S", 0.0)


def shown(dashboard: SweepDashboard, plot: int = 1) -> list[str]:
    return [curve["name"] for curve in dashboard._plots[plot].payload["series"]]


def test_runs_are_taken_in_as_they_begin(tmp_path: Path):
    sweep = make_sweep(tmp_path / "continuity")
    dashboard = watch(sweep.folder)
    assert isinstance(dashboard, SweepDashboard)
    assert "continuity 0 of 4 runs finished, 4 not begun" in text(dashboard)
    assert dashboard.table.payload["rows"] == []
    begin(sweep, 0)
    assert dashboard.refresh()
    assert "1 of 4 runs finished, 3 not begun, 10,000 of at most 40,000 steps" in text(dashboard)
    assert shown(dashboard) == ["0000"]
    for number in (1, 2, 3):
        begin(sweep, number)
    assert not dashboard.refresh()  # nothing more to come
    assert shown(dashboard)[-1] == "continuity=0.5 median of 2"
    assert "4 of 4 runs finished" in text(dashboard)
    assert dashboard._bar.value == 1.0


def test_a_setting_is_a_row_with_the_medians_of_its_runs(tmp_path: Path):
    sweep = make_sweep(tmp_path / "sweep")
    for number in range(4):
        begin(sweep, number)
    dashboard = watch(sweep.folder)
    assert isinstance(dashboard, SweepDashboard)
    first, second = dashboard.table.payload["rows"]
    assert (first["setting"], first["runs"], first["finished"]) == ("continuity=0", 2, 2)
    assert [first["task_return"], second["task_return"]] == [2.5, 4.5]
    assert second["action_change"] == pytest.approx(0.25)
    assert first["success_rate"] == 50
    assert dashboard.table.payload["best"]["task_return"] == [1]


def test_of_many_runs_only_the_medians_are_drawn(tmp_path: Path):
    sweep = make_sweep(tmp_path / "sweep", seeds=30)
    for number in range(60):
        begin(sweep, number)
    dashboard = watch(sweep.folder)
    assert shown(dashboard) == ["continuity=0 median of 30", "continuity=0.5 median of 30"]
    assert len(dashboard.head.children) == 3  # no row per run


def test_a_failed_and_an_interrupted_run_say_why(tmp_path: Path):
    sweep = make_sweep(tmp_path / "sweep")
    begin(sweep, 0, replace(RUNNING, state="failed", message="RewardError: no <b>"))
    begin(sweep, 1)
    begin(sweep, 2, RUNNING)
    with worker_lock(begin(sweep, 3, RUNNING).lock) as held:
        assert held
        dashboard = watch(sweep.folder)
    told = text(dashboard)
    assert "1 of 4 runs finished, 1 failed" in told
    assert "0000 failed: RewardError: no <b>" in told
    assert "0002 interrupted: its worker is gone" in told
    assert "0003" not in told


def test_a_page_without_a_kernel_shows_how_the_sweep_stood(tmp_path: Path):
    sweep = make_sweep(tmp_path / "sweep")
    begin(sweep, 0)
    bundle = watch(sweep.folder)._repr_mimebundle_()
    assert bundle["text/plain"] == "sweep: 1 of 4 runs finished, 10,000 steps"
    assert bundle["text/html"].count("data-furuta-payload") == 5  # the table and four plots


def test_the_folder_of_a_damaged_sweep_is_named(tmp_path: Path):
    (tmp_path / "sweep.json").write_text("{}")
    with pytest.raises(RunError, match="cannot be read"):
        watch(tmp_path)
