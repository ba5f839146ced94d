"""Tables, readings before power, and diagrams of the wiring agree with the wiring."""

import csv
import io
import re

import pytest
from PIL import Image

from furutalib.facts.paths import assembly_folder
from furutalib.facts.robot import load_robot
from furutalib.lessons.guide import load_guide
from furutalib.lessons.wiring import Pin, load_wiring, pin_name
from furutalib.lessons.wiring_check import levels
from furutalib.lessons.wiring_diagram import STAMP
from furutalib.lessons.wiring_page import (
    bleed_s,
    braked_v,
    checks_table,
    header_table,
    pins_csv,
    read_checks,
    reading,
    stall_current_a,
    supply_wires,
    wires_csv,
)

WIRING = load_wiring()
CHECKS = read_checks()
OPEN = {"": (), "on": (), "off": ("SWITCH",), "stopped": ("STOP",)}
PINS = {pin_name(pin): pin for pin in WIRING.labels}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# -------------------------------------------------------------------------------------- currents
def test_the_fuse_carries_the_stalled_motor_and_goes_before_a_wire() -> None:
    robot = load_robot("course")
    assert stall_current_a() == pytest.approx(1.8, abs=0.01)
    fuse, ratings = WIRING.currents["fuse"], WIRING.currents["wires"]
    carrying = supply_wires(WIRING)
    assert {wire.cable for wire in carrying} == {"W11", "W16", "W17", "W18", "W19", "W20"}
    for wire in carrying:
        assert stall_current_a() < fuse < ratings[wire.gauge], wire.name
    assert fuse < robot.supply.current_limit_a


def test_the_wires_up_to_the_driver_carry_what_the_supply_can_give() -> None:
    for wire in supply_wires(WIRING):
        if wire.cable != "W11":
            assert WIRING.currents["supply"] < WIRING.currents["wires"][wire.gauge]


def test_the_resettable_fuse_carries_the_encoders_and_protects_their_wires() -> None:
    known = WIRING.currents
    assert 10 * known["encoders"] < known["polyfuse_hold"]
    rail = WIRING.net_of(("HUB", "5V"))
    gauges = {wire.gauge for wire in WIRING.wires if wire.start in rail or wire.end in rail}
    assert all(known["polyfuse_hold"] <= known["wires"][gauge] for gauge in gauges)


def test_a_braked_arm_does_not_lift_vin_above_what_the_driver_takes() -> None:
    assert 12.0 < braked_v(WIRING, share=0.1) < braked_v(WIRING) < 28.0
    assert WIRING.data["metadata"]["driver_limit"] == 28.0
    [capacitor] = [part for part in WIRING.across if (part.farad or 0.0) > 1e-4]
    before_j = 0.5 * capacitor.farad * 12.0**2
    after_j = 0.5 * capacitor.farad * braked_v(WIRING) ** 2
    assert 0.5 < after_j - before_j < 0.8  # half of the arm's energy at 70 rad/s
    assert bleed_s(WIRING) < 10.0


# --------------------------------------------------------------------------- checks before power
def across_ohm(a: Pin, b: Pin, open_boxes: tuple[str, ...]) -> float | None:
    """What soldered resistors say between two nets; None if there are none."""
    here, there = WIRING.net_of(a, open_boxes), WIRING.net_of(b, open_boxes)
    found = [
        part.ohm
        for part in WIRING.across
        if part.ohm
        and {part.ends[0] in here, part.ends[0] in there} == {True, False}
        and (part.ends[1] in there if part.ends[0] in here else part.ends[1] in here)
    ]
    return found[0] if found else None


@pytest.mark.parametrize("check", CHECKS, ids=[check["id"] for check in CHECKS])
def test_a_reading_is_what_the_wiring_gives(check: dict[str, str]) -> None:
    a, b, open_boxes = PINS[check["from"]], PINS[check["to"]], OPEN[check["state"]]
    low = float(check["low"] or "-inf")
    high = float(check["high"] or "inf")
    joined = b in WIRING.net_of(a, open_boxes)
    if check["unit"] == "V":
        volts = levels(WIRING)
        assert volts[b] == 0.0
        quiet = check["id"] in ("enable", "vin-stopped")  # nobody drives it then
        assert low <= (0.0 if quiet else volts[a]) <= high
    elif check["high"] and not check["low"]:
        assert joined
        assert high <= 5.0
    elif check["high"]:
        assert low < across_ohm(a, b, open_boxes) < high
    else:
        assert not joined
        assert low >= 500.0
        soldered = across_ohm(a, b, open_boxes)
        assert soldered is None or low < soldered


