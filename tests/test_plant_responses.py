import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fidelity import EFFECTS
from furutalib.facts.robot import load_robot
from furutalib.lessons.imperfections import PUSH
from furutalib.lessons.plant_knobs import knob_range, knobs, turned
from furutalib.lessons.plant_responses import RESPONSES, respond
from furutalib.lessons.simulation import simulate

ROBOT = load_robot("course")
ALL, NONE = frozenset(EFFECTS), frozenset()


def test_the_push_is_that_of_the_lesson():
    response = respond(ROBOT, ROBOT, NONE, "push")
    motion = simulate(ROBOT, PUSH, fidelity="ideal")
    assert np.array_equal(response.pendulum_rad, motion.measured_rad[:, 1])
    assert np.array_equal(response.command[1:], PUSH)


def test_the_swing_up_reaches_the_top_on_the_plant_it_was_made_for_only():
    made_for = respond(ROBOT, ROBOT, ALL, "swing-up")
    strange = turned(ROBOT, {"control.latency_s": 10.0})
    off = respond(ROBOT, strange, ALL, "swing-up")
    upright = [np.cos(each.pendulum_rad[-25:]) < -0.95 for each in (made_for, off)]
    assert upright[0].all()
    assert not upright[1].all()


@pytest.mark.parametrize("what", RESPONSES)
@pytest.mark.parametrize("knob", knobs(), ids=lambda knob: knob.key)
def test_the_plant_stays_finite_at_both_ends_of_every_slider(what, knob):
    for end in knob_range(knob, ROBOT):
        response = respond(ROBOT, turned(ROBOT, {knob.key: end}), ALL, what)
        first = [column[0] for column in response]
        assert np.isfinite(first).all()
        assert len({len(column) for column in response}) == 1
        if what != "swing-up":  # which may end at a limit
            assert np.isfinite(response).all()


def test_an_unknown_response_is_refused():
    with pytest.raises(ConfigurationError, match="push, step, swing-up"):
        respond(ROBOT, ROBOT, ALL, "jump")
