import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.spread import Figure, column, group, spread, spread_table

ROWS = [
    {"weight": 0.0, "history": 1, "seed": 0, "return": 380.0, "time": 1.0},
    {"weight": 0.0, "history": 1, "seed": 1, "return": 384.0, "time": None},
    {"weight": 0.0, "history": 1, "seed": 2, "return": 390.0, "time": 1.2},
    {"weight": 0.05, "history": 1, "seed": 0, "return": 300.0, "time": None},
]


def test_the_median_lies_in_its_interval_and_the_interval_among_the_values():
    values = [1.0, 2.0, 3.0, 5.0, 40.0]
    found = spread(values)
    assert found.median == 3.0
    assert 1.0 <= found.low < 3.0 < found.high <= 40.0
    np.testing.assert_array_equal(found.values, values)


def test_the_interval_narrows_with_more_values_and_covers_the_true_median():
    rng = np.random.default_rng(1)
    drawn = rng.normal(7.0, 1.0, (200, 30))
    covered = [spread(row).low <= 7.0 <= spread(row).high for row in drawn]
    assert 0.8 < np.mean(covered) < 0.97  # asked for: 0.9
    few, many = spread(drawn[0, :5]), spread(drawn[:10].ravel())
    assert many.high - many.low < few.high - few.low


def test_the_same_values_give_the_same_interval():
    first, second = spread([3.0, 1.0, 2.0, 9.0]), spread([3.0, 1.0, 2.0, 9.0])
    assert (first.low, first.high) == (second.low, second.high)


def test_values_that_are_missing_are_left_out():
    assert spread([np.nan, 2.0, 4.0, 6.0, np.inf]).median == 4.0
    nothing = spread([np.nan])
    assert np.isnan(nothing.median)
    assert nothing.text() == "–"


def test_two_values_give_their_range():
    found = spread([4.0, 2.0])
    assert (found.low, found.median, found.high) == (2.0, 3.0, 4.0)
    assert found.text(".1f") == "3.0 (2.0 to 4.0)"


@pytest.mark.parametrize("share", [0.0, 1.0, 90.0, np.nan])
def test_a_confidence_that_is_no_share_is_refused(share):
    with pytest.raises(ConfigurationError, match="between 0 and 1"):
        spread([1.0, 2.0, 3.0], share)


def test_rows_are_grouped_in_their_order():
    found = group(reversed(ROWS), "weight", "history")
    assert list(found) == [(0.05, 1), (0.0, 1)]
    assert [row["seed"] for row in found[(0.0, 1)]] == [2, 1, 0]


def test_a_key_that_a_row_lacks_is_named():
    with pytest.raises(ConfigurationError, match="no horse; it has weight, history"):
        group(ROWS, "weight", "horse")


def test_a_column_has_nan_where_a_row_has_nothing():
    np.testing.assert_array_equal(column(ROWS, "time"), [1.0, np.nan, 1.2, np.nan])
    assert np.isnan(column(ROWS, "unheard of")).all()


def test_the_table_has_a_line_per_setting():
    table = spread_table(
        "runs",
        ROWS,
        {"weight": "weight", "history": "history"},
        [Figure("return", "return", ".0f"), Figure("time", "time (s)", ".1f")],
    )
    first, second = table.payload["rows"]
    assert first["return"] == "384 (380 to 390)"
    assert first["time"] == "1.1 (1.0 to 1.2)"
    assert (first["seeds"], second["seeds"]) == ("3", "1")
    assert second["time"] == "–"
    text = table.still_html()
    assert "0.05" in text
    assert "<td><span>1</span></td>" in text  # history, without decimals
    assert "90%" in text
