"""Training inside one process: the same every time, and after an interruption."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from furutalib.facts.errors import RunError
from furutalib.learning import session as session_module
from furutalib.learning.policy import Network
from furutalib.learning.policy_folder import load_policy
from furutalib.learning.rollout import Rollout, collect
from furutalib.learning.run import Run
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import RunFiles, read_episode, read_status, worker_lock
from furutalib.learning.session import Session
from furutalib.learning.settings import PPOSettings, SACSettings
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.starts import draw_starts
from furutalib.learning.training import prepare
from furutalib.learning.worker import run_session

IDEAL: dict[str, Any] = {"fidelity": (), "wrappers": WrapperSettings(history=1)}
PPO = RunConfig(
    settings=PPOSettings(
        total_steps=192, pendulums=4, n_steps=16, batch_size=32, n_epochs=2, hidden=(8,)
    ),
    **IDEAL,
)
SAC = RunConfig(
    algorithm="sac",
    settings=SACSettings(
        total_steps=2000, hidden=(8,), batch_size=16, learning_starts=400, gradient_steps=5
    ),
    **IDEAL,
)


@pytest.fixture(autouse=True)
def few_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Validate on three starts: the figures do not matter here."""
    monkeypatch.setattr(session_module, "STARTS", 3)


def trained(folder: Path, config: RunConfig) -> Run:
    """Train in this process, until the end or until asked to stop."""
    files = RunFiles(folder)
    prepare(files, config, None)
    run_session(files, time.time())
    return Run(folder)


def stop_after(monkeypatch: pytest.MonkeyPatch, rounds: int) -> None:
    """Ask to stop after so many rounds."""
    original = Session._advance
    done: list[int] = []

    def advance(self: Session) -> None:
        original(self)
        done.append(1)
        if len(done) == rounds:
            self._files.stop.touch()

    monkeypatch.setattr(Session, "_advance", advance)


def parameters(network: Network) -> np.ndarray:
    return np.concatenate([array.ravel() for array in network.arrays().values()])


@pytest.mark.parametrize("config", [PPO, SAC], ids=["ppo", "sac"])
def test_stopped_and_continued_is_the_same_as_at_one_go(config: RunConfig, tmp_path, monkeypatch):
    whole = trained(tmp_path / "whole", config)
    with monkeypatch.context() as patch:
        stop_after(patch, 2)
        part = trained(tmp_path / "part", config)
    assert part.status.state == "stopped"
    assert 0 < part.status.steps < config.settings.total_steps
    assert load_policy(part.files.best).info.robot == config.robot
    part = trained(tmp_path / "part", config)
    assert part.status.state == "finished"
    one, two = whole.progress(), part.progress()
    for name in set(one) - {"seconds", "update_seconds"}:
        assert np.array_equal(one[name], two[name], equal_nan=True), name
    one, two = whole.evaluations(), part.evaluations()
    for name in set(one) - {"seconds"}:
        assert np.array_equal(one[name], two[name], equal_nan=True), name
    best = [parameters(run.policy().network) for run in (whole, part)]
    assert np.array_equal(*best)


def test_a_kill_goes_back_to_the_last_checkpoint(tmp_path: Path, monkeypatch):
    whole = trained(tmp_path / "whole", PPO)

    def advance_then_die(self: Session) -> None:
        if self._trainer.steps == 64:
            self._checkpoint()
        if self._trainer.steps == 128:
            raise KeyboardInterrupt
        original(self)

    original = Session._advance
    with monkeypatch.context() as patch:
        patch.setattr(Session, "_advance", advance_then_die)
        with pytest.raises(KeyboardInterrupt):
            trained(tmp_path / "killed", PPO)
    killed = Run(tmp_path / "killed")
    assert killed.progress()["steps"].tolist() == [64, 128]
    assert killed.status.state == "interrupted"
    with killed.files.progress.open("a") as file:
        file.write("192,0.3")  # a row that the kill cut short
    again = trained(tmp_path / "killed", PPO)
    assert again.progress()["steps"].tolist() == [64, 128, 192]
    one, two = whole.progress(), again.progress()
    assert np.array_equal(one["return_mean"], two["return_mean"], equal_nan=True)
    assert np.array_equal(one["value_loss"], two["value_loss"])


def test_a_kill_before_the_first_checkpoint_starts_anew(tmp_path: Path, monkeypatch):
    def die(self: Session) -> None:
        if self._trainer.steps:
            raise KeyboardInterrupt
        original(self)

    original = Session._advance
    with monkeypatch.context() as patch:
        patch.setattr(Session, "_advance", die)
        with pytest.raises(KeyboardInterrupt):
            trained(tmp_path / "run", PPO)
    assert trained(tmp_path / "run", PPO).progress()["steps"].tolist() == [64, 128, 192]


def test_stop_before_the_first_round_leaves_a_policy(tmp_path: Path):
    files = RunFiles(tmp_path / "run")
    prepare(files, PPO, None)
    files.stop.touch()
    run_session(files, time.time())
    run = Run(files.folder)
    assert run.status.state == "stopped"
    assert run.policy().act(np.zeros((2, 6), np.float32)).shape == (2, 1)


