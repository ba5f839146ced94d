"""Noise on the emulated robot, and figures that are worked out from telemetry by hand."""

import matplotlib
import numpy as np
import pytest

from furutalib.learning.exploration import Explorer, HeldNoise, WhiteNoise
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.stages import WrapperSettings
from furutalib.lessons.robot_noise import Ride, draw_rides, free_speed_rad_s, ride
from furutalib.machine.telemetry import Telemetry

matplotlib.use("Agg")
PLACE = RobotPlace("emulated", hidden=100)
WRAPPERS = WrapperSettings(history=1)


@pytest.fixture(scope="module")
def rides(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rides")
    rng = np.random.default_rng(0)
    noises = {"white": WhiteNoise(rng, 1.0), "held": HeldNoise(rng, 0.3, 10)}
    return {
        name: ride(PLACE, Explorer(noise, WRAPPERS), 2.0, folder / name)
        for name, noise in noises.items()
    }


def test_a_ride_lasts_as_long_as_it_should_and_every_period_is_recorded(rides):
    for each in rides.values():
        assert each.moving_s == pytest.approx(2.0)
        assert [len(current) for current in each.current_a] == [len(sent) for sent in each.sent]
        assert all(np.isfinite(current).all() for current in each.current_a)
        assert each.resets_s > 1.0
        assert each.episodes[0].about["kind"] == "emulated"


def test_white_noise_reverses_the_motor_more_often_and_reaches_less_of_its_speed(rides):
    white, held = (rides[name].figures() for name in ("white", "held"))
    assert white["reversals_per_s"] > 4 * held["reversals_per_s"]
    assert white["slow_share"] < 0.3 < held["slow_share"]
    assert white["speed_share"] < held["speed_share"] < 1.0
    assert white["continuity"] > 5 * held["continuity"]


def told(command, speed, pendulum):
    n = len(command)
    nothing = np.zeros(n)
    return Telemetry(
        **{name: nothing for name in Telemetry.__dataclass_fields__ if name not in SPECIAL},
        time_s=np.arange(n) / 50.0,
        command_sent=np.asarray(command, float),
        arm_speed_rad_s=np.asarray(speed, float),
        pendulum_angle_rad=np.asarray(pendulum, float),
        trip=("",) * n,
    )


SPECIAL = (
    *("time_s", "command_sent", "arm_speed_rad_s", "pendulum_angle_rad"),
    *("trip", "about", "cut"),
)


def test_the_figures_of_an_episode_that_is_known():
    robot = PLACE.description()
    command = np.tile([0.5, -0.5], 25)
    fast = np.full(51, 0.25 * free_speed_rad_s(robot) * 0.5)
    swing = np.linspace(0.0, -3.5, 51)  # a little beyond upright
    episode = told([0.0, *command], fast, swing)
    figures = Ride(robot, (episode,), (np.full(50, 2.0),), 3.0, 1).figures()
    assert figures["reversals_per_s"] == pytest.approx(49.0)
    assert figures["speed_share"] == pytest.approx(0.25)
    assert figures["current_rms_a"] == pytest.approx(2.0)
    assert figures["continuity"] == pytest.approx(25.0)  # of 100: half the range in each step
    assert figures["slow_share"] == pytest.approx(0.0, abs=1e-9)
    assert figures["swing_deg"] == pytest.approx(180.0, abs=3.0)
    assert (figures["resets_s"], figures["trips"], figures["episodes"]) == (3.0, 1.0, 1.0)


def test_the_picture_has_a_column_for_each_and_the_scene_a_track(rides):
    figure = draw_rides(rides, 1.0)
    assert [axes.get_title() for axes in figure.axes[:2]] == ["white", "held"]
    assert len(figure.axes) == 8
    track = rides["white"].track("noise")
    assert track.name == "noise"
    assert len(track.times_s) == max(len(each) for each in rides["white"].episodes)
