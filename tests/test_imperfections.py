import math

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fidelity import EFFECTS
from furutalib.facts.robot import load_robot
from furutalib.lessons.imperfections import LAST_STRAW, PUSH, STARTS, resized, straw, swing_ups
from furutalib.lessons.simulation import simulate

ROBOT = load_robot("course")


@pytest.mark.parametrize("effect", EFFECTS)
def test_a_larger_imperfection_is_further_from_ideal(effect):
    ideal = simulate(ROBOT, PUSH, fidelity="ideal")

    def distance(factor):
        run = simulate(resized(ROBOT, effect, factor), PUSH, fidelity=effect)
        return abs(run.measured_speeds_rad_s - ideal.measured_speeds_rad_s).max()

    assert distance(0.5) <= distance(1.0) <= distance(2.0) <= distance(4.0)
    assert distance(4.0) > 1.5 * distance(0.5)


@pytest.mark.parametrize(("effect", "factor"), [("rust", 1.0), ("coulomb", 0.0), ("coulomb", -1.0)])
def test_an_effect_or_size_that_does_not_exist_is_refused(effect, factor):
    with pytest.raises(ConfigurationError, match="factor above 0"):
        resized(ROBOT, effect, factor)


def test_time_is_the_last_straw_and_play_in_the_gears_is_not():
    assert swing_ups(ROBOT, ROBOT) > 0.8 * len(STARTS)
    for effect in ("latency", "velocity_filter"):
        assert swing_ups(ROBOT, resized(ROBOT, effect, 1.5)) < LAST_STRAW
        assert swing_ups(ROBOT, resized(ROBOT, effect, 0.5)) < LAST_STRAW
    assert swing_ups(ROBOT, resized(ROBOT, "backlash", 1.5)) > LAST_STRAW


def test_switched_off_imperfections_do_not_count():
    late = resized(ROBOT, "latency", 0.5)
    assert swing_ups(late, late, frozenset()) == swing_ups(late, ROBOT, "ideal")


def test_the_verdict_says_how_far_the_one_size_was_moved():
    broken, fine = LAST_STRAW - 1, LAST_STRAW
    assert "x by 50% breaks it" in straw({"x": 0.5}, broken, all_on=True)
    assert "x by 50% does not" in straw({"x": 0.5}, fine, all_on=True)
    assert "x from or to 0" in straw({"x": math.inf}, fine, all_on=True)


@pytest.mark.parametrize("changes", [{}, {"x": 0.1, "y": 0.2}])
def test_the_challenge_is_about_one_size(changes):
    assert "of one only" in straw(changes, 0, all_on=True)


def test_the_challenge_is_about_a_plant_with_all_imperfections():
    assert "switch all ten" in straw({"x": 0.1}, 0, all_on=False)
