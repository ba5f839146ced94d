"""Driver for the LS7366R, a 32-bit quadrature counter on SPI (mode 0).

One transfer is one instruction: an instruction byte, then up to four data bytes, highest first;
the chip select rises in between. `INSTRUCTIONS` and `FIELDS` say what was read in the data sheet
itself (revision 7366R-122205) and what only in public drivers that quote it, the one of the
Counter Click's maker among them.
"""

from collections.abc import Mapping
from enum import IntEnum, IntFlag
from typing import NamedTuple

from furutalib.facts.errors import ChipError, ConfigurationError, WireError
from furutalib.machine.wires import SpiDevice


class Action(IntEnum):
    """Bits 7 and 6 of an instruction byte; page 3."""

    CLEAR = 0b00
    READ = 0b01
    WRITE = 0b10
    LOAD = 0b11


class Register(IntEnum):
    """Bits 5 to 3 of an instruction byte; page 3."""

    MDR0 = 0b001  # mode
    MDR1 = 0b010  # mode
    DTR = 0b011  # data in
    CNTR = 0b100  # the counter
    OTR = 0b101  # data out
    STR = 0b110  # status


class CountMode(IntEnum):
    """MDR0, bits 1 and 0: counts in one quadrature cycle."""

    NON_QUADRATURE = 0b00
    X1 = 0b01
    X2 = 0b10
    X4 = 0b11


class RunMode(IntEnum):
    """MDR0, bits 3 and 2: what happens at the end of the counter."""

    FREE = 0b00
    SINGLE_CYCLE = 0b01
    RANGE_LIMIT = 0b10
    MODULO_N = 0b11


class IndexMode(IntEnum):
    """MDR0, bits 5 and 4: what the index input does."""

    OFF = 0b00
    LOAD_COUNTER = 0b01
    RESET_COUNTER = 0b10
    LOAD_OUTPUT = 0b11


class StatusBit(IntFlag):
    """STR; the order of the bits is on page 3."""

    NONE = 0
    CARRY = 0x80
    BORROW = 0x40
    COMPARE = 0x20
    INDEX = 0x10
    COUNTING = 0x08
    POWER_LOSS = 0x04
    UP = 0x02
    NEGATIVE = 0x01


class Source(NamedTuple):
    """Where a fact stands, and whether we read it in the data sheet itself."""

    where: str
    confirmed: bool


_TABLE_1 = Source("data sheet, page 3, table 1", True)
_QUOTED = Source("public drivers that quote the data sheet", False)

INSTRUCTIONS: Mapping[tuple[Action, Register], Source] = {
    (action, register): _TABLE_1
    for action, registers in {
        Action.CLEAR: (Register.MDR0, Register.MDR1, Register.CNTR, Register.STR),
        Action.READ: tuple(register for register in Register if register != Register.DTR),
        Action.WRITE: (Register.MDR0, Register.MDR1, Register.DTR),
        Action.LOAD: (Register.CNTR, Register.OTR),
    }.items()
    for register in registers
}
"""Every instruction that does something."""

FIELDS: Mapping[str, Source] = {
    "STR: order of the bits": Source("data sheet, page 3", True),
    "STR: PLS is set by a power-up, CLR STR resets it": _QUOTED,
    "STR: CLR STR leaves CEN and U/D, and latches whose cause still stands": _QUOTED,
    "MDR0 B1-B0: non-quadrature, x1, x2, x4": _QUOTED,
    "MDR0 B3-B2: free-running, single-cycle, range-limit, modulo-n": _QUOTED,
    "MDR0 B5-B4: index off, loads CNTR, resets CNTR, loads OTR": _QUOTED,
    "MDR0 B6: synchronous index": _QUOTED,
    "MDR0 B7: filter clock divided by 2": _QUOTED,
    "MDR1 B1-B0: 4, 3, 2, 1 bytes": _QUOTED,
    "MDR1 B2: counting off": _QUOTED,
    "MDR1 B7-B4: flags on CY, BW, CMP, IDX": _QUOTED,
    "MDR0 and MDR1 are zero after a power-up": _QUOTED,
}
"""What the bits of the registers mean."""


