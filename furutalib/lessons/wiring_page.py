"""Tables of the wiring: wire list, pins, the board's header, checks before power, currents."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from furutalib.facts.boards import Board, load_board
from furutalib.facts.machine import load_machine
from furutalib.facts.paths import assembly_folder
from furutalib.facts.robot import load_robot
from furutalib.lessons.wiring import Pin, Wire, Wiring, pin_name
from furutalib.lessons.wiring_check import levels

COLOURS = {
    "BK": "black",
    "BN": "brown",
    "BU": "blue",
    "GN": "green",
    "GY": "grey",
    "OG": "orange",
    "RD": "red",
    "VT": "violet",
    "WH": "white",
    "YE": "yellow",
    "": "as bought",
}
STATES = {
    "": "",
    "off": "switch off",
    "on": "switch on, stop released",
    "stopped": "switch on, stop pressed",
}
BOARDS = ("raspberry-pi-5", "jetson-orin-nano")


def wires_csv(wiring: Wiring) -> str:
    """The wire list, in the order of the work."""
    volts = levels(wiring)
    heads = ("wire", "from", "from_pin", "to", "to_pin", "level_v", "colour", "gauge", "length_m")
    rows = (
        (
            wire.name,
            *wire.start,
            *wire.end,
            _volts(volts[wire.start]),
            COLOURS[wire.colour],
            wire.gauge,
            wire.length_m,
        )
        for wire in wiring.wires
    )
    return _csv((heads, *rows))


def pins_csv(wiring: Wiring) -> str:
    """Every pin: what it is, the highest voltage on it, where its wires go."""
    volts = levels(wiring)
    ends: dict[Pin, list[str]] = {pin: [] for pin in wiring.labels}
    for wire in wiring.wires:
        ends[wire.start].append(f"{wire.name} to {pin_name(wire.end)}")
        ends[wire.end].append(f"{wire.name} to {pin_name(wire.start)}")
    rows = (
        (*pin, label, _volts(volts[pin]), "; ".join(ends[pin]))
        for pin, label in wiring.labels.items()
    )
    return _csv((("box", "pin", "what", "level_v", "wires"), *rows))


def header_table(wiring: Wiring) -> str:
    """The pins of the board's header, with the numbers that programs use for them."""
    boards = [load_board(name) for name in BOARDS]
    rows = []
    for (box, pin), label in wiring.labels.items():
        if box == "BOARD":
            goes = [w for w in wiring.wires if ("BOARD", pin) in (w.start, w.end)]
            lines = [line_of(board, int(pin)) for board in boards]
            to = ", ".join(f"{pin_name(w.end)} ({w.name})" for w in goes)
            rows.append((pin, label, to, *lines))
    titles = [f"line on the {board.title}" for board in boards]
    return table(("pin", "what", "goes to", *titles), rows)


def wire_table(wiring: Wiring) -> str:
    """The wire list for people: a row for each wire."""
    volts = levels(wiring)
    rows = (
        (
            wire.name,
            pin_name(wire.start),
            pin_name(wire.end),
            _volts(volts[wire.start]),
            COLOURS[wire.colour],
            wire.gauge,
            f"{wire.length_m:g} m",
        )
        for wire in wiring.wires
    )
    return table(("wire", "from", "to", "V", "colour", "gauge", "length"), rows)


def read_checks(path: Path | None = None) -> list[dict[str, str]]:
    """The readings of the staged power-up."""
    path = path or assembly_folder() / "wiring-checks.csv"
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def checks_table(checks: Sequence[Mapping[str, str]], stage: str) -> str:
    """The readings of one stage."""
    rows = (
        (
            each["from"],
            each["to"],
            STATES[each["state"]],
            reading(each),
            each["wrong"],
        )
        for each in checks
        if each["stage"] == stage
    )
    return table(("from", "to", "with", "it must read", "if not"), rows)


def reading(check: Mapping[str, str]) -> str:
    """A range in words."""
    unit = {"ohm": "Ohm", "V": "V"}[check["unit"]]
    low, high = (_short(check[key]) for key in ("low", "high"))
    if check["unit"] == "ohm" and not low:
        return f"a beep (up to {high} {unit})"
    if not high:
        return f"no beep ({low} {unit} or more)"
    return f"{low} to {high} {unit}" if low else f"{high} {unit} or less"


