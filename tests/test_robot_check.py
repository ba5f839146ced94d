"""`furuta check --robot`: what is missing on a board, each with its remedy; nothing moves."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from furutalib.facts.boards import load_board
from furutalib.facts.errors import ConfigurationError, LineBusyError
from furutalib.lessons.doctor import Report
from furutalib.lessons.robot_check import RobotCheck, examine_robot
from furutalib.machine.connect import EmulatedRobot
from furutalib.machine.emulator.bench import PlantBench

BOARD = load_board("raspberry-pi-5")


@pytest.fixture
def bench() -> Iterator[PlantBench]:
    made = PlantBench()
    yield made
    made.close()


def wrong(report: Report) -> dict[str, str]:
    return {finding.name: finding.detail for finding in report.findings if not finding.ok}


# ------------------------------------------------------------------ emulated
def test_an_emulated_robot_that_is_well(bench: PlantBench) -> None:
    report = examine_robot("emulated", bench=bench)
    assert wrong(report) == {}
    assert "emulated" in report.findings[0].detail
    assert "header pin 15" in report.table()


def test_nothing_moves_and_everything_is_let_go(
    bench: PlantBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved, on = [], []
    transfer = bench.world.spi["arm"].transfer

    def watched(data: bytes) -> bytes:
        on.append(bench.world.enabled())
        return transfer(data)

    monkeypatch.setattr(bench.world.spi["arm"], "transfer", watched)
    bench.world.watchers.append(lambda now_s: moved.append(bench.world.motor_is_on()))
    examine_robot("emulated", bench=bench)
    assert moved
    assert not any(moved)
    assert on
    assert not any(on)  # the guardian's turn is over when the counters' comes
    assert not bench.world.enabled()
    EmulatedRobot("course", bench).reset()  # every line is free again


STOPS: dict[str, tuple[str, str]] = {
    "arm SPI stuck low": ("arm", "MISO"),
    "pendulum SPI stuck high": ("pendulum", "nobody drives"),
}


@pytest.mark.parametrize("fault", STOPS)
def test_a_chip_that_does_not_answer(bench: PlantBench, fault: str) -> None:
    bench.fault(fault)
    name, words = STOPS[fault]
    found = wrong(examine_robot("emulated", bench=bench))
    assert list(found) == [name]
    assert words in found[name]


def test_the_power_loss_latch_is_told(bench: PlantBench) -> None:
    def told() -> str:
        return examine_robot("emulated", bench=bench).findings[-1].detail

    assert "without supply" in told()  # it was just switched on
    assert "PLS is clear" in told()
    bench.fault("pendulum counter browns out")
    assert "without supply" in told()


def test_a_fault_line_that_is_not_connected(
    bench: PlantBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.world.lines, "drive", lambda line, high: None)
    (bench.world.lines.root / f"line{BOARD.gpio.fault}").write_text("1")
    found = wrong(examine_robot("emulated", bench=bench))
    assert list(found) == ["fault"]
    assert "SF" in found["fault"]


def test_a_robot_that_another_program_drives_is_left_alone(bench: PlantBench) -> None:
    robot = EmulatedRobot("course", bench)
    robot.reset()
    before = bench.world.chips["arm"]
    found = wrong(examine_robot("emulated", bench=bench))
    assert "held by somebody else" in found["GPIO"]
    assert "first put right" in found["arm"]
    for _ in range(5):
        robot.step(0.3)  # goes on as if nothing had been
    assert robot.trip is None
    assert bench.world.chips["arm"] is before
    robot.close()


# ------------------------------------------------------------------ real, on a computer without
def test_a_computer_that_is_no_board_is_told_all_that_it_lacks() -> None:
    if Path("/proc/device-tree/model").exists():
        pytest.skip("this is a board")
    found = wrong(examine_robot("real"))
    assert "no Raspberry Pi 5" in found["board"]
    assert '"dtparam=spi=on" to /boot/firmware/config.txt' in found["SPI"]
    assert '"dtoverlay=pwm-2chan,pin=12,func=4,pin2=13,func2=4"' in found["PWM"]
    assert "first put right PWM" in found["guardian"]
    assert "first put right" in found["arm"]


class Place:
    """A folder that looks like a board, with the chips of an emulated one."""

    def __init__(self, folder: Path, bench: PlantBench) -> None:
        self.folder, self.bench = folder, bench
        self.guardian: Callable[[], object] = lambda: bench.guardian(0.1)
        (folder / "model").write_bytes(b"Raspberry Pi 5 Model B Rev 1.0\0")
        for port in BOARD.spi.values():
            (folder / f"spidev{port.bus}.{port.chip_select}").touch()

    def look(self) -> Report:
        return RobotCheck(
            "course",
            self.bench.wires(),
            lambda: self.guardian(),  # type: ignore[arg-type, return-value]
            self.bench.clock,
            real=True,
            devices=self.folder,
            model=self.folder / "model",
        ).examine()


@pytest.fixture
def place(tmp_path: Path, bench: PlantBench, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: SimpleNamespace(name=name))
    return Place(tmp_path, bench)


def test_a_board_with_all_that_it_needs(place: Place) -> None:
    report = place.look()
    assert wrong(report) == {}
    assert "never tried on this board" in report.findings[0].detail


def test_another_board(place: Place) -> None:
    (place.folder / "model").write_bytes(b"NVIDIA Jetson Orin Nano Developer Kit\0")
    found = wrong(place.look())
    assert list(found) == ["board"]
    assert "this is a NVIDIA Jetson Orin Nano" in found["board"]
    assert "wiring.board" in found["board"]


def test_missing_packages(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    found = wrong(place.look())
    assert "spidev and gpiod" in found["packages"]
    assert "pip install 'furutalib[board]'" in found["packages"]


def test_one_missing_device(place: Place) -> None:
    (place.folder / "spidev0.1").unlink()
    found = wrong(place.look())
    assert "spidev0.1: add the line" in found["SPI"]
    assert set(found) == {"SPI", "arm", "pendulum"}


def test_a_device_that_may_not_be_opened(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda file, mode: False)
    assert "usermod -aG spi" in wrong(place.look())["SPI"]


def test_a_guardian_that_is_there_already(place: Place) -> None:
    def busy() -> object:
        raise LineBusyError("line 22 is held by 'furutalib'")

    place.guardian = busy
    found = wrong(place.look())
    assert found["guardian"] == "line 22 is held by 'furutalib'"
    assert set(found) == {"guardian", "fault", "arm", "pendulum"}


def test_what_cannot_be_checked() -> None:
    with pytest.raises(ConfigurationError, match="cannot check 'sim'"):
        examine_robot("sim")
    with pytest.raises(ConfigurationError, match=r"no table \[wiring\]"):
        examine_robot("emulated", "qube")