def test_the_readings_would_find_the_worst_mistakes() -> None:
    pairs = {frozenset((check["from"], check["to"])) for check in CHECKS if check["stage"] == "0"}
    for a, b in (
        ("DRIVER VIN", "DRIVER VDD"),
        ("DRIVER VDD", "BOARD 1"),
        ("DRIVER VIN", "BOARD 1"),
        ("DRIVER VIN", "BOARD 2"),
        ("BOARD 1", "BOARD 2"),
        ("JACK plus", "JACK minus"),
        ("JACK minus", "BOARD 6"),
        ("DRIVER EN", "DRIVER GND logic"),
    ):
        assert frozenset((a, b)) in pairs, (a, b)
    measured = {check["from"] for check in CHECKS if check["unit"] == "V"}
    listening = {"BOARD 21", "BOARD 18", "SHIFTER 2", "SHIFTER 4", "SHIFTER 6", "SHIFTER 10"}
    assert listening <= measured
    loose = {check["from"] for check in CHECKS if check["stage"] == "3"}
    assert {f"DRIVER {name}" for name in ("IN1", "IN2", "D2", "EN", "SF", "VDD")} <= loose


def test_ids_of_readings_are_unique_and_shared_ones_are_those_of_the_guide() -> None:
    mine = {check["id"]: check for check in CHECKS}
    assert len(mine) == len(CHECKS)
    guide = {each.id: each for each in load_guide().readings}
    shared = set(mine) & set(guide)
    assert {"plus-vin", "vin-vdd", "rails", "pull-down", "vin", "driver-logic"} <= shared
    for name in shared:
        ends = (float(mine[name]["low"] or "-inf"), float(mine[name]["high"] or "inf"))
        assert ends == (guide[name].low, guide[name].high), name
        assert guide[name].at == f"power-{mine[name]['stage']}", name


def test_readings_in_words() -> None:
    words = {check["id"]: reading(check) for check in CHECKS}
    assert words["plus-vin"] == "a beep (up to 1 Ohm)"
    assert words["plus-vin-stopped"] == "no beep (1 M Ohm or more)"
    assert words["rails"] == "no beep (1 k Ohm or more)"
    assert words["vin"] == "11.4 to 12.6 V"
    assert words["miso"] == "3.47 V or less"
    assert checks_table(CHECKS, "1").count("\n") == 3


# ---------------------------------------------------------------------------------------- tables
def test_the_wire_list_has_every_wire_with_its_length_colour_and_gauge() -> None:
    table = rows(wires_csv(WIRING))
    assert [row["wire"] for row in table] == [wire.name for wire in WIRING.wires]
    assert all(float(row["length_m"]) > 0.0 and row["gauge"] for row in table)
    as_bought = {row["wire"].split(".")[0] for row in table if row["colour"] == "as bought"}
    assert as_bought == {"W13"}
    [first] = [row for row in table if row["wire"] == "W20.1"]
    assert (first["from"], first["to_pin"], first["level_v"]) == ("STOP", "VIN", "12")


def test_the_pin_table_tells_both_ends_of_every_wire() -> None:
    text = " ".join(row["wires"] for row in rows(pins_csv(WIRING)))
    for wire in WIRING.wires:
        assert len(re.findall(rf"\b{re.escape(wire.name)} to", text)) == 2


def test_the_header_has_the_lines_of_both_boards() -> None:
    table = header_table(WIRING)
    assert "| 15 | enable | DRIVER EN (W8.4) | GPIO 22 | GPIO 85 |" in table
    assert "| 24 | CS pendulum | PENDULUM COUNTER CS (W7.1) | spidev0.0 | spidev0.0 |" in table
    assert "1f00098000.pwm, channel 0 | 32e0000.pwm, channel 0 |" in table


# -------------------------------------------------------------------------------------- diagrams
def test_the_diagrams_are_made_from_the_present_wiring() -> None:
    stamp = (assembly_folder() / "wiring" / STAMP).read_text().strip()
    assert stamp == WIRING.drawing_hash(), "the wiring has changed: run `make wiring`"


def test_the_stamp_notices_a_moved_wire_and_no_change_that_does_not_show() -> None:
    text = (assembly_folder() / "wiring.yml").read_text()
    file = assembly_folder() / "wiring.yml"
    assert load_wiring(file).drawing_hash() == WIRING.drawing_hash()
    data = dict(WIRING.data)
    data["connections"] = WIRING.data["connections"][1:]
    assert type(WIRING)(data).drawing_hash() != WIRING.drawing_hash()
    assert "fuse: 2.5" in text


@pytest.mark.parametrize("sheet", ["wiring", *WIRING.data["metadata"]["sheets"]])
def test_a_diagram_shows_every_box_of_its_sheet(sheet: str) -> None:
    folder = assembly_folder() / "wiring"
    data = WIRING.data if sheet == "wiring" else WIRING.sheet(sheet)
    drawing = (folder / f"{sheet}.svg").read_text(encoding="utf-8")
    for box in data["connectors"]:
        assert f">{box}<" in drawing, box
    for cable in data["cables"]:
        assert f">{cable}<" in drawing, cable
    with Image.open(folder / f"{sheet}.png") as picture:
        assert picture.width > 2000
        assert len(picture.getcolors() or []) > 10
