"""A run is followed from outside by its files alone."""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from furutalib.facts.errors import PolicyError, RunError
from furutalib.learning import progress
from furutalib.learning import run as run_module
from furutalib.learning.run import Run
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import RunFiles, Status, worker_lock, write_status
from furutalib.learning.training import prepare


@pytest.fixture
def files(tmp_path: Path) -> RunFiles:
    """A run folder in which nothing has happened yet."""
    files = RunFiles(tmp_path / "run")
    prepare(files, RunConfig(), None)
    return files


class Shown:
    """A display that remembers."""

    def __init__(self) -> None:
        self.states: list[str] = []

    def show(self, status: Status) -> None:
        self.states.append(status.state)

    def end(self) -> None:
        self.states.append("end")


def test_no_run_folder(tmp_path: Path):
    with pytest.raises(RunError, match="is not a run folder"):
        Run(tmp_path)


def test_state_of_a_worker_that_has_just_been_started(files: RunFiles):
    assert Run(files.folder).status.state == "starting"
    long_ago = time.time() - 60
    os.utime(files.status, (long_ago, long_ago))
    assert Run(files.folder).status.state == "interrupted"


def test_a_held_lock_means_that_it_is_alive(files: RunFiles):
    write_status(files.status, Status("running", steps=5, pid=1))
    assert Run(files.folder).status.state == "interrupted"
    with worker_lock(files.lock) as held:
        assert held
        assert Run(files.folder).status.state == "running"
        assert "running, 5 steps" in repr(Run(files.folder))


def test_another_worker_may_have_taken_over(files: RunFiles):
    run = Run(files.folder)
    run.worker = subprocess.Popen([sys.executable, "-c", ""])
    run.worker.wait()
    write_status(files.status, Status("running", pid=1))
    assert run.status.state == "interrupted"
    with worker_lock(files.lock):
        assert run.status.state == "running"


def test_waiting_ends_with_the_run(files: RunFiles, monkeypatch: pytest.MonkeyPatch):
    states = iter(["starting", "running", "finished"])
    shown = Shown()
    monkeypatch.setattr(run_module, "choose_display", lambda: shown)
    monkeypatch.setattr(run_module, "_POLL_S", 0.0)
    monkeypatch.setattr(Run, "status", property(lambda _: Status(next(states))))
    assert Run(files.folder).wait().state == "finished"
    assert shown.states == ["starting", "running", "finished", "end"]


def test_waiting_is_bounded(files: RunFiles):
    with worker_lock(files.lock) as held:
        assert held
        write_status(files.status, Status("running", pid=1))
        assert Run(files.folder).wait(timeout_s=0.0, show=False).state == "running"


def test_waiting_for_a_failed_run_shows_its_log(files: RunFiles):
    write_status(files.status, Status("failed", message="RewardError: bad", pid=1))
    files.log.write_text("first\nlast words\n")
    with pytest.raises(
        RunError, match=r"failed: RewardError: bad\nits log ends:\nfirst\nlast words"
    ):
        Run(files.folder).wait(show=False)


def test_watching_leaves_the_notebook_free(files: RunFiles, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(progress, "_REFRESH_S", 0.0)
    shown = Shown()

    async def notebook() -> None:
        monkeypatch.setattr(run_module, "notebook_display", lambda: shown)
        run = Run(files.folder)
        run.show()
        for state in ("running", "finished"):
            await asyncio.sleep(0)
            write_status(files.status, Status(state, pid=1))
        assert run._showing is not None
        await run._showing

    with worker_lock(files.lock) as held:
        assert held
        asyncio.run(notebook())
    assert shown.states[0] == "starting"
    assert shown.states[-1] == "finished"


def test_outside_a_notebook_nothing_is_shown(files: RunFiles, capsys: pytest.CaptureFixture[str]):
    Run(files.folder).show()
    assert capsys.readouterr() == ("", "")


def test_a_policy_that_is_being_replaced_is_waited_for(
    files: RunFiles, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run_module, "_POLL_S", 0.0)
    files.best.mkdir()
    answers = iter([PolicyError("weights.npz is missing"), "policy"])

    def load(_: Path) -> object:
        answer = next(answers)
        if isinstance(answer, PolicyError):
            raise answer
        return answer

    monkeypatch.setattr(run_module, "load_policy", load)
    assert Run(files.folder).policy() == "policy"


def test_stop_writes_the_flag(files: RunFiles):
    Run(files.folder).stop()
    assert files.stop.exists()
    prepare(files, RunConfig(), None)
    assert not files.stop.exists()


def test_configuration_can_be_read_back(files: RunFiles):
    assert Run(files.folder).config == replace(RunConfig(), seed=0)
