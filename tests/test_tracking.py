"""W&B gets the rows of a run, never asks anything and never ends a training."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wandb
from fake_wandb import KEY, FakeServer

from furutalib.learning import tracking
from furutalib.learning.provenance import code_version
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import (
    Episode,
    RunFiles,
    Table,
    read_status,
    write_episode,
)
from furutalib.learning.settings import PPOSettings
from furutalib.learning.tracking import Tracker
from furutalib.learning.training import prepare


@pytest.fixture
def files(tmp_path: Path) -> RunFiles:
    """A finished run of a sweep, with two rows, a best policy and two episodes."""
    files = RunFiles(tmp_path / "continuity" / "0003")
    files.folder.mkdir(parents=True)
    (files.folder.parent / "sweep.json").write_text("{}")
    prepare(files, RunConfig(), notes="less jitter, I hope")
    table = Table(files.progress, ("steps", "return_mean"))
    table.append({"steps": 10, "return_mean": 1.0})
    table.append({"steps": 20, "return_mean": 2.0})
    files.best.mkdir()
    (files.best / "policy.json").write_text("{}")
    times = np.arange(1, 21) / 50
    write_episode(files.first_episode, Episode(10, times, times, 0 * times, times))
    write_episode(files.best_episode, Episode(20, times, times, np.pi + times, times))
    return files


class FakeRun:
    """Keeps what it is told."""

    url = "https://a.place/run"
    options: dict[str, object]

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []
        self.artifacts: list[object] = []
        self.summary: dict[str, object] = {}
        self.finished = False

    def define_metric(self, name: str, step_metric: str | None = None) -> None:
        """As in W&B."""

    def log(self, row: dict[str, object]) -> None:
        self.rows.append(row)

    def log_artifact(self, artifact: object) -> None:
        self.artifacts.append(artifact)

    def finish(self) -> None:
        self.finished = True


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeRun:
    """W&B that is reachable and logged in."""
    run = FakeRun()

    def init(**options: object) -> FakeRun:
        run.options = options
        return run

    monkeypatch.setattr(tracking, "keep_inside", lambda _: None)
    monkeypatch.setattr(tracking, "is_logged_in", lambda: True)
    monkeypatch.setattr(wandb, "init", init)
    monkeypatch.setattr(wandb, "Video", lambda path: Path(path).name)
    return run


def test_online_rows_are_sent_once_as_they_come(files: RunFiles, fake: FakeRun):
    tracker = Tracker(files, "online", RunConfig().to_dict())
    tracker.start()
    assert tracker.state == "online, https://a.place/run"
    tracker.update()
    assert [row["train/return_mean"] for row in fake.rows] == [1.0, 2.0]
    Table(files.progress, ("steps", "return_mean")).append({"steps": 30, "return_mean": 3.0})
    tracker.finish({"state": "finished"})
    assert [row["steps"] for row in fake.rows if "train/steps" in row] == [10, 20, 30]
    assert len(fake.artifacts) == 1
    assert fake.summary == {"state": "finished"}
    assert fake.finished


def test_a_run_of_a_sweep_says_what_belongs_to_it(files: RunFiles, fake: FakeRun):
    Tracker(files, "offline", {"seed": 3}).finish({})
    assert fake.options["group"] == "continuity"
    assert fake.options["name"] == "continuity-0003"
    assert fake.options["notes"] == "less jitter, I hope"
    config: Any = fake.options["config"]
    assert config["seed"] == 3
    assert config["code"] == code_version()


def test_a_run_by_itself_has_no_group(files: RunFiles, fake: FakeRun):
    (files.folder.parent / "sweep.json").unlink()
    files.notes.unlink()
    Tracker(files, "offline", {}).finish({})
    assert [fake.options[key] for key in ("group", "name", "notes")] == [None, "0003", None]


def test_films_and_telemetry_come_at_the_end(
    files: RunFiles, fake: FakeRun, monkeypatch: pytest.MonkeyPatch
):
    Tracker(files, "offline", RunConfig().to_dict()).finish({})
    films = [row for row in fake.rows if any(name.startswith("video/") for name in row)]
    assert films == [
        {"video/first": "first.gif", "steps": 10},
        {"video/best": "best.gif", "steps": 20},
    ]
    assert [row["telemetry/time_s"] for row in fake.rows if "telemetry/time_s" in row] == [
        i / 50 for i in range(1, 21)
    ]
    assert sum("telemetry/table" in row for row in fake.rows) == 1
    monkeypatch.setenv("FURUTA_WANDB_VIDEOS", "0")
    fake.rows.clear()
    Tracker(files, "offline", RunConfig().to_dict()).finish({})
    assert not any(name.startswith("video/") for row in fake.rows for name in row)


def test_offline_training_pays_nothing_before_the_end(files: RunFiles, fake: FakeRun):
    tracker = Tracker(files, "offline", {})
    tracker.start()
    tracker.update()
    assert fake.rows == []
    assert tracker.state == "offline, written when the run ends"
    tracker.finish({})
    assert sum("train/steps" in row for row in fake.rows) == 2
    assert f"`wandb sync {files.wandb / 'offline-run-*'}` sends it" in tracker.state
    assert fake.finished


def test_disabled_does_nothing(files: RunFiles, fake: FakeRun):
    tracker = Tracker(files, "disabled", {})
    tracker.start()
    assert tracker.state == "disabled"
    tracker.finish({})
    assert fake.rows == []
    assert not files.wandb.exists()


def test_unreachable_falls_back_to_offline_in_one_line(
    files: RunFiles, fake: FakeRun, monkeypatch: pytest.MonkeyPatch, caplog
):
    def init(mode: str, **_: object) -> FakeRun:
        if mode == "online":
            raise wandb.errors.CommError("no such host\nsecond line")
        return fake

    monkeypatch.setattr(wandb, "init", init)
    with caplog.at_level(logging.WARNING):
        tracker = Tracker(files, "online", {})
        tracker.start()
        tracker.finish({})
    assert len(caplog.records) == 1
    assert "the server cannot be used (no such host); logging offline" in caplog.text
    assert fake.finished


class Abandoned(Exception):
    """Of no family that is told to callers, like some errors of wandb."""


@pytest.mark.parametrize("error", [wandb.errors.CommError("gone"), Abandoned("gone")])
def test_nothing_that_fails_gets_out(
    files: RunFiles, fake: FakeRun, monkeypatch: pytest.MonkeyPatch, caplog, error: Exception
):
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(fake, "log", fail)
    with caplog.at_level(logging.WARNING):
        tracker = Tracker(files, "online", {})
        tracker.start()
        tracker.update()
        tracker.update()
        tracker.finish({})
    assert len(caplog.records) == 1
    assert "(gone); the run goes on, all is in its folder" in caplog.text
    assert f"`wandb sync --include-online {files.wandb / 'run-*'}` sends it" in tracker.state
    assert fake.finished


def test_what_fails_offline_switches_it_off(
    files: RunFiles, fake: FakeRun, monkeypatch: pytest.MonkeyPatch, caplog
):
    monkeypatch.setattr(wandb, "init", lambda **_: 1 / 0)
    with caplog.at_level(logging.WARNING):
        tracker = Tracker(files, "offline", {})
        tracker.finish({})
    assert len(caplog.records) == 1
    assert tracker.state == "off: division by zero"
    assert "the run goes on without it" in caplog.text


# --------------------------------------------------------------------------------- the real wandb

NO_NETWORK = Path(__file__).resolve().parent / "no_network"
REAL = """
import logging, sys
from pathlib import Path
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import RunFiles
from furutalib.learning.tracking import Tracker
logging.basicConfig(format="%(message)s", stream=sys.stdout)
tracker = Tracker(RunFiles(Path(sys.argv[1])), "online", RunConfig().to_dict())
tracker.start()
tracker.finish({"state": "finished"})
"""


def stranger(folder: Path, **more: str) -> dict[str, str]:
    """The environment of somebody with an empty home who has never heard of W&B."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("WANDB", "NETRC", "XDG"))}
    environ |= {"HOME": str(home), "USERPROFILE": str(home), "TMPDIR": str(folder)}
    return environ | more


