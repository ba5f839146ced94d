"""Encoder rounding and the velocity filter against numbers worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from furutalib.maths.estimator import VelocityFilter, quantise


@pytest.mark.parametrize(
    ("degrees", "counts", "expected_counts"),
    [(0.0, 360, 0), (0.49, 360, 0), (0.51, 360, 1), (-0.51, 360, -1), (725.2, 360, 725)],
)
def test_an_encoder_of_one_count_per_degree_rounds_to_the_nearest_degree(
    degrees, counts, expected_counts
):
    assert math.degrees(quantise(math.radians(degrees), counts)) == pytest.approx(expected_counts)


def test_no_counts_means_no_rounding():
    assert quantise(0.123456, 0.0) == 0.123456


@given(st.floats(-1e4, 1e4), st.sampled_from([211.2, 2048.0, 8192.0]))
def test_rounding_is_never_off_by_more_than_half_a_count(angle_rad, counts):
    assert abs(quantise(angle_rad, counts) - angle_rad) <= math.pi / counts * (1 + 1e-6)


def test_the_filter_follows_its_difference_equation():
    # w = 50 rad/s at 50 Hz: a = (2 - 1) / (2 + 1) = 1/3, b = 100 / 3
    speed = VelocityFilter(0.02, 50.0)
    speed.reset(1.0)
    first = speed.update(1.3)
    assert first == pytest.approx(100 / 3 * 0.3)
    assert speed.update(1.3) == pytest.approx(first / 3)


def test_without_a_cutoff_the_filter_is_the_plain_difference():
    speed = VelocityFilter(0.02, None)
    speed.reset(0.0)
    assert speed.update(0.1) == pytest.approx(5.0)
    assert speed.update(0.1) == 0.0


def test_the_filter_finds_a_constant_speed_after_a_few_periods():
    speed = VelocityFilter(0.02, 50.0)
    speed.reset(0.0)
    values = [speed.update(0.06 * k) for k in range(1, 20)]
    assert values[-1] == pytest.approx(3.0, rel=1e-6)


def test_a_reset_forgets_where_the_robot_was():
    speed = VelocityFilter(0.02, 50.0)
    speed.reset(0.0)
    speed.update(5.0)
    speed.reset(100.0)
    assert speed.update(100.0) == 0.0


def test_rows_of_an_array_are_reset_alone_and_equal_single_filters():
    angles = np.random.default_rng(0).normal(0, 1, (10, 3)).cumsum(axis=0)
    many, single = VelocityFilter(0.02, 50.0), VelocityFilter(0.02, 50.0)
    many.reset(angles[0].copy())
    single.reset(float(angles[4, 1]))
    for k in range(1, 5):
        many.update(angles[k].copy())
    many.reset_rows(np.array([False, True, False]), angles[4, [1]])
    for k in range(5, 10):
        speeds = many.update(angles[k].copy())
        assert speeds[1] == single.update(float(angles[k, 1]))
