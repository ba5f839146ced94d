"""The counter chip's driver: against bytes typed from the data sheet, and the emulated chip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from furutalib.facts.errors import ChipError, ConfigurationError, WireError
from furutalib.machine.emulator.ls7366r import EmulatedLS7366R
from furutalib.machine.emulator.spi import FaultySpi
from furutalib.machine.ls7366r import (
    FIELDS,
    INSTRUCTIONS,
    Action,
    Counter,
    CountMode,
    IndexMode,
    Register,
    RunMode,
    Status,
    StatusBit,
    decode_count,
    decode_status,
    encode_count,
    encode_mdr0,
    encode_mdr1,
    instruction,
)


class ScriptedWire:
    """A wire that expects exactly these transfers; `sent > answered`, in hexadecimal."""

    def __init__(self, *script):
        self.script = [[bytes.fromhex(side) for side in line.split(">")] for line in script]
        self.closed = False

    def transfer(self, data):
        assert self.script, f"nothing more was expected, but {data.hex(' ')} was sent"
        expected, answer = self.script.pop(0)
        assert data.hex(" ") == expected.hex(" ")
        return answer

    def close(self):
        self.closed = True

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            assert self.script == [], "these transfers were expected and did not come"


CONFIGURED = (
    "88 83 > A5 A5",  # WR MDR0: x4, free-running, no index, filter clock / 2
    "90 00 > A5 A5",  # WR MDR1: 4 bytes, counting, no flags
    "48 00 > A5 83",  # RD MDR0
    "50 00 > A5 00",  # RD MDR1
    "20 > A5",  # CLR CNTR
    "30 > A5",  # CLR STR
    "70 00 > A5 08",  # RD STR: CEN
)


def counter_on(*script):
    wire = ScriptedWire(*script)
    return wire, Counter(wire, "arm counter")


# ------------------------------------------------------------------ bytes
def test_configure_sends_the_bytes_of_the_data_sheet():
    wire, counter = counter_on(*CONFIGURED)
    with wire:
        counter.configure()


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        ("00 00 00 00", 0),
        ("00 00 20 00", 8192),
        ("FF FF FF FF", -1),
        ("FF FF E0 00", -8192),
        ("7F FF FF FF", 2**31 - 1),
        ("80 00 00 00", -(2**31)),
    ],
)
def test_read_is_one_transfer_of_five_bytes(answer, count):
    wire, counter = counter_on(f"60 00 00 00 00 > A5 {answer}")
    with wire:
        assert counter.read() == count


def test_clear_is_one_byte():
    wire, counter = counter_on("20 > A5")
    with wire:
        counter.clear()


def test_load_goes_through_dtr():
    wire, counter = counter_on("98 FF FF FF FE > A5 A5 A5 A5 A5", "E0 > A5")
    with wire:
        counter.load(-2)


@pytest.mark.parametrize(
    ("mdr0", "mdr1", "well"),
    [("83", "00", True), ("00", "00", False), ("83", "01", False), ("FF", "FF", False)],
)
def test_verify_asks_for_both_mode_registers(mdr0, mdr1, well):
    script = [f"48 00 > A5 {mdr0}"] + ([f"50 00 > A5 {mdr1}"] if mdr0 == "83" else [])
    wire, counter = counter_on(*script)
    with wire:
        assert counter.verify() is well


def test_status_is_decoded_bit_by_bit():
    wire, counter = counter_on("70 00 > A5 0C")
    with wire:
        status = counter.status()
    assert status.counting and status.power_lost
    names = Status._fields
    for place, name in enumerate(names):
        alone = decode_status(0x80 >> place)
        assert [field for field in names if getattr(alone, field)] == [name]
    assert names[:4] == ("carry", "borrow", "compare", "indexed")
    assert names[4:] == ("counting", "power_lost", "up", "negative")


def test_close_lets_go_of_the_wire_and_sends_nothing():
    wire, counter = counter_on()
    with wire:
        counter.close()
    assert wire.closed


# ------------------------------------------------------------------ errors
@pytest.mark.parametrize(
    ("mdr0", "mdr1", "message"),
    [
        ("00", None, r"arm counter: MDR0 was sent 0x83 and reads 0x00; only zeros .*supply"),
        ("FF", None, r"arm counter: MDR0 was sent 0x83 and reads 0xFF; only ones .*MISO"),
        ("82", None, r"arm counter: MDR0 was sent 0x83 and reads 0x82; .*spi_clock_hz"),
        ("83", "40", r"arm counter: MDR1 was sent 0x00 and reads 0x40; .*MOSI"),
    ],
)
def test_a_chip_that_reads_back_wrongly_is_named_with_what_to_check(mdr0, mdr1, message):
    script = [*CONFIGURED[:2], f"48 00 > A5 {mdr0}"]
    script.append(f"50 00 > A5 {mdr1 or '00'}")
    _, counter = counter_on(*script)
    with pytest.raises(ChipError, match=message):
        counter.configure()


@pytest.mark.parametrize(
    ("status", "message"),
    [("0C", r"STR reads 0x0C .*lost its supply"), ("00", r"STR reads 0x00.*CNT_EN")],
)
def test_a_chip_that_will_not_count_is_refused(status, message):
    _, counter = counter_on(*CONFIGURED[:-1], f"70 00 > A5 {status}")
    with pytest.raises(ChipError, match=message):
        counter.configure()


def test_a_wire_that_swallows_bytes_is_an_error():
    _, counter = counter_on("60 00 00 00 00 > A5 00 00", "70 00 > A5")
    with pytest.raises(WireError, match=r"arm counter: 3 bytes came back in a transfer of 5"):
        counter.read()
    with pytest.raises(WireError, match=r"arm counter: 1 bytes came back in a transfer of 2"):
        counter.status()


@pytest.mark.parametrize("count", [2**31, -(2**31) - 1])
def test_a_count_that_does_not_fit_is_refused_and_nothing_is_sent(count):
    wire, counter = counter_on()
    with wire, pytest.raises(ConfigurationError, match=r"does not fit into 4 bytes"):
        counter.load(count)


# ------------------------------------------------------------------ tables and codecs
def test_the_instruction_bytes_of_table_1():
    assert {f"{action.name} {register.name}": f"{instruction(action, register):02X}"
            for action, register in INSTRUCTIONS} == {
        "CLEAR MDR0": "08", "CLEAR MDR1": "10", "CLEAR CNTR": "20", "CLEAR STR": "30",
        "READ MDR0": "48", "READ MDR1": "50", "READ CNTR": "60", "READ OTR": "68",
        "READ STR": "70",
        "WRITE MDR0": "88", "WRITE MDR1": "90", "WRITE DTR": "98",
        "LOAD CNTR": "E0", "LOAD OTR": "E8",
    }  # fmt: skip


def test_an_instruction_without_effect_is_refused():
    with pytest.raises(ConfigurationError, match=r"no READ for DTR"):
        instruction(Action.READ, Register.DTR)


def test_what_was_not_read_in_the_data_sheet_is_marked():
    assert all(source.confirmed for source in INSTRUCTIONS.values())
    assert not FIELDS["MDR0 B1-B0: non-quadrature, x1, x2, x4"].confirmed
    assert FIELDS["STR: order of the bits"].confirmed


def test_mode_registers_bit_by_bit():
    assert encode_mdr0(CountMode.NON_QUADRATURE) == 0b0000_0000
    assert encode_mdr0(CountMode.X4) == 0b0000_0011
    assert encode_mdr0(CountMode.X2, RunMode.MODULO_N, IndexMode.LOAD_COUNTER) == 0b0001_1110
    assert encode_mdr0(CountMode.X1, synchronous_index=True) == 0b0100_0001
    assert encode_mdr0(CountMode.X1, halve_filter_clock=True) == 0b1000_0001
    assert [encode_mdr1(width) for width in (4, 3, 2, 1)] == [0, 1, 2, 3]
    assert encode_mdr1(4, counting=False) == 0b0000_0100
    assert encode_mdr1(4, flags=StatusBit.CARRY | StatusBit.INDEX) == 0b1001_0000


def test_modes_that_do_not_exist_are_refused():
    with pytest.raises(ConfigurationError, match=r"width = 5 bytes"):
        encode_mdr1(5)
    with pytest.raises(ConfigurationError, match="flags can be CARRY"):
        encode_mdr1(4, flags=StatusBit.UP)


@given(st.integers(1, 4), st.data())
def test_counts_survive_their_bytes(width, data):
    limit = 1 << 8 * width - 1
    count = data.draw(st.integers(-limit, limit - 1))
    encoded = encode_count(count, width)
    assert (len(encoded), decode_count(encoded)) == (width, count)


# ------------------------------------------------------------------ the emulated chip
@pytest.fixture
def chip():
    return EmulatedLS7366R()


@given(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=8))
def test_the_count_is_the_encoders_position(positions):
    chip = EmulatedLS7366R()
    counter = Counter(chip, "arm counter")
    counter.configure()
    for position in [*positions, 0]:
        chip.count_to(position)
        assert counter.read() == position


@given(st.integers(-(2**31), 2**31 - 1))
def test_a_loaded_count_is_read_back_and_counted_on(count):
    chip = EmulatedLS7366R()
    counter = Counter(chip, "arm counter")
    counter.configure()
    counter.load(count)
    assert counter.read() == count
    step = -1 if count > 0 else 1
    chip.count_to(step)
    assert counter.read() == count + step


class MovingChip:
    """A chip whose encoder moves on by some counts with every byte on the wire."""

    def __init__(self, chip, start, counts_per_byte):
        self.chip, self.position, self.counts_per_byte = chip, start, counts_per_byte

    def transfer(self, data):
        before = self.position
        self.chip.count_to(before)
        answer = self.chip.transfer(data)
        self.position = before + self.counts_per_byte * len(data)
        self.chip.count_to(self.position)
        return answer

    def close(self):
        pass


@given(st.integers(-70_000, 70_000), st.integers(-300, 300))
def test_a_count_read_in_motion_is_one_that_the_encoder_had(start, counts_per_byte):
    chip = EmulatedLS7366R()
    Counter(chip, "arm counter").configure()
    moving = MovingChip(chip, start, counts_per_byte)
    counter = Counter(moving, "arm counter")
    for _ in range(3):
        low, high = sorted((moving.position, moving.position + 5 * counts_per_byte))
        assert low <= counter.read() <= high


def test_configure_starts_at_zero_with_a_clean_status(chip):
    chip.count_to(1234)
    counter = Counter(chip, "arm counter")
    assert counter.status().power_lost
    counter.configure()
    assert counter.read() == 0
    assert counter.verify()
    status = counter.status()
    assert status.counting and not status.power_lost


def test_a_brown_out_is_noticed_twice(chip):
    counter = Counter(chip, "arm counter")
    counter.configure()
    chip.count_to(500)
    chip.lose_power()
    assert not counter.verify()
    assert counter.status().power_lost
    counter.configure()
    assert counter.verify()
    assert not counter.status().power_lost
    chip.count_to(510)
    assert counter.read() == 10


def test_a_pin_that_forbids_counting_is_found(chip):
    chip.count_enable_pin = False
    with pytest.raises(ChipError, match="CNT_EN"):
        Counter(chip, "arm counter").configure()


@pytest.mark.parametrize(
    ("fault", "message"), [("stuck-low", "only zeros"), ("stuck-high", "only ones")]
)
def test_a_dead_wire_is_found_at_the_start_and_later(chip, fault, message):
    wire = FaultySpi(chip)
    counter = Counter(wire, "pendulum counter")
    counter.configure()
    wire.fault = fault
    assert not counter.verify()
    with pytest.raises(ChipError, match=f"pendulum counter: MDR0.*{message}"):
        counter.configure()


def test_a_write_that_got_lost_is_found(chip):
    wire = FaultySpi(chip)
    wire.fault = "drop"
    with pytest.raises(ChipError, match="MDR0 was sent 0x83 and reads 0x00"):
        Counter(wire, "arm counter").configure()
