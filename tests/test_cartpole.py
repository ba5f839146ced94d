import numpy as np
import pytest

from furutalib.lessons import cartpole
from furutalib.lessons.cartpole import explore_rule, greedy, hand_rule, linear_rule, play, score


def test_an_episode_is_the_same_for_the_same_seed_and_ends_when_the_pole_falls():
    first, again = (play(lambda _: 0, seed=3) for _ in range(2))
    assert np.array_equal(first.observations, again.observations)
    assert first.steps == len(first.rewards) == len(first.observations) - 1
    assert abs(first.observations[-1, 2]) > np.radians(12)
    assert first.end_m == pytest.approx(first.observations[-1, 0])


def test_the_hand_rule_beats_one_push_for_ever_on_every_start():
    assert cartpole.steps_held(hand_rule).min() > 10 * cartpole.steps_held(lambda _: 1).max()


def test_a_linear_rule_pushes_by_the_sign_of_the_sum():
    rule = linear_rule([0, 0, 1, 2])
    assert rule(np.array([9, 9, 0.1, -0.04], dtype=np.float32)) == 1
    assert rule(np.array([9, 9, 0.1, -0.06], dtype=np.float32)) == 0


def test_greedy_asks_the_model_for_its_best_action():
    class Model:
        def predict(self, observation, deterministic):
            assert deterministic
            return np.array(int(observation[0] > 0)), None

    assert greedy(Model())(np.array([1.0])) == 1


def test_the_challenge_can_be_won_and_angle_alone_does_not_win_it():
    steps, farthest_m = score([0.1, 0.25, 1, 0.4])
    assert "done!" in cartpole.score_html(steps, farthest_m)
    assert "not yet" in cartpole.score_html(*score([0, 0, 1, 0]))


def test_a_slider_changes_the_result_at_once():
    view = explore_rule()
    sliders, result = view.children
    before = result.value
    sliders.children[3].value = 0.4
    assert result.value != before
    assert "shortest 500" in result.value


def test_pictures_are_few_and_all_of_one_size():
    episodes = [play(hand_rule, seed=1000), play(lambda _: 0, seed=1001)]
    frames = cartpole.pictures(*episodes, most=20)
    assert len(frames) < 2 * (20 + 10)
    assert np.array_equal(frames[20], frames[19])  # the end is held
    assert not np.array_equal(frames[19], frames[18])
    assert {frame.shape for frame in frames} == {frames[0].shape}
    assert frames[0].dtype == np.uint8
