"""The emulated wire and its faults."""

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.machine.emulator.spi import FAULTS, FaultySpi


class Echo:
    """A device that answers what it is sent, and remembers it."""

    def __init__(self):
        self.heard = []
        self.closed = False

    def transfer(self, data):
        self.heard.append(data)
        return data

    def close(self):
        self.closed = True


DATA = bytes.fromhex("60 12 34 56 78")


@pytest.fixture
def device():
    return Echo()


def wrong_bits(answer):
    return (int.from_bytes(answer, "big") ^ int.from_bytes(DATA, "big")).bit_count()


def test_a_wire_without_a_fault_changes_nothing(device):
    wire = FaultySpi(device)
    assert wire.fault is None
    assert [wire.transfer(DATA) for _ in range(100)] == [DATA] * 100
    wire.close()
    assert device.closed


@pytest.mark.parametrize(("fault", "level"), [("stuck-low", 0x00), ("stuck-high", 0xFF)])
def test_a_stuck_answer_still_lets_the_chip_hear(device, fault, level):
    wire = FaultySpi(device)
    wire.fault = fault
    assert wire.transfer(DATA) == bytes([level]) * 5
    assert device.heard == [DATA]
    wire.fault = None
    assert wire.transfer(DATA) == DATA


def test_a_flip_is_one_bit_of_the_data_anywhere_in_it(device):
    wire = FaultySpi(device)
    wire.fault, wire.flip_rate = "flip", 1.0
    answers = [wire.transfer(DATA) for _ in range(500)]
    assert {wrong_bits(answer) for answer in answers} == {1}
    assert {answer[0] for answer in answers} == {DATA[0]}
    assert len(set(answers)) == 32
    assert device.heard == [DATA] * 500
    assert wire.transfer(DATA[:1]) == DATA[:1]


def test_flips_come_now_and_then_and_repeat_with_their_seed(device):
    def answers(seed):
        wire = FaultySpi(device, seed)
        wire.fault = "flip"
        return [wire.transfer(DATA) for _ in range(1000)]

    flipped = sum(wrong_bits(answer) for answer in answers(1))
    assert 60 < flipped < 140
    assert answers(1) == answers(1) != answers(2)


def test_one_dropped_transfer_never_reaches_the_chip(device):
    wire = FaultySpi(device)
    wire.fault = "drop"
    assert wire.transfer(DATA) == b"\xff" * 5
    assert device.heard == []
    assert wire.fault is None
    assert wire.transfer(DATA) == DATA


def test_an_unknown_fault_is_refused_with_the_known_ones(device):
    wire = FaultySpi(device)
    with pytest.raises(ConfigurationError, match=r"'stuck'; known: None, stuck-low, stuck-high"):
        wire.fault = "stuck"
    for fault in FAULTS:
        wire.fault = fault
        assert wire.fault == fault