class Status(NamedTuple):
    """The status register, decoded."""

    carry: bool  # latch: the count passed its upper end
    borrow: bool  # latch: the count passed zero downwards
    compare: bool  # latch: CNTR was equal to DTR
    indexed: bool  # latch: the index input was active
    counting: bool  # off: by MDR1, by the pin CNT_EN or after a single cycle
    power_lost: bool  # latch: the chip was without supply since STR was last cleared
    up: bool  # direction of the last count
    negative: bool  # the driver does not rely on it: an int has its own sign


# ---------------------------------------------------------------------------- codecs
def instruction(action: Action, register: Register) -> int:
    """The instruction byte.

    Raises:
        ConfigurationError: this action does nothing with this register.
    """
    if (action, register) not in INSTRUCTIONS:
        raise ConfigurationError(f"the LS7366R has no {action.name} for {register.name}")
    return action << 6 | register << 3


def encode_mdr0(
    count: CountMode,
    run: RunMode = RunMode.FREE,
    index: IndexMode = IndexMode.OFF,
    *,
    synchronous_index: bool = False,
    halve_filter_clock: bool = False,
) -> int:
    """The byte for mode register 0."""
    return halve_filter_clock << 7 | synchronous_index << 6 | index << 4 | run << 2 | count


def encode_mdr1(width: int = 4, *, counting: bool = True, flags: StatusBit = StatusBit.NONE) -> int:
    """The byte for mode register 1: width of the counter in bytes, and which latches pull LFLAG/.

    Raises:
        ConfigurationError: the width is not 1 to 4, or there is no such flag.
    """
    if width not in (1, 2, 3, 4):
        raise ConfigurationError(f"width = {width!r} bytes; the LS7366R has 1, 2, 3 or 4")
    if flags & 0x0F:
        raise ConfigurationError("flags can be CARRY, BORROW, COMPARE and INDEX only")
    return int(flags) | (not counting) << 2 | 4 - width


def encode_count(count: int, width: int = 4) -> bytes:
    """A signed count as the chip's bytes, highest first.

    Raises:
        ConfigurationError: the count does not fit.
    """
    limit = 1 << 8 * width - 1
    if not -limit <= count < limit:
        raise ConfigurationError(
            f"count = {count!r} does not fit into {width} bytes; -{limit} to {limit - 1} do"
        )
    return count.to_bytes(width, "big", signed=True)


def decode_count(data: bytes) -> int:
    """A signed count from the chip's bytes, highest first, without the byte of the instruction."""
    return int.from_bytes(data, "big", signed=True)


def decode_status(value: int) -> Status:
    """The status register's byte, bit by bit."""
    return Status(*(bool(value & 0x80 >> place) for place in range(8)))


# ---------------------------------------------------------------------------- driver
_MDR0 = encode_mdr0(CountMode.X4, halve_filter_clock=True)
_MDR1 = encode_mdr1(width=4)
_READ_MDR0 = bytes([instruction(Action.READ, Register.MDR0), 0])
_READ_MDR1 = bytes([instruction(Action.READ, Register.MDR1), 0])
_READ_STATUS = bytes([instruction(Action.READ, Register.STR), 0])
_READ_COUNT = bytes([instruction(Action.READ, Register.CNTR), 0, 0, 0, 0])
_READ_COPY = bytes([instruction(Action.READ, Register.OTR), 0, 0, 0, 0])

_WHAT_TO_CHECK = {
    0x00: "only zeros come back, from a chip without supply, a MISO wire at ground, or a chip that "
    "lost its mode: check the chip's supply and ground, then MISO, then chip select and clock",
    0xFF: "only ones come back, as from a wire that nobody drives: check MISO and chip select, and "
    "that bus and chip select are those of the board's description",
}
_GARBLED = (
    "the wires carry something, but not faithfully: check clock and MOSI, that nothing else is on "
    "this chip select, shorten the wires, or lower spi_clock_hz"
)


