"""The emulated world: through drivers, bytes and pins it is the simulated plant."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from furutalib.facts.boards import Board, load_board
from furutalib.facts.machine import Machine, load_machine
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.machine.emulator.pins import EmulatedWires
from furutalib.machine.emulator.world import World
from furutalib.machine.ls7366r import Counter
from furutalib.machine.mc33926 import MotorDriver, motor_driver
from furutalib.machine.robot import SimulatedRobot
from furutalib.machine.wires import OutputLine

TURN = 2.0 * math.pi
MACHINE = load_machine("course")
BOARD = load_board(MACHINE.wiring.board)


class Bench:
    """A world with the drivers on its pins; the motor is enabled."""

    def __init__(self, folder: Path, robot: RobotDescription, machine: Machine = MACHINE) -> None:
        self.robot, self.world = robot, World(robot, machine, BOARD, folder)
        self.wires = EmulatedWires(folder, BOARD, self.world.spi.__getitem__)
        self.enable: OutputLine = self.wires.output(BOARD.gpio.enable, high=True)
        self.motor: MotorDriver = motor_driver(self.wires, BOARD, robot.drive, self.world)
        self.counters = [self._counter(BOARD, name) for name in ("arm", "pendulum")]
        self.start_s = self.world.now()

    def _counter(self, board: Board, name: str) -> Counter:
        port = board.spi[name]
        counter = Counter(self.wires.spi(port.bus, port.chip_select, 1_000_000), name)
        counter.configure()
        return counter

    def angles_after(self, periods: int) -> tuple[float, float]:
        self.world.sleep_until(self.start_s + periods * 0.02)
        sensors = self.robot.sensors
        counts = (sensors.arm_counts_per_turn, sensors.pendulum_counts_per_turn)
        arm, pendulum = (
            counter.read() * TURN / each
            for counter, each in zip(self.counters, counts, strict=True)
        )
        return arm, pendulum

    def close(self) -> None:
        self.motor.close()
        self.enable.close()
        self.wires.close()
        self.world.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, load_robot("course"))
    yield made
    made.close()


@pytest.mark.parametrize("name", ["course", "course-original"])
@pytest.mark.parametrize("latency_s", [0.0, 0.02])
def test_the_emulated_robot_is_the_simulated_one(
    tmp_path: Path, name: str, latency_s: float
) -> None:
    """Without play between encoder and arm, and with a latency of whole integrator steps."""
    changes = {"motor.backlash_rad": 0.0, "control.latency_s": latency_s}
    robot = load_robot(name).with_values(changes)
    bench, simulated = Bench(tmp_path, robot), SimulatedRobot(robot)
    simulated.reset()
    rng = np.random.default_rng(3)
    for period in range(1, 200):
        sent = bench.motor.write(float(rng.uniform(-1.0, 1.0)))
        reading = simulated.step(sent)
        assert bench.angles_after(period) == pytest.approx(
            (reading.arm_angle_rad, reading.pendulum_angle_rad), abs=1e-9
        )
    bench.close()
    assert bench.world.pwm.complaints == []


def test_the_arm_s_encoder_sits_before_the_play_of_the_gears(bench: Bench) -> None:
    bench.motor.write(0.3)
    before = bench.angles_after(3)[0]
    assert before == pytest.approx(bench.world.arm_angle_rad, abs=0.04)
    # a latency of 2.5 periods would hide it; the arm stands while the rotor crosses the gap
    moved, stood = [], []
    for period in range(1, 40):
        bench.motor.write(0.2 * (-1.0) ** (period // 5))
        moved.append(bench.angles_after(3 + period)[0])
        stood.append(bench.world.arm_angle_rad)
    gap = np.array(moved) - np.array(stood)
    one_count = TURN / 211.2
    assert np.ptp(gap) > 0.5 * bench.robot.motor.backlash_rad
    assert np.abs(gap).max() < bench.robot.motor.backlash_rad / 2 + one_count


@pytest.mark.parametrize("enabled", [True, False])
def test_nothing_moves_without_the_enable_line(bench: Bench, enabled: bool) -> None:
    bench.enable.set(enabled)
    bench.motor.write(0.8)
    bench.angles_after(20)
    assert (abs(bench.world.arm_angle_rad) > 0.5) == enabled


def test_a_braked_motor_stops_sooner_than_one_let_go(tmp_path: Path) -> None:
    way = {}
    for end in ("brake", "coast"):
        bench = Bench(tmp_path / end, load_robot("course"))
        bench.motor.write(1.0)
        bench.angles_after(40)
        begun = bench.world.arm_angle_rad
        getattr(bench.motor, end)()
        bench.angles_after(140)
        way[end] = bench.world.arm_angle_rad - begun
        bench.close()
    assert 0.0 < way["brake"] < 0.7 * way["coast"]


def test_signs_are_those_of_the_wiring(tmp_path: Path) -> None:
    wiring = replace(MACHINE.wiring, arm_sign=-1.0, motor_sign=-1.0)
    bench = Bench(tmp_path, load_robot("course"), replace(MACHINE, wiring=wiring))
    bench.motor.write(-0.5)  # motor_sign: this turns the arm counter-clockwise
    arm, _ = bench.angles_after(10)
    assert bench.world.arm_angle_rad > 0.1
    assert arm < -0.1  # arm_sign: and the counts fall
    bench.close()


def test_a_hand_can_turn_it_and_the_counters_see_it(bench: Bench) -> None:
    bench.world.turn_by(arm_rad=TURN, pendulum_rad=-TURN)
    assert [counter.read() for counter in bench.counters] == [211, -8192]


def test_a_sleep_that_is_too_long_is_so_once(bench: Bench) -> None:
    bench.world.extra_delay_s = 0.05
    bench.world.sleep_until(1.0)
    assert bench.world.now() == pytest.approx(1.05)
    bench.world.sleep_until(2.0)
    assert bench.world.now() == pytest.approx(2.0)


def test_time_does_not_go_back_and_watchers_see_it_pass(bench: Bench) -> None:
    seen: list[float] = []
    bench.world.watchers.append(seen.append)
    begun = bench.world.now()
    bench.world.sleep_until(begun + 0.1)
    bench.world.sleep_until(begun)
    assert bench.world.now() == pytest.approx(begun + 0.1)
    assert seen == sorted(seen)
    assert np.diff([begun, *seen]).max() <= 0.0025 + 1e-9
