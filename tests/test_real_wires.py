"""The real buses behind the wires' protocol, with small stand-ins for `spidev` and `gpiod`.

What the stand-ins do - names, arguments, which errors - follows their documentation: spidev's
`SpiDev` and gpiod 2's `Chip`, `request_lines` and `LineSettings`.
"""

import enum
import errno
import sys
import types

import pytest
from pin_bench import BOARD

from furutalib.facts.boards import load_board
from furutalib.facts.errors import LineBusyError, WireError
from furutalib.machine.real_wires import RealWires, remedy, take_output

LABEL = BOARD.gpio.label


class Spi:
    """A device that answers every byte with its complement."""

    opened: tuple = ()
    failure: OSError | None = None

    def open(self, bus, chip_select):
        if Spi.failure:
            raise Spi.failure
        Spi.opened = (bus, chip_select)

    def xfer2(self, data):
        assert isinstance(data, list)
        if Spi.failure:
            raise Spi.failure
        assert (self.mode, self.max_speed_hz) == (0, 1_000_000)
        return [255 - byte for byte in data]

    def close(self):
        Spi.opened = ()


@pytest.fixture
def spidev(monkeypatch):
    monkeypatch.setattr(Spi, "opened", ())
    monkeypatch.setattr(Spi, "failure", None)
    module = types.ModuleType("spidev")
    module.SpiDev = Spi
    monkeypatch.setitem(sys.modules, "spidev", module)
    return Spi


class Value(enum.Enum):
    INACTIVE = 0
    ACTIVE = 1


class Direction(enum.Enum):
    INPUT = 1
    OUTPUT = 2


class Gpio:
    """Chips by device file, lines by offset; each line has one owner."""

    def __init__(self, folder):
        self.chips = {}
        self.held = {}
        self.levels = {}
        self.forbidden = False
        for number, label in ((0, "something"), (4, LABEL)):
            path = folder / f"gpiochip{number}"
            path.touch()
            self.chips[str(path)] = label
        (folder / "gpiochip-old").touch()  # not a device

    def request(self, path, config, consumer=None):
        [(line, settings)] = config.items()
        label = self.chips[path]
        if line > 53:
            raise ValueError("line offset of out range")
        if (label, line) in self.held:
            raise OSError(errno.EBUSY, "Device or resource busy")
        self.held[label, line] = consumer
        if settings.direction is Direction.OUTPUT:
            self.levels[label, line] = settings.output_value
        return Request(self, label, line)

    def modules(self):
        gpiod, line = types.ModuleType("gpiod"), types.ModuleType("gpiod.line")
        gpiod.Chip = lambda path: Chip(self, path)
        gpiod.request_lines = self.request
        gpiod.is_gpiochip_device = lambda path: path in self.chips
        gpiod.LineSettings = types.SimpleNamespace
        line.Value, line.Direction = Value, Direction
        return {"gpiod": gpiod, "gpiod.line": line}


class Chip:
    def __init__(self, world, path):
        if world.forbidden:
            raise PermissionError(errno.EACCES, "Permission denied")
        self.world, self.label = world, world.chips[path]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def get_info(self):
        return types.SimpleNamespace(label=self.label)

    def get_line_info(self, line):
        return types.SimpleNamespace(consumer=self.world.held.get((self.label, line), ""))


class Request:
    def __init__(self, world, label, line):
        self.world, self.label, self.line = world, label, line

    def set_value(self, line, value):
        assert line == self.line
        self.world.levels[self.label, line] = value

    def get_value(self, line):
        assert line == self.line
        return self.world.levels.get((self.label, line), Value.INACTIVE)

    def release(self):
        del self.world.held[self.label, self.line]  # older gpiod refuses a second time


@pytest.fixture
def gpio(tmp_path, monkeypatch):
    made = Gpio(tmp_path)
    for name, module in made.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    return made


@pytest.fixture
def wires(tmp_path):
    made = RealWires(BOARD, devices=tmp_path)
    yield made
    made.close()


def test_spi_opens_the_port_in_mode_0_at_its_clock_and_moves_bytes(wires, spidev):
    device = wires.spi(1, 2, 1_000_000)
    assert spidev.opened == (1, 2)
    assert device.transfer(b"\x60\x00\xff") == b"\x9f\xff\x00"
    device.close()
    assert spidev.opened == ()