def test_success_ends_training_and_the_best_is_kept(tmp_path: Path, monkeypatch):
    returns = iter([(0.2, 50.0), (1.0, 10.0), (0.1, 99.0), (0.1, 99.0)])

    def figures(_: object) -> dict[str, float]:
        success, task_return = next(returns)
        return {"success_rate": success, "task_return": task_return}

    monkeypatch.setattr(session_module, "assess", figures)
    config = replace(PPO, settings=replace(PPO.settings, total_steps=640, evaluate_every=64))
    run = trained(tmp_path / "run", config)
    assert run.status.state == "finished"
    assert run.status.steps_to_success == run.status.steps == 128
    assert run.status.seconds_to_success is not None
    assert run.status.success_rate == 1.0
    info = run.policy().info
    assert info.training["steps"] == 128
    assert info.metrics["validation"]["success_rate"] == 1.0
    assert info.metrics["test"]["success_rate"] == 0.1


def test_without_stop_at_success_the_best_is_not_the_last(tmp_path: Path, monkeypatch):
    returns = iter([(1.0, 50.0), (1.0, 60.0), (1.0, 55.0), (0.0, 0.0)])
    monkeypatch.setattr(
        session_module,
        "assess",
        lambda _: dict(zip(("success_rate", "task_return"), next(returns), strict=True)),
    )
    settings = replace(PPO.settings, evaluate_every=64)
    run = trained(tmp_path / "run", replace(PPO, settings=settings, stop_at_success=False))
    assert run.status.steps == 192
    assert run.policy().info.training["steps"] == 128
    assert run.evaluations()["best"].tolist() == [1, 1, 0]


def test_wandb_can_be_left_out_of_a_ci_run(tmp_path: Path):
    run = trained(tmp_path / "run", PPO)
    assert not run.files.wandb.exists()
    expected = {"config.json", "progress.csv", "evaluations.csv", "status.json"}
    expected |= {"checkpoint", "best", "episode.npz", "episode_first.npz", "episode_best.npz"}
    assert expected == {path.name for path in run.folder.iterdir()}


def test_the_newest_validation_leaves_its_first_episode(tmp_path: Path, monkeypatch):
    original = Session._is_better
    monkeypatch.setattr(Session, "_is_better", lambda *given: original(*given) or True)
    run = trained(tmp_path / "run", PPO)  # its best policy is the newest
    assert run.evaluations()["steps"].tolist() == [64, 192]
    first = read_episode(run.files.episode)
    assert first is not None
    assert first.steps == 192
    again = collect(run.policy(), draw_starts("validation", 1), fidelity=())
    length = len(first.times_s)
    assert np.allclose(first.times_s, again.time_s[:length])
    assert np.allclose(first.pendulum_rad, again.pendulum_angle_rad[0, :length])
    assert np.allclose(first.arm_rad, again.arm_angle_rad[0, :length])
    assert np.allclose(first.command, again.command[0, :length])
    assert not np.isfinite(again.command[0, length:]).any()


def test_an_episode_that_ends_early_is_stored_up_to_its_end(tmp_path: Path, monkeypatch):
    whole = session_module.validate

    def cut(*arguments: Any, **options: Any) -> Rollout:
        rollout = whole(*arguments, **options)
        angles = rollout.arm_angle_rad.copy()
        angles[0, 7:] = np.nan
        return replace(rollout, arm_angle_rad=angles)

    monkeypatch.setattr(session_module, "validate", cut)
    episode = read_episode(trained(tmp_path / "run", PPO).files.episode)
    assert episode is not None
    assert {len(episode.times_s), len(episode.arm_rad), len(episode.command)} == {7}


def test_times_are_told_apart(tmp_path: Path):
    status = trained(tmp_path / "run", PPO).status
    assert status.seconds_training > 0
    assert status.seconds_evaluation > 0
    assert status.seconds_checkpoint > 0
    assert status.seconds_setup > 0


def test_a_finished_run_given_again_is_refused(tmp_path: Path):
    trained(tmp_path / "run", PPO)
    with pytest.raises(RunError, match=r"holds a finished run.*another folder"):
        prepare(RunFiles(tmp_path / "run"), PPO, None)


def test_other_settings_are_refused_by_name(tmp_path: Path):
    files = RunFiles(tmp_path / "run")
    prepare(files, PPO, None)
    with pytest.raises(RunError, match=r"other settings: seed \(0 -> 3\)"):
        prepare(files, replace(PPO, seed=3), None)
    prepare(files, PPO, None)


def test_a_run_being_trained_is_refused(tmp_path: Path):
    files = RunFiles(tmp_path / "run")
    prepare(files, PPO, None)
    with worker_lock(files.lock) as held:
        assert held
        with pytest.raises(RunError, match="being trained right now"):
            prepare(files, PPO, None)


def test_a_folder_with_other_things_is_refused(tmp_path: Path):
    (tmp_path / "holiday.txt").write_text("")
    with pytest.raises(RunError, match=r"not a run folder but holds holiday\.txt"):
        prepare(RunFiles(tmp_path), PPO, None)


def test_a_checkpoint_that_does_not_fit_on_the_disk_fails_the_run(tmp_path: Path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session_module, "save_checkpoint", full)
    with pytest.raises(OSError, match="No space left"):
        trained(tmp_path / "run", PPO)
    assert read_status(tmp_path / "run" / "status.json").state == "running"
    monkeypatch.undo()
    monkeypatch.setattr(session_module, "STARTS", 3)
    assert trained(tmp_path / "run", PPO).status.state == "finished"
