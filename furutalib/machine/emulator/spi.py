"""The wire between board and chip, and what can be wrong with it."""

import random

from furutalib.facts.errors import ConfigurationError
from furutalib.machine.wires import SpiDevice

FAULTS = ("stuck-low", "stuck-high", "flip", "drop")
FLIP_RATE = 0.1


class FaultySpi:
    """An SPI device behind a wire that fails on demand.

    Args:
        device: the chip at the other end.
        seed: of the flipped bits.

    `fault` is None, or one of:
        stuck-low, stuck-high: MISO stays where it is; what is sent still arrives.
        flip: in a share `flip_rate` of the answers one bit of the data is wrong.
        drop: the next transfer does not reach the chip, and 0xFF is read; then the fault is over.
    """

    def __init__(self, device: SpiDevice, seed: int = 0) -> None:
        self.flip_rate = FLIP_RATE
        self._device = device
        self._random = random.Random(seed)
        self._fault: str | None = None

    @property
    def fault(self) -> str | None:
        """What is wrong with the wire.

        Raises:
            ConfigurationError: it is set to something unknown.
        """
        return self._fault

    @fault.setter
    def fault(self, fault: str | None) -> None:
        if fault is not None and fault not in FAULTS:
            raise ConfigurationError(f"unknown fault {fault!r}; known: None, {', '.join(FAULTS)}")
        self._fault = fault

    def transfer(self, data: bytes) -> bytes:
        """One transfer, with the wire as it is now."""
        if self._fault == "drop":
            self._fault = None
            return b"\xff" * len(data)
        answer = self._device.transfer(data)
        if self._fault == "stuck-low":
            return bytes(len(data))
        if self._fault == "stuck-high":
            return b"\xff" * len(data)
        if self._fault == "flip" and self._random.random() < self.flip_rate:
            return self._flipped(answer)
        return answer

    def close(self) -> None:
        """Let go of the device."""
        self._device.close()

    def _flipped(self, answer: bytes) -> bytes:
        """With one wrong bit, after the byte during which the chip says nothing."""
        data_bits = 8 * (len(answer) - 1)
        if data_bits <= 0:
            return answer
        wrong = int.from_bytes(answer, "big") ^ 1 << self._random.randrange(data_bits)
        return wrong.to_bytes(len(answer), "big")
