import numpy as np
import pytest

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
    colour_bar,
    coloured,
    map_plot,
    paid_over_states,
    reward_picture,
    states,
    sums,
    sums_html,
    terms,
    verdict,
)
from furutalib.lessons.scripted import Replay, Spinner
from furutalib.machine.robot import Start

ROBOT = load_robot("course")
NOTHING = RewardWeights(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


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


def test_upright_and_slow_is_bright_and_fast_near_the_top_is_darker():
    pixels = reward_picture(paid_over_states(RewardWeights(speed_near_top=1.0))).pixels.astype(int)
    brightness = pixels.sum(axis=2)
    assert pixels.shape == (61, 91, 3)
    assert brightness[30, 45] == brightness.max()
    assert brightness[0, 45] < brightness[15, 45] < brightness[30, 45]
    assert brightness[30, 0] < brightness[30, 45]


def test_the_first_row_of_the_picture_is_the_highest_speed():
    rising = np.linspace(0, 1, 61)[:, None] * np.ones(91)
    pixels = reward_picture(rising).pixels
    assert pixels[0, 0].tolist() == coloured(np.array(1.0), 0, 1).tolist()
    assert pixels[-1, 0].tolist() == coloured(np.array(0.0), 0, 1).tolist()


def test_colours_go_from_dark_to_bright():
    colours = coloured(np.linspace(-2, 1, 50), -2, 1)
    assert colours[0].tolist() == [0x44, 0x01, 0x54]
    assert colours[-1].tolist() == [0xFD, 0xE7, 0x25]
    luminance = colours @ (0.2126, 0.7152, 0.0722)
    assert np.all(np.diff(luminance) > 0)


def test_without_any_weight_everything_is_bright():
    paid = paid_over_states(NOTHING)
    assert set(reward_picture(paid).pixels.reshape(-1, 3)[:, 0].tolist()) == {0xFD}
    assert ">0.00<" in colour_bar(paid)
    assert ">-2.00<" in colour_bar(paid - 3)


def test_the_terms_and_one_add_up_to_the_reward(behaviours):
    weights = RewardWeights(effort=0.3, continuity=0.2)
    (name, time_s), curves = terms(behaviours[STANDS], weights)
    parts = [curve.values for key, curve in curves.items() if key != "reward"]
    np.testing.assert_allclose(1 + np.sum(parts, axis=0), curves["reward"].values)
    assert (name, len(time_s)) == ("time (s)", 400)
    assert len({curve.colour for curve in curves.values()}) == len(curves)


def test_terms_without_weight_are_left_out(behaviours):
    assert list(terms(behaviours[STANDS], NOTHING)[1]) == ["reward"]
    assert "continuity" not in terms(behaviours[STANDS], RewardWeights())[1]


def test_the_states_of_an_episode_that_ended_early_are_those_up_to_its_end(behaviours):
    crash = behaviours[CRASHES]
    (_, angle), curves = states(crash)
    assert len(angle) == np.isfinite(crash.arm_angle_rad).sum() < 400
    assert np.all(np.diff(angle) >= 0)
    [dots] = curves.values()
    assert np.all(np.isfinite(dots.values))
    plot = map_plot(RewardWeights(), crash, "a title")
    assert plot.payload["image"]["url"].startswith("data:image/png")


def test_bars_begin_at_zero_and_losses_go_to_the_left():
    bars = sums_html({"a & b": 300.0, "c": -100.0})
    assert "a &amp; b" in bars
    assert "margin-left: 25.0%; width: 75.0%" in bars
    assert "margin-left: 0.0%; width: 25.0%" in bars
    assert ">-100<" in bars
