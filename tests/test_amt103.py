"""The encoder's DIP switches, from CUI's data sheet."""

import pytest

from furutalib.facts.amt103 import PULSES, setting_for


@pytest.mark.parametrize(
    ("counts", "switches"),
    [(8192, "0000"), (8150, "0000"), (2049, "0001"), (2001, "1010"), (4096, "0010"),
     (4000, "1000"), (193, "1111")],
)  # fmt: skip
def test_the_position_that_fits(counts: float, switches: str) -> None:
    found = setting_for(counts)
    assert found is not None
    assert found.switches == switches


@pytest.mark.parametrize("counts", [0, 100, 211.2, 6000, 16384])
def test_a_number_that_no_position_gives(counts: float) -> None:
    assert setting_for(counts) is None


def test_every_position_is_there_once_and_can_be_told_from_the_others() -> None:
    assert sorted(PULSES) == [f"{number:04b}" for number in range(16)]
    for switches, pulses in PULSES.items():
        for hand in (-0.009, 0.009):  # how exactly a hand makes a turn
            found = setting_for(4 * pulses * (1 + hand))
            assert found is not None
            assert found.switches == switches
