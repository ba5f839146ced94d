"""The emulated counter chip against the data sheet of the LS7366R, in its order, in raw bytes.

Nothing else of furutalib is imported, so no table of the driver can agree with a mistake here.
Pages are those of revision 7366R-122205. Page 1 and page 3 were read; what stands under "as
quoted" was read in public drivers that quote the sheet.
"""

import pytest

from furutalib.machine.emulator.ls7366r import UNCONFIRMED, EmulatedLS7366R


@pytest.fixture
def chip():
    return EmulatedLS7366R()


def send(chip, text):
    """One transfer, in hexadecimal; the answer without the instruction's byte."""
    data = bytes.fromhex(text)
    answer = chip.transfer(data)
    assert len(answer) == len(data)
    return answer[1:].hex(" ")


def set_up(chip, mdr0, mdr1="00"):
    """Write both mode registers, clear the count and the status."""
    for text in (f"88 {mdr0}", f"90 {mdr1}", "20", "30"):
        send(chip, text)


def count_of(chip):
    return send(chip, "60 00 00 00 00")


def status_of(chip):
    return send(chip, "70 00")


# ------------------------------------------------------------------ page 1: a transmission
def test_the_first_byte_is_the_instruction_and_the_next_are_its_data(chip):
    # 0x48 and 0x20 look like instructions, but here they are data of WR DTR.
    send(chip, "98 48 20 88 FF")
    send(chip, "E0")
    assert count_of(chip) == "48 20 88 ff"


def test_what_comes_in_during_a_read_is_ignored(chip):
    set_up(chip, "03")
    chip.count_to(5)
    assert send(chip, "60 20 20 20 20") == "00 00 00 05"
    assert count_of(chip) == "00 00 00 05"


def test_two_instructions_in_one_transmission_are_one(chip):
    send(chip, "88 03 90 04")
    assert (send(chip, "48 00"), send(chip, "50 00")) == ("03", "00")


def test_no_byte_is_no_instruction(chip):
    assert chip.transfer(b"") == b""


def test_nothing_useful_is_said_during_the_first_byte_or_after_the_last(chip):
    answer = chip.transfer(bytes.fromhex("48 00 00"))
    assert answer[1] == 0x00
    assert {answer[0], answer[2]}.isdisjoint({0x00, 0xFF})


# ------------------------------------------------------------------ page 3: STR, its bits' order
#                 CY BW CMP IDX CEN PLS U/D S
def test_power_up_sets_the_power_loss_latch_and_counting_is_enabled(chip):
    assert status_of(chip) == f"{0b0000_1100:02x}"


def test_overflow_sets_carry(chip):
    set_up(chip, "03")
    send(chip, "98 FF FF FF FE")
    send(chip, "E0")
    send(chip, "98 12 34 56 78")
    send(chip, "30")
    chip.count_to(1)
    assert status_of(chip) == f"{0b0000_1010:02x}"
    chip.count_to(2)
    assert (status_of(chip), count_of(chip)) == (f"{0b1000_1010:02x}", "00 00 00 00")


def test_underflow_sets_borrow_and_the_sign(chip):
    set_up(chip, "03")
    send(chip, "98 12 34 56 78")
    send(chip, "30")
    chip.count_to(-1)
    assert (status_of(chip), count_of(chip)) == (f"{0b0100_1001:02x}", "ff ff ff ff")
    chip.count_to(0)
    assert status_of(chip) == f"{0b1100_1010:02x}"


def test_reaching_dtr_sets_compare_even_in_passing(chip):
    set_up(chip, "03")
    send(chip, "98 00 00 00 05")
    send(chip, "30")
    chip.count_to(4)
    assert status_of(chip) == f"{0b0000_1010:02x}"
    chip.count_to(9)
    assert status_of(chip) == f"{0b0010_1010:02x}"
    send(chip, "30")
    chip.count_to(6)
    assert status_of(chip) == f"{0b0000_1000:02x}"
    chip.count_to(5)
    assert status_of(chip) == f"{0b0010_1000:02x}"


def test_leaving_dtr_is_not_reaching_it(chip):
    send(chip, "88 03")
    chip.count_to(1)
    assert status_of(chip) == f"{0b0000_1110:02x}"


def test_compare_is_seen_at_the_far_side_of_a_wrap(chip):
    set_up(chip, "03", "03")
    send(chip, "98 F0")
    send(chip, "30")
    chip.count_to(-20)
    assert status_of(chip) == f"{0b0110_1001:02x}"


