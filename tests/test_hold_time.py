import numpy as np
import pytest

from furutalib.learning.hold_time import Watched, measured_hold_steps, watch_exploration
from furutalib.learning.settings import SACSettings

SMALL = {"hidden": (32, 32), "sde_sample_freq": 8}


def watch(**settings):
    return watch_exploration(SACSettings(**SMALL | settings), steps=160, warm_up=80)


def held(watched, part):
    return int(watched.hold_steps(part).max())


WARM_UP, LEARNING = slice(80), slice(80, None)


def test_per_episode_training_holds_the_noise_as_long_as_it_says():
    watched = watch()
    assert held(watched, WARM_UP) == held(watched, LEARNING) == 8
    assert (watched.matrix >= 0).all()
    assert watched.actions.shape == watched.ended.shape == (160,)


@pytest.mark.parametrize("every", [1, 3])
def test_training_after_every_few_steps_cuts_the_hold(every):
    watched = watch(train_freq=every, train_freq_unit="step")
    assert held(watched, LEARNING) == every
    assert watched.continuity(LEARNING) > 3 * watch().continuity(LEARNING)


def test_a_warm_up_without_gsde_is_white_and_wild():
    watched = watch(use_sde_at_warmup=False)
    assert held(watched, WARM_UP) == 1
    assert (watched.matrix[WARM_UP] == -1).all()
    assert held(watched, LEARNING) == 8
    # uniform and independent: the mean of (a - b)^2 is 2/3, of a range of 2
    assert watched.continuity(WARM_UP) == pytest.approx(100 / 6, rel=0.4)


def test_gaussian_exploration_holds_nothing():
    watched = watch(use_sde=False)
    assert held(watched, slice(None)) == 1
    assert (watched.matrix == -1).all()


def test_the_measured_hold_is_that_of_learning():
    assert measured_hold_steps(SACSettings(**SMALL, use_sde_at_warmup=False)) == 8


def test_runs_of_one_matrix_are_counted():
    matrix = np.array([0, 0, 0, 1, -1, -1, 2, 2])
    watched = Watched(np.zeros(8), matrix, np.zeros(8, bool), 0)
    np.testing.assert_array_equal(watched.hold_steps(), [3, 1, 1, 1, 2])


def test_continuity_leaves_out_the_jump_between_episodes():
    ended = np.array([False, True, False, False])
    watched = Watched(np.array([0.0, 0.2, -1.0, -0.8]), np.zeros(4, int), ended, 0)
    assert watched.continuity() == pytest.approx(100 * 0.04 / 4)
    assert np.isnan(watched.continuity(slice(1)))
