"""The parameters of a sweep: what is drawn from a distribution, and what a grid walks through."""

import math
from typing import Any

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.sweep_space import DISTRIBUTIONS, draw, grid, read_space


def drawn(count: int = 150, **given: Any) -> list[float]:
    """What a distribution gives."""
    return [point["x"] for point in draw(read_space({"x": given}), count)]


@pytest.mark.parametrize(
    ("given", "mean", "least", "most"),
    [
        ({"min": 1, "max": 3}, 2.0, 1, 3),
        ({"min": 1.0, "max": 3.0}, 2.0, 1, 3),
        ({"distribution": "q_uniform", "min": 0, "max": 1, "q": 0.25}, 0.5, 0, 1),
        ({"distribution": "normal", "mu": 2, "sigma": 0.1}, 2.0, 1.5, 2.5),
        ({"distribution": "q_normal", "mu": 2, "sigma": 0.5, "q": 0.5}, 2.0, 0, 4),
        ({"values": [1, 5], "probabilities": [0.25, 0.75]}, 4.0, 1, 5),
    ],
)
def test_a_distribution_is_drawn_from(
    given: dict[str, Any], mean: float, least: float, most: float
) -> None:
    values = drawn(**given)
    assert np.mean(values) == pytest.approx(mean, abs=0.15)
    assert least <= min(values) < max(values) <= most
    assert drawn(**given) == values  # the same runs each time the file is read


def test_the_logarithmic_ones_are_even_on_a_logarithmic_scale() -> None:
    values = drawn(distribution="log_uniform_values", min=1e-4, max=1e-2)
    assert np.median(np.log10(values)) == pytest.approx(-3, abs=0.15)
    assert np.median(drawn(distribution="log_normal", mu=1, sigma=0.5)) == pytest.approx(
        math.e, rel=0.15
    )


def test_quantised_draws_are_multiples() -> None:
    values = drawn(distribution="q_uniform", min=0, max=1, q=0.1)
    assert set(values) <= {round(0.1 * i, 12) for i in range(11)}


def test_a_grid_walks_through_whole_and_quantised_numbers_and_stops_at_run_cap() -> None:
    steps = {"distribution": "q_uniform", "min": 0.9, "max": 1.0, "q": 0.05}
    assert grid(read_space({"x": steps}), None) == [{"x": 0.9}, {"x": 0.95}, {"x": 1.0}]
    assert grid(read_space({"x": {"min": 0, "max": 99}}), 2) == [{"x": 0}, {"x": 1}]


def test_every_distribution_names_what_it_lacks() -> None:
    for kind, needed in DISTRIBUTIONS.items():
        if needed[0] == "mu":
            continue  # W&B gives these a standard value
        with pytest.raises(ConfigurationError, match=f"{kind} takes {', '.join(needed)}"):
            read_space({"x": {"distribution": kind}})


def test_a_group_of_parameters_stays_a_group():
    space = read_space(
        {"reward": {"parameters": {"effort": {"values": [1, 2]}}}, "s": {"value": 0}}
    )
    assert grid(space, None) == [
        {"reward": {"effort": 1}, "s": 0},
        {"reward": {"effort": 2}, "s": 0},
    ]


def test_a_grid_that_would_never_end_is_refused():
    with pytest.raises(ConfigurationError, match=r"1,000,000 runs.*run_cap"):
        grid(read_space({"x": {"min": 1, "max": 1000}, "y": {"min": 1, "max": 1000}}), None)