def test_direction_follows_the_last_count(chip):
    set_up(chip, "03")
    chip.count_to(10)
    assert int(status_of(chip), 16) & 0b10 == 0b10
    chip.count_to(9)
    assert int(status_of(chip), 16) & 0b10 == 0


@pytest.mark.parametrize(("mdr1", "pin"), [("04", True), ("00", False)])
def test_counting_is_off_by_mdr1_or_by_the_pin(chip, mdr1, pin):
    set_up(chip, "03", mdr1)
    chip.count_enable_pin = pin
    assert int(status_of(chip), 16) & 0b1000 == 0
    chip.count_to(7)
    assert count_of(chip) == "00 00 00 00"
    send(chip, "10")
    chip.count_enable_pin = True
    chip.count_to(9)
    assert count_of(chip) == "00 00 00 02"


# ------------------------------------------------------------------ page 3: IR
@pytest.mark.parametrize("low_bits", range(8))
def test_the_three_low_bits_of_an_instruction_do_not_matter(chip, low_bits):
    chip.transfer(bytes([0b10_001_000 | low_bits, 0x5A]))
    assert chip.transfer(bytes([0b01_001_000 | low_bits, 0]))[1] == 0x5A


@pytest.mark.parametrize("instruction", ["00", "38", "40", "78", "80", "B8", "C0", "F8"])
def test_select_none_does_nothing(chip, instruction):
    before = everything(chip)
    send(chip, f"{instruction} 11 22 33 44")
    assert everything(chip) == before


def everything(chip):
    """Every register that can be read without changing one."""
    return [send(chip, f"{read} 00 00 00 00") for read in ("48", "50", "70", "68")]


# ------------------------------------------------------------------ page 3: table 1
@pytest.fixture
def busy(chip):
    """A chip with something else than zero in every register; CNTR is 2C, OTR 2A, DTR 99."""
    set_up(chip, "03", "83")
    chip.count_to(0x2A)
    send(chip, "98 99")
    send(chip, "E8")
    chip.count_to(0x2C)
    return chip


def test_clr_mdr0(busy):
    send(busy, "08")
    assert (send(busy, "48 00"), send(busy, "50 00")) == ("00", "83")


def test_clr_mdr1(busy):
    send(busy, "10")
    assert (send(busy, "48 00"), send(busy, "50 00")) == ("03", "00")


@pytest.mark.parametrize("instruction", ["18", "28"])
def test_clr_dtr_and_clr_otr_do_nothing(busy, instruction):
    before = everything(busy)
    send(busy, instruction)
    assert everything(busy) == before
    send(busy, "E0")
    assert send(busy, "60 00") == "99"


def test_clr_cntr(busy):
    send(busy, "20")
    assert (send(busy, "68 00"), send(busy, "60 00")) == ("2a", "00")


def test_clr_str_leaves_cen_and_the_direction(chip):
    set_up(chip, "23")
    send(chip, "98 00 00 00 07")
    chip.pulse_index()
    chip.count_to(-1)
    chip.count_to(9)
    assert status_of(chip) == f"{0b1111_1010:02x}"
    send(chip, "30")
    assert status_of(chip) == f"{0b0000_1010:02x}"
    chip.count_to(5)
    send(chip, "30")
    assert status_of(chip) == f"{0b0000_1000:02x}"


def test_clr_str_ends_the_power_loss_latch(chip):
    send(chip, "30")
    assert int(status_of(chip), 16) & 0b100 == 0


def test_rd_mdr0_and_rd_mdr1(busy):
    assert (send(busy, "48 00"), send(busy, "50 00")) == ("03", "83")


def test_rd_dtr_says_nothing_useful(busy):
    assert send(busy, "58 00") not in ("99", "00", "ff")


def test_rd_cntr_copies_to_otr_first(busy):
    assert send(busy, "68 00") == "2a"
    assert send(busy, "60 00") == "2c"
    busy.count_to(0x70)
    assert send(busy, "68 00") == "2c"


def test_rd_str_clears_nothing(chip):
    assert status_of(chip) == status_of(chip) == "0c"


def test_wr_dtr_alone_does_not_change_the_count(busy):
    send(busy, "98 55")
    assert send(busy, "60 00") == "2c"


def test_a_write_that_is_cut_short_changes_nothing(chip):
    set_up(chip, "03")
    send(chip, "98 12 34 56 78")
    for text in ("98 AA BB CC", "88", "90"):
        send(chip, text)
    send(chip, "E0")
    assert (count_of(chip), send(chip, "48 00")) == ("12 34 56 78", "03")


