"""Smoothness measures on sequences whose values are known."""

import numpy as np
import pytest

from furutalib.maths import smoothness


def test_full_torque_left_then_right():
    actions = np.tile([1.0, -1.0], 50)
    assert smoothness.mean_squared_change(actions) == pytest.approx(4.0)
    assert smoothness.continuity_measure(actions) == pytest.approx(100.0)
    assert smoothness.total_variation(actions) == pytest.approx(198.0)
    assert smoothness.second_difference(actions) == pytest.approx(16.0)


def test_a_constant_action_is_perfectly_smooth():
    for measure in (
        smoothness.mean_squared_change,
        smoothness.continuity_measure,
        smoothness.total_variation,
        smoothness.second_difference,
    ):
        assert measure(np.full((3, 10), 0.7)) == pytest.approx([0, 0, 0])
    assert smoothness.spectral_smoothness(np.full(10, 0.7), 50.0) == pytest.approx(0.0)


def test_white_noise_has_the_c_of_fifty_times_its_variance():
    noise = np.random.default_rng(0).normal(0, 0.1, 200_000)
    assert smoothness.continuity_measure(noise) == pytest.approx(50 * 0.1**2, rel=0.02)


def test_spectral_smoothness_of_a_sine_is_its_amplitude_times_its_frequency():
    t = np.arange(200) / 50.0
    sine = 0.5 * np.sin(2 * np.pi * 5.0 * t)
    expected = 2 / (100 * 50.0) * 0.5 * 5.0
    assert smoothness.spectral_smoothness(sine, 50.0) == pytest.approx(expected, rel=1e-6)


def test_several_runs_are_measured_row_by_row():
    rows = np.random.default_rng(1).uniform(-1, 1, (4, 30))
    together = smoothness.total_variation(rows)
    assert together.shape == (4,)
    assert together[2] == smoothness.total_variation(rows[2])


def test_too_few_steps_are_refused():
    with pytest.raises(ValueError, match="at least 2 steps"):
        smoothness.mean_squared_change([1.0])
