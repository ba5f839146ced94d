"""Tasks: where episodes start and when they have failed."""

import math

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.rewards import Quantities
from furutalib.learning.tasks import BALANCE, SWING_UP, TASKS, task


@pytest.mark.parametrize("name", TASKS)
def test_starts_fill_their_ranges(name):
    rng = np.random.default_rng(0)
    chosen = task(name)
    starts = [chosen.draw_start(rng) for _ in range(2000)]
    for part in ("arm_angle_rad", "pendulum_angle_rad", "arm_speed_rad_s", "pendulum_speed_rad_s"):
        values = np.array([getattr(start, part) for start in starts])
        centre, spread = getattr(chosen.centre, part), getattr(chosen.spread, part)
        assert abs(values - centre).max() <= spread
        assert values.max() > centre + 0.95 * spread
        assert values.min() < centre - 0.95 * spread


def test_starts_are_the_documented_ones():
    assert SWING_UP.centre.pendulum_angle_rad == 0
    assert SWING_UP.spread.pendulum_angle_rad == 0.3
    assert BALANCE.centre.pendulum_angle_rad == math.pi
    assert math.degrees(BALANCE.spread.pendulum_angle_rad) == pytest.approx(12)
    assert SWING_UP.time_limit_s == BALANCE.time_limit_s == 8.0


def test_same_generator_same_start():
    first, second = (SWING_UP.draw_start(np.random.default_rng(4)) for _ in range(2))
    assert first == second


def quantities(from_upright_deg, limit_touched):
    columns = np.zeros((9, 1)) if np.ndim(from_upright_deg) else [0.0] * 9
    q = Quantities(*columns)
    return q._replace(from_upright_rad=np.radians(from_upright_deg), limit_touched=limit_touched)


@pytest.mark.parametrize(
    ("chosen", "angle_deg", "touched", "expected"),
    [
        (SWING_UP, 180.0, False, False),
        (SWING_UP, 180.0, True, True),
        (BALANCE, 29.0, False, False),
        (BALANCE, -31.0, False, True),
        (BALANCE, 0.0, True, True),
    ],
)
def test_terminated(chosen, angle_deg, touched, expected):
    assert bool(chosen.terminated(quantities(angle_deg, touched))) is expected
    many = chosen.terminated(quantities(np.full(3, angle_deg), np.full(3, touched)))
    assert many.tolist() == [expected] * 3


def test_unknown_task_is_refused():
    with pytest.raises(ConfigurationError, match="'juggle'; use one of swing-up, balance"):
        task("juggle")
