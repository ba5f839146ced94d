"""The training process says how it ended, whatever ended it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from furutalib.facts.errors import RewardError
from furutalib.learning import worker
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import RunFiles, is_locked, read_status, worker_lock
from furutalib.learning.training import prepare


@pytest.fixture
def files(tmp_path: Path) -> Iterator[RunFiles]:
    """A prepared run folder; the process's own signal handler comes back afterwards."""
    handler = signal.getsignal(signal.SIGTERM)
    files = RunFiles(tmp_path / "run")
    prepare(files, RunConfig(), None)
    yield files
    signal.signal(signal.SIGTERM, handler)


def session_that(monkeypatch: pytest.MonkeyPatch, error: BaseException | None = None) -> None:
    def run(*_: object) -> None:
        if error is not None:
            raise error

    monkeypatch.setattr(worker, "run_session", run)


def test_a_second_worker_leaves_the_first_alone(files: RunFiles, monkeypatch, caplog):
    monkeypatch.setattr(worker, "_LOCK_PATIENCE_S", 0.0)
    with worker_lock(files.lock) as held:
        assert held
        assert worker.main([str(files.folder)]) == 1
    assert "another process is training" in caplog.text
    assert read_status(files.status).state == "starting"


def test_a_known_error_is_reported(files: RunFiles, monkeypatch):
    session_that(monkeypatch, RewardError("bad reward"))
    assert worker.main([str(files.folder)]) == 1
    status = read_status(files.status)
    assert (status.state, status.message) == ("failed", "RewardError: bad reward")
    assert not is_locked(files.lock)


def test_an_unknown_error_is_reported_and_not_hidden(files: RunFiles, monkeypatch):
    session_that(monkeypatch, ZeroDivisionError("oops"))
    with pytest.raises(ZeroDivisionError):
        worker.main([str(files.folder)])
    assert read_status(files.status).message == "ZeroDivisionError: oops"


def test_a_full_disk_ends_in_the_log(files: RunFiles, monkeypatch, caplog):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    session_that(monkeypatch, OSError(28, "No space left on device"))
    monkeypatch.setattr(worker, "write_status", full)
    assert worker.main([str(files.folder)]) == 1
    assert "status cannot be written either" in caplog.text


def test_being_asked_to_terminate_is_a_stop(files: RunFiles, monkeypatch):
    session_that(monkeypatch)
    assert worker.main([str(files.folder)]) == 0
    os.kill(os.getpid(), signal.SIGTERM)
    assert files.stop.exists()
