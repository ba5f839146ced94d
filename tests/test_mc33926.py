"""The motor driver in both wirings, against the emulated pins and bridge; enable is not its own."""

import dataclasses

import pytest
from pin_bench import BOARD, Bench

from furutalib.facts.errors import LineBusyError, WireError
from furutalib.facts.robot import load_robot
from furutalib.machine.emulator.mc33926 import EmulatedBridge
from furutalib.machine.mc33926 import DriveBrake, DriveCoast, motor_driver

GPIO = BOARD.gpio


class Motor(Bench):
    """The board with the bridge at its pins, which are looked at while time passes."""

    def __init__(self, folder, wiring):
        super().__init__(folder)
        self.wiring = wiring
        self.bridge = EmulatedBridge()
        self.bridge.enable = True
        self.bridge.d1 = False

    def look(self):
        """Put the pins on the bridge and its status on the line; return what the motor gets."""
        bridge, lines = self.bridge, self.lines
        if self.wiring is DriveBrake:
            bridge.d2 = lines.level(GPIO.d2)
            bridge.in1_duty, bridge.in2_duty = self.duty("in1"), self.duty("in2")
        else:
            bridge.in1, bridge.in2 = lines.level(GPIO.in1), lines.level(GPIO.in2)
            bridge.d2_duty = self.duty("in1")
        lines.drive(GPIO.fault, bridge.fault_pin)
        return tuple(bridge.drive())

    def sleep_until(self, when_s):
        super().sleep_until(when_s)
        self.look()


@pytest.fixture(params=[DriveBrake, DriveCoast])
def motor(request, tmp_path):
    made = Motor(tmp_path, request.param)
    yield made
    made.close()


def connect(motor, frequency_hz=20_000.0):
    return motor.wiring(motor, BOARD, frequency_hz, motor)


@pytest.fixture
def braking(tmp_path):
    made = Motor(tmp_path, DriveBrake)
    yield made
    made.close()


@pytest.fixture
def coasting(tmp_path):
    made = Motor(tmp_path, DriveCoast)
    yield made
    made.close()


def test_before_the_first_command_the_motor_gets_nothing(motor):
    driver = connect(motor)
    assert motor.look()[0] == 0.0
    assert not driver.fault()


@pytest.mark.parametrize("command", [1.0, 0.5, 0.0123, -0.0123, -0.5, -1.0])
def test_a_command_reaches_the_motor_with_its_sign_and_what_was_sent_is_returned(motor, command):
    driver = connect(motor)
    sent = driver.write(command)
    assert sent == motor.look()[0]
    assert sent == pytest.approx(command, abs=0.5 / 50_000)
    assert motor.tree.complaints == []


def test_any_sequence_of_commands_ends_with_the_last(motor):
    driver = connect(motor)
    for command in (0.3, -0.3, 0.0, -1.0, 1.0, 0.2, 0.0, 0.7, -0.1):
        assert driver.write(command) == pytest.approx(motor.look()[0])
        assert motor.look()[0] == pytest.approx(command, abs=1e-4)


def test_what_is_sent_is_on_the_grid_of_the_pwm(motor):
    driver = connect(motor, frequency_hz=1e8)  # ten steps of a nanosecond
    assert driver.write(0.234) == pytest.approx(0.2)
    assert driver.write(-0.26) == pytest.approx(-0.3)


def test_zero_brakes_in_drive_brake_and_coasts_in_drive_coast(motor):
    driver = connect(motor)
    driver.write(0.5)
    assert driver.write(0.0) == 0.0
    assert motor.look() == (0.0, motor.wiring is DriveCoast)


def test_brake_shorts_and_coast_lets_go(motor):
    driver = connect(motor)
    driver.write(0.5)
    driver.brake()
    assert motor.look() == (0.0, False)
    driver.write(-0.5)
    driver.coast()
    assert motor.look() == (0.0, True)
    driver.brake()
    assert motor.look() == (0.0, False)
    assert driver.write(0.5) == motor.look()[0] == 0.5


def test_the_inputs_are_never_both_pulsed_while_the_direction_changes(braking, monkeypatch):
    driver = connect(braking)
    both = []
    import furutalib.machine.sysfs_pwm as module

    really = module._write_at_start

    def spy(handle, value):
        really(handle, value)
        both.append(braking.duty("in1") > 0 and braking.duty("in2") > 0)

    monkeypatch.setattr(module, "_write_at_start", spy)
    for command in (0.5, -0.5, 0.5, 0.0, -0.5):
        driver.write(command)
    assert len(both) > 5
    assert not any(both)


