import math

import matplotlib.pyplot as plt
import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.exploration_figures import (
    band,
    draw_bands,
    draw_map,
    draw_swings,
    learned,
    map_table,
    map_words,
    points,
    steps_to,
    summary,
    training_continuity,
    verdict,
)

NAN = math.nan
CURVES = {
    "steps": [100, 400, 500, 900],
    "success_rate": [NAN, 0.5, NAN, 0.97],
    "exploration_continuity": [20.0, 2.0, 4.0, NAN],
}


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_points_leave_out_the_gaps():
    steps, values = points(CURVES, "success_rate")
    np.testing.assert_array_equal(steps, [400, 900])
    np.testing.assert_array_equal(values, [0.5, 0.97])
    with pytest.raises(ConfigurationError, match="no column 'height'; there are steps"):
        points(CURVES, "height")


def test_training_c_counts_every_step_once():
    assert training_continuity(CURVES) == pytest.approx((100 * 20 + 300 * 2 + 100 * 4) / 500)
    assert training_continuity(CURVES, last_step=400) == pytest.approx((100 * 20 + 300 * 2) / 400)
    assert math.isnan(training_continuity(CURVES, last_step=50))


def test_steps_to_success_are_those_of_the_first_good_validation():
    assert steps_to(CURVES) == 900
    assert steps_to(CURVES, rate=0.4) == 400
    assert math.isnan(steps_to(CURVES, rate=0.99))


def test_a_band_spans_all_runs_and_keeps_the_last_value_of_short_ones():
    runs = [
        {"steps": [0, 10], "r": [0.0, 10.0]},
        {"steps": [0, 20], "r": [4.0, 4.0]},
        {"steps": [0, 20], "r": [6.0, 26.0]},
    ]
    middle, low, high = band(runs, "r", [0, 10, 20])
    np.testing.assert_array_equal(middle, [4, 10, 10])
    np.testing.assert_array_equal(low, [0, 4, 4])
    np.testing.assert_array_equal(high, [6, 16, 26])


def rows(counts):
    """One row per run from {(plant, variant): success rates}."""
    return [
        {"plant": plant, "variant": variant, "test.success_rate": rate}
        for (plant, variant), rates in counts.items()
        for rate in rates
    ]


MAP = rows(
    {
        ("full", "Gaussian"): [0.0, 0.96, 0.2],
        ("full", "gSDE 8"): [1.0, 0.97, None],
        ("ideal", "Gaussian"): [1.0, 1.0, 1.0],
        ("ideal", "gSDE 8"): [1.0, 0.99, 0.98],
        ("sticky", "Gaussian"): [0.0],
    }
)


def test_a_run_without_a_result_has_not_learned():
    assert learned(MAP[:6]) == (3, 6)
    assert map_table(MAP)["full"] == {"Gaussian": (1, 3), "gSDE 8": (2, 3)}


@pytest.mark.parametrize(
    ("gaussian", "gsde", "words"),
    [
        ((3, 3), (2, 3), "both learn"),
        ((0, 3), (3, 3), "only gSDE learns"),
        ((2, 3), (0, 3), "only Gaussian noise learns"),
        ((2, 3), (1, 3), "Gaussian noise learns more often"),
        ((0, 3), (0, 3), "neither learns"),
        ((1, 3), (1, 3), "hardly any run learns"),
        ((1, 2), (2, 2), "gSDE learns more often"),
        ((3, 3), (0, 0), "not tried with both"),
    ],
)
def test_the_words_follow_from_the_counts(gaussian, gsde, words):
    assert verdict(gaussian, gsde) == words


def test_the_map_in_words():
    assert map_words(MAP) == [
        "full: gSDE learns more often (Gaussian 1 of 3, gSDE 8 2 of 3)",
        "ideal: both learn (Gaussian 3 of 3, gSDE 8 3 of 3)",
        "sticky: not tried with both (Gaussian 0 of 1, gSDE 8 0 of 0)",
    ]
    assert summary(MAP).startswith("Of 3 plants: ")
    assert "both learn on 1" in summary(MAP)


def test_the_map_as_a_picture_says_median_and_counts(axes):
    picture = draw_map(axes, MAP, "test.success_rate", span=(0, 1), form=".2f")
    assert picture.get_clim() == (0, 1)
    texts = {text.get_text() for text in axes.texts}
    assert {"0.20\n1 of 3", "0.98\n2 of 3", "1.00\n3 of 3", "0.99\n3 of 3"} <= texts
    assert [label.get_text() for label in axes.get_yticklabels()] == ["full", "ideal", "sticky"]


def test_bands_are_drawn_over_minutes(axes):
    runs = {"gSDE 8": [{"steps": [0, 3000], "r": [0.0, 1.0]}] * 2}
    draw_bands(axes, runs, "r", steps_per_minute=3000.0)
    (line,) = axes.lines
    assert line.get_xdata()[-1] == pytest.approx(1.0)
    assert line.get_label() == "gSDE 8"
    assert len(axes.collections) == 1


def test_swings_show_every_pendulum_and_the_median(axes):
    draw_swings(axes, {"white": [10, 20, 90], "held": [100, 110, 120]})
    dots, bar = axes.lines[0], axes.lines[1]
    np.testing.assert_array_equal(np.sort(dots.get_xdata()), [10, 20, 90])
    np.testing.assert_array_equal(bar.get_xdata(), [20, 20])
