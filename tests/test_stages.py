"""The arithmetic between a policy and the robot, for one pendulum and for many."""

import dataclasses
import json

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.learning.stages import WrapperSettings, build_stages, randomise

ALL = WrapperSettings(
    history=3,
    action_mode="delta",
    delta_limit=0.5,
    action_repeat=2,
    low_pass_hz=7.0,
    action_delay=2,
    dead_zone_compensation=0.1,
    past_actions_cost=0.5,
    randomisation={"pendulum.mass_kg": 0.1, "arm.mass_kg": 0.2},
)


@pytest.mark.parametrize("settings", [WrapperSettings(), ALL])
def test_settings_survive_json(settings):
    assert WrapperSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


def test_what_a_robot_is_driven_with_lacks_the_randomisation_only():
    assert ALL.without_randomisation().randomisation == {}
    assert dataclasses.replace(ALL.without_randomisation(), randomisation=ALL.randomisation) == ALL


def test_order_of_randomisation_does_not_matter():
    turned = dict(reversed(ALL.randomisation.items()))
    assert WrapperSettings(randomisation=turned).randomisation == ALL.randomisation
    rng = [np.random.default_rng(0) for _ in range(2)]
    robot = load_robot("course")
    first = randomise(robot, ALL.randomisation, rng[0])
    assert first == randomise(robot, WrapperSettings(randomisation=turned).randomisation, rng[1])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"history": -1}, "history = -1"),
        ({"history": 1.5}, "history = 1.5"),
        ({"history": True}, "history = True"),
        ({"buckets": 1}, "buckets = 1"),
        ({"action_repeat": 0}, "action_repeat = 0"),
        ({"action_delay": -1}, "action_delay = -1"),
        ({"action_mode": "jump"}, "action_mode = 'jump'; use one of continuous, delta, buckets"),
        ({"delta_limit": 0}, "delta_limit = 0"),
        ({"delta_limit": "big"}, "delta_limit = 'big'"),
        ({"low_pass_hz": 0.0}, "low_pass_hz = 0.0"),
        ({"low_pass_hz": float("nan")}, "low_pass_hz = nan"),
        ({"dead_zone_compensation": 1.0}, "dead_zone_compensation = 1.0"),
        ({"past_actions_cost": -0.1}, "past_actions_cost = -0.1"),
        ({"randomisation": {"arm.mass_kg": -0.1}}, "arm.mass_kg.*-0.1"),
        ({"randomisation": {"control.rate_hz": 0.1}}, "control.rate_hz.*cannot"),
        ({"randomisation": {"drive.mode": 0.1}}, "drive.mode.*cannot"),
        ({"low_pas_hz": 3.0}, "low_pas_hz; valid: history"),
    ],
)
def test_refuses_wrong_settings(values, words):
    with pytest.raises(ConfigurationError, match=words):
        WrapperSettings.from_dict(values)


def test_randomise_refuses_unknown_parameters():
    with pytest.raises(ConfigurationError, match=r"unknown parameter 'arm\.colour'"):
        randomise(load_robot("course"), {"arm.colour": 0.1}, np.random.default_rng(0))


def test_randomise_stays_within_its_width():
    robot, rng = load_robot("course"), np.random.default_rng(0)
    drawn = [
        randomise(robot, {"motor.resistance_ohm": 0.2}, rng).motor.resistance_ohm
        for _ in range(500)
    ]
    ratio = np.array(drawn) / robot.motor.resistance_ohm
    assert 0.8 <= ratio.min() < 0.81
    assert 1.19 < ratio.max() <= 1.2
    assert ratio.mean() == pytest.approx(1.0, abs=0.02)


def test_stages_act_in_their_order():
    """Low-pass, then delay, then compensation: a step of the action shows all three."""
    stages = build_stages(ALL, rate_hz=50.0)
    stages.reset(0.0)
    level = stages.action(1.0)
    sent = [stages.command(level) for _ in range(5)]
    smooth = 0.5 * (1 - np.exp(-2 * np.pi * 7 / 50 * np.arange(1, 4)))
    np.testing.assert_allclose(sent, [0, 0, *(0.1 + 0.9 * smooth)])
    assert stages.repeat == 2
