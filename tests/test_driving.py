import numpy as np
import pytest

from furutalib.facts.paths import data_folder
from furutalib.facts.robot import load_robot
from furutalib.learning.policy_folder import load_policy
from furutalib.lessons.driving import drive, recorded, replayed, run_policy, said_by, wave
from furutalib.machine.connect import emulated


@pytest.fixture
def robot():
    with emulated(hidden=None) as robot:
        yield robot


def test_a_wave_begins_at_0_and_comes_back():
    command = wave(0.5, 2.0)
    assert command(0.0) == 0.0
    assert command(0.5) == pytest.approx(0.5)
    assert command(1.5) == pytest.approx(-0.5)


def test_a_drive_says_what_was_asked_sent_and_measured(robot):
    robot.reset()
    looked = []
    driven = drive(robot, wave(0.25, 0.6), 2.0, lambda: looked.append(1))
    assert len(driven) == len(looked) == 100
    assert driven.time_s[[0, -1]] == pytest.approx([0.02, 2.0])
    assert driven.asked == pytest.approx([wave(0.25, 0.6)(k / 50) for k in range(100)])
    assert driven.sent == pytest.approx(driven.asked, abs=1e-3)
    assert np.ptp(driven.arm_deg) > 10
    assert driven.trip == ""
    assert not driven.limited.any()
    assert driven.robot == load_robot("course")


def test_full_throttle_is_limited_and_marked_so(robot):
    robot.reset()
    driven = drive(robot, lambda time_s: 1.0, 1.0)
    assert driven.limited.any()
    assert np.array_equal(driven.limited, np.abs(driven.sent - driven.asked) > 0.01)


def test_a_trip_ends_a_drive_and_says_why(robot):
    robot.reset()
    robot.bench.fault("arm SPI stuck high")
    driven = drive(robot, wave(0.3, 1.0), 2.0)
    assert len(driven) < 5
    assert "the arm counter" in driven.trip


def test_a_recording_holds_a_reset_and_then_stops(robot):
    with recorded(robot) as so_far:
        robot.reset()
        before = len(so_far())
        robot.step(0.1)
        assert len(so_far()) == before + 1
    robot.step(0.1)
    assert len(so_far()) == before + 1
    assert before > 50
    assert np.abs(so_far().sent).max() > 0.05  # the push


def test_a_policy_swings_the_emulated_robot_up_and_then_the_motor_is_off(robot):
    policy = load_policy(data_folder() / "policies" / "ppo-full")
    driven = run_policy(robot, policy, 6.0)
    assert len(driven) == 300
    assert np.abs(np.abs(driven.pendulum_deg[-50:]) - 180).max() < 10
    assert not robot.bench.world.enabled()
    track = driven.track("swing")
    assert track.coordinates.shape == (300, 2)
    assert track.coordinates[-1, 1] == pytest.approx(np.radians(driven.pendulum_deg[-1]))


def test_what_a_trip_or_a_reset_says_is_handed_back(robot):
    assert said_by(robot.reset) == ""
    robot.emergency_stop("for a test")
    assert "for a test" in said_by(lambda: robot.step(0.0))


def test_a_recording_is_played_as_a_drive():
    folder = data_folder() / "recordings"
    driven = replayed(folder / "swing-up-described.csv")
    assert len(driven) == 400
    assert driven.time_s[0] == pytest.approx(0.02)
    assert abs(driven.pendulum_deg).max() > 170
    assert driven.robot == load_robot("course")
    assert driven.trip == ""
    assert "the arm counter" in replayed(folder / "wire-breaks.csv").trip