class Counter:
    """One counter chip: x4, free-running, 4 bytes, filter clock divided by 2.

    Args:
        spi: the wire to the chip.
        name: what people call it, for errors.

    Every method raises `WireError` if the bus fails.
    """

    def __init__(self, spi: SpiDevice, name: str) -> None:
        self.name = name
        self._spi = spi

    def configure(self) -> None:
        """Write the mode and read it back, then clear the count and the status latches.

        Raises:
            ChipError: the chip is silent or answers wrongly; it says what to check.
        """
        self._write(Register.MDR0, bytes([_MDR0]))
        self._write(Register.MDR1, bytes([_MDR1]))
        self._expect("MDR0", _MDR0, self._ask(_READ_MDR0))
        self._expect("MDR1", _MDR1, self._ask(_READ_MDR1))
        self.clear()
        self._command(Action.CLEAR, Register.STR)
        self._check_status(self._ask(_READ_STATUS))

    def verify(self) -> bool:
        """Whether both mode registers still hold what `configure` wrote (two short transfers)."""
        return self._ask(_READ_MDR0) == _MDR0 and self._ask(_READ_MDR1) == _MDR1

    def read(self) -> int:
        """The count, signed 32 bits, in one transfer: the chip holds a copy while it is read."""
        return self._number(_READ_COUNT)

    def copy(self) -> int:
        """The copy that the chip made for the last `read` (register OTR): it must be the same.

        If it is not, one of the two was garbled on the wire.
        """
        return self._number(_READ_COPY)

    def status(self) -> Status:
        """The status register; reading it clears nothing."""
        return decode_status(self._ask(_READ_STATUS))

    def clear(self) -> None:
        """Count from 0 again."""
        self._command(Action.CLEAR, Register.CNTR)

    def load(self, count: int) -> None:
        """Count on from here.

        Raises:
            ConfigurationError: the count does not fit into signed 32 bits.
        """
        self._write(Register.DTR, encode_count(count))
        self._command(Action.LOAD, Register.CNTR)

    def close(self) -> None:
        """Let go of the wire; the chip counts on."""
        self._spi.close()

    def _command(self, action: Action, register: Register) -> None:
        self._spi.transfer(bytes([instruction(action, register)]))

    def _write(self, register: Register, data: bytes) -> None:
        self._spi.transfer(bytes([instruction(Action.WRITE, register)]) + data)

    def _number(self, question: bytes) -> int:
        data = self._spi.transfer(question)
        if len(data) != 5:
            raise self._wrong_length(5, data)
        return decode_count(data[1:])

    def _ask(self, question: bytes) -> int:
        answer = self._spi.transfer(question)
        if len(answer) != 2:
            raise self._wrong_length(2, answer)
        return answer[1]

    def _expect(self, register: str, sent: int, read: int) -> None:
        if read != sent:
            raise ChipError(
                f"{self.name}: {register} was sent 0x{sent:02X} and reads 0x{read:02X}; "
                f"{_WHAT_TO_CHECK.get(read, _GARBLED)}"
            )

    def _check_status(self, value: int) -> None:
        status = decode_status(value)
        if status.power_lost:
            raise ChipError(
                f"{self.name}: STR reads 0x{value:02X} right after it was cleared, so the chip "
                "lost its supply just now: check its supply and, if it turns, the slip ring"
            )
        if not status.counting:
            raise ChipError(
                f"{self.name}: STR reads 0x{value:02X}, so counting is off although MDR1 switches "
                "it on: check that the pin CNT_EN is high or open"
            )

    def _wrong_length(self, expected: int, data: bytes) -> WireError:
        return WireError(f"{self.name}: {len(data)} bytes came back in a transfer of {expected}")
