import base64
from dataclasses import asdict

import numpy as np
import pytest

from furutalib.facts.robot import load_robot
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.rewards import RewardWeights
from furutalib.learning.rollout import collect
from furutalib.lessons.reward_playground import reward_playground
from furutalib.lessons.reward_view import CRASHES, HANGS, SPINS, STANDS
from furutalib.lessons.scripted import Replay, Spinner
from furutalib.machine.robot import Start


@pytest.fixture(scope="module")
def behaviours():
    robot = load_robot("course")
    players = {
        STANDS: EnergyLQR(robot),
        SPINS: Spinner(robot, surplus=1.5),
        HANGS: Replay(np.zeros((1, 1))),
        CRASHES: Replay(np.ones((1, 400))),
    }
    start = Start(pendulum_angle_rad=0.1)
    return {name: collect(player, [start]) for name, player in players.items()}


@pytest.fixture
def playground(behaviours, tmp_path):
    return reward_playground(behaviours, tmp_path / "tries.json")


def curve(plot, name):
    [values] = [each["values"] for each in plot.payload["series"] if each["name"] == name]
    return np.frombuffer(base64.b64decode(values), "<f4")


def test_every_weight_has_a_slider_that_begins_at_its_default(playground):
    assert playground.weights == RewardWeights()
    assert set(playground.sliders) == set(asdict(RewardWeights()))


def test_a_slider_changes_the_picture_the_terms_and_the_sums(playground):
    picture, upright = playground.map.payload["image"]["url"], curve(playground.terms, "upright")
    assert "not yet" in playground.words.value
    playground.sliders["upright"].value = 0.4
    assert playground.map.payload["image"]["url"] != picture
    np.testing.assert_allclose(curve(playground.terms, "upright"), upright / 2, rtol=1e-5)
    playground.reset()
    playground.sliders["speed_near_top"].value = 2.52
    assert "done" in playground.words.value
    playground.reset()
    assert playground.weights == RewardWeights()
    assert playground.map.payload["image"]["url"] == picture


def test_another_episode_can_be_looked_at(playground):
    dots = len(curve(playground.map, "the episode"))
    playground.episode.value = CRASHES
    assert len(curve(playground.map, "the episode")) < dots
    assert curve(playground.terms, "limit").min() == -10


def test_training_gets_the_weights_of_the_sliders(playground, monkeypatch):
    asked = []

    def remember(**options):
        asked.append(options["reward"])
        raise KeyboardInterrupt

    monkeypatch.setattr("furutalib.lessons.reward_training.train", remember)
    playground.sliders["effort"].value = 0.3
    with pytest.raises(KeyboardInterrupt):
        playground.training.start()
    assert asked == [RewardWeights(effort=0.3)]


def test_the_plots_stand_in_for_it_where_no_kernel_runs(playground):
    bundle = playground._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"].count('data-furuta-kind="plot"') == 2
    assert "Grounded" in bundle["text/html"]
    assert "upright=0.8" in bundle["text/plain"]
