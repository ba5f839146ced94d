import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.price import choose_weight, price_table, prices


def rows(weight, earned, change, successes):
    return [
        {
            "reward.continuity": weight,
            "seed": seed,
            "test.task_return": earned + seed,
            "test.action_change": change * (1 + 0.1 * seed),
            "test.successes": won,
        }
        for seed, won in enumerate(successes)
    ]


GRID = [
    *rows(2.0, 300.0, 0.001, [0, 100, 20]),
    *rows(0.0, 384.0, 0.2, [100, 100, 98]),
    *rows(0.5, 380.0, 0.02, [99, 100, 100]),
]


def test_prices_are_medians_against_weight_0():
    none, some, much = prices(GRID)
    assert [each.weight for each in (none, some, much)] == [0.0, 0.5, 2.0]
    assert (some.task_return, some.seeds) == (381.0, 3)
    assert some.share == pytest.approx(381.0 / 385.0)
    assert some.change == pytest.approx(0.022)
    assert some.times_smoother == pytest.approx(10.0)
    assert (none.times_smoother, none.share) == (1.0, 1.0)
    assert [each.holding for each in (none, some, much)] == [2, 3, 1]


def test_a_weight_is_free_only_if_it_holds_and_earns():
    assert [each.free for each in prices(GRID)] == [True, True, False]
    earns_little = prices([*rows(0.0, 384.0, 0.2, [100]), *rows(1.0, 372.0, 0.1, [100])])
    assert not earns_little[1].free  # 3.1 % less
    holds_few = prices([*rows(0.0, 384.0, 0.2, [100]), *rows(1.0, 384.0, 0.1, [98])])
    assert not holds_few[1].free


def test_a_motor_that_is_off_is_smoother_by_any_factor():
    assert np.isinf(prices([*GRID, *rows(9.0, 50.0, 0.0, [0])])[-1].times_smoother)


def test_without_weight_0_there_is_nothing_to_compare_with():
    with pytest.raises(ConfigurationError, match=r"= 0 to compare with; there are \[0.5\]"):
        prices(rows(0.5, 380.0, 0.02, [100]))


def test_rows_without_figures_are_refused():
    with pytest.raises(ConfigurationError, match="no row has a number in 'test\\.task_return'"):
        prices([{"reward.continuity": 0.0}])


def test_the_largest_free_weight_is_chosen_in_any_order():
    weights = np.array([2.0, 0.0, 0.5, 0.2])
    earned, won = np.array([380.0, 384.0, 375.0, 384.0]), np.array([98.0, 100.0, 99.0, 100.0])
    assert choose_weight(weights, earned, won) == 0.5
    assert choose_weight(weights, earned, np.minimum(won, 99.0) - (weights == 0.5)) == 0.2


def test_the_table_has_all_lists_below_one_another():
    table = price_table("prices", [("full", prices(GRID)), ("ideal", prices(GRID))])
    lines = table.payload["rows"]
    assert [line["name"] for line in lines] == ["full"] * 3 + ["ideal"] * 3
    assert lines[1]["free"] == "yes"
    assert lines[1]["smoother"] == pytest.approx(10.0)
    assert lines[2]["holding"] == "1 of 3"
