"""How a control program can end, and what becomes of the motor: real processes, real signals.

The robot is the emulated one in wall time; guardian, pins (files) and signals are those of this
computer. A control program is started, drives the motor, and ends in some way. The pins are looked
at from outside, as an oscilloscope would.
"""

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.machine.emulator.wall import RemoteBench, WallBench
from furutalib.machine.rig import Rig, emulated_rig
from furutalib.machine.sysfs_pwm import duty_file, find_chip

WAYS: Mapping[str, str] = MappingProxyType(
    {
        "returns": "its work is done",
        "raises": "an exception that nobody catches",
        "SIGINT": "Ctrl-C, or ■ in a notebook",
        "SIGKILL": "killed; it cannot do anything about that",
        "SIGSTOP": "stopped: it is still there and does nothing",
        "hangs": "an endless loop without heartbeats",
    }
)
"""The ways to end, with what they are."""

BEFORE_S, AFTER_S = 0.1, 0.3  # looked at, around the end
COMMAND, PERIOD_S, DRIVES_S = 0.3, 0.02, 0.3
_LOOKS_S = 0.0005
_TRIES = 3  # on a busy computer the guardian may be quicker than we are


@dataclass(frozen=True, eq=False)
class Death:
    """The motor's pins around the end of a control program."""

    way: str
    off_s: float  # after the end, when the enable line was low; nan if it never was
    time_s: NDArray[np.float64]  # (n,) from the end on
    enable: NDArray[np.bool_]  # (n,)
    duty: NDArray[np.float64]  # (n,) of both PWM outputs together


def possible() -> bool:
    """Whether this computer has what is needed: Unix sockets and signals."""
    return sys.platform != "win32"


def die(bench: WallBench, way: str) -> Death:
    """Start a control program, let it end in one of `WAYS`, and watch the pins.

    Raises:
        ConfigurationError: there is no such way.
    """
    if way not in WAYS:
        raise ConfigurationError(f"no way to end is called {way!r}; known: {', '.join(WAYS)}")
    for _ in range(_TRIES):
        death = _try(bench, way)
        if death.enable[death.time_s < 0.0].all():
            break
    return death


def _try(bench: WallBench, way: str) -> Death:
    look = _pins(bench)
    command = [sys.executable, "-m", __name__, str(bench.folder), way]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, text=True) as program:
        assert program.stdout
        ends_s = float(program.stdout.readline() or "nan")  # it says when, in advance
        seen = []
        sent = False
        while math.isfinite(ends_s) and (now := time.monotonic()) < ends_s + AFTER_S:
            if now >= ends_s and not sent:
                sent = True
                _send(program, way)
                ends_s = time.monotonic()
            if now >= ends_s - BEFORE_S:
                seen.append((time.monotonic(), *look()))
            time.sleep(_LOOKS_S)
        if way in ("SIGSTOP", "hangs"):
            program.kill()
    times, enable, duty = (np.array(column) for column in zip(*seen, strict=True))
    times = times - ends_s
    low = times[(times >= 0.0) & (enable == 0.0)]
    return Death(way, float(low[0]) if len(low) else math.nan, times, enable == 1.0, duty)


def _send(program: "subprocess.Popen[str]", way: str) -> None:
    if way.startswith("SIG"):
        os.kill(program.pid, getattr(signal, way))


def _pins(bench: RemoteBench) -> Callable[[], tuple[float, float]]:
    """What reads the enable line and the PWM outputs, from their files."""
    line = bench.folder / "gpio" / f"line{bench.board.gpio.enable}"
    files = [
        duty_file(find_chip(bench.folder / "pwm", port.device), port.channel)
        for port in bench.board.pwm.values()
    ]

    def look() -> tuple[float, float]:
        return float(line.read_text()[:1] == "1"), sum(map(_share, files))

    return look


def _share(file: Path) -> float:
    try:
        duty, period = file.read_text(), (file.parent / "period").read_text()
        return float(duty.split("\n")[0] or 0) / max(1.0, float(period.split("\n")[0] or 0))
    except (OSError, ValueError):  # not exported, or just being written
        return 0.0


def main() -> None:
    """The control program. Run with: FOLDER WAY."""
    folder, way = sys.argv[1:]
    bench = RemoteBench(Path(folder))
    with emulated_rig("course", bench) as rig:
        _drive(rig, way)


def _drive(rig: Rig, way: str) -> None:
    rig.guardian.arm()
    begin_s = rig.clock.now()
    periods = round(DRIVES_S / PERIOD_S)
    sys.stdout.write(f"{begin_s + periods * PERIOD_S}\n")
    sys.stdout.flush()
    period = 0
    while period < periods or way.startswith("SIG"):
        period += 1
        rig.guardian.beat()
        rig.motor.write(COMMAND if period // 5 % 2 else -COMMAND)
        rig.clock.sleep_until(begin_s + period * PERIOD_S)
    if way == "raises":
        raise ValueError("a bug in the control program")
    while way == "hangs":
        pass


if __name__ == "__main__":
    main()
