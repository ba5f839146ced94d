"""The playground of lesson 09, with a policy of the course in the place of both."""

import pytest

from furutalib.facts.paths import data_folder
from furutalib.facts.robot import load_robot
from furutalib.learning.evaluation import succeeded
from furutalib.learning.policy_folder import load_policy
from furutalib.lessons import robot_gap
from furutalib.lessons.robot_gap import (
    KNOBS,
    POLICIES,
    broken,
    drive_both,
    gap_html,
    gap_playground,
    tracks,
    turned,
)

NOTHING = dict.fromkeys(KNOBS, 0.0)


def test_a_knob_turns_what_belongs_to_it_and_nothing_else():
    course = load_robot("course")
    other = turned(course, NOTHING | {"magnet": 20.0})
    before, after = course.motor, other.motor
    assert after.torque_constant_nm_a == pytest.approx(1.2 * before.torque_constant_nm_a)
    assert after.back_emf_constant_v_s == pytest.approx(1.2 * before.back_emf_constant_v_s)
    assert after.resistance_ohm == before.resistance_ohm
    assert turned(course, NOTHING) == course


@pytest.mark.parametrize(
    ("by", "narrow", "wide", "won"),
    [
        (10.0, 0.4, 0.95, True),
        (15.0, 0.4, 0.95, False),
        (10.0, 0.5, 0.95, False),
        (-10.0, 0.4, 0.94, False),
    ],
)
def test_when_the_challenge_is_won(by, narrow, wide, won):
    shares = dict(zip(POLICIES, (narrow, wide), strict=True))
    percent = NOTHING | {"bearing": by}
    assert broken(percent, shares) is won
    assert ("done!" in gap_html(percent, shares)) is won


@pytest.fixture
def stand_in(monkeypatch):
    policy = load_policy(data_folder() / "policies" / "ppo-full")
    monkeypatch.setattr(robot_gap, "load_policy", lambda path: policy)
    monkeypatch.setattr(robot_gap, "STARTS", 3)
    return policy


def test_both_are_driven_from_the_same_start_and_shown(stand_in):
    runs = drive_both(dict.fromkeys(POLICIES, stand_in), load_robot("course"))
    shown = tracks(runs)
    assert [track.name for track in shown] == list(POLICIES)
    assert (shown[0].coordinates[0] == shown[1].coordinates[0]).all()


def test_a_slider_changes_what_is_shown(stand_in):
    view = gap_playground()
    controls, player = view.children
    column, words = controls.children
    sliders = column.children
    before = player.tracks
    sliders[0].value = -40
    assert "farthest knob: 40 %" in words.value
    assert player.tracks is not before


@pytest.mark.parametrize(
    ("percent", "share"),
    [
        ({}, 1.0),
        ({"magnet": 10.0, "resistance": -10.0}, 0.9),
        ({"magnet": 5.0, "resistance": -5.0, "latency": 10.0}, 0.5),
        ({"magnet": 10.0, "resistance": -10.0, "latency": 10.0}, 0.1),
    ],
)
def test_what_the_solution_says_of_the_narrow_policy(percent, share):
    """A stronger motor alone is harmless; one that acts later, too, is not."""
    policy = load_policy(data_folder() / "policies" / POLICIES[0])
    robot = turned(load_robot("course"), NOTHING | percent)
    got = float(succeeded(drive_both({"narrow": policy}, robot)["narrow"]).mean())
    assert got >= share if share > 0.5 else got < share