def test_a_missing_package_is_said_with_the_command_that_installs_it(wires, monkeypatch):
    for name in ("spidev", "gpiod"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(WireError, match=r"spidev is missing.*pip install 'furutalib\[board\]'"):
        wires.spi(0, 0, 1_000_000)
    with pytest.raises(WireError, match=r"gpiod is missing.*pip install 'furutalib\[board\]'"):
        wires.output(22, high=False)


def test_a_missing_bus_is_said_with_the_line_to_add(wires, spidev):
    spidev.failure = FileNotFoundError(errno.ENOENT, "No such file or directory")
    with pytest.raises(
        WireError,
        match=r'there is no .*spidev0.1: add the line "dtparam=spi=on" to /boot/firmware/config',
    ):
        wires.spi(0, 1, 1_000_000)


def test_a_bus_without_permission_is_said_with_the_group_to_join(wires, spidev, tmp_path):
    (tmp_path / "spidev0.1").touch()
    spidev.failure = PermissionError(errno.EACCES, "Permission denied")
    with pytest.raises(WireError, match=r"spidev0.1 may not be opened: .*usermod -aG \S+ \$USER"):
        wires.spi(0, 1, 1_000_000)


def test_a_transfer_that_fails_is_a_wire_error(wires, spidev):
    device = wires.spi(0, 0, 1_000_000)
    spidev.failure = OSError(errno.EIO, "Input/output error")
    with pytest.raises(WireError, match=r"spidev0.0 does not transfer: .*Input/output"):
        device.transfer(b"\x00")


def test_lines_are_taken_on_the_chip_with_the_boards_label_whatever_its_number(wires, gpio):
    output = wires.output(22, high=True)
    assert gpio.held == {(LABEL, 22): "furutalib"}
    assert gpio.levels[LABEL, 22] is Value.ACTIVE
    output.set(False)
    assert gpio.levels[LABEL, 22] is Value.INACTIVE
    output.set(True)
    assert gpio.levels[LABEL, 22] is Value.ACTIVE
    output.close()
    assert gpio.held == {}


def test_an_output_can_start_low(wires, gpio):
    wires.output(22, high=False)
    assert gpio.levels[LABEL, 22] is Value.INACTIVE


def test_an_input_is_read(wires, gpio):
    fault = wires.input(24)
    assert fault.get() is False
    gpio.levels[LABEL, 24] = Value.ACTIVE
    assert fault.get() is True


def test_a_line_that_somebody_holds_is_said_with_who(wires, gpio):
    gpio.held[LABEL, 22] = "blinker"
    with pytest.raises(LineBusyError, match=rf"line 22 of {LABEL} is held by 'blinker'; .*end the"):
        wires.output(22, high=False)


def test_a_chip_that_is_not_there_is_said_with_those_that_are(wires, gpio, tmp_path):
    with pytest.raises(WireError, match=r"no GPIO chip is called tegra-gpio \(there: something, "):
        take_output("tegra-gpio", 1, high=False, devices=tmp_path)


def test_a_line_that_the_chip_does_not_have_is_a_wire_error(wires, gpio):
    with pytest.raises(WireError, match=f"{LABEL} has no line 99"):
        wires.input(99)


def test_a_chip_without_permission_is_said_with_the_group_to_join(wires, gpio):
    gpio.forbidden = True
    with pytest.raises(WireError, match=r"gpiochip0 may not be opened: .*usermod -aG \S+ \$USER"):
        wires.output(22, high=False)


def test_close_lets_go_of_everything(wires, gpio, spidev):
    wires.spi(0, 0, 1_000_000)
    wires.output(22, high=True)
    wires.input(24)
    wires.close()
    assert (gpio.held, spidev.opened) == ({}, ())


def test_a_line_can_be_closed_twice(wires, gpio):
    line = wires.output(22, high=True)
    line.close()
    line.close()
    wires.close()
    assert gpio.held == {}


def test_the_remedy_names_a_file_or_a_program():
    assert remedy(BOARD.setting("spi")).startswith('add the line "dtparam=spi=on" to /boot/')
    assert remedy(load_board("jetson-nano").setting("pwm")).startswith("run sudo /opt/nvidia/")


def test_the_names_that_are_used_are_those_of_the_real_package():
    gpiod = pytest.importorskip("gpiod")
    line = pytest.importorskip("gpiod.line")
    settings = gpiod.LineSettings(direction=line.Direction.OUTPUT, output_value=line.Value.ACTIVE)
    assert settings.output_value is line.Value.ACTIVE
    assert gpiod.__version__.startswith("2.")
    assert not gpiod.is_gpiochip_device("/dev/null")
    with pytest.raises(OSError, match="No such file"):
        gpiod.request_lines("/dev/none", consumer="x", config={1: settings})
