"""The emulated motor driver against rows typed from the data sheet's truth table.

Columns of the table: EN, D1, D2, IN1, IN2 and what follows: SF, OUT1, OUT2. Pins that are "X" there
are tried both ways. What could not be read in a data sheet is checked to be marked so.
"""

import itertools

import pytest

from furutalib.machine.emulator.mc33926 import FACTS, EmulatedBridge

L, H = False, True
# EN D1 D2 IN1 IN2 : SF, duty across the motor, coast
FORWARD = ((H, L, H, H, L), (H, 1.0, False))
REVERSE = ((H, L, H, L, H), (H, -1.0, False))
BRAKE_LOW = ((H, L, H, L, L), (H, 0.0, False))
BRAKE_HIGH = ((H, L, H, H, H), (H, 0.0, False))
DISABLED_BY_D1 = [((H, H, d2, a, b), (L, 0.0, True))
                  for d2, a, b in itertools.product((L, H), repeat=3)]  # fmt: skip
DISABLED_BY_D2 = [((H, d1, L, a, b), (L, 0.0, True))
                  for d1, a, b in itertools.product((L, H), repeat=3)]  # fmt: skip
ASLEEP = [((L, d1, d2, a, b), (H, 0.0, True))
          for d1, d2, a, b in itertools.product((L, H), repeat=4)]  # fmt: skip
TABLE = [FORWARD, REVERSE, BRAKE_LOW, BRAKE_HIGH, *DISABLED_BY_D1, *DISABLED_BY_D2, *ASLEEP]


def bridge(enable=H, d1=L, d2=H, in1=L, in2=L):
    made = EmulatedBridge()
    made.enable, made.d1, made.d2, made.in1, made.in2 = enable, d1, d2, in1, in2
    return made


@pytest.mark.parametrize(("pins", "outcome"), TABLE)
def test_the_truth_table(pins, outcome):
    chip = bridge(*pins)
    assert (chip.fault_pin, *chip.drive()) == outcome


def test_open_pins_leave_the_motor_off():
    # table 3: EN and D2 have pull-downs, IN1, IN2 and D1 have pull-ups
    chip = EmulatedBridge()
    assert (chip.enable, chip.d2, chip.in1, chip.in2, chip.d1) == (L, L, H, H, H)
    assert chip.drive().coast


@pytest.mark.parametrize(("in1", "in2", "duty"), [(0.3, 0.0, 0.3), (0.0, 0.7, -0.7), (0, 0, 0)])
def test_pulses_on_the_inputs_drive_and_brake_in_turn(in1, in2, duty):
    chip = bridge()
    chip.in1_duty, chip.in2_duty = in1, in2
    assert chip.drive() == (duty, False)
    assert chip.fault_pin


def test_pulses_on_d2_drive_and_coast_in_turn():
    chip = bridge(in1=L, in2=H)
    chip.d2_duty = 0.25
    assert chip.drive() == (-0.25, False)
    assert not chip.fault_pin  # it is low in every pulse's gap
    chip.d2_duty = 0.0
    assert chip.drive() == (0.0, True)
    chip.d2_duty = 1.0
    assert chip.fault_pin


def shorted(**pins):
    chip = bridge(in1=H, **pins)
    chip.take_current(14.0)  # table 3: the least sure low side finds a short circuit at 14 A
    return chip


def test_a_short_circuit_latches_off_with_sf_low():
    chip = shorted()
    assert chip.drive() == (0.0, True)
    assert not chip.fault_pin
    chip.take_current(0.0)
    assert chip.drive().coast
    assert not chip.fault_pin


@pytest.mark.parametrize("amperes", [1.8, 5.0, 6.5, 8.0, 8.9])
def test_what_the_chip_only_limits_is_no_fault(amperes):
    # table 3: it chops above 5.2 to 8.0 A, and finds a short circuit at 9 A at the earliest
    chip = bridge(in1=H)
    chip.take_current(amperes)
    assert chip.fault_pin
    assert chip.limiting == (amperes >= 6.5)


def test_toggling_the_inputs_does_not_clear_the_latch():
    chip = shorted()
    for in1, in2 in [(L, L), (L, H), (H, H), (H, L)]:
        chip.in1, chip.in2 = in1, in2
    chip.in1_duty = chip.in2_duty = 0.5
    assert not chip.fault_pin
    assert chip.drive().coast


@pytest.mark.parametrize(("pin", "there", "back"), [("d1", H, L), ("d2", L, H)])
def test_toggling_a_disable_pin_clears_the_latch(pin, there, back):
    chip = shorted()
    setattr(chip, pin, there)
    setattr(chip, pin, back)
    assert chip.fault_pin
    assert chip.drive() == (1.0, False)


def test_writing_the_level_that_a_disable_pin_has_clears_nothing():
    chip = shorted()
    chip.d1, chip.d2 = L, H
    assert not chip.fault_pin


def test_a_pulsed_d2_clears_the_latch_in_every_pulse():
    chip = shorted()
    chip.d2_duty = 0.5
    assert chip.drive() == (0.5, False)


def test_no_current_flows_through_a_bridge_that_is_off():
    chip = bridge(d2=L)
    chip.take_current(50.0)
    chip.d2 = H
    assert chip.fault_pin


@pytest.mark.parametrize("amperes", [2.0, -2.0])
def test_the_feedback_is_525_millivolts_per_ampere_without_a_sign(amperes):
    chip = bridge(in1=H)
    chip.take_current(amperes)
    assert chip.feedback_v == pytest.approx(1.05)
    chip.enable = L
    assert chip.feedback_v == 0.0


def test_what_was_not_read_in_a_data_sheet_is_marked():
    unconfirmed = {name for name, fact in FACTS.items() if not fact.confirmed}
    assert unconfirmed == {
        "status_low_while_d1_high",
        "status_high_asleep",
        "latch_survives_sleep",
        "status_high_while_limiting",
    }
    assert all(fact.source for fact in FACTS.values())