@pytest.mark.parametrize("instruction", ["A0", "A8", "B0"])
def test_wr_cntr_otr_and_str_do_nothing(busy, instruction):
    before = everything(busy)
    send(busy, f"{instruction} 55 55 55 55")
    assert everything(busy) == before
    assert send(busy, "60 00") == "2c"


def test_load_cntr_takes_dtr(busy):
    send(busy, "E0")
    assert (send(busy, "68 00"), send(busy, "60 00")) == ("2a", "99")


def test_load_otr_takes_cntr(busy):
    send(busy, "E8")
    busy.count_to(0x70)
    assert send(busy, "68 00") == "2c"


@pytest.mark.parametrize("instruction", ["C8", "D0", "D8", "F0"])
def test_load_of_the_other_registers_does_nothing(busy, instruction):
    before = everything(busy)
    send(busy, instruction)
    assert everything(busy) == before


def test_e4_of_some_drivers_is_load_cntr_not_load_otr(busy):
    send(busy, "E4")
    assert (send(busy, "68 00"), send(busy, "60 00")) == ("2a", "99")


# ------------------------------------------------------------------ MDR0, as quoted: B1 B0
@pytest.mark.parametrize(
    ("mdr0", "counts"), [("01", "00 00 00 05"), ("02", "00 00 00 0a"), ("03", "00 00 00 14")]
)
def test_five_cycles_are_5_10_and_20_counts(chip, mdr0, counts):
    set_up(chip, mdr0)
    for position in range(1, 21):
        chip.count_to(position)
    assert count_of(chip) == counts
    chip.count_to(0)
    assert count_of(chip) == "00 00 00 00"


@pytest.mark.parametrize("mdr0", ["00", "01", "02", "03"])
def test_small_steps_count_like_a_large_one(chip, mdr0):
    set_up(chip, mdr0)
    whole = EmulatedLS7366R()
    set_up(whole, mdr0)
    here = 0
    for end in (13, -22, 3):
        whole.count_to(end)
        step = 1 if end > here else -1
        for position in range(here + step, end + step, step):
            chip.count_to(position)
        here = end
        assert (count_of(chip), status_of(chip)) == (count_of(whole), status_of(whole))


def test_without_quadrature_a_is_the_clock_and_b_the_direction(chip):
    set_up(chip, "00")
    chip.count_to(3)  # A has risen with B low, and fallen again
    assert count_of(chip) == "ff ff ff ff"
    chip.count_to(2)  # A rises with B high
    assert count_of(chip) == "00 00 00 00"


# ------------------------------------------------------------------ MDR0, as quoted: B3 B2
def test_free_running_wraps(chip):
    set_up(chip, "03", "03")
    chip.count_to(300)
    assert send(chip, "60 00") == f"{300 - 256:02x}"


def test_a_single_cycle_ends_with_carry_until_reset_or_load(chip):
    set_up(chip, "07", "03")
    chip.count_to(300)
    assert send(chip, "60 00") == "00"
    assert int(status_of(chip), 16) & 0b1000_1000 == 0b1000_0000
    chip.count_to(310)
    assert send(chip, "60 00") == "00"
    send(chip, "20")
    chip.count_to(313)
    assert send(chip, "60 00") == "03"
    chip.count_to(300)
    assert send(chip, "60 00") == "ff"
    assert int(status_of(chip), 16) & 0b0100_1000 == 0b0100_0000
    send(chip, "98 05")
    send(chip, "E0")
    chip.count_to(302)
    assert send(chip, "60 00") == "07"


def test_range_limit_freezes_at_dtr_and_at_zero(chip):
    set_up(chip, "0B", "03")
    send(chip, "98 0A")
    chip.count_to(25)
    assert send(chip, "60 00") == "0a"
    chip.count_to(22)
    assert send(chip, "60 00") == "07"
    chip.count_to(0)
    assert send(chip, "60 00") == "00"
    chip.count_to(2)
    assert send(chip, "60 00") == "02"


def test_modulo_n_divides_by_n_plus_one_both_ways(chip):
    set_up(chip, "0F", "03")
    send(chip, "98 09")
    chip.count_to(9)
    assert (send(chip, "60 00"), int(status_of(chip), 16) & 0b1100_0000) == ("09", 0)
    chip.count_to(10)
    assert (send(chip, "60 00"), int(status_of(chip), 16) & 0b1100_0000) == ("00", 0b1000_0000)
    chip.count_to(36)
    assert send(chip, "60 00") == "06"
    chip.count_to(-4)
    assert (send(chip, "60 00"), int(status_of(chip), 16) & 0b1100_0000) == ("06", 0b1100_0000)


