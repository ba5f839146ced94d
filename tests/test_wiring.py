"""The wiring: pins as the boards and drivers have them, and no pin sees too high a voltage."""

import copy
import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from furutalib.facts.boards import load_board
from furutalib.facts.bom import read_bom
from furutalib.facts.errors import ConfigurationError
from furutalib.facts.machine import load_machine
from furutalib.facts.paths import assembly_folder
from furutalib.facts.robot import load_robot
from furutalib.learning.placement import load_placement
from furutalib.lessons.wiring import Pin, Wiring, load_wiring
from furutalib.lessons.wiring_check import levels, problems

WIRING = load_wiring()
COUNTERS = ("ARM COUNTER", "PENDULUM COUNTER")
GATES = {"3": "2", "5": "4", "7": "6", "9": "10"}  # of the 74HC4050: input to output

# What each line of data/boards must end at.
LINES = {
    "in1_pwm": ["DRIVER IN1"],
    "in2_pwm": ["DRIVER IN2"],
    "enable": ["DRIVER EN"],
    "d2": ["DRIVER D2"],
    "fault": ["DRIVER SF"],
    "spi_mosi": ["ARM COUNTER MOSI", "PENDULUM COUNTER MOSI"],
    "spi_miso": ["ARM COUNTER MISO", "PENDULUM COUNTER MISO"],
    "spi_clock": ["ARM COUNTER SCK", "PENDULUM COUNTER SCK"],
    "pendulum_select": ["PENDULUM COUNTER CS"],
    "arm_select": ["ARM COUNTER CS"],
}


def pin(name: str) -> Pin:
    """`DRIVER EN` as a pin."""
    boxes = [box for box in WIRING.data["connectors"] if name.startswith(f"{box} ")]
    [box] = boxes
    return box, name.removeprefix(f"{box} ")


def beyond(name: str) -> set[str]:
    """What hangs on a pin, apart from the pin itself and from mere passages."""
    net = WIRING.net_of(pin(name))
    return {
        f"{box} {number}"
        for box, number in net
        if f"{box} {number}" != name and not WIRING.facts[box, number].get("free")
    }


@pytest.mark.parametrize("name", ["raspberry-pi-5", "jetson-orin-nano"])
def test_every_line_of_the_board_ends_where_its_driver_expects_it(name: str) -> None:
    header = load_board(name).header
    for line, ends in LINES.items():
        assert beyond(f"BOARD {header[line]}") == set(ends), line


@pytest.mark.parametrize("name", ["raspberry-pi-5", "jetson-orin-nano"])
def test_each_counter_is_on_the_chip_select_that_its_driver_opens(name: str) -> None:
    selects = {0: "BOARD 24", 1: "BOARD 26"}  # CE0 and CE1 of the first SPI bus
    board = load_board(name)
    assert {port.bus for port in board.spi.values()} == {0}
    for joint in ("arm", "pendulum"):
        select = selects[board.spi[joint].chip_select]
        assert beyond(select) == {f"{joint.upper()} COUNTER CS"}


def test_one_diagram_serves_every_board() -> None:
    headers = {
        name: dict(load_board(name).header)
        for name in ("raspberry-pi-5", "raspberry-pi-4", "jetson-orin-nano", "jetson-nano")
    }
    assert all(header == headers["raspberry-pi-5"] for header in headers.values())
    assert load_machine("course").wiring.board in headers


def test_nothing_else_is_plugged_into_the_header() -> None:
    header = load_board("raspberry-pi-5").header
    used = {int(number) for box, number in WIRING.labels if box == "BOARD"}
    supplies = {1, 2, 6, 25}
    assert used == {header[line] for line in LINES} | supplies