def currents_table(wiring: Wiring) -> str:
    """What fuses and wires carry, and what the motor gives back when it brakes."""
    known = wiring.currents
    thin = min(known["wires"][wire.gauge] for wire in supply_wires(wiring))
    stall, limit = stall_current_a(), wiring.data["metadata"]["driver_limit"]
    rows = (
        ("motor, held fast at 12 V", f"{stall:.2f} A, {12.0 * stall:.0f} W of heat"),
        ("fuse", f"{known['fuse']:g} A, slow"),
        ("thinnest wire between socket and motor", f"{thin:g} A"),
        ("thinnest wire between socket and driver", f"{_thinnest(wiring):g} A"),
        ("supply", f"{known['supply']:g} A"),
        ("both encoders at 5 V, at most", f"{known['encoders'] * 1000:.0f} mA"),
        ("resettable fuse in the encoders' 5 V", f"{known['polyfuse_hold']:g} A"),
        ("VIN if the arm gives half of its energy back, stop pressed at full speed",
         f"{braked_v(wiring):.0f} V"),
        ("the most that the driver may have at VIN", f"{limit:g} V"),
        ("VIN under 0.5 V after a stop", f"{bleed_s(wiring):.0f} s"),
        ("EN, high, on a board with 4 kOhm in its lines", f"{enable_v(wiring):.2f} V"),
    )  # fmt: skip
    return table(("what", "how much"), rows)


def bleed_s(wiring: Wiring, left_v: float = 0.5) -> float:
    """How long the resistor at VIN takes to empty the capacitor."""
    ends = {("DRIVER", "VIN"), ("DRIVER", "GND power")}
    here = [part for part in wiring.across if set(part.ends) == ends]
    ohm = next(part.ohm for part in here if part.ohm)
    farad = next(part.farad for part in here if part.farad)
    return ohm * farad * math.log(load_robot("course").supply.voltage_v / left_v)


def enable_v(wiring: Wiring, line_ohm: float = 4000.0) -> float:
    """The high level at EN behind a line with a resistance, against the pull-down."""
    pull_down = next(part.ohm or 0.0 for part in wiring.across if ("DRIVER", "EN") in part.ends)
    return 3.3 * pull_down / (pull_down + line_ohm)


def stall_current_a() -> float:
    """Of the motor of the robot `course`."""
    robot = load_robot("course")
    return robot.supply.voltage_v / robot.motor.resistance_ohm


def supply_wires(wiring: Wiring) -> list[Wire]:
    """The wires that carry the motor's current."""
    driver = [("DRIVER", pin) for pin in ("VIN", "OUT1", "OUT2", "GND power")]
    hot = frozenset[Pin]().union(*(wiring.net_of(pin) for pin in driver[:3]))
    return [
        wire
        for wire in wiring.wires
        if wire.start in hot or {wire.start, wire.end} == {("JACK", "minus"), driver[3]}
    ]


def braked_v(wiring: Wiring, share: float = 0.5) -> float:
    """Voltage of the capacitor at VIN if the turning arm gives back this share of its energy.

    From 12 V, the arm at the speed at which safety stops it, with pendulum and rotor, the supply
    cut off by the emergency stop.
    """
    robot = load_robot("course")
    arm, pendulum, motor = robot.arm, robot.pendulum, robot.motor
    inertia = (
        arm.inertia_kg_m2
        + arm.mass_kg * arm.center_of_mass_m**2
        + pendulum.mass_kg * arm.length_m**2
        + motor.rotor_inertia_kg_m2 * motor.gear_ratio**2
    )
    speed = load_machine("course").safety.arm_speed_rad_s
    farad = max(part.farad or 0.0 for part in wiring.across)
    energy_j = share * inertia * speed**2 / 2.0
    return math.sqrt(robot.supply.voltage_v**2 + 2.0 * energy_j / farad)


def line_of(board: Board, pin: int) -> str:
    """What a program calls a pin of the header; empty for supplies and ground."""
    name = next((name for name, number in board.header.items() if number == pin), "")
    if name.endswith("_pwm"):
        port = board.pwm[name.removesuffix("_pwm")]
        return f"{port.device}, channel {port.channel}"
    if name.endswith("_select"):
        spi = board.spi[name.removesuffix("_select")]
        return f"spidev{spi.bus}.{spi.chip_select}"
    if name.startswith("spi_"):
        return f"SPI bus {board.spi['arm'].bus}"
    return f"GPIO {getattr(board.gpio, name)}" if name else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _thinnest(wiring: Wiring) -> float:
    """Rating of the thinnest wire between the socket and the driver."""
    volts = [wire for wire in supply_wires(wiring) if wire.end[0] != "MOTOR"]
    return min(float(wiring.currents["wires"][wire.gauge]) for wire in volts)


def _csv(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _short(cell: str) -> str:
    if not cell:
        return ""
    value = float(cell)
    if value >= 1e6:
        return f"{value / 1e6:g} M"
    return f"{value / 1e3:g} k" if value >= 1e3 else f"{value:g}"


def _volts(level: float | None) -> str:
    return "" if level is None else f"{level:g}"
