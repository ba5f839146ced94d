"""Exchanged wires: what dies, what is quiet."""

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.wiring import load_wiring
from furutalib.lessons.wiring_check import problems
from furutalib.lessons.wiring_mistakes import (
    BOXES,
    exchanged,
    mistake_playground,
    pins_of,
    verdict,
)

WIRING = load_wiring()


def test_vdd_and_vin_exchanged_would_kill_the_board():
    found = problems(exchanged(WIRING, "DRIVER", "VDD", "VIN"))
    assert any("BOARD 18" in each and "12 V" in each for each in found)
    assert "survive" in verdict(found).title
    assert problems(WIRING) == []  # the original is untouched


def test_an_encoder_the_wrong_way_round_is_quiet():
    found = problems(exchanged(WIRING, "ENCODER", "A", "B"))
    assert found == []
    assert verdict(found).title == "Quiet."


def test_exchanged_twice_is_as_before():
    twice = exchanged(exchanged(WIRING, "BOARD", "1", "2"), "BOARD", "1", "2")
    assert [wire.end for wire in twice.wires] == [wire.end for wire in WIRING.wires]


def test_a_pin_that_is_not_there_is_named():
    with pytest.raises(ConfigurationError, match="no pin 'VCC' at 'DRIVER'; there are IN1"):
        exchanged(WIRING, "DRIVER", "VDD", "VCC")
    assert all(len(pins_of(WIRING, box)) > 3 for box in BOXES)


def test_the_playground_follows_its_controls():
    view = mistake_playground()
    row, said = view.children
    box, first, second = row.children
    first.value, second.value = "VDD", "VIN"
    assert "BOARD 18" in said.value
    box.value = "ENCODER"
    first.value, second.value = "A", "B"
    assert "Quiet." in said.value
    second.value = "A"
    assert "As drawn." in said.value
