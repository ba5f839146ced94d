import math

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fidelity import EFFECTS
from furutalib.facts.robot import load_robot
from furutalib.lessons.plant_knobs import GROUPS, knob_range, relative_change, shown, turned

ROBOT = load_robot("course")
ROWS = [row for rows in GROUPS.values() for row in rows]
KNOBS = {knob.key: knob for row in ROWS for knob in row.knobs}


def test_every_imperfection_has_a_switch_and_a_size():
    assert sorted(row.effect for row in ROWS if row.effect) == sorted(EFFECTS)
    assert all(row.knobs for row in ROWS)


def test_no_number_is_turned_by_two_knobs():
    assert len(KNOBS) == sum(len(row.knobs) for row in ROWS)


@pytest.mark.parametrize("name", ["course", "course-original", "qube"])
def test_every_robot_lies_within_its_sliders(name):
    robot = load_robot(name)
    for knob in KNOBS.values():
        low, high = knob_range(knob, robot)
        assert low <= shown(robot, knob) <= high
        assert low < high
        for end in (low, high):  # the plant can be all of it
            turned(robot, {knob.key: end})


def test_knobs_at_the_robots_own_values_leave_it_exactly_as_it_was():
    assert turned(ROBOT, {key: shown(ROBOT, knob) for key, knob in KNOBS.items()}) == ROBOT


def test_a_browser_that_rounds_to_steps_changes_nothing():
    values = {}
    for key, knob in KNOBS.items():
        low, _ = knob_range(knob, ROBOT)
        steps = round((shown(ROBOT, knob) - low) / knob.step)
        values[key] = low + steps * knob.step  # what the slider of the page reports
        assert values[key] == pytest.approx(shown(ROBOT, knob), rel=1e-9)
    assert turned(ROBOT, values) == ROBOT
    assert not any(relative_change(shown(ROBOT, KNOBS[key]), values[key]) for key in values)


def test_a_knob_turns_its_number_in_its_unit():
    robot = turned(ROBOT, {"motor.backlash_rad": 3.0, "control.latency_s": 25.0})
    assert robot.motor.backlash_rad == pytest.approx(math.radians(3.0))
    assert robot.control.latency_s == pytest.approx(0.025)
    assert robot.arm == ROBOT.arm


def test_an_impossible_value_is_refused():
    with pytest.raises(ConfigurationError, match="dead_zone"):
        turned(ROBOT, {"drive.dead_zone": 100.0})


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [(2.0, 2.0, 0.0), (2.0, 4.0, 1.0), (4.0, 2.0, 1.0), (2.0, 0.0, math.inf), (0.0, 1.0, math.inf)],
)
def test_twice_and_half_are_the_same_change(before, after, change):
    assert relative_change(before, after) == pytest.approx(change)
