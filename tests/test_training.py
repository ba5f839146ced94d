"""Training in a process of its own: stopped, killed, orphaned, failed, refused."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from furutalib import Run, evaluate, train
from furutalib.facts.errors import ConfigurationError, RewardError, RunError
from furutalib.learning import run as run_module
from furutalib.learning import training
from furutalib.learning.run_files import read_status
from furutalib.learning.settings import PPOSettings, SACSettings
from furutalib.learning.training import resume
from furutalib.view import training as view_training
from furutalib.view.dashboard import Dashboard

TINY: dict[str, Any] = {
    "fidelity": "ideal",
    "history": 1,
    "pendulums": 4,
    "n_steps": 16,
    "batch_size": 32,
    "n_epochs": 1,
    "hidden": (8,),
}
ENDLESS = {**TINY, "total_steps": 100_000_000}
EPISODE = 400  # steps
FAR_TOO_LONG_S = 120.0


def wait_until(run: Run, steps: int) -> None:
    """Wait until the worker says that it has done so many steps."""
    end = time.monotonic() + FAR_TOO_LONG_S
    while run.status.steps < steps:
        assert not run.status.over, run.files.last_log_lines()
        assert time.monotonic() < end
        run.wait(timeout_s=0.0, show=False)
        run._pause()


@pytest.fixture
def cell() -> Iterator[Callable[[str], dict[str, Any]]]:
    """Run text as a notebook cell would be run; what the notebook then knows."""
    shell = InteractiveShell.instance()

    def run(text: str) -> dict[str, Any]:
        shell.run_cell(textwrap.dedent(text)).raise_error()
        return shell.user_ns

    run("import numpy as np")
    yield run
    shell.clear_instance()


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail if a process is started."""

    def start(*_: object) -> None:
        pytest.fail("a process was started")

    monkeypatch.setattr(training, "start_worker", start)


def test_blocking_run_from_start_to_evaluated_policy(tmp_path: Path, capfd):
    run = train(tmp_path / "run", total_steps=128, block=True, **TINY)
    assert run.status.state == "finished"
    assert run.progress()["steps"].tolist() == [64, 128]
    assert evaluate(run.folder / "best", n=2, fidelity="ideal").n == 2
    shown = capfd.readouterr().err
    assert "128 steps" in shown
    with pytest.raises(RunError, match="finished run"):
        train(tmp_path / "run", total_steps=128, **TINY)
    with pytest.raises(RunError, match="finished run"):
        resume(run)


OWN_REWARD = """
def quarter(q):
    # a comment that comes along
    return 0.25 + 0.0 * q.height
"""


def test_own_reward_killed_then_continued_then_interrupted_by_hand(
    tmp_path: Path, monkeypatch, cell
):
    quarter = cell(OWN_REWARD)["quarter"]
    run = train(tmp_path / "run", reward=quarter, **ENDLESS)
    wait_until(run, 64)
    with pytest.raises(RunError, match="being trained right now"):
        train(tmp_path / "run", reward=quarter, **ENDLESS)
    os.kill(run.status.pid or 0, signal.SIGKILL)
    with pytest.raises(RunError, match="interrupted"):
        run.wait(show=False)

    original = Run._pause

    def pause_and_press(self: Run) -> None:
        original(self)
        enough = self.status.state == "running" and self.status.steps > 4 * EPISODE
        if enough and not self.files.stop.exists():
            raise KeyboardInterrupt

    monkeypatch.setattr(Run, "_pause", pause_and_press)
    again = cell(OWN_REWARD)["quarter"]
    run = train(tmp_path / "run", reward=again, block=True, show=False, **ENDLESS)
    assert run.status.state == "stopped"
    progress = run.progress()
    assert progress["return_mean"][-1] == pytest.approx(0.25 * progress["length_mean"][-1])
    assert run.policy().info.task == "swing-up"


