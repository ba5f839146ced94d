"""Spaces that go with wrappers."""

import numpy as np
import pytest
from gymnasium import spaces

from furutalib.learning.spaces import action_space, observation_space
from furutalib.learning.stages import WrapperSettings


def test_action_spaces():
    assert action_space(WrapperSettings()) == spaces.Box(-1, 1, (1,), np.float32)
    assert action_space(WrapperSettings(action_mode="delta")) == spaces.Box(-1, 1, (1,), np.float32)
    buckets = WrapperSettings(action_mode="buckets", buckets=7)
    assert action_space(buckets) == spaces.Discrete(7)


@pytest.mark.parametrize(("history", "size"), [(0, 5), (1, 6), (4, 24)])
def test_observation_spaces(history, size):
    space = observation_space(WrapperSettings(history=history))
    assert space.shape == (size,)
    assert space.dtype == np.float32
    assert space.high[:5].tolist() == [2, 1, 1, 5, 5]
    np.testing.assert_array_equal(space.low, -space.high)
