import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fidelity import EFFECTS
from furutalib.facts.robot import load_robot
from furutalib.lessons import imperfections
from furutalib.lessons.imperfections import (
    LAST_STRAW,
    PUSH,
    STARTS,
    explore_imperfections,
    push_png,
    resized,
    straw_html,
    swing_ups,
)
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


def test_the_verdict_counts_a_change_up_or_down():
    assert "Not the last straw" in straw_html("latency", 1.5, LAST_STRAW)
    assert "50% of change" in straw_html("latency", 1.5, LAST_STRAW - 1)
    assert "100% of change" in straw_html("latency", 0.5, LAST_STRAW - 1)


def test_the_push_is_drawn():
    ideal = simulate(ROBOT, PUSH, fidelity="ideal")
    assert push_png(ideal, ideal, "nothing").startswith(b"\x89PNG")


def test_the_controls_change_what_is_shown(monkeypatch):
    monkeypatch.setattr(imperfections, "swing_ups", lambda _robot, _plant: 3)
    view = explore_imperfections(ROBOT)
    (effect, factor), picture, verdict = view.children[0].children, *view.children[1:]
    before = picture.value
    effect.value, factor.value = "latency", 2.0
    assert picture.value != before
    assert "latency 2.00 times" in verdict.value
    assert f"3 of {len(STARTS)}" in verdict.value
