"""W&B gets the rows of a run, never asks anything and never ends a training."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
import wandb

from furutalib.facts.errors import ConfigurationError
from furutalib.learning import tracking
from furutalib.learning.run_files import RunFiles, Table
from furutalib.learning.tracking import Tracker, choose_mode, keep_inside


@pytest.mark.parametrize(
    ("asked", "environ", "mode"),
    [
        ("auto", {}, "offline"),
        ("auto", {"CI": "true"}, "disabled"),
        ("auto", {"CI": "1"}, "disabled"),
        ("auto", {"CI": "false"}, "offline"),
        ("auto", {"CI": "true", "FURUTA_WANDB": "online"}, "online"),
        ("auto", {"FURUTA_WANDB": "auto"}, "offline"),
        ("auto", {"WANDB_MODE": "disabled"}, "disabled"),
        ("auto", {"WANDB_MODE": "disabled", "FURUTA_WANDB": "offline"}, "offline"),
        ("offline", {"CI": "true"}, "offline"),
        ("online", {"WANDB_MODE": "disabled"}, "online"),
        ("disabled", {"FURUTA_WANDB": "online"}, "disabled"),
    ],
)
def test_mode(asked, environ, mode):
    assert choose_mode(asked, environ) == mode


def test_unknown_modes_are_refused():
    with pytest.raises(ConfigurationError, match="wandb = 'cloud'; use one of auto"):
        choose_mode("cloud", {})
    with pytest.raises(ConfigurationError, match="FURUTA_WANDB = 'cloud'"):
        choose_mode("auto", {"FURUTA_WANDB": "Cloud"})


@pytest.fixture
def files(tmp_path: Path) -> RunFiles:
    """A finished run with two rows, a best policy and a picture of it."""
    files = RunFiles(tmp_path / "run")
    files.folder.mkdir()
    table = Table(files.progress, ("steps", "return_mean"))
    table.append({"steps": 10, "return_mean": 1.0})
    table.append({"steps": 20, "return_mean": 2.0})
    files.best.mkdir()
    (files.best / "policy.json").write_text("{}")
    (files.folder / "best.gif").write_bytes(b"GIF89a")
    return files


class FakeRun:
    """Keeps what it is told."""

    url = "https://a.place/run"

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
    monkeypatch.setattr(tracking, "keep_inside", lambda _: None)
    monkeypatch.setattr(wandb, "login", lambda **_: True)
    monkeypatch.setattr(wandb, "init", lambda **_: run)
    monkeypatch.setattr(wandb, "Video", lambda path: f"video {path}")
    return run


def test_online_rows_are_sent_once_as_they_come(files: RunFiles, fake: FakeRun):
    tracker = Tracker(files, "online", {})
    tracker.start()
    assert tracker.state == "online, https://a.place/run"
    tracker.update()
    assert [row["train/return_mean"] for row in fake.rows] == [1.0, 2.0]
    Table(files.progress, ("steps", "return_mean")).append({"steps": 30, "return_mean": 3.0})
    tracker.finish({"state": "finished"}, lambda: files.folder / "best.gif")
    assert [row["steps"] for row in fake.rows if "steps" in row] == [10, 20, 30]
    assert fake.rows[-1] == {"video": f"video {files.folder / 'best.gif'}"}
    assert len(fake.artifacts) == 1
    assert fake.summary == {"state": "finished"}
    assert fake.finished


def test_offline_training_pays_nothing_before_the_end(files: RunFiles, fake: FakeRun):
    tracker = Tracker(files, "offline", {})
    tracker.start()
    tracker.update()
    assert fake.rows == []
    assert tracker.state == "offline, written when the run ends"
    tracker.finish({}, lambda: files.folder / "best.gif")
    assert len(fake.rows) == 3
    assert f"`wandb sync {files.wandb / 'offline-run-*'}` sends it" in tracker.state
    assert fake.finished


def test_disabled_does_nothing(files: RunFiles, fake: FakeRun):
    tracker = Tracker(files, "disabled", {})
    tracker.start()
    assert tracker.state == "disabled"
    tracker.finish({}, lambda: pytest.fail("no video is wanted"))
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
        tracker.finish({}, lambda: files.folder / "best.gif")
    assert len(caplog.records) == 1
    assert "not reachable (no such host); logging offline" in caplog.text
    assert fake.finished


def test_nothing_that_fails_gets_out(
    files: RunFiles, fake: FakeRun, monkeypatch: pytest.MonkeyPatch, caplog
):
    def fail(_: object) -> None:
        raise wandb.errors.CommError("gone")

    monkeypatch.setattr(fake, "log", fail)
    with caplog.at_level(logging.WARNING):
        tracker = Tracker(files, "online", {})
        tracker.start()
        tracker.update()
        tracker.update()
        tracker.finish({}, lambda: files.folder / "best.gif")
    assert len(caplog.records) == 1
    assert "gone; the run goes on without it" in caplog.text


REAL = """
import logging, sys
from pathlib import Path
from furutalib.learning.run_files import RunFiles
from furutalib.learning.tracking import Tracker
logging.basicConfig(format="%(message)s", stream=sys.stdout)
files = RunFiles(Path(sys.argv[1]))
tracker = Tracker(files, "online", {"seed": 1})
tracker.start()
tracker.finish({}, lambda: files.folder / "best.gif")
"""


def test_not_logged_in_writes_offline_and_only_into_the_run_folder(files: RunFiles, tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("WANDB", "NETRC", "XDG"))}
    environ |= {"HOME": str(home), "USERPROFILE": str(home), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", REAL, str(files.folder)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=environ,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1
    assert "not logged in; logging offline" in done.stdout
    assert list(files.wandb.glob("offline-run-*/*.wandb"))
    assert list(files.wandb.rglob("policy.json")) or list(files.wandb.rglob("staging"))
    assert not [path for path in home.rglob("*") if path.is_file()]
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["home", "run"]


def test_every_folder_of_wandb_is_inside_the_run(tmp_path: Path):
    environ = {"WANDB_MODE": "disabled", "WANDB_DIR": "/elsewhere"}
    keep_inside(RunFiles(tmp_path), environ)
    folders = {name: value for name, value in environ.items() if name.endswith("_DIR")}
    assert set(folders) == {
        f"WANDB_{kind}DIR" for kind in ("", "DATA_", "CACHE_", "CONFIG_", "ARTIFACT_")
    }
    assert all(Path(value).is_relative_to(tmp_path) for value in folders.values())
    assert environ["WANDB_ERROR_REPORTING"] == "false"
