import numpy as np

from furutalib.learning.noise_trial import try_noise
from furutalib.lessons.noise_playground import (
    explorer,
    noise_playground,
    quiet,
    score_html,
    tracks,
)


def figures(std, steps):
    return try_noise(explorer(std, steps), n=32).figures()


def test_the_challenge_can_be_won_by_holding_but_not_by_white_noise():
    assert quiet(figures(0.3, 13))
    assert not any(quiet(figures(std, 1)) for std in (0.3, 0.7, 1.5))
    assert not quiet(figures(0.15, 13))
    assert not quiet(figures(0.6, 13))


def test_the_score_shows_a_bar_for_every_pendulum_and_the_verdict():
    trial = try_noise(explorer(0.3, 13), n=5, steps=100)
    assert score_html(trial).count('title="') == 5 + 1
    assert "Quiet swing" in score_html(trial)


def test_what_is_shown_begins_where_the_tests_do_and_ends_at_the_limit():
    first, second = tracks(1.5, 30)
    assert first.name != second.name
    assert np.isfinite(first.coordinates[0]).all()
    assert np.isnan(first.coordinates[-1]).all()


def test_a_slider_changes_the_result_and_the_picture():
    view = noise_playground()
    (_, steps, result), player = view.children[0].children, view.children[1]
    before, shown = result.value, player.tracks
    steps.value = 20
    assert result.value != before
    assert not np.array_equal(player.tracks[0].coordinates, shown[0].coordinates, equal_nan=True)