def test_the_motor_is_driven_as_the_robot_says() -> None:
    assert load_robot("course").drive.mode == "brake"  # PWM on IN1 and IN2
    assert WIRING.net_of(pin("DRIVER D1")) == WIRING.net_of(pin("JACK minus"))
    assert WIRING.net_of(pin("DRIVER VDD")) == WIRING.net_of(pin("BOARD 1"))
    assert {"MOTOR red"} == beyond("DRIVER OUT1")
    assert {"MOTOR black"} == beyond("DRIVER OUT2")
    assert not any(label in ("FB", "INV", "SLEW") for _, label in WIRING.labels)


def test_the_enable_line_is_pulled_down() -> None:
    ground = WIRING.net_of(pin("JACK minus"))
    [pull] = [part for part in WIRING.across if pin("DRIVER EN") in part.ends]
    assert pull.ohm == 10_000
    assert ground & set(pull.ends)


@pytest.mark.parametrize(
    ("encoder", "a", "b", "counter"),
    [
        ("MOTOR", "yellow", "white", "ARM COUNTER"),
        ("ENCODER", "A", "B", "PENDULUM COUNTER"),
    ],
)
def test_an_encoder_reaches_its_counter_through_the_level_shifter(
    encoder: str, a: str, b: str, counter: str
) -> None:
    for line, name in (a, "ENC A"), (b, "ENC B"):
        [gate] = [end for end in beyond(f"{encoder} {line}") if end.startswith("SHIFTER")]
        output = GATES[gate.removeprefix("SHIFTER ")]
        assert beyond(f"SHIFTER {output}") == {f"{counter} {name}"}


def test_fuse_switch_and_stop_each_cut_the_motors_supply_and_nothing_else() -> None:
    plus, vin = pin("JACK plus"), pin("DRIVER VIN")
    assert vin in WIRING.net_of(plus)
    for box in ("FUSE", "SWITCH", "STOP"):
        assert vin not in WIRING.net_of(plus, [box])
    path = [wire for wire in WIRING.wires if wire.start in WIRING.net_of(plus)]
    boxes = [wire.start[0] for wire in path if wire.end[0] != "MOTOR"]
    assert boxes == ["JACK", "FUSE", "SWITCH", "STOP"]  # the fuse first


# ------------------------------------------------------------------------------------ voltages
def test_no_pin_sees_too_high_a_voltage() -> None:
    assert problems(WIRING) == []


def test_the_voltages_are_those_of_the_rails() -> None:
    volts = levels(WIRING)
    assert volts[pin("DRIVER VIN")] == 12.0
    assert volts[pin("MOTOR blue")] == volts[pin("ENCODER 5V")] == volts[pin("SHIFTER 3")] == 5.0
    for name in ("BOARD 21", "BOARD 18", "SHIFTER 2", "ARM COUNTER ENC A", "DRIVER VDD"):
        assert volts[pin(name)] == 3.3
    for number in load_board("raspberry-pi-5").header.values():
        assert volts.get(("BOARD", str(number)), 0.0) == pytest.approx(3.3) or number in (29, 31)


def rewired(*changes: tuple[str, str]) -> Wiring:
    """The wiring with ends of wires moved: ("W9.1", "DRIVER VIN") moves the end of wire W9.1."""
    data = copy.deepcopy(WIRING.data)
    for name, target in changes:
        cable, number = name.split(".")
        for entry in data["connections"]:
            if cable in entry[1] and int(number) in entry[1][cable]:
                place = entry[1][cable].index(int(number))
                box, end = pin(target)
                entry[2][box][place] = end
    return Wiring(data)


def test_vdd_and_vin_exchanged_is_found() -> None:
    found = problems(rewired(("W9.1", "DRIVER VIN"), ("W20.1", "DRIVER VDD")))
    assert "DRIVER VDD: needs 2.5 to 5.5 V and gets 12 V" in found
    assert "BOARD 18: survives 3.6 V and may get 12 V" in found  # SF is pulled up to VDD
    assert any(text.startswith("DRIVER VIN: needs 8 to 28 V and gets 3.3 V") for text in found)


