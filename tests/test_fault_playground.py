import numpy as np
import pytest

from furutalib.lessons.fault_playground import (
    FAULT_AT_S,
    NONE,
    QUIET_DEG,
    fault_playground,
    quiet,
    try_fault,
    verdict_html,
    wrong_by_deg,
)


def test_a_robot_without_a_fault_knows_its_arm_but_for_the_play_of_its_gears():
    driven, truth = try_fault(NONE, 0.3, 1.0)
    assert driven.trip == ""
    assert wrong_by_deg(driven, truth) < 4
    assert np.ptp(truth) > 30
    assert not quiet(driven, truth)


def test_up_to_the_fault_all_is_well():
    driven, truth = try_fault("arm encoder slips", 0.5, 0.5)
    before = driven.time_s <= FAULT_AT_S
    assert np.abs(driven.arm_deg - truth)[before].max() < 4


def test_an_encoder_that_slips_is_a_quiet_fault():
    driven, truth = try_fault("arm encoder slips", 0.5, 0.5)
    assert wrong_by_deg(driven, truth) >= QUIET_DEG
    assert quiet(driven, truth)
    assert "done!" in verdict_html("arm encoder slips", driven, truth)


@pytest.mark.parametrize("strength", [0.3, 0.7])
def test_a_fault_that_trips_is_not_quiet(strength):
    driven, truth = try_fault("arm counter browns out", strength, 1.0)
    assert driven.trip
    assert not quiet(driven, truth)
    text = verdict_html("arm counter browns out", driven, truth)
    assert "not yet" in text
    assert "lost its supply" in text


def test_the_sliders_show_what_they_say():
    box = fault_playground()
    fault, _, _, said, plot = box.children
    before = plot.payload
    fault.value = "motor shorted"
    assert "switched itself off" in said.value
    assert plot.payload != before
