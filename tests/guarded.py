"""A controller for tests of the guardian: arms, drives and beats until told to end in some way.

Run with: FOLDER HOW; it writes "on" and the guardian's process when the motor is on. HOW is what it
does then: "beat" goes on for ever; "hang" stops beating; "disarm" disarms and stays; "return",
"raise" and "exit" end it.
"""

import os
import sys
import time
from pathlib import Path

from pin_bench import BOARD

from furutalib.machine.clock import MonotonicClock
from furutalib.machine.guardian import GuardianProcess
from furutalib.machine.sysfs_pwm import PwmChannel, find_chip


def main() -> None:
    folder, how = Path(sys.argv[1]), sys.argv[2]
    guardian = GuardianProcess.start(BOARD, folder)
    channels = []
    for port in BOARD.pwm.values():
        chip = find_chip(folder / "pwm", port.device)
        channels.append(PwmChannel(chip, port.channel, 20_000.0, MonotonicClock()))
    guardian.arm()
    for channel in channels:
        channel.set(0.5)
    for _ in range(10):
        guardian.beat()
        time.sleep(0.01)
    if how == "disarm":
        guardian.disarm()
    sys.stdout.write(f"on {guardian.pid}\n")
    sys.stdout.flush()
    end(how, guardian)


def end(how: str, guardian: GuardianProcess) -> None:
    while how == "beat":
        guardian.beat()
        time.sleep(0.01)
    if how in ("hang", "disarm"):
        time.sleep(60.0)
    if how == "raise":
        raise ValueError("a bug in the controller")
    if how == "exit":
        os._exit(3)


if __name__ == "__main__":
    main()