def test_a_counter_that_runs_on_5_v_is_found_at_miso() -> None:
    data = copy.deepcopy(WIRING.data)
    [entry] = [each for each in data["connections"] if "W4" in each[1]]
    entry[0]["HUB"][0] = "5V"
    found = problems(Wiring(data))
    assert "BOARD 21: survives 3.6 V and may get 5 V" in found
    assert "ARM COUNTER 3V3: needs 3 to 3.6 V and gets 5 V" in found


def test_an_encoder_line_past_the_level_shifter_is_found() -> None:
    data = copy.deepcopy(WIRING.data)
    entry = [{"MOTOR": ["yellow"]}, {"W15": [1]}, {"ARM COUNTER": ["ENC A"]}]
    data["connections"] = [each for each in data["connections"] if "W15" not in each[1]] + [entry]
    found = problems(Wiring(data))
    assert "ARM COUNTER ENC A: survives 3.6 V and may get 5 V" in found


def swaps() -> Iterator[tuple[str, Wiring]]:
    """Each pair of wire ends at the same box that differ in voltage, exchanged."""
    volts, entries = levels(WIRING), WIRING.data["connections"]
    places = [(e, k) for e, entry in enumerate(entries) for k in range(len(_pins(entry[1])))]
    ends = list(itertools.product(zip(places, WIRING.wires, strict=True), (0, 2)))
    for ((first, wire), side), ((second, other), side_2) in itertools.combinations(ends, 2):
        a = wire.end if side else wire.start
        b = other.end if side_2 else other.start
        if a[0] == b[0] and volts[a] != volts[b]:
            data = copy.deepcopy(WIRING.data)
            one = data["connections"][first[0]][side][a[0]]
            two = data["connections"][second[0]][side_2][b[0]]
            one[first[1]], two[second[1]] = two[second[1]], one[first[1]]
            yield f"{wire.name} at {a} with {other.name} at {b}", Wiring(data)


def _pins(entry: dict[str, list[object]]) -> list[object]:
    return next(iter(entry.values()))


def test_any_two_wires_of_different_voltage_exchanged_at_a_box_are_found() -> None:
    tried = list(swaps())
    assert len(tried) > 300
    assert [what for what, wiring in tried if not problems(wiring)] == []


@pytest.mark.parametrize("name", sorted({wire.name for wire in WIRING.wires}))
def test_a_wire_that_is_missing_is_found(name: str) -> None:
    data = copy.deepcopy(WIRING.data)
    cable, number = name.split(".")
    for entry in data["connections"]:
        if cable in entry[1] and int(number) in entry[1][cable]:
            place = entry[1][cable].index(int(number))
            for each in entry:
                del _pins(each)[place]
    doubled = {"W13.1", "W13.2", "W13.3", "W13.4", "W1.2", "W1.3"}  # there are two of them
    found = problems(Wiring(data))
    assert found or name in doubled


# ------------------------------------------------------------------------------- bill of materials
def test_every_box_wire_and_soldered_part_is_in_the_bill_of_materials() -> None:
    ids = {line.id for line in read_bom()}
    boxes = {*WIRING.data["connectors"], *WIRING.data["cables"]}
    assert set(WIRING.parts) == boxes
    named = {part for parts in WIRING.parts.values() for part in parts}
    assert named | {part.part for part in WIRING.across} <= ids


def test_the_bill_has_as_much_wire_as_the_wiring_needs() -> None:
    lines = {line.id: line for line in read_bom()}
    needed: dict[str, float] = {}
    for wire in WIRING.wires:
        [part] = WIRING.parts[wire.cable]
        metres = lines[part].unit == "m"
        needed[part] = needed.get(part, 0.0) + (wire.length_m if metres else 1)
    needed.pop("slip-ring")
    assert set(needed) == {"jumper-wire", "wire-075", "wire-050", "wire-awg24", "wire-awg26"}
    assert needed["jumper-wire"] == lines["jumper-wire"].quantity
    for part, amount in needed.items():
        assert amount <= lines[part].quantity + 1e-9, part
        assert lines[part].quantity <= amount + 0.5, part