@pytest.mark.parametrize(("way", "ends_at"), [(-95, "05"), (-102, "08"), (160, "04")])
def test_modulo_n_gets_inside_from_outside(chip, way, ends_at):
    set_up(chip, "0F", "03")
    send(chip, "98 64")  # 100
    send(chip, "E0")
    send(chip, "98 09")
    chip.count_to(way)
    assert send(chip, "60 00") == ends_at


# ------------------------------------------------------------------ MDR0, as quoted: B5 B4
@pytest.mark.parametrize(
    ("mdr0", "cntr", "otr", "latched"),
    [("03", "07", "00", 0), ("13", "55", "00", 1), ("23", "00", "00", 1), ("33", "07", "07", 1)],
)
def test_the_index_loads_resets_or_copies(chip, mdr0, cntr, otr, latched):
    set_up(chip, mdr0, "03")
    send(chip, "98 55")
    chip.count_to(7)
    chip.pulse_index()
    assert int(status_of(chip), 16) >> 4 & 1 == latched
    assert (send(chip, "68 00"), send(chip, "60 00")) == (otr, cntr)


# ------------------------------------------------------------------ MDR1, as quoted: B1 B0
@pytest.mark.parametrize(
    ("mdr1", "written", "loaded"),
    [
        ("00", "98 12 34 56 78", "12 34 56 78"),
        ("01", "98 12 34 56", "12 34 56"),
        ("02", "98 12 34", "12 34"),
        ("03", "98 12", "12"),
    ],
)
def test_all_three_wide_registers_have_the_width_of_mdr1(chip, mdr1, written, loaded):
    set_up(chip, "03", mdr1)
    send(chip, written)
    send(chip, "E0")
    zeros = " 00" * (len(written.split()) - 1)
    assert send(chip, "60" + zeros) == loaded
    assert send(chip, "68" + zeros) == loaded
    send(chip, "20")
    send(chip, "30")
    chip.count_to(-1)
    assert send(chip, "60" + zeros) == " ".join(["ff"] * len(loaded.split()))
    assert int(status_of(chip), 16) & 0b0100_0000


# ------------------------------------------------------------------ MDR1, as quoted: B7 to B4
@pytest.mark.parametrize(
    ("mdr1", "position", "pulled"),
    [("83", 256, True), ("83", 255, False), ("43", -1, True), ("23", 9, True), ("03", 256, False)],
)
def test_lflag_is_low_after_a_selected_event(chip, mdr1, position, pulled):
    set_up(chip, "03", mdr1)
    send(chip, "98 09")
    send(chip, "30")
    assert chip.lflag_pin
    chip.count_to(position)
    assert chip.lflag_pin is not pulled


# ------------------------------------------------------------------ power, as quoted
def test_power_loss_clears_everything_and_says_so(busy):
    busy.lose_power()
    assert everything(busy) == ["00 a5 a5 a5", "00 a5 a5 a5", "0c a5 a5 a5", "00 00 00 00"]
    assert count_of(busy) == "00 00 00 00"
    send(busy, "E0")
    assert count_of(busy) == "00 00 00 00"


def test_counting_goes_on_from_zero_after_a_power_loss(busy):
    busy.lose_power()
    set_up(busy, "03")
    busy.count_to(0x30)
    assert count_of(busy) == "00 00 00 04"


# ------------------------------------------------------------------ CLR STR, as quoted
@pytest.mark.parametrize(
    ("position", "dtr", "left"),
    [
        (-257, "77", 0b0000_1000),  # FF, but counting down
        (-256, "77", 0b0100_1000),  # 0, counting down: BW stays
        (511, "77", 0b1000_1010),  # FF, counting up: CY stays
        (300, "2C", 0b0010_1010),  # CNTR = DTR: CMP stays
    ],
)
def test_latches_whose_cause_still_stands_are_not_cleared(chip, position, dtr, left):
    set_up(chip, "03", "03")
    send(chip, f"98 {dtr}")
    chip.count_to(position)
    send(chip, "30")
    assert status_of(chip) == f"{left:02x}"


def test_what_had_to_be_chosen_is_marked():
    assert {"sign", "single cycle", "range limit", "short write"} <= set(UNCONFIRMED)
