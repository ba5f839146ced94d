"""Tables, status and lock of a run folder survive kills."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from furutalib.facts.errors import RunError
from furutalib.learning.run_files import (
    Episode,
    RunFiles,
    Status,
    Table,
    is_locked,
    read_episode,
    read_status,
    read_table,
    worker_lock,
    write_episode,
    write_status,
)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    table = Table(tmp_path / "t.csv", ("steps", "loss", "kl"))
    for steps in (10, 20, 30):
        table.append({"steps": steps, "loss": 1 / steps, "kl": float("nan"), "other": 1})
    return table


def test_rows_come_back_as_columns(table: Table):
    columns = read_table(table.path)
    assert list(columns) == ["steps", "loss", "kl"]
    assert columns["steps"].tolist() == [10, 20, 30]
    assert np.allclose(columns["loss"], [0.1, 0.05, 1 / 30])
    assert np.isnan(columns["kl"]).all()


def test_a_row_cut_short_is_not_read(table: Table):
    with table.path.open("a") as file:
        file.write("40,0.0")
    assert read_table(table.path)["steps"].tolist() == [10, 20, 30]


def test_rows_after_a_checkpoint_are_dropped(table: Table):
    with table.path.open("a") as file:
        file.write("40,0.0")
    table.keep_until(20)
    assert read_table(table.path)["steps"].tolist() == [10, 20]
    table.append({"steps": 30, "loss": 5.0})
    assert read_table(table.path)["loss"].tolist()[-1] == 5.0
    assert table.path.read_text().count("steps") == 1


def test_going_back_to_the_start_keeps_the_header(table: Table):
    table.keep_until(0)
    assert read_table(table.path)["steps"].size == 0
    table.append({"steps": 10})
    assert read_table(table.path)["steps"].tolist() == [10]


def test_no_table_yet_is_empty(tmp_path: Path):
    assert read_table(tmp_path / "none.csv") == {}
    Table(tmp_path / "none.csv", ("steps",)).keep_until(3)
    assert not (tmp_path / "none.csv").exists()


def test_status_round_trip_and_time_left(tmp_path: Path):
    status = Status("running", steps=25, total_steps=100, steps_per_s=5.0)
    write_status(tmp_path / "s.json", status)
    assert read_status(tmp_path / "s.json") == status
    assert status.seconds_left == 15.0
    assert Status().seconds_left is None
    assert read_status(tmp_path / "none.json") == Status()


def test_damaged_status_says_what_to_do(tmp_path: Path):
    (tmp_path / "s.json").write_text('{"state": "running", "mood": 1}')
    with pytest.raises(RunError, match=r"damaged.*delete it"):
        read_status(tmp_path / "s.json")


def test_lock_is_exclusive_and_released(tmp_path: Path):
    path = tmp_path / "lock"
    assert not is_locked(path)
    with worker_lock(path) as held:
        assert held
        assert is_locked(path)
        with worker_lock(path) as also:
            assert not also
    assert not is_locked(path)


def test_lock_is_free_when_its_holder_was_killed(tmp_path: Path):
    path = tmp_path / "lock"
    program = (
        "import sys; from pathlib import Path\n"
        "from furutalib.learning.run_files import worker_lock\n"
        "with worker_lock(Path(sys.argv[1])) as held: print(held, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert is_locked(path)
        holder.kill()
        holder.wait()
    assert not is_locked(path)


def test_an_episode_comes_back(tmp_path: Path):
    assert read_episode(tmp_path / "none.npz") is None
    times = np.arange(1, 4) / 50
    write_episode(tmp_path / "e.npz", Episode(30, times, -times, 2 * times, np.sin(times)))
    episode = read_episode(tmp_path / "e.npz")
    assert episode is not None
    assert episode.steps == 30
    assert episode.times_s.tolist() == times.tolist()
    assert episode.arm_rad.tolist() == (-times).tolist()
    assert episode.pendulum_rad.tolist() == (2 * times).tolist()
    assert episode.command.tolist() == np.sin(times).tolist()


def test_last_log_lines(tmp_path: Path):
    files = RunFiles(tmp_path)
    assert files.last_log_lines() == ""
    files.log.write_text("\n".join(str(i) for i in range(100)))
    assert files.last_log_lines(3) == "97\n98\n99"