def test_what_a_box_is_stands_in_the_bill_as_often() -> None:
    lines = {line.id: line for line in read_bom()}
    count = [part for box in COUNTERS for part in WIRING.parts[box]]
    assert len(count) == lines["counter-click"].quantity == 2
    for part in (part.part for part in WIRING.across):
        assert lines[part].quantity == 1


# ------------------------------------------------------------------------------------------ file
def test_every_cable_is_on_one_sheet_and_has_as_many_colours_as_wires() -> None:
    sheets = WIRING.data["metadata"]["sheets"].values()
    drawn = [cable for sheet in sheets for cable in sheet["cables"]]
    assert sorted(drawn) == sorted(WIRING.data["cables"])
    for cable, entry in WIRING.data["cables"].items():
        used = {wire.number for wire in WIRING.wires if wire.cable == cable}
        wires = len(entry["colors"]) if "colors" in entry else entry["wirecount"]
        assert used == set(range(1, wires + 1)), cable


def test_colours_tell_the_voltage() -> None:
    volts = levels(WIRING)
    colour = {"OG": 3.3, "RD": 5.0}
    motor = {"W11", "W12"}  # the colours that the motor is sold with
    for wire in WIRING.wires:
        if wire.cable not in motor and wire.colour in colour:
            assert volts[wire.start] == colour[wire.colour], wire.name
        if wire.cable not in motor and wire.colour == "BK":
            assert volts[wire.start] == 0.0, wire.name
        if wire.cable not in motor and wire.colour == "YE":
            assert (volts[wire.start], wire.gauge) == (12.0, "0.75 mm2"), wire.name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("{1: {source: 3.3}", "{1: {source: 3.3}"), None),
        (("HUB: [3V3, GND, GND, SCK", "HUB: [3V4, GND, GND, SCK"), "W1.1 ends at HUB 3V4"),
        (("W9: [1, 2, 3]", "W9: [1, 2]"), "as many pins as wires"),
        (("connections:", "connections: ]["), "cannot be read as YAML"),
    ],
)
def test_a_broken_file_says_what_is_wrong(
    tmp_path: Path, change: tuple[str, str], message: str | None
) -> None:
    text = (assembly_folder() / "wiring.yml").read_text()
    file = tmp_path / "wiring.yml"
    file.write_text(text.replace(*change))
    if message is None:
        assert load_wiring(file).wires == WIRING.wires
    else:
        with pytest.raises(ConfigurationError, match=message):
            load_wiring(file)


def test_a_pin_that_nobody_wrote_about_is_named() -> None:
    data = yaml.safe_load((assembly_folder() / "wiring.yml").read_text())
    del data["metadata"]["electrical"]["DRIVER"]["SF"]
    data["metadata"]["electrical"]["DRIVER"]["FB"] = "free"
    found = problems(Wiring(data))
    assert "DRIVER SF: nothing is known of this pin" in found
    assert "DRIVER FB: known, but not there" in found


# ----------------------------------------------------------------------------------------- lengths
INSTANCES = {
    "BOARD": "board-pi5-1",
    "HUB": "stripboard-1",
    "SHIFTER": "stripboard-1",
    "ARM COUNTER": "counter-click-1",
    "PENDULUM COUNTER": "counter-click-2",
    "DRIVER": "motor-driver-1",
    "MOTOR": "motor-1",
    "BOOM PLUG": "slip-ring-fork-1",
}


def test_wires_reach_from_box_to_box_with_something_to_spare() -> None:
    places = {each.name: each.matrix[3:12:4] for each in load_placement()}
    measured = 0
    for wire in WIRING.wires:
        ends = [INSTANCES.get(pin[0]) for pin in (wire.start, wire.end)]
        if None not in ends and ends[0] != ends[1]:
            a, b = (places[str(end)] for end in ends)
            assert wire.length_m > 1.4 * math.dist(a, b) / 1000.0, wire.name
            measured += 1
    assert measured > 20
