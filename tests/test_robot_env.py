"""One driven robot as a VecEnv: the motor is on in episodes, and nothing else begins one."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from furutalib.facts.errors import TelemetryError
from furutalib.learning.rewards import RewardWeights
from furutalib.learning.robot_env import RobotVecEnv
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.tasks import SWING_UP
from furutalib.machine.connect import EmulatedRobot, connect, emulated
from furutalib.machine.robot import Robot
from furutalib.machine.telemetry import read_telemetry

PUSH = np.array([[0.5]], np.float32)


def make(robot: Robot, folder: Path, stop: list[bool] | None = None) -> RobotVecEnv:
    return RobotVecEnv(
        robot,
        folder,
        {"kind": "test"},
        SWING_UP,
        RewardWeights(),
        WrapperSettings(history=1),
        asked_to_stop=lambda: bool(stop),
    )


@pytest.fixture
def robot() -> Iterator[EmulatedRobot]:
    with emulated(hidden=100) as made:
        yield made


def drive(env: RobotVecEnv, steps: int) -> tuple[int, dict[str, object]]:
    """Push to and fro until the end; how many steps, and the last info."""
    for k in range(1, steps + 1):
        _, _, done, [info] = env.step(PUSH if k // 10 % 2 else -PUSH)
        if done[0]:
            return k, info
    pytest.fail("the episode did not end")


def test_the_motor_is_on_in_episodes_only(robot: EmulatedRobot, tmp_path: Path):
    env = make(robot, tmp_path)
    env.longest = 30
    assert not robot.bench.world.enabled()
    observation = env.reset()
    assert robot.bench.world.enabled()
    steps, info = drive(env, 30)
    assert steps == 30
    assert not robot.bench.world.enabled()
    assert not robot.bench.motor_is_on()
    assert info["TimeLimit.truncated"] is True
    assert info["episode"] == {"r": info["episode"]["r"], "l": 30, "t": 0.0}
    assert info["terminal_observation"].shape == observation[0].shape
    rewards = read_telemetry(tmp_path / "episode-0001.csv").reward
    assert np.nansum(rewards) == pytest.approx(info["episode"]["r"])
    assert np.isfinite(rewards[1:]).all()


def test_an_arm_at_its_limit_is_brought_in_before_the_motor_is_off(
    robot: EmulatedRobot, tmp_path: Path
):
    """A pendulum that swings would drag a coasting arm to the stop of its cable."""
    env = make(robot, tmp_path)
    env.reset()
    for _ in range(200):
        _, _, done, [info] = env.step(PUSH)
        if done[0]:
            break
    assert info["TimeLimit.truncated"] is False
    assert abs(info["arm_angle_rad"]) > 2.5
    assert abs(robot.bench.state()["arm_angle_rad"]) < 0.5
    assert not robot.bench.world.enabled()
    assert env.trip == ""


def test_an_arm_that_outruns_its_limit_has_touched_it(robot: EmulatedRobot, tmp_path: Path):
    env = make(robot, tmp_path)
    env.reset()
    env.step(PUSH)
    for angle in (1.3, 2.3):
        robot.bench.place(angle, 0.0)
        assert not env.step(PUSH)[2][0]
    robot.bench.place(3.3, 0.0)
    _, [reward], [done], [info] = env.step(PUSH)
    assert done
    assert info["TimeLimit.truncated"] is False
    assert reward < -5.0  # the limit is paid for
    assert "stop 3.1 rad" in env.trip
    assert not robot.bench.world.enabled()
    told = read_telemetry(tmp_path / "episode-0001.csv")
    assert told.reward[-1] == pytest.approx(reward)
    assert told.about["end"]["why"] == "tripped"


def test_a_request_to_stop_ends_the_episode(robot: EmulatedRobot, tmp_path: Path):
    stop: list[bool] = []
    env = make(robot, tmp_path, stop)
    env.reset()
    env.step(PUSH)
    stop.append(True)
    _, info = drive(env, 1)
    assert info["TimeLimit.truncated"] is True
    assert not robot.bench.world.enabled()


def test_time_of_resets_is_that_of_the_robot(robot: EmulatedRobot, tmp_path: Path):
    env = make(robot, tmp_path)
    began = robot.bench.clock.now()
    env.reset()
    assert env.reset_s == pytest.approx(robot.bench.clock.now() - began)
    assert env.reset_s > 2.0


def test_a_recording_that_cannot_be_written_keeps_the_motor_off(
    robot: EmulatedRobot, tmp_path: Path
):
    (tmp_path / "file").write_text("")
    env = make(robot, tmp_path / "file")
    with pytest.raises((TelemetryError, OSError)):
        env.reset()
    assert not robot.bench.world.enabled()


def test_an_exception_in_an_episode_leaves_the_motor_off(robot: EmulatedRobot, tmp_path: Path):
    env = make(robot, tmp_path)
    env.reset()
    env.step(PUSH)
    env.end_episode()
    assert not robot.bench.world.enabled()
    env.end_episode()  # a second one does nothing


def test_starts_of_a_simulated_robot_go_on_where_they_were(tmp_path: Path):
    env = make(connect("sim"), tmp_path / "a")
    env.seed(5)
    env.reset()
    state = env.get_state()
    expected = env.reset()
    other = make(connect("sim"), tmp_path / "b")
    other.set_state(state)
    assert np.array_equal(other.reset(), expected)
    assert not np.array_equal(env.reset(), expected)
