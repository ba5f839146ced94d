import base64

import numpy as np
import pytest

from furutalib.facts.fidelity import EFFECTS
from furutalib.facts.robot import load_robot
from furutalib.lessons import plant_playground as module
from furutalib.lessons.imperfections import STARTS
from furutalib.lessons.plant_knobs import GROUPS
from furutalib.lessons.plant_playground import plant_playground

ROBOT = load_robot("course")
ALL, NONE = frozenset(EFFECTS), frozenset()
KNOBS = [knob for rows in GROUPS.values() for row in rows for knob in row.knobs]


def curve(plot, name):
    (series,) = (each for each in plot.payload["series"] if each["name"] == name)
    return np.frombuffer(base64.b64decode(series["values"]), "<f4")


@pytest.fixture
def playground(monkeypatch):
    """A playground in which the slow count of swing-ups tells only what it was asked."""
    asked = []

    def count(_robot, plant, fidelity):
        asked.append((plant, fidelity))
        return 40 - len(asked)

    monkeypatch.setattr(module, "swing_ups", count)
    made = plant_playground(ROBOT)
    made.asked = asked
    return made


def test_a_slider_changes_this_plant_and_not_the_ideal_one(playground):
    before = [curve(playground.arm, name) for name in ("this plant", "ideal plant")]
    tracks = playground.player.payload["tracks"]
    playground.sliders["motor.coulomb_nm"].value = 10.0
    after = [curve(playground.arm, name) for name in ("this plant", "ideal plant")]
    assert not np.array_equal(before[0], after[0])
    assert np.array_equal(before[1], after[1])
    moved = playground.player.payload["tracks"]
    assert [track["name"] for track in moved] == ["this plant", "ideal plant"]
    assert moved[0]["coordinates"] != tracks[0]["coordinates"]
    assert moved[1] == tracks[1]
    assert playground.plant.motor.coulomb_nm == pytest.approx(0.01)


def test_without_imperfections_both_plants_are_the_same(playground):
    playground.switch_all(False)
    both = [curve(playground.pendulum, name) for name in ("this plant", "ideal plant")]
    assert np.array_equal(*both)
    playground.switches["latency"].value = True
    assert playground.fidelity == {"latency"}
    assert not np.array_equal(curve(playground.pendulum, "this plant"), both[0])


def test_many_controls_at_once_are_answered_once(playground):
    playground.sliders["arm.mass_kg"].value = 100.0
    playground.switch_all(False)
    answered = len(playground.asked)
    playground.reset()
    assert len(playground.asked) == answered + 1
    assert playground.asked[-1] == (ROBOT, ALL)
    playground.sliders["arm.mass_kg"].value = 100.0  # and the controls are heard again
    assert len(playground.asked) == answered + 2


def test_a_last_digit_that_a_browser_rounds_is_not_answered(playground):
    answered = len(playground.asked)
    playground.sliders["supply.voltage_v"].value = 11.999999999999998
    assert len(playground.asked) == answered
    playground.sliders["supply.voltage_v"].value = 11.9
    assert len(playground.asked) == answered + 1


def test_the_choice_of_a_response_changes_what_is_drawn(playground):
    push = curve(playground.arm, "ideal plant")
    playground.what.value = "step"
    step = curve(playground.arm, "ideal plant")
    assert len(push) != len(step)
    assert np.all(np.diff(step[:10]) > 0)


def test_a_swing_up_is_compared_with_the_plant_that_the_controller_was_made_for(playground):
    playground.what.value = "swing-up"
    both = [curve(playground.pendulum, name) for name in ("this plant", "as described")]
    assert np.array_equal(*both)
    playground.switch_all(False)
    assert not np.array_equal(curve(playground.pendulum, "this plant"), both[1])
    assert np.array_equal(curve(playground.pendulum, "as described"), both[1])
    names = [track["name"] for track in playground.player.payload["tracks"]]
    assert names == ["this plant", "as described"]


def test_the_words_tell_the_count_and_how_the_challenge_stands(playground):
    playground.sliders["control.latency_s"].value = 25.0
    assert f"{40 - len(playground.asked)} of {len(STARTS)}" in playground.words.value
    assert "control.latency_s by 25% does not break it" in playground.words.value
    playground.sliders["arm.mass_kg"].value = 100.0  # no imperfection
    assert "latency_s by 25%" in playground.words.value
    playground.sliders["drive.dead_zone"].value = 20.0
    assert "of one only" in playground.words.value


def test_without_a_kernel_the_scene_and_both_plots_stand_in(playground):
    still = playground._repr_mimebundle_()["text/html"]
    assert still.count("data-furuta-kind") == 3
