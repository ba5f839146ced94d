"""The counter chip LS7366R as its pins see it, typed from its data sheet.

This module shares nothing with the driver `furutalib.machine.ls7366r`: whatever one of them has
wrong, the other shows. Read in the data sheet itself (revision 7366R-122205): page 1, how a
transmission works, and page 3, the status register's bits, the instruction byte and table 1 of
instructions. The mode registers and the notes on the status bits were read only in public drivers
that quote the sheet, the one of the Counter Click's maker among them. What is not even quoted
there, and had to be chosen, is in `UNCONFIRMED`.
"""

from collections.abc import Mapping
from types import MappingProxyType

UNCONFIRMED: Mapping[str, str] = MappingProxyType(
    {
        "first byte": "what MISO says while the instruction comes in; here a fixed odd value",
        "surplus bytes": "what MISO says after a register's last byte; here the same odd value",
        "short write": "WR DTR with too few bytes; here it changes nothing",
        "x1 and x2": "at which edges they count; here where position // 4 or // 2 changes",
        "non-quadrature edge": "here A counts as it rises, upwards while B is high",
        "width change": "what happens to the upper bytes; here they are lost",
        "sign": "here S is set by an underflow and reset by an overflow, as in the sister LS7266",
        "single cycle": "here the count wraps, then stops, and CEN says so",
        "range limit": "here reaching a limit sets neither CY nor BW",
        "compare": "here CMP is set as soon as CNTR = DTR, however that came about",
        "index off": "here a disabled index sets no latch",
        "quadrature start": "here position 0 has A and B low, and A leads B on the way up",
        "filter": "not emulated: every count is taken, however fast",
    }
)
"""What had to be chosen because no source that we read settles it."""

# Page 3: status register, bits 7 to 0.
_CY, _BW, _CMP, _IDX, _CEN, _PLS, _UD, _S = (0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02, 0x01)
# Page 3: the instruction byte, B7 B6 and B5 B4 B3; B2 to B0 do not matter.
_CLR, _RD, _WR, _LOAD = range(4)
_MDR0, _MDR1, _DTR, _CNTR, _OTR, _STR = range(1, 7)
# Mode register 0 (as quoted): B1 B0, B3 B2, B5 B4.
_NON_QUADRATURE, _X1, _X2, _X4 = range(4)
_FREE_RUN, _SINGLE_CYCLE, _RANGE_LIMIT, _MODULO_N = range(4)
_NO_INDEX, _INDEX_LOADS_CNTR, _INDEX_RESETS_CNTR, _INDEX_LOADS_OTR = range(4)

_UNDEFINED = 0xA5  # neither of the values of a dead wire, so that a driver that looks is caught


