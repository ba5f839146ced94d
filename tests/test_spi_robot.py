"""The driven robot itself, without safety around it: angles from counts, time, chips, closing."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from furutalib.facts.errors import ActionError, ChipError, SequenceError
from furutalib.facts.robot import robot_file
from furutalib.machine.connect import EmulatedRobot, emulated
from furutalib.machine.robot import Flag
from furutalib.machine.spi_robot import SpiRobot

TURN = 2.0 * math.pi


@pytest.fixture
def bare() -> Iterator[tuple[SpiRobot, EmulatedRobot]]:
    with emulated(hidden=None) as safe:
        yield safe.inner, safe


def test_angles_are_counts_times_the_size_of_one(bare: tuple[SpiRobot, EmulatedRobot]) -> None:
    robot, safe = bare
    robot.reset()
    safe.bench.place(0.5, -1.0)
    reading = robot.rest()
    arm, pendulum = robot.counts()
    assert reading.arm_angle_rad == pytest.approx(arm * TURN / 211.2)
    assert reading.pendulum_angle_rad == pytest.approx(pendulum * TURN / 8192)
    assert reading.arm_angle_rad == pytest.approx(0.5, abs=TURN / 211.2)


def test_either_angle_can_be_called_zero(bare: tuple[SpiRobot, EmulatedRobot]) -> None:
    robot, safe = bare
    robot.reset()
    safe.bench.place(0.5, 0.0)
    robot.rest()
    robot.zero(arm=False)
    assert robot.rest().arm_angle_rad == pytest.approx(0.5, abs=0.03)
    robot.zero()
    assert robot.rest().arm_angle_rad == 0.0


@pytest.mark.parametrize("key", ["arm_sign", "pendulum_sign", "motor_sign"])
def test_the_wiring_decides_what_is_positive(tmp_path: Path, key: str) -> None:
    """Whatever way round it is wired, the same command moves the same angles the same way."""
    text = robot_file("course").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(f"{key} = {{ value = 1", f"{key} = {{ value = -1"))
    ends = []
    for name in ("course", path):
        with emulated(name, hidden=None) as robot:
            robot.reset()
            for _ in range(15):
                reading = robot.step(0.4)
            ends.append((reading.arm_angle_rad, reading.pendulum_angle_rad, reading.command))
    assert ends[0] == pytest.approx(ends[1], abs=0.04)


def test_time_counts_periods_and_a_long_one_is_flagged_late(
    bare: tuple[SpiRobot, EmulatedRobot],
) -> None:
    robot, safe = bare
    robot.reset()
    assert robot.rest().time_s == pytest.approx(0.02)
    safe.bench.fault("loop late")  # 70 ms: three more deadlines went by
    late = robot.rest()
    assert late.time_s == pytest.approx(0.02 * 5)
    assert Flag.LATE in late.flags
    assert robot.late_s == pytest.approx(0.07)
    assert robot.missed == 3
    on_time = robot.rest()
    assert Flag.LATE not in on_time.flags
    assert on_time.time_s == pytest.approx(0.02 * 6)


def test_without_the_guardian_s_leave_nothing_turns(bare: tuple[SpiRobot, EmulatedRobot]) -> None:
    robot, safe = bare
    robot.reset()
    for _ in range(10):
        robot.step(1.0)
    assert safe.bench.state()["arm_angle_rad"] == 0.0
    robot.arm()
    for _ in range(10):
        robot.step(1.0)
    assert safe.bench.state()["arm_angle_rad"] > 0.1
    robot.disarm()
    assert not safe.bench.motor_is_on()


@pytest.mark.parametrize("action", [1.1, -2.0, math.nan, math.inf])
def test_no_command_stops_the_motor(bare: tuple[SpiRobot, EmulatedRobot], action: float) -> None:
    robot, safe = bare
    robot.reset()
    robot.arm()
    robot.step(0.5)
    with pytest.raises(ActionError, match=r"in \[-1, 1\]"):
        robot.step(action)
    assert not safe.bench.motor_is_on()


def test_a_counter_that_lost_its_supply_is_refused_until_it_is_cleared(
    bare: tuple[SpiRobot, EmulatedRobot],
) -> None:
    robot, safe = bare
    robot.reset()
    safe.bench.place(0.8, 0.0)
    robot.rest()
    safe.bench.fault("arm counter browns out")
    assert Flag.COUNTER_RESTARTED in robot.rest().flags
    assert "slip ring" in robot.health()
    with pytest.raises(ChipError, match=r"lost its supply.*clear\(\)"):
        robot.reset()
    robot.clear()
    assert robot.health() == ""
    assert robot.reset().arm_angle_rad == pytest.approx(0.0, abs=0.03)


def test_after_close_nothing_is_driven_and_a_second_close_is_harmless(
    bare: tuple[SpiRobot, EmulatedRobot],
) -> None:
    robot, _ = bare
    robot.reset()
    robot.arm()
    robot.close()
    robot.close()
    with pytest.raises(SequenceError, match="reset"):
        robot.step(0.0)


def test_what_each_period_costs_on_the_wire(bare: tuple[SpiRobot, EmulatedRobot]) -> None:
    """Both counters and their copies, status and modes: below 1 ms at 1 MHz, for 200 Hz."""
    robot, safe = bare
    robot.reset()
    sent: list[int] = []
    for chip in safe.bench.world.spi.values():
        ask = chip.transfer
        chip.transfer = lambda data, ask=ask: (sent.append(len(data)), ask(data))[1]
    robot.rest()
    assert sum(sent) * 8 / 1e6 < 0.001
    assert len(sent) <= 12
