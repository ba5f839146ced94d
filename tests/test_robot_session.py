"""Learning on a robot inside one process: what is kept, what ends it, and the motor off."""

import json
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from furutalib.facts.errors import RunError
from furutalib.learning import robot_session
from furutalib.learning.kept_checkpoint import newest_whole
from furutalib.learning.on_robot import OnRobot
from furutalib.learning.policy_folder import load_policy
from furutalib.learning.robot_env import RobotVecEnv
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.robot_session import RobotSession
from furutalib.learning.run import Run
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import RunFiles
from furutalib.learning.settings import SACSettings
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.training import prepare
from furutalib.learning.worker import run_session
from furutalib.machine.connect import EmulatedRobot
from furutalib.machine.robot import Flag
from furutalib.machine.telemetry import read_telemetry

SETTINGS = SACSettings(
    total_steps=530,
    hidden=(8,),
    batch_size=8,
    buffer_size=1000,
    learning_starts=20,
    gradient_steps=2,
    evaluate_every=10_000,
)
CONFIG = RunConfig(
    algorithm="sac",
    settings=SETTINGS,
    wrappers=WrapperSettings(history=1),
    on_robot=OnRobot(RobotPlace(hidden=100), episode_s=0.6),
)
SIM = replace(CONFIG, on_robot=OnRobot(RobotPlace("sim"), episode_s=0.6))


def trained(folder: Path, config: RunConfig = CONFIG) -> Run:
    files = RunFiles(folder)
    prepare(files, config, None)
    run_session(files, time.time())
    return Run(folder)


