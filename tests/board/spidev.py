"""The part of `spidev` that furutalib uses; the chips are those of an emulated robot elsewhere."""

import json
import os
import socket

CHIPS = {(0, 0): "pendulum", (0, 1): "arm"}  # as a Raspberry Pi 5 is wired


class SpiDev:
    """A device on the bus, as spidev's class of this name."""

    mode = 3
    max_speed_hz = 0

    def open(self, bus, chip_select):
        if (bus, chip_select) not in CHIPS:
            raise FileNotFoundError(2, "No such file or directory")
        self._which = CHIPS[bus, chip_select]
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(os.environ["FURUTA_EMULATED"] + "/spi")
        self._file = self._socket.makefile("rwb")

    def xfer2(self, data):
        if self.mode != 0 or not 0 < self.max_speed_hz <= 10_000_000:
            raise OSError(5, "the chip does not understand this")
        question = {"do": "transfer", "which": self._which, "data": bytes(data).hex()}
        self._file.write(json.dumps(question).encode() + b"\n")
        self._file.flush()
        return list(bytes.fromhex(json.loads(self._file.readline())["data"]))

    def close(self):
        self._file.close()
        self._socket.close()
