"""The emulated supply, and what becomes of the motor with it."""

import pytest

from furutalib.machine.connect import emulated
from furutalib.machine.emulator.supply import EmulatedSupply


def test_its_voltage() -> None:
    supply = EmulatedSupply(12.0)
    assert supply.voltage_v == 12.0
    supply.sags = True
    assert supply.voltage_v == 6.0
    supply.off = True
    assert supply.voltage_v == 0.0
    supply.off = supply.sags = False
    assert supply.voltage_v == 12.0


@pytest.mark.parametrize(("fault", "share"), [("", 1.0), ("supply sags", 0.5)])
def test_the_motor_s_current_follows_it(fault: str, share: float) -> None:
    """A blocked motor draws what voltage and resistance allow."""
    with emulated(hidden=None) as robot:
        robot.reset()
        robot.bench.fault("motor stalled")
        if fault:
            robot.bench.fault(fault)
        for _ in range(5):
            robot.step(0.8)
        drive = robot.description.drive.dead_zone
        duty = (0.8 - drive) / (1.0 - drive)
        resistance = robot.description.motor.resistance_ohm + duty**2 * 0.3
        expected = share * duty * robot.description.supply.voltage_v / resistance
        assert abs(robot.bench.state()["current_a"]) == pytest.approx(expected, rel=0.01)
