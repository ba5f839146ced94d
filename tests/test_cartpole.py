import numpy as np
import pytest

from furutalib.lessons import cartpole
from furutalib.lessons.cartpole import (
    episodes_of,
    explore_rule,
    greedy,
    hand_rule,
    linear_rule,
    play,
)


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
    assert "done!" in cartpole.score_html(episodes_of([0.1, 0.25, 1, 0.4]))
    assert "not yet" in cartpole.score_html(episodes_of([0, 0, 1, 0]))


def test_a_slider_changes_the_result_at_once():
    view = explore_rule()
    (sliders, result), player = view.children[0].children, view.children[1]
    before, shown = result.value, player.tracks
    sliders.children[3].value = 0.4
    assert result.value != before
    assert len(player.tracks[0].times_s) > len(shown[0].times_s)
    assert "shortest 500" in result.value


def test_a_track_is_the_episode_up_to_its_last_action():
    episode = play(lambda _: 0, seed=1001)
    track = episode.track("left")
    assert len(track.times_s) == episode.steps
    assert track.times_s[1] == pytest.approx(0.02)
    assert track.coordinates[3] == pytest.approx(episode.observations[3, [0, 2]])
    assert set(track.command) == {-1.0}