def test_it_goes_on_without_the_process_that_started_it(tmp_path: Path):
    program = (
        "import os, sys, furutalib\n"
        f"furutalib.train(sys.argv[1], **{ENDLESS!r})\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "run")], check=False)
    run = Run(tmp_path / "run")
    wait_until(run, 64)
    run.stop()
    assert run.wait(FAR_TOO_LONG_S, show=False).state == "stopped"
    assert run.policy().info.name == "run"
    before = run.status.steps
    resume(run)
    with pytest.raises(RunError, match="being trained right now"):
        wait_until(run, before + 64)
        resume(run)
    run.stop()
    assert run.wait(FAR_TOO_LONG_S, show=False).state == "stopped"
    assert run.progress()["steps"].tolist() == list(range(64, run.status.steps + 1, 64))


def test_a_failure_shows_the_end_of_the_log(tmp_path: Path, cell):
    picky = cell(
        """
        def picky(q):
            slow = (0.4 < q.pendulum_speed_rad_s) & (q.pendulum_speed_rad_s < 3.9)
            return np.where(slow, np.nan, 1.0)
        """
    )["picky"]
    with pytest.raises(RunError, match=r"failed: RewardError: .*picky\(\) returned nan") as caught:
        train(tmp_path / "run", reward=picky, block=True, show=False, **ENDLESS)
    assert "its log ends:\n" in str(caught.value)
    assert Run(tmp_path / "run").status.state == "failed"


def test_a_constant_of_another_cell_is_refused_by_name(tmp_path: Path, no_process: None, cell):
    cell("STRENGTH = 0.3")
    reward = cell("def mine(q): return q.height - STRENGTH * q.action**2")["mine"]
    with pytest.raises(RewardError, match=r"mine\(\) uses STRENGTH"):
        train(tmp_path / "run", reward=reward, **TINY)
    assert not (tmp_path / "run").exists()


def test_unknown_options_list_the_valid_ones(tmp_path: Path, no_process: None):
    with pytest.raises(
        ConfigurationError, match=r"'gama'; valid settings of ppo: .*gamma.*history"
    ):
        train(tmp_path / "run", gama=0.9)
    with pytest.raises(ConfigurationError, match="does not fit algorithm='ppo'"):
        train(tmp_path / "run", settings=SACSettings())
    with pytest.raises(ConfigurationError, match="unknown reward weight"):
        train(tmp_path / "run", reward={"beauty": 1.0})
    with pytest.raises(ConfigurationError, match="reward = 'upright'; give weights"):
        train(tmp_path / "run", reward="upright")
    with pytest.raises(ConfigurationError, match="wandb = 'cloud'"):
        train(tmp_path / "run", wandb="cloud")
    assert not (tmp_path / "run").exists()


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, no_process: None, monkeypatch):
    def full(path: Path, _: object) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(training, "write_atomically", full)
    with pytest.raises(RunError, match=r"cannot be written \(No space left on device\)"):
        train(tmp_path / "run", **TINY)
    assert list((tmp_path / "run").iterdir()) == []


def test_a_new_folder_below_runs_by_default(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(training, "start_worker", lambda *_: None)
    run = train(settings=PPOSettings(total_steps=10))
    assert run.folder.parent == tmp_path / "runs"
    assert run.folder.name.startswith("swing-up-ppo-")
    assert run.config.settings.total_steps == 10


def test_settings_and_single_options_mix(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(training, "start_worker", lambda *_: None)
    run = train(
        tmp_path / "run", settings=PPOSettings(gamma=0.9), n_epochs=3, history=2, rate_hz=100.0
    )
    assert (run.config.settings.gamma, run.config.settings.n_epochs) == (0.9, 3)
    assert run.config.wrappers.history == 2
    assert run.config.robot.control.rate_hz == 100.0


def test_going_on_keeps_the_wandb_mode(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(training, "start_worker", lambda *_: None)
    run = train(tmp_path / "run", wandb="offline", **TINY)
    resume(run)
    assert read_status(run.files.status).wandb_mode == "offline"


def test_watching_shows_the_dashboard_in_a_notebook_alone(tmp_path: Path, monkeypatch):
    shown: list[object] = []
    monkeypatch.setattr(training, "start_worker", lambda *_: None)
    monkeypatch.setattr("IPython.display.display", shown.append)
    train(tmp_path / "script", watch=True, **TINY)
    assert shown == []
    monkeypatch.setattr(view_training, "notebook_shell", object)
    run = train(tmp_path / "notebook", watch=True, **TINY)
    [dashboard] = shown
    assert isinstance(dashboard, Dashboard)
    assert run.display is dashboard


def test_losing_gsde_warns_once(tmp_path: Path, monkeypatch, caplog):
    monkeypatch.setattr(training, "start_worker", lambda *_: None)
    train(tmp_path / "run", algorithm="sac", train_freq_unit="step")
    assert caplog.text.count("defeats gSDE") == 1


def test_no_policy_yet_says_when_there_will_be_one(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(training, "start_worker", lambda *_: None)
    monkeypatch.setattr(run_module, "_POLL_S", 0.0)
    run = train(tmp_path / "run", **TINY)
    with pytest.raises(RunError, match="has no policy yet"):
        run.policy()
    assert run.progress() == {}