class EmulatedLS7366R:
    """One chip; `transfer` is one phase of SS/ low and so one instruction, as on page 1.

    An attribute is a pin: `count_enable_pin` is CNT_EN, which the chip pulls up itself.
    """

    def __init__(self) -> None:
        self.count_enable_pin = True
        self._position = 0
        self.lose_power()

    def lose_power(self) -> None:
        """Start again as after a power-up: all registers zero, and PLS set."""
        self._mdr0 = self._mdr1 = 0
        self._dtr = self._cntr = self._otr = 0
        self._flags = _PLS
        self._cycle_over = False  # a single cycle has ended

    # ------------------------------------------------------------------ the serial port
    def transfer(self, data: bytes) -> bytes:
        """Take one instruction with its data bytes; return as many bytes as came in."""
        if not data:
            return b""
        action, register = data[0] >> 6, data[0] >> 3 & 0b111
        answer = b""
        if action == _CLR:
            self._clear(register)
        elif action == _RD:
            answer = self._read(register)
        elif action == _WR:
            self._write(register, data[1:])
        else:
            self._load(register)
        surplus = bytes([_UNDEFINED]) * len(data)
        return (surplus[:1] + answer + surplus)[: len(data)]

    def close(self) -> None:
        """A chip has nothing to let go of."""

    def _clear(self, register: int) -> None:
        if register == _MDR0:
            self._mdr0 = 0
        elif register == _MDR1:
            self._mdr1 = 0
        elif register == _CNTR:
            self._set_counter(0)
        elif register == _STR:
            self._flags &= _UD | self._held_flags()

    def _held_flags(self) -> int:
        """The latches that CLR STR leaves as they are, because their cause still stands."""
        up = bool(self._flags & _UD)
        held = _CY if up and self._cntr == self._modulus - 1 else 0
        held |= _BW if not up and self._cntr == 0 else 0
        return held | (_CMP if self._cntr == self._dtr else 0)

    def _read(self, register: int) -> bytes:
        if register == _CNTR:
            self._otr = self._cntr
        if register in (_CNTR, _OTR):
            return self._otr.to_bytes(self._width, "big")
        if register == _MDR0:
            return bytes([self._mdr0])
        if register == _MDR1:
            return bytes([self._mdr1])
        return bytes([self._status]) if register == _STR else b""

    def _write(self, register: int, data: bytes) -> None:
        if register == _DTR and len(data) >= self._width:
            self._dtr = int.from_bytes(data[: self._width], "big")
            self._compare()
        elif register == _MDR0 and data:
            self._mdr0 = data[0]
        elif register == _MDR1 and data:
            self._mdr1 = data[0]
            self._dtr, self._cntr, self._otr = (
                value % self._modulus for value in (self._dtr, self._cntr, self._otr)
            )

    def _load(self, register: int) -> None:
        if register == _CNTR:
            self._set_counter(self._dtr)
        elif register == _OTR:
            self._otr = self._cntr

    # ------------------------------------------------------------------ the other pins
    def count_to(self, quadrature_position: int) -> None:
        """Bring A and B to an encoder's position, in quarters of a cycle, through all between.

        The chip counts the way from the position of the last call, in its mode.
        """
        old, self._position = self._position, quadrature_position
        if old == quadrature_position:
            return
        count = self._counts_between(old, quadrature_position)
        if count:
            self._turn(up=count > 0)
            if self._counting:
                self._count(count)

    def pulse_index(self) -> None:
        """A pulse at INDEX/."""
        task = self._mdr0 >> 4 & 0b11
        if task == _NO_INDEX:
            return
        self._flags |= _IDX
        if task == _INDEX_LOADS_CNTR:
            self._set_counter(self._dtr)
        elif task == _INDEX_RESETS_CNTR:
            self._set_counter(0)
        else:
            self._otr = self._cntr

    @property
    def lflag_pin(self) -> bool:
        """LFLAG/: low while a status latch is set that MDR1 selects."""
        return not self._flags & self._mdr1 & (_CY | _BW | _CMP | _IDX)

    # ------------------------------------------------------------------ inside
    @property
    def _width(self) -> int:
        return 4 - (self._mdr1 & 0b11)

    @property
    def _modulus(self) -> int:
        return 1 << 8 * self._width

    @property
    def _counting(self) -> bool:
        return self.count_enable_pin and not self._mdr1 & 0b100 and not self._cycle_over

    @property
    def _status(self) -> int:
        return self._flags | (_CEN if self._counting else 0)

    def _set_counter(self, value: int) -> None:
        self._cntr = value
        self._cycle_over = False
        self._compare()

    def _compare(self) -> None:
        if self._cntr == self._dtr:
            self._flags |= _CMP

    def _turn(self, *, up: bool) -> None:
        self._flags = self._flags | _UD if up else self._flags & ~_UD

    def _counts_between(self, old: int, new: int) -> int:
        """Counts on the way, all of one sign, since the way never turns back."""
        mode = self._mdr0 & 0b11
        if mode == _X4:
            return new - old
        if mode == _X2:
            return new // 2 - old // 2
        if mode == _X1:
            return new // 4 - old // 4
        # A rises from 0 to 1 on the way up, with B low, and from 3 to 2 on the way down, B high.
        if new > old:
            return (old - 1) // 4 - (new - 1) // 4
        return (old - 3) // 4 - (new - 3) // 4

    def _count(self, count: int) -> None:
        run = self._mdr0 >> 2 & 0b11
        period = self._modulus
        if run == _MODULO_N and self._cntr > self._dtr:
            outside = self._cntr - self._dtr if count < 0 else period - self._cntr
            outside = min(outside, abs(count))
            part = outside if count > 0 else -outside
            self._advance(part, period)
            count -= part
        if run == _MODULO_N and self._cntr <= self._dtr:
            period = self._dtr + 1
        elif run == _RANGE_LIMIT:
            count = self._limited(count)
        elif run == _SINGLE_CYCLE:
            count = max(-self._cntr - 1, min(count, period - self._cntr))
        wrapped = self._advance(count, period)
        self._cycle_over = wrapped and run == _SINGLE_CYCLE

    def _advance(self, count: int, period: int) -> bool:
        """Move CNTR on a circle of `period` counts; whether it passed the end."""
        if count == 0:
            return False
        way_to_match = (self._dtr - self._cntr) * (1 if count > 0 else -1) % period or period
        if way_to_match <= abs(count):
            self._flags |= _CMP
        laps, self._cntr = divmod(self._cntr + count, period)
        if laps > 0:
            self._flags = (self._flags | _CY) & ~_S
        elif laps < 0:
            self._flags |= _BW | _S
        return laps != 0

    def _limited(self, count: int) -> int:
        """What is left of a count between zero and DTR, where it freezes."""
        if count > 0:
            return min(count, (self._dtr - self._cntr) % self._modulus)
        return -min(-count, self._cntr)
