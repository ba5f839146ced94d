"""Where a robot is: survives in JSON, and connects."""

import json

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.on_robot import OnRobot
from furutalib.learning.robot_place import RobotPlace
from furutalib.machine.connect import EmulatedRobot
from furutalib.machine.robot import SimulatedRobot


def test_an_emulated_one_is_the_hidden_robot_that_was_asked_for():
    for hidden in (100, 101):
        with RobotPlace(hidden=hidden).connect() as robot:
            assert isinstance(robot, EmulatedRobot)
            truth = robot.bench.world.truth
        with RobotPlace(hidden=hidden).connect() as again:
            assert again.bench.world.truth == truth
            assert truth != again.description


def test_a_simulated_one_is_as_described():
    with RobotPlace("sim").connect() as robot:
        assert isinstance(robot, SimulatedRobot)
        assert robot.description == RobotPlace("sim").description()


def test_only_wall_and_real_have_to_keep_up():
    assert RobotPlace("real").in_real_time
    assert RobotPlace(clock="wall").in_real_time
    assert not RobotPlace().in_real_time
    assert not RobotPlace("sim", clock="wall").in_real_time


def test_it_survives_in_json():
    on_robot = OnRobot(RobotPlace(hidden=None, clock="wall"), "a/b", 0.5, 4.0, 2)
    assert OnRobot.from_dict(json.loads(json.dumps(on_robot.to_dict()))) == on_robot


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: RobotPlace("virtual"), "kind = 'virtual'; use one of sim, emulated, real"),
        (lambda: RobotPlace(clock="sun"), "clock = 'sun'; use one of plant, wall"),
        (lambda: RobotPlace(hidden=-1), "hidden = -1; .* a whole number, 0 or above"),
        (lambda: RobotPlace(hidden=1.5), "hidden = 1.5; .* a whole number, 0 or above"),
        (lambda: OnRobot(noise_scale=0.0), "noise_scale = 0.0; it must be a number above 0"),
        (lambda: OnRobot(episode_s=float("inf")), "episode_s = inf"),
        (lambda: OnRobot(trips_in_a_row=0), "trips_in_a_row = 0; .* 1 or above"),
    ],
)
def test_bad_values_say_what_is_allowed(make, words: str):
    with pytest.raises(ConfigurationError, match=words):
        make()
