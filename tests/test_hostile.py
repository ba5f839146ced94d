"""Hostile commands and faults against the emulated robot, watched at its pins.

Whatever is asked and whatever breaks: no duty beyond the limit, never both inputs at once, and
nothing but a motor that is off while safety has tripped. Tens of thousands of periods here, a
million and more with `pytest -m full -s tests/test_hostile.py` (FURUTA_SOAK_PERIODS sets how many).
"""

import contextlib
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from furutalib.facts.errors import FurutaError, SafetyTrip
from furutalib.facts.robot import robot_file
from furutalib.machine.connect import EmulatedRobot, emulated
from furutalib.machine.emulator.faults import FAULTS

LIMIT = 0.7
HOSTILE = (1.0, -1.0, 1.5, -1e9, math.nan, math.inf, "full", None, 0.0, 0.3, -0.3)


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's robot with a limit on its command."""
    text = robot_file("course").read_text()
    old = "command = { value = 1.0"
    assert old in text
    path = tmp_path_factory.mktemp("robot") / "limited.toml"
    path.write_text(text.replace(old, f"command = {{ value = {LIMIT}"))
    return path


class Pins:
    """Looks at every pin of the motor whenever the emulated world has moved on."""

    def __init__(self, robot: EmulatedRobot) -> None:
        self.robot, self.looks, self.trips, self.acts = robot, 0, 0, 0
        self._world = robot.bench.world
        self._world.watchers.append(self.look)
        self._pwm = self._world.pwm
        board = self._world.board
        self._ports = [board.pwm["in1"], board.pwm["in2"]]

    def look(self, _: float) -> None:
        self.looks += 1
        duties = [self._pwm.duty(port.device, port.channel) for port in self._ports]
        assert max(duties) <= LIMIT + 1e-4
        assert min(duties) == 0.0
        if self.robot.trip is not None:
            assert max(duties) == 0.0


def use(robot: EmulatedRobot, what: object) -> None:
    """One hostile act: a fault by its name with its state, "clear", or a command."""
    with contextlib.suppress(FurutaError):  # each of them leaves the motor off; the pins tell
        if isinstance(what, tuple):
            robot.bench.fault(*what)
        elif what == "clear":
            robot.clear()
            robot.reset()
        else:
            robot.step(what)


def check_latched(robot: EmulatedRobot) -> None:
    """While tripped no command passes, and the motor driver is switched off."""
    if robot.trip is None:
        return
    for command in (1.0, -1.0, 0.0):
        with pytest.raises(SafetyTrip):
            robot.step(command)
    with pytest.raises(SafetyTrip):
        robot.reset()
    assert not robot.bench.world.enabled()
    assert not robot.bench.motor_is_on()


def soak(path: Path, seed: int, periods: int, between_faults: int) -> Pins:
    rng = np.random.default_rng(seed)
    names = sorted(FAULTS)
    with emulated(path, hidden=seed) as robot:
        pins = Pins(robot)
        with contextlib.suppress(FurutaError):
            robot.reset()
        while pins.acts < periods:
            pattern = rng.integers(4)
            for k in range(int(rng.integers(20, between_faults))):
                command = (
                    float(rng.uniform(-1.0, 1.0)),
                    math.copysign(1.0, math.sin(k)),
                    1.0,
                    HOSTILE[int(rng.integers(len(HOSTILE)))],
                )[pattern]
                if robot.trip is not None:
                    break
                use(robot, command)
                pins.acts += 1
            if robot.trip is not None:
                pins.trips += 1
                check_latched(robot)
            for name in names:
                robot.bench.fault(name, on=False)
            if robot.trip is not None or rng.random() < 0.2:
                use(robot, "clear")
            use(robot, (names[int(rng.integers(len(names)))], True))
    return pins


@pytest.mark.parametrize("seed", range(4))
def test_pins_never_show_more_than_is_allowed(limited: Path, seed: int) -> None:
    pins = soak(limited, seed, 4_000, between_faults=200)
    assert pins.trips > 10
    assert pins.looks > 20_000


@pytest.mark.full
def test_a_long_soak(limited: Path) -> None:
    periods = int(os.environ.get("FURUTA_SOAK_PERIODS", "2000000"))
    for seed in range(10, 20):
        pins = soak(limited, seed, periods // 10, between_faults=4_000)
        print(
            f"hidden robot {seed}: {pins.acts:,} commands, {pins.trips:,} trips, "
            f"{pins.looks:,} looks at the pins, ok"
        )


ACTS = st.one_of(
    st.floats(),
    st.sampled_from(HOSTILE),
    st.tuples(st.sampled_from(sorted(FAULTS)), st.booleans()),
    st.just("clear"),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(ACTS, min_size=1, max_size=30))
def test_any_sequence_of_acts(limited: Path, acts: list[object]) -> None:
    with emulated(limited, hidden=None) as robot:
        Pins(robot)
        with contextlib.suppress(FurutaError):
            robot.reset()
        for act in acts:
            use(robot, act)
            check_latched(robot)
