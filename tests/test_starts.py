"""The evaluation's starts are fixed for ever."""

import hashlib
from dataclasses import astuple

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.starts import LARGEST_SEED, draw_starts
from furutalib.learning.tasks import SWING_UP

FROZEN = {"test": "4f58797f685b", "validation": "a88cdc93a6b2"}


def digest(which: str) -> str:
    numbers = [astuple(start) for start in draw_starts(which, 100)]
    return hashlib.sha256(repr(numbers).encode()).hexdigest()[:12]


@pytest.mark.parametrize("which", FROZEN)
def test_the_hundred_starts_are_frozen(which: str):
    """A change here makes every table of the course incomparable: remake them all."""
    assert digest(which) == FROZEN[which]


def test_they_hang_nearly_still():
    table = np.array([astuple(start) for start in draw_starts("test", 1000)])
    assert np.abs(table).max(axis=0) == pytest.approx([0.5, 0.3, 0.5, 0.5], rel=0.02)
    assert np.abs(table.mean(axis=0)).max() < 0.03


def test_fewer_starts_are_the_first_ones():
    assert draw_starts("test", 10) == draw_starts("test", 100)[:10]


def test_validation_test_and_training_do_not_meet():
    last = SWING_UP.draw_start(np.random.default_rng(LARGEST_SEED + 999))
    validation, test = draw_starts("validation", 1000), draw_starts("test", 1000)
    assert not set(validation) & set(test)
    assert last not in validation


def test_balance_starts_near_upright():
    angles = [start.pendulum_angle_rad for start in draw_starts("test", 100, "balance")]
    assert np.abs(np.array(angles) - np.pi).max() < np.radians(12.1)


def test_unknown_sets_and_counts_are_refused():
    with pytest.raises(ConfigurationError, match="'exam'; use one of validation, test"):
        draw_starts("exam", 10)
    with pytest.raises(ConfigurationError, match="n = 0"):
        draw_starts("test", 0)
    with pytest.raises(ConfigurationError, match="unknown task 'fly'"):
        draw_starts("test", 1, "fly")
