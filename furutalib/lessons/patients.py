"""Emulated robots with one fault each, and the examination that every one of them gets.

Which patient has what is not written here as text; it is drawn. Whoever wants to know looks at the
chart of the examination.
"""

from collections.abc import Mapping
from contextlib import suppress

import numpy as np

from furutalib.facts.boards import load_board
from furutalib.facts.errors import ChipError, ConfigurationError
from furutalib.facts.machine import load_machine
from furutalib.lessons.driving import drive, said_by, wave
from furutalib.machine.bring_up_step import Deed
from furutalib.machine.connect import emulated
from furutalib.machine.emulator.bench import Bench, PlantBench
from furutalib.machine.emulator.hands import EmulatedHands
from furutalib.machine.rig import Rig, emulated_rig
from furutalib.view.table import Cell, Column

HEALTHY = "healthy"
LETTERS = "ABCDEF"
SUSPECTS = (
    HEALTHY,
    "arm encoder swapped",
    "arm encoder frozen",
    "pendulum encoder slips",
    "motor reversed",
    "motor disconnected",
)
_SALT = 0x626564746970
PUSH, PUSH_S = 0.4, 0.2
COLUMNS = (
    Column("name", "patient"),
    Column("mode", "MDR0 of both, read back"),
    Column("arm", "arm turned +90° by hand", "counts"),
    Column("pendulum", "pendulum once round, three times", "counts"),
    Column("eye", f"arm pushed with +{PUSH}: seen by eye", "°"),
    Column("push", "the same push", "counts"),
    Column("current", "current in the motor's wire", "A", 2),
    Column("said", "reset, then driven for 4 s"),
)


def fault_of(letter: str) -> str:
    """What a patient has.

    Raises:
        ConfigurationError: no such patient.
    """
    if letter not in LETTERS or len(letter) != 1:
        raise ConfigurationError(f"no patient {letter!r}; there are {', '.join(LETTERS)}")
    drawn = np.random.default_rng(_SALT).permutation(len(SUSPECTS))
    return SUSPECTS[int(drawn[LETTERS.index(letter)])]


def examine(letter: str) -> dict[str, Cell]:
    """The chart of a patient: a cell for each of `COLUMNS`."""
    return chart(letter, fault_of(letter))


def chart(name: str, fault: str) -> dict[str, Cell]:
    """What the examination finds on a robot with this fault."""
    cells: dict[str, Cell] = {"name": name}
    bench = PlantBench("course", hidden=LETTERS.find(name) + 10)
    try:
        _make_ill(bench, fault)
        with emulated_rig("course", bench) as rig:
            cells |= _by_hand(rig, bench)
            cells |= _pushed(rig, bench)
    finally:
        bench.close()
    return cells | {"said": _driven(fault)}


def reference() -> Mapping[str, Cell]:
    """The chart of a robot that is known to be well."""
    return chart("known to be well", HEALTHY)


def _make_ill(bench: Bench, fault: str) -> None:
    if fault != HEALTHY:
        bench.fault(fault)


def _by_hand(rig: Rig, bench: PlantBench) -> dict[str, Cell]:
    """Mode registers, and counts while hands turn arm and pendulum; the motor is off."""
    hands, (arm, pendulum) = EmulatedHands(bench), rig.counters
    for counter in rig.counters:
        with suppress(ChipError):  # the chart shows what is read back
            counter.configure()
    hands.act(Deed.ARM_MIDDLE)
    begin = arm.read()
    hands.act(Deed.ARM_LEFT)
    turned = arm.read() - begin
    hands.act(Deed.ARM_MIDDLE)
    rounds = []
    for _ in range(3):
        begin = pendulum.read()
        hands.act(Deed.PENDULUM_TURN)
        rounds.append(pendulum.read() - begin)
    mode = " ".join(f"{_mode(rig, name):02X}" for name in ("arm", "pendulum"))
    return {"mode": mode, "arm": turned, "pendulum": ", ".join(f"{n:+d}" for n in rounds)}


def _mode(rig: Rig, name: str) -> int:
    board = load_board(load_machine("course").wiring.board)
    port = board.spi[name]
    return rig.wires.spi(port.bus, port.chip_select, 1_000_000).transfer(b"\x48\x00")[1]


def _pushed(rig: Rig, bench: PlantBench) -> dict[str, Cell]:
    """A short push: where the arm goes, where its count goes, and what current flows."""
    arm = rig.counters[0]
    before, begin = bench.state()["arm_angle_rad"], arm.read()
    currents = []
    rig.guardian.arm()
    for _ in range(round(PUSH_S / 0.02)):
        rig.guardian.beat()
        rig.motor.write(PUSH)
        rig.wait(0.02)
        currents.append(abs(bench.state()["current_a"]))
    rig.guardian.disarm()
    seen = float(np.degrees(bench.state()["arm_angle_rad"] - before))
    return {
        "eye": f"{seen:+.0f}",
        "push": f"{arm.read() - begin:+d}",
        "current": float(np.mean(currents)),
    }


def _driven(fault: str) -> str:
    """What safety says, in its own words."""
    with emulated(hidden=None) as robot:
        _make_ill(robot.bench, fault)
        said = said_by(robot.reset) or drive(robot, wave(0.5, 0.5), 4.0).trip
    return _first_sentence(said) if said else "nothing"


def _first_sentence(said: str) -> str:
    said = said.removeprefix("safety has tripped: ")
    return said.partition(". What to do")[0]
