"""Curves of several runs on common steps."""

import numpy as np
import pytest

from furutalib.view.curves import common_steps, median_and_range, on_steps, same_settings

NAN = float("nan")


def test_common_steps_are_all_steps_while_they_are_few():
    grid = common_steps([np.array([0.0, 10, 20]), np.array([0.0, 15]), np.zeros(0)])
    assert grid.tolist() == [0, 10, 15, 20]
    many = common_steps([np.arange(1000.0), np.arange(500.0) + 0.5])
    assert many.size == 400
    assert (many[0], many[-1]) == (0, 999)
    assert common_steps([]).size == 0


def test_a_curve_is_straight_between_its_points_and_nothing_beyond_them():
    grid = np.array([0.0, 10, 15, 20, 30])
    curve = on_steps(grid, np.array([10.0, 20]), np.array([1.0, 3]), over=False)
    np.testing.assert_array_equal(curve, [NAN, 1, 2, 3, NAN])


def test_a_run_that_is_over_keeps_its_last_value():
    curve = on_steps(np.array([10.0, 30]), np.array([10.0, 20]), np.array([1.0, 3]), over=True)
    assert curve.tolist() == [1, 3]


def test_missing_values_are_bridged_and_a_curve_without_any_stays_empty():
    grid = np.array([0.0, 10, 20])
    bridged = on_steps(grid, grid, np.array([0.0, NAN, 4]), over=False)
    assert bridged.tolist() == [0, 2, 4]
    assert np.isnan(on_steps(grid, grid, np.full(3, NAN), over=True)).all()


def test_median_and_range_where_every_run_has_a_value():
    middle, low, high = median_and_range(np.array([[1.0, 5, NAN], [3, 6, 1], [2, 100, 1]]))
    np.testing.assert_array_equal(middle, [2, 6, NAN])
    np.testing.assert_array_equal(low, [1, 5, NAN])
    np.testing.assert_array_equal(high, [3, 100, NAN])


def test_runs_that_differ_in_the_seed_alone_belong_together():
    configs = [
        {"seed": seed, "reward": {"effort": 0.1, "continuity": weight}, "task": "swing-up"}
        for weight in (0.0, 0.5)
        for seed in (1, 2)
    ]
    assert same_settings(configs) == {"continuity=0.0": [0, 1], "continuity=0.5": [2, 3]}
    assert same_settings(configs[:2]) == {"": [0, 1]}


@pytest.mark.parametrize("many", [8])
def test_settings_with_too_much_to_say_are_numbered(many: int):
    configs = [{f"option_{i}": value for i in range(many)} for value in (1, 2)]
    assert same_settings(configs) == {"setting 1": [0], "setting 2": [1]}
