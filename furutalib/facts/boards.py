"""Single-board computers as data: which pin and which bus does what; `data/boards/*.toml`.

The numbers are those of the kernel (GPIO offset on its chip, PWM channel, SPI bus and chip select);
`header` has the pin of the 40-pin connector that each of them comes out at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fields import read_toml, same_keys
from furutalib.facts.paths import data_folder

ROLES = ("train", "run")


@dataclass(frozen=True)
class SpiPort:
    """Where a counter chip is connected: /dev/spidev<bus>.<chip_select>."""

    bus: int
    chip_select: int


@dataclass(frozen=True)
class PwmPort:
    """A channel of one of the kernel's PWM chips; the chip is found by its device's name.

    The chip's number in sysfs differs between models and kernels, the name does not.
    """

    device: str
    channel: int


@dataclass(frozen=True)
class GpioPort:
    """The GPIO chip by its label, and offsets of lines on it.

    `enable` must be low while the board boots. `in1` and `in2` are used by drive-coast only.
    """

    label: str
    enable: int
    d2: int
    fault: int
    in1: int
    in2: int


@dataclass(frozen=True)
class Setting:
    """A line that switches something on, where it goes, and what is missing without it."""

    what: str  # "spi" or "pwm"
    file: str
    line: str


@dataclass(frozen=True)
class Board:
    """A single-board computer with 3.3 V pins."""

    name: str
    title: str
    role: str  # "train": learns on the robot; "run": only runs policies
    spi: Mapping[str, SpiPort]  # by "arm" and "pendulum"
    pwm: Mapping[str, PwmPort]  # by "in1" and "in2"; drive-coast has D2 on "in1"
    gpio: GpioPort
    header: Mapping[str, int]
    settings: tuple[Setting, ...]
    unconfirmed: tuple[str, ...]  # what nobody has tried on such a board yet

    def setting(self, what: str) -> Setting:
        """The line that switches "spi" or "pwm" on."""
        return next(setting for setting in self.settings if setting.what == what)


def board_names() -> list[str]:
    """Names of the boards that come with the course."""
    return sorted(file.stem for file in (data_folder() / "boards").glob("*.toml"))


def load_board(name: str) -> Board:
    """Read a board by its name.

    Raises:
        ConfigurationError: there is no such board, or its file is not as it should be.
    """
    path = data_folder() / "boards" / f"{name}.toml"
    if not path.is_file():
        raise ConfigurationError(f"unknown board {name!r}; known: {', '.join(board_names())}")
    raw, where = read_toml(path), path.name
    same_keys(raw, [key for key in Board.__dataclass_fields__ if key != "name"], where, "")
    if raw["role"] not in ROLES:
        raise ConfigurationError(f"{where}: role = {raw['role']!r}; use {' or '.join(ROLES)}")
    return Board(
        name=name,
        title=raw["title"],
        role=raw["role"],
        spi=_ports(SpiPort, raw["spi"], ("arm", "pendulum"), where, "spi."),
        pwm=_ports(PwmPort, raw["pwm"], ("in1", "in2"), where, "pwm."),
        gpio=_record(GpioPort, raw["gpio"], where, "gpio."),
        header=MappingProxyType(dict(raw["header"])),
        settings=tuple(_record(Setting, item, where, "settings.") for item in raw["settings"]),
        unconfirmed=tuple(raw["unconfirmed"]),
    )


def _ports(
    kind: type[Any], entry: Mapping[str, Any], names: Sequence[str], where: str, prefix: str
) -> Mapping[str, Any]:
    same_keys(entry, list(names), where, prefix)
    return MappingProxyType({name: _record(kind, entry[name], where, prefix) for name in names})


def _record(kind: type[Any], entry: Mapping[str, Any], where: str, prefix: str) -> Any:
    same_keys(entry, list(kind.__dataclass_fields__), where, prefix)
    return kind(**entry)