def python(environ: dict[str, str], *arguments: str) -> str:
    """What another Python says, which must end well."""
    done = subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        stdin=subprocess.DEVNULL,
        env=environ,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def inspected(files: RunFiles, folder: Path) -> dict[str, Any]:
    """What wandb's own inspection reads from the one log in the run folder."""
    [log] = files.wandb.glob("*run-*/*.wandb")
    arguments = ["leet", "inspect", "--summary", "--json", str(log)]
    report: dict[str, Any] = json.loads(python(stranger(folder), "-m", "wandb", *arguments))
    return report


def test_logged_out_all_lies_in_the_run_folder_and_nothing_is_sent(files: RunFiles, tmp_path: Path):
    """As a notebook test: Python must not connect; wandb's own process would meet the proxy."""
    with FakeServer() as proxy:
        told = python(
            stranger(
                tmp_path,
                HTTPS_PROXY=proxy.url,
                HTTP_PROXY=proxy.url,
                PYTHONPATH=str(NO_NETWORK),
                NETWORK_ATTEMPTS=str(tmp_path / "attempts"),
            ),
            *("-c", REAL, str(files.folder)),
        )
        assert proxy.asked == []
    assert len(told.splitlines()) == 1
    assert "not logged in (`wandb login`); logging offline" in told
    assert not [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["continuity", "home"]
    assert sorted(path.name for path in files.folder.parent.iterdir()) == ["0003", "sweep.json"]
    assert len(list(files.wandb.glob("offline-run-*/files/media/videos/video/*.gif"))) == 2
    assert list(files.wandb.glob("artifacts/staging/*"))
    report = inspected(files, tmp_path)
    assert report["summary"]["train/return_mean"] == 2.0
    assert report["summary"]["video/best"]["_type"] == "video-file"
    assert report["config"]["seed"] == 0
    dry = python(
        stranger(tmp_path),
        *("-m", "wandb", "sync", "--dry-run", *map(str, files.wandb.glob("offline-run-*"))),
    )
    assert "Would sync 1 run" in dry


TRAIN = """
import sys
from furutalib.learning import tracking, worker
tracking._CONNECT_TIMEOUT_S, tracking._FINISH_TIMEOUT_S = 5, 2
sys.exit(worker.main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("healthy", "failure", "said"),
    [
        pytest.param(0, 401, "the server cannot be used", marks=pytest.mark.full),
        (1, 401, "the server did not take everything (api: HTTP error 401)"),
        pytest.param(2, 0, "the server did not take everything", marks=pytest.mark.full),
    ],
    ids=["wrong key", "key withdrawn", "host gone"],
)
def test_a_training_goes_on_when_the_server_does_not(
    tmp_path: Path, healthy: int, failure: int, said: str
):
    files = RunFiles(tmp_path / "run")
    small = PPOSettings(total_steps=2048, pendulums=8, n_steps=64, n_epochs=2, evaluate_every=500)
    prepare(files, RunConfig(settings=small, fidelity=()), wandb_mode="online")
    with FakeServer(healthy, failure) as server:
        account = {"WANDB_BASE_URL": server.url, "WANDB_API_KEY": KEY}
        account["FURUTA_WANDB_VIDEOS"] = "0"
        told = python(stranger(tmp_path, **account), "-c", TRAIN, str(files.folder))
        assert len(server.asked) > healthy  # it has failed
    status = read_status(files.status)
    assert (status.state, status.steps) == ("finished", 2048)
    lines = [line for line in told.splitlines() if "INFO" not in line]
    assert len(lines) == 1, told
    assert said in lines[0]
    assert "`wandb sync" in status.wandb
    assert inspected(files, tmp_path)["summary"]["train/steps"] == 2048
    assert files.best.is_dir()