def short(motor, driver):
    driver.write(1.0)
    motor.look()
    motor.bridge.take_current(12.0)
    motor.look()


def test_a_short_circuit_shows_and_is_cleared_only_on_purpose(braking):
    driver = connect(braking)
    short(braking, driver)
    assert driver.fault()
    for command in (0.0, 0.5, -0.5):
        driver.write(command)
        assert braking.look() == (0.0, True)
        assert driver.fault()
    driver.brake()
    assert driver.fault()
    driver.clear_fault()
    assert not driver.fault()
    assert braking.look() == (0.0, False)
    assert driver.write(0.5) == braking.look()[0]


def test_coast_does_not_wipe_out_a_fault_by_the_way(braking):
    driver = connect(braking)
    short(braking, driver)
    driver.coast()
    braking.look()
    assert not braking.bridge.latched  # the chip has forgotten: D2 has toggled
    assert driver.fault()
    assert driver.write(0.5) == 0.0  # so the driver keeps the motor off
    driver.brake()
    assert braking.look() == (0.0, True)
    driver.clear_fault()
    assert not driver.fault()
    assert driver.write(0.5) == braking.look()[0] == 0.5


def test_coast_is_no_fault_though_sf_is_low(motor):
    driver = connect(motor)
    driver.coast()
    motor.look()
    assert not motor.bridge.fault_pin
    assert not driver.fault()


def test_in_drive_coast_a_fault_shows_only_while_d2_is_constantly_high(coasting):
    driver = connect(coasting)
    driver.write(0.5)
    coasting.look()
    assert not coasting.bridge.fault_pin
    assert not driver.fault()
    driver.brake()
    coasting.look()
    coasting.bridge.in1 = True
    coasting.bridge.take_current(12.0)
    coasting.look()
    assert driver.fault()
    driver.clear_fault()
    assert not driver.fault()
    assert coasting.look() == (0.0, False)


def test_close_leaves_the_motor_off_and_everything_free(motor):
    driver = connect(motor)
    driver.write(0.8)
    driver.close()
    driver.close()
    assert motor.look() == (0.0, True)
    assert not motor.folder_of("in1").exists()
    connect(motor).close()


def test_close_never_raises(motor):
    driver = connect(motor)
    driver.write(0.8)
    for name in ("in1", "in2"):
        folder = motor.folder_of(name)
        if folder.exists():
            (folder.parent / "unexport").write_text(f"{BOARD.pwm[name].channel}\n")
            motor.tree.poll()
    driver.close()


def test_a_second_driver_is_refused_and_the_first_keeps_its_pins(motor):
    driver = connect(motor)
    driver.write(0.5)
    with pytest.raises(LineBusyError):
        connect(motor)
    assert motor.look()[0] == 0.5


def test_a_board_without_the_pwm_is_told_the_line_to_add_and_nothing_stays_taken(motor):
    elsewhere = motor.pwm_root.with_name("empty")
    there, motor.pwm_root = motor.pwm_root, elsewhere
    with pytest.raises(WireError, match=r'add the line "dtoverlay=pwm-2chan.*config.txt and reb'):
        connect(motor)
    motor.pwm_root = there
    connect(motor)


def test_the_enable_line_is_never_touched(motor, tmp_path):
    enable = motor.lines.output(GPIO.enable, high=True)
    driver = connect(motor)
    for command in (0.5, -0.5, 0.0):
        driver.write(command)
    driver.coast()
    driver.brake()
    driver.clear_fault()
    driver.close()
    assert motor.lines.level(GPIO.enable)
    enable.close()


def test_the_wiring_follows_the_robots_description(tmp_path):
    drive = load_robot("course").drive
    for mode, wiring in (("brake", DriveBrake), ("coast", DriveCoast)):
        motor = Motor(tmp_path / mode, wiring)
        described = dataclasses.replace(drive, mode=mode, pwm_frequency_hz=10_000.0)
        driver = motor_driver(motor, BOARD, described, motor)
        assert isinstance(driver, wiring)
        assert (motor.folder_of("in1") / "period").read_text() == "100000\n"
        motor.close()
