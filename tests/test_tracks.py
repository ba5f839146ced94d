import base64

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.learning.rollout import Rollout
from furutalib.machine.robot import Start
from furutalib.view.tracks import (
    ARM,
    COMMAND,
    FROM_UPRIGHT,
    PENDULUM_SPEED,
    Track,
    cartpole_track,
    encode,
    furuta_track,
    of_rollout,
    wrapped_deg,
)

TIMES = np.arange(4) / 50


def rollout(arm):
    zeros = np.zeros_like(arm)
    return Rollout(
        robot=load_robot("course"),
        rate_hz=50.0,
        action_repeat=1,
        fidelity=(),
        starts=(Start(),) * len(arm),
        arm_angle_rad=arm,
        pendulum_angle_rad=arm + np.pi,
        arm_speed_rad_s=zeros,
        pendulum_speed_rad_s=arm + 2,
        command=arm / 2,
        limit_touched=np.zeros(len(arm), bool),
    )


def test_a_row_of_a_rollout_becomes_a_track_with_its_signals():
    arm = np.array([[0.0, 0.1, 0.2], [0.0, 0.3, 0.6]])
    track = of_rollout(rollout(arm), row=1)
    assert track.name == "start 2"
    assert track.times_s == pytest.approx([0.02, 0.04, 0.06])
    assert track.coordinates == pytest.approx(np.stack([arm[1], arm[1] + np.pi], axis=1))
    assert track.command == pytest.approx(arm[1] / 2)
    assert list(track.signals) == [FROM_UPRIGHT, ARM, PENDULUM_SPEED, COMMAND]
    assert track.signals[FROM_UPRIGHT] == pytest.approx(np.degrees(arm[1]))
    assert track.signals[PENDULUM_SPEED] == pytest.approx(arm[1] + 2)


def test_an_episode_that_ended_early_keeps_its_gap():
    track = of_rollout(rollout(np.array([[0.0, 0.1, np.nan]])), name="ended")
    assert track.name == "ended"
    assert np.isnan(track.coordinates[2]).all()
    assert np.isfinite(track.coordinates[:2]).all()


def test_signals_that_were_not_measured_are_left_out():
    assert list(furuta_track("x", TIMES, TIMES, TIMES).signals) == [FROM_UPRIGHT, ARM]


def test_the_actions_of_cartpole_become_pushes_to_either_side():
    track = cartpole_track("x", TIMES, TIMES, TIMES, np.array([0, 1, 1, 0]))
    assert track.command == pytest.approx([-1, 1, 1, -1])
    assert track.signals["pole (°)"] == pytest.approx(np.degrees(TIMES))


def test_a_wrapped_angle_has_a_gap_where_it_jumps():
    degrees = wrapped_deg(np.radians([170.0, 179.0, 185.0, 190.0, 175.0]))
    assert degrees[[0, 1, 3]] == pytest.approx([170, 179, -170])
    assert np.isnan(degrees[[2, 4]]).all()


def test_arrays_travel_as_little_endian_float32():
    sent = base64.b64decode(encode([1.5, np.nan, -2.0]))
    assert np.frombuffer(sent, "<f4") == pytest.approx([1.5, np.nan, -2.0], nan_ok=True)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"times_s": TIMES[::-1]}, "rise"),
        ({"times_s": TIMES[:0], "coordinates": np.zeros((0, 2))}, "rise"),
        ({"times_s": TIMES[:3]}, "4 values of coordinates for 3 times"),
        ({"coordinates": TIMES}, r"shape \(4,\)"),
        ({"coordinates": np.full((4, 2), np.nan)}, "finite first row"),
        ({"command": TIMES[:2]}, "2 values of command for 4 times"),
        ({"signals": {"speed": TIMES[:1]}}, "1 values of speed"),
    ],
)
def test_a_track_that_does_not_fit_itself_is_refused_by_name(change, complaint):
    fields = {"times_s": TIMES, "coordinates": np.zeros((4, 2))} | change
    with pytest.raises(ConfigurationError, match=f"'bad'.*{complaint}"):
        Track("bad", **fields)
