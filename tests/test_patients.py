import pytest

from furutalib.lessons.patients import (
    COLUMNS,
    HEALTHY,
    SUSPECTS,
    chart,
    examine,
    fault_of,
    reference,
)


@pytest.fixture(scope="module")
def charts():
    return {fault: chart("A", fault) for fault in SUSPECTS}


def test_a_chart_has_a_cell_for_every_column(charts):
    for cells in charts.values():
        assert set(cells) == {column.key for column in COLUMNS}
    assert set(reference()) == set(charts[HEALTHY])


def test_a_healthy_one_counts_what_hands_do_and_safety_says_nothing(charts):
    well = charts[HEALTHY]
    assert well["mode"] == "83 83"
    assert well["arm"] == 53
    assert well["pendulum"] == "+8192, +8192, +8192"
    assert int(well["eye"]) > 20
    assert int(well["push"]) > 10
    assert well["said"] == "nothing"


def test_a_hand_tells_a_swapped_encoder_from_a_reversed_motor(charts):
    swapped, reversed_ = charts["arm encoder swapped"], charts["motor reversed"]
    assert int(swapped["push"]) < 0
    assert int(reversed_["push"]) < 0
    assert swapped["said"] == reversed_["said"]
    assert (swapped["arm"], reversed_["arm"]) == (-53, 53)
    assert int(swapped["eye"]) > 0 > int(reversed_["eye"])


def test_an_eye_tells_a_frozen_encoder_from_a_disconnected_motor(charts):
    frozen, disconnected = charts["arm encoder frozen"], charts["motor disconnected"]
    assert int(frozen["push"]) == int(disconnected["push"]) == 0
    assert (frozen["arm"], disconnected["arm"]) == (0, 53)
    assert int(frozen["eye"]) > 20
    assert int(disconnected["eye"]) == 0
    assert disconnected["current"] == 0.0 < frozen["current"]


def test_lost_counts_differ_from_turn_to_turn_and_safety_does_not_see_them(charts):
    slips = charts["pendulum encoder slips"]
    rounds = [int(text) for text in slips["pendulum"].split(",")]
    assert len(set(rounds)) == 3
    assert max(rounds) < 8000
    assert slips["said"] == "nothing"


def test_a_patient_is_one_of_the_suspects_and_the_same_every_time():
    assert examine("B") == examine("B")
    assert fault_of("B") in SUSPECTS
