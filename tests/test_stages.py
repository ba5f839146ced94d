"""The arithmetic between a policy and the robot, for one pendulum and for many."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from furutalib.facts.errors import ActionError, ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.learning.stages import (
    BucketMode,
    DeadZoneCompensation,
    Delay,
    DeltaMode,
    LowPass,
    WrapperSettings,
    build_stages,
    check_action,
    randomise,
)

ALL = WrapperSettings(
    history=3,
    action_mode="delta",
    delta_limit=0.5,
    action_repeat=2,
    low_pass_hz=7.0,
    action_delay=2,
    dead_zone_compensation=0.1,
    randomisation={"pendulum.mass_kg": 0.1, "arm.mass_kg": 0.2},
)


@pytest.mark.parametrize("settings", [WrapperSettings(), ALL])
def test_settings_survive_json(settings):
    assert WrapperSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


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


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.sampled_from(range(4)))
def test_rows_equal_single_ones_and_stay_in_range(values, kind):
    kinds = [
        lambda: DeltaMode(0.7),
        lambda: LowPass(6.0, 50.0),
        lambda: Delay(3),
        lambda: DeadZoneCompensation(0.13),
    ]
    alone, together = kinds[kind](), kinds[kind]()
    alone.reset(0.0)
    together.reset(np.zeros(2))
    for value in values:
        out = together(np.array([value, -value]))
        one = alone(value)
        assert one == out[0]
        assert -1.0 <= one <= 1.0


@pytest.mark.parametrize("make", [lambda: DeltaMode(1.0), lambda: LowPass(6.0, 50.0)])
def test_rows_are_reset_alone(make):
    stage, fresh = make(), make()
    stage.reset(np.zeros(3))
    fresh.reset(np.zeros(3))
    kept = stage(np.full(3, 0.5)) + 0.0
    handed = stage(np.full(3, 0.25))
    before = handed.copy()
    stage.reset_rows(np.array([1]))
    np.testing.assert_array_equal(handed, before)  # what was handed out is not written into
    assert stage(np.zeros(3))[1] == fresh(np.zeros(3))[1] == 0.0
    assert kept[0] != 0.0


def test_delay_rows_are_reset_alone():
    stage = Delay(1)
    stage.reset(np.zeros(2))
    stage(np.array([0.5, 0.6]))
    stage.reset_rows(np.array([0]))
    assert stage(np.array([0.7, 0.8])).tolist() == [0.0, 0.6]


def test_buckets_of_rows():
    mode = BucketMode(5)
    assert mode(np.array([0, 2, 4])).tolist() == [-1.0, 0.0, 1.0]
    for wrong in (np.array([0.0, 1.0]), np.array([0, 5]), np.array([-1, 0])):
        with pytest.raises(ActionError, match="from 0 to 4"):
            mode(wrong)


@pytest.mark.parametrize("wrong", [1.01, float("nan"), np.array([0.0, np.nan]), np.array([-1.5])])
def test_check_action(wrong):
    with pytest.raises(ActionError, match=r"in \[-1, 1\]"):
        check_action(wrong)
    kept = np.array([0.5])
    assert check_action(kept) is not kept  # the caller may reuse its array
