import io
from dataclasses import asdict

import ipywidgets
import numpy as np
import pytest
from PIL import Image

from furutalib.facts.robot import load_robot
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.rewards import RewardWeights
from furutalib.learning.rollout import collect
from furutalib.lessons.reward_view import (
    CRASHES,
    GROUNDED_RETURN,
    HANGS,
    SPINS,
    STANDS,
    explore_reward,
    reward_png,
    sums,
    verdict,
)
from furutalib.lessons.scripted import Replay, Spinner
from furutalib.machine.robot import Start

ROBOT = load_robot("course")


@pytest.fixture(scope="module")
def behaviours():
    players = {
        STANDS: EnergyLQR(ROBOT),
        SPINS: Spinner(ROBOT, surplus=1.5),
        HANGS: Replay(np.zeros((1, 1))),
        CRASHES: Replay(np.ones((1, 400))),
    }
    start = Start(pendulum_angle_rad=0.1)
    return {name: collect(player, [start]) for name, player in players.items()}


def test_spinning_pays_more_than_hanging_with_the_default_weights(behaviours):
    paid = sums(behaviours, RewardWeights())
    assert paid[STANDS] > paid[SPINS] > paid[HANGS] > paid[CRASHES]
    assert "spinning pays more" in verdict(paid)


def test_the_solution_in_the_lesson_wins_the_challenge(behaviours):
    assert "done" in verdict(sums(behaviours, RewardWeights(speed_near_top=2.5)))


def test_a_heavy_upright_term_makes_the_exit_pay(behaviours):
    assert "running into the limit" in verdict(sums(behaviours, RewardWeights(upright=2.0)))


def test_a_swing_up_that_earns_little_does_not_win():
    paid = {STANDS: GROUNDED_RETURN - 1, SPINS: 0.0, HANGS: 1.0, CRASHES: -1.0}
    assert "swing-up earns less" in verdict(paid)


def test_the_picture_changes_with_the_weights(behaviours):
    pictures = [reward_png(behaviours, RewardWeights(upright=w)) for w in (0.5, 1.5)]
    assert pictures[0] != pictures[1]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_sliders_redraw_and_the_button_takes_them_back(behaviours):
    view = explore_reward(behaviours)
    left, picture = view.children
    sliders = [w for w in left.children if isinstance(w, ipywidgets.FloatSlider)]
    assert len(sliders) == len(asdict(RewardWeights()))
    before, words = picture.value, left.children[-1]
    sliders[2].value = 2.5  # speed near top
    assert picture.value != before
    assert "done" in words.value
    left.children[-2].click()
    assert [slider.value for slider in sliders] == list(asdict(RewardWeights()).values())
    assert "not yet" in words.value


def test_without_any_weight_there_is_a_picture_too(behaviours):
    nothing = RewardWeights(**dict.fromkeys(asdict(RewardWeights()), 0.0))
    with Image.open(io.BytesIO(reward_png(behaviours, nothing))) as image:
        assert image.width > 600