@pytest.fixture
def motor(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the motor was on, each time that something was stored."""
    seen: list[bool] = []
    store = RobotSession._store

    def look(self: RobotSession, counters: Any) -> None:
        if isinstance(self._robot, EmulatedRobot):
            seen.append(self._robot.bench.world.enabled() or self._robot.bench.motor_is_on())
        store(self, counters)

    monkeypatch.setattr(RobotSession, "_store", look)
    return seen


def check_memory(folder: Path) -> int:
    """Every step in the stored memory is a row of a recording, in order; how many there are.

    A row without a reward is no step: the first of an episode, and one in which a chip failed.
    """
    place = newest_whole(folder / "checkpoint")
    assert place is not None
    known = json.loads((place / "counters.json").read_text())["recordings"]
    parts = []
    for file in sorted(folder.glob("episodes/*.csv"))[:known]:
        told = read_telemetry(file)
        parts.append(np.stack([told.command_asked, told.reward, told.arm_angle_rad])[:, 1:])
    rows = np.concatenate(parts, axis=1)
    asked, reward, arm = rows[:, np.isfinite(rows[1])]
    with np.load(place / "replay.npz") as stored:
        assert not stored["full"]
        assert int(stored["pos"]) == len(reward)
        assert np.allclose(stored["actions"][:, 0, 0], asked, atol=1e-6)
        assert np.allclose(stored["rewards"][:, 0], reward, atol=1e-5)
        assert np.allclose(stored["next_observations"][:, 0, -6] * 2.5, arm, atol=1e-5)
    with zipfile.ZipFile(place / "model.zip") as model:
        assert json.loads(model.read("data"))["num_timesteps"] == len(reward)
    return len(reward)


def test_every_step_is_recorded_remembered_and_counted(tmp_path: Path, motor: list[bool]):
    run = trained(tmp_path / "run")
    assert run.status.state == "finished"
    steps = check_memory(run.folder)
    assert run.evaluations()["steps"][-1] == steps <= SETTINGS.total_steps
    progress = run.progress()
    assert np.allclose(progress["robot_seconds"], progress["steps"] / 50.0)
    assert (np.diff(progress["reset_seconds"]) > 1.0).all()
    assert np.isfinite(progress["critic_loss"][-1])
    assert motor
    assert not any(motor)
    assert load_policy(run.folder / "best").info.training["on_robot"]["place"]["hidden"] == 100


def test_stopped_and_continued_is_the_same_as_at_one_go(tmp_path: Path, monkeypatch):
    """In simulation, whose robot is the same after a new connection, to the last bit."""
    whole = trained(tmp_path / "whole", SIM)
    original = RobotSession._advance

    def advance(self: RobotSession) -> None:
        original(self)
        if self._trainer.steps > 40:
            self._files.stop.touch()

    with monkeypatch.context() as patch:
        patch.setattr(RobotSession, "_advance", advance)
        part = trained(tmp_path / "part", SIM)
        assert part.status.state == "stopped"
    part = trained(tmp_path / "part", SIM)
    one, two = whole.progress(), part.progress()
    assert len(one["steps"]) > 3
    for name in set(one) - {"seconds", "update_seconds"}:
        assert np.array_equal(one[name], two[name], equal_nan=True), name
    memories = [np.load(run.folder / "checkpoint" / "replay.npz") for run in (whole, part)]
    assert all(np.array_equal(memories[0][name], memories[1][name]) for name in memories[0].files)


def fault_in(monkeypatch: pytest.MonkeyPatch, name: str, episodes: set[int]) -> None:
    """A fault in the middle of some episodes."""
    begun = [0]
    reset, step = RobotVecEnv.reset, RobotVecEnv.step_wait

    def count(self: RobotVecEnv) -> Any:
        robot: Any = self.robot
        robot.bench.fault(name, on=False)
        begun[0] += 1
        return reset(self)

    def trouble(self: RobotVecEnv) -> Any:
        robot: Any = self.robot
        if begun[0] in episodes and self._length == 5:
            robot.bench.fault(name)
        return step(self)

    monkeypatch.setattr(RobotVecEnv, "reset", count)
    monkeypatch.setattr(RobotVecEnv, "step_wait", trouble)


def test_a_trip_ends_the_episode_and_training_goes_on(tmp_path: Path, monkeypatch, motor):
    fault_in(monkeypatch, "arm counter browns out", {2})
    run = trained(tmp_path / "run")
    assert run.status.state == "finished"
    assert run.progress()["trips"][-1] == 1
    check_memory(run.folder)
    with np.load(run.folder / "checkpoint" / "replay.npz") as stored:
        ends = np.flatnonzero(stored["dones"][:, 0])
        assert len(ends) > 3
        assert stored["timeouts"][ends[1], 0] == 1.0  # what the place was worth is not known
    told = read_telemetry(run.folder / "episodes" / "episode-0002.csv")
    assert Flag(int(told.flags[-1])) & Flag.TRIPPED
    assert not np.isfinite(told.reward[-1])
    assert not any(motor)


def test_trips_in_a_row_end_it_and_say_what_to_do(tmp_path: Path, monkeypatch):
    fault_in(monkeypatch, "loop stops", {2, 3, 4})
    with pytest.raises(RunError, match=r"3 safety trips in a row, the motor is off.*resume"):
        trained(tmp_path / "run")
    steps = check_memory(tmp_path / "run")
    monkeypatch.undo()
    run = trained(tmp_path / "run")
    assert run.status.state == "finished"
    assert check_memory(run.folder) > steps


def test_an_emergency_stop_ends_it_at_once(tmp_path: Path, monkeypatch):
    step = RobotVecEnv.step_wait

    def press(self: RobotVecEnv) -> Any:
        if self._length == 5:
            robot: Any = self.robot
            robot.emergency_stop()
        return step(self)

    monkeypatch.setattr(RobotVecEnv, "step_wait", press)
    with pytest.raises(RunError, match="emergency stop"):
        trained(tmp_path / "run")


def test_a_full_disk_in_an_episode(tmp_path: Path, monkeypatch):
    """The recording loses rows: motor off, a clear error, and the checkpoint before is whole."""
    from furutalib.machine.telemetry_log import TelemetryLog

    finish = TelemetryLog._finish
    done = [0]

    def full(self: TelemetryLog, writer: Any) -> str:
        said = finish(self, writer)
        done[0] += 1
        return "No space left on device" if done[0] == 3 else said

    monkeypatch.setattr(TelemetryLog, "_finish", full)
    with pytest.raises(RunError, match=r"No space left.*the motor is off.*make room"):
        trained(tmp_path / "run")
    monkeypatch.undo()
    run = trained(tmp_path / "run")
    assert run.status.state == "finished"
    check_memory(run.folder)


def test_a_full_disk_at_a_checkpoint(tmp_path: Path, monkeypatch, motor):
    whole = robot_session.save_keeping_one
    done = [0]

    def full(*given: Any) -> None:
        done[0] += 1
        if done[0] == 3:
            raise OSError(28, "No space left on device")
        whole(*given)

    monkeypatch.setattr(robot_session, "save_keeping_one", full)
    with pytest.raises(RunError, match=r"No space left.*the motor is off.*make room"):
        trained(tmp_path / "run")
    steps = check_memory(tmp_path / "run")
    run = trained(tmp_path / "run")
    assert run.status.state == "finished"
    assert check_memory(run.folder) > steps
    assert not any(motor)


def test_a_checkpoint_that_was_cut_falls_back_to_the_one_before(
    tmp_path: Path, monkeypatch, caplog
):
    original = RobotSession._advance

    def advance(self: RobotSession) -> None:
        original(self)
        if self._trainer.steps > 60:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(RobotSession, "_advance", advance)
        with pytest.raises(KeyboardInterrupt):
            trained(tmp_path / "run")
    file = tmp_path / "run" / "checkpoint" / "replay.npz"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    run = trained(tmp_path / "run")
    assert "replay.npz was cut or changed; the one before is looked at" in caplog.text
    assert run.status.state == "finished"
    check_memory(run.folder)
    assert list((run.folder / "episodes" / "cut").iterdir())


def test_other_settings_are_refused_by_name(tmp_path: Path):
    files = RunFiles(tmp_path / "run")
    prepare(files, CONFIG, None)
    other = replace(CONFIG, on_robot=OnRobot(RobotPlace(hidden=101), episode_s=0.6))
    with pytest.raises(RunError, match=r"other settings: on_robot\.place\.hidden \(100 -> 101\)"):
        prepare(files, other, None)


def test_it_keeps_the_best_by_its_own_episodes(tmp_path: Path, monkeypatch):
    figures = iter([(0.5, 9.0), (0.0, 99.0), (1.0, 1.0), (1.0, 0.5)])

    def assess(_: object) -> dict[str, float]:
        success, value = next(figures, (0.0, 0.0))
        return {"success_rate": success, "task_return": value}

    monkeypatch.setattr("furutalib.learning.session.assess", assess)
    settings = replace(SETTINGS, total_steps=2500, evaluate_every=30)
    run = trained(tmp_path / "run", replace(CONFIG, settings=settings, stop_at_success=False))
    best = run.evaluations()["best"].tolist()
    assert best[:4] == [1, 0, 1, 0]
    kept = load_policy(run.folder / "best").info
    assert kept.metrics["validation"]["task_return"] == 1.0


def test_it_is_ready_when_all_episodes_succeeded_twice(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(robot_session, "MANY", 2)
    monkeypatch.setattr(robot_session, "succeeded", lambda _: np.array([True]))
    figures = {"success_rate": 1.0, "task_return": 300.0}
    monkeypatch.setattr("furutalib.learning.session.assess", lambda _: figures)
    settings = replace(SETTINGS, total_steps=100_000, evaluate_every=30)
    run = trained(tmp_path / "run", replace(SIM, settings=settings))
    assert run.status.state == "finished"
    assert run.evaluations()["episodes"].tolist() == [2, 2]
    assert run.status.steps_to_success == run.status.steps
