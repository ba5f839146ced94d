import pytest

from furutalib.facts.errors import SafetyTrip
from furutalib.machine.connect import emulated
from furutalib.machine.emulator.faults import FAULTS
from furutalib.view.fault_board import ONCE, FaultBoard


class Bench:
    def __init__(self):
        self.told = []

    def fault(self, name, on=True):
        self.told.append((name, on))


def test_every_fault_has_a_switch_and_nothing_else_has():
    board = FaultBoard(Bench())
    assert set(board.switches) == set(FAULTS)
    assert set(ONCE) < set(FAULTS)


def test_a_switch_switches_on_and_off():
    bench = Bench()
    switch = FaultBoard(bench).switches["arm encoder frozen"]
    switch.value = True
    assert switch.button_style == "danger"
    switch.value = False
    assert switch.button_style == ""
    assert bench.told == [("arm encoder frozen", True), ("arm encoder frozen", False)]


def test_what_happens_once_happens_with_every_press():
    bench = Bench()
    button = FaultBoard(bench).switches["pendulum counter browns out"]
    button.click()
    button.click()
    assert bench.told == [("pendulum counter browns out", True)] * 2


def test_all_off_switches_off_what_is_on():
    bench = Bench()
    board = FaultBoard(bench)
    board.switches["motor stalled"].value = True
    board.switches["supply sags"].value = True
    assert "motor stalled, supply sags" in repr(board)
    board.all_off()
    assert bench.told[2:] == [("motor stalled", False), ("supply sags", False)]
    assert "none" in repr(board)


def test_only_some_faults_can_be_offered():
    board = FaultBoard(Bench(), ["motor stalled", "pendulum upright"])
    assert list(board.switches) == ["motor stalled", "pendulum upright"]


def test_a_switch_makes_an_emulated_robot_ill():
    with emulated() as robot:
        board = FaultBoard(robot.bench)
        robot.reset()
        board.switches["pendulum SPI stuck low"].value = True
        with pytest.raises(SafetyTrip, match="pendulum counter"):
            robot.step(0.0)
