"""How punctual the control loop is, beside the loop that most programs have.

Both run in turn, in blocks, in the same process at the same priority; each tick does what a tick
on the robot does, a policy's inference and a row of telemetry. The usual loop sleeps what is left
of its period after its work. Where real-time scheduling is permitted our loop runs a third time
with it.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import data_folder
from furutalib.facts.robot import load_robot
from furutalib.learning.policy_folder import load_policy
from furutalib.lessons.bench import Figure
from furutalib.machine.clock import MonotonicClock
from furutalib.machine.loop import Distribution, Loop
from furutalib.machine.telemetry import Row
from furutalib.machine.telemetry_log import TelemetryLog
from furutalib.machine.undisturbed import undisturbed

RATES_HZ = (50.0, 100.0, 200.0)
BLOCK_S = 5.0
WARM_UP = 200
ROWS = 500
POLICY = "ppo-full"
_REACH_LATE_MS = 0.5  # p99 at 100 Hz with nobody else
_REACH_RATIO = 5.0  # p99 of the usual loop over ours beside two busy programs

Floats = NDArray[np.float64]
Work = Callable[[float], None]


@dataclass
class Times:
    """What one kind of loop did in all its blocks."""

    errors_s: list[Floats] = field(default_factory=list)  # |period - nominal|
    lateness_s: list[Floats] = field(default_factory=list)
    missed: int = 0

    def note(self, lengths_s: Floats, lateness_s: Floats, period_s: float, missed: int = 0) -> None:
        """Add a block."""
        self.errors_s.append(np.abs(lengths_s - period_s))
        self.lateness_s.append(lateness_s)
        self.missed += missed


def measure_loop(rate_hz: float = 100.0, seconds: float = 60.0, load: int = 0) -> list[Figure]:
    """How punctual the control loop is, against the usual sleep-the-rest loop.

    Args:
        rate_hz: of the loops.
        seconds: for which each of the loops runs.
        load: how many other programs compute without a pause meanwhile.

    Raises:
        ConfigurationError: a value is out of range.
    """
    if rate_hz not in RATES_HZ:
        known = ", ".join(f"{rate:g}" for rate in RATES_HZ)
        raise ConfigurationError(f"rate = {rate_hz:g} Hz; use one of {known}")
    if seconds <= 0.0 or load < 0:
        raise ConfigurationError(f"seconds = {seconds:g}, load = {load}; use above 0, 0 or above")
    with _working() as tick, _neighbours(load):
        inference = inference_s()
        kinds = _in_blocks(1.0 / rate_hz, seconds, tick)
    remark = f"{rate_hz:g} Hz, {load} busy programs beside it"
    figures = [
        Figure(
            "inference of a numpy policy, median",
            1e6 * inference.median_s,
            "us",
            "",
            "100",
            f"{POLICY}; p99 {1e6 * inference.p99_s:.0f}, worst {1e6 * inference.worst_s:.0f}; "
            f"after {WARM_UP} that do not count",
        )
    ]
    for name, times in kinds.items():
        figures += _two(name, times, rate_hz, load, remark)
    return figures + _ratios(kinds, load)


def measure_telemetry() -> list[Figure]:
    """What a row of telemetry costs inside a tick."""
    with tempfile.TemporaryDirectory() as folder, undisturbed(real_time=False):
        took = _row_s(Path(folder))
    remark = f"p99 {1e6 * took.p99_s:.0f}, worst {1e6 * took.worst_s:.0f}; {ROWS} rows at 200 Hz"
    return [
        Figure("a row of telemetry in a tick, median", 1e6 * took.median_s, "us", "", "", remark)
    ]


def inference_s(count: int = 2000) -> Distribution:
    """How long one inference of the shipped policy takes, after it was warmed up."""
    infer = _inference()
    took = [_seconds(infer) for _ in range(count)]
    return Distribution.of(np.array(took))


def our_loop(period_s: float, ticks: int, work: Work, times: Times) -> None:
    """A block of the loop that this library has."""
    loop = Loop(period_s, MonotonicClock(), ticks)
    loop.start()
    for _ in range(ticks):
        work(loop.wait().lateness_s)
    times.note(loop.lengths_s(), loop.lateness_s(), period_s, loop.missed)


def usual_loop(period_s: float, ticks: int, work: Work, times: Times) -> None:
    """A block of the loop that sleeps what its work has left of the period."""
    woke_s = np.zeros(ticks + 1)
    for k in range(ticks + 1):
        woke_s[k] = begin_s = time.monotonic()
        work(0.0)
        time.sleep(max(0.0, period_s - (time.monotonic() - begin_s)))
    due_s = woke_s[0] + period_s * np.arange(1, ticks + 1)
    times.note(np.diff(woke_s), woke_s[1:] - due_s, period_s)


def _in_blocks(period_s: float, seconds: float, work: Work) -> dict[str, Times]:
    """Each kind of loop in turn, until each had its time."""
    ours, usual, first = Times(), Times(), Times()
    left, told = round(seconds / period_s), ""
    while left > 0:
        ticks = min(left, round(BLOCK_S / period_s))
        with undisturbed(real_time=False):
            our_loop(period_s, ticks, work, ours)
        usual_loop(period_s, ticks, work, usual)
        with undisturbed() as got:
            told = got
            if got.startswith("real-time"):
                our_loop(period_s, ticks, work, first)
        left -= ticks
    kinds = {"our loop": ours, "the usual loop": usual}
    return {**kinds, f"our loop with {told}": first} if first.errors_s else kinds


def _two(name: str, times: Times, rate_hz: float, load: int, remark: str) -> list[Figure]:
    """Figures of |period - nominal| and of lateness."""
    watched = name.startswith("our") and rate_hz == 100.0 and load == 0
    errors, late = _joined(times.errors_s), _joined(times.lateness_s)
    return [
        Figure(
            f"{name}: period off nominal, p99", 1e3 * errors.p99_s, "ms", "", "", _others(errors)
        ),
        Figure(
            f"{name}: lateness, p99",
            1e3 * late.p99_s,
            "ms",
            "",
            f"below {_REACH_LATE_MS:g}" if watched else "",
            f"{_others(late)}; missed {times.missed}; {remark}",
        ),
    ]


def _ratios(kinds: dict[str, Times], load: int) -> list[Figure]:
    ours, usual = kinds["our loop"], kinds["the usual loop"]
    reach = f"{_REACH_RATIO:g}" if load == 2 else ""
    error = _joined(usual.errors_s).p99_s / _joined(ours.errors_s).p99_s
    late = _joined(usual.lateness_s).p99_s / _joined(ours.lateness_s).p99_s
    twice = "a late tick makes one period of the usual loop wrong, two of ours: long, then short"
    drift = f"the usual loop drifts; measured over blocks of {BLOCK_S:g} s"
    return [
        Figure("period off nominal, p99: the usual loop over ours", error, "", "", reach, twice),
        Figure("lateness, p99: the usual loop over ours", late, "", "", reach, drift),
    ]


def _joined(blocks: list[Floats]) -> Distribution:
    return Distribution.of(np.concatenate(blocks))


def _others(times: Distribution) -> str:
    return (
        f"median {1e3 * times.median_s:.3f}, p99.9 {1e3 * times.p99_9_s:.3f}, "
        f"worst {1e3 * times.worst_s:.3f}"
    )


@contextmanager
def _working() -> Iterator[Work]:
    """What each tick does, warmed up: an inference, and a row of telemetry."""
    infer = _inference()
    with (
        tempfile.TemporaryDirectory() as folder,
        TelemetryLog(Path(folder) / "bench.csv", load_robot("course")) as log,
    ):

        def work(lateness_s: float) -> None:
            infer()
            log.write(Row(log.rows, 0.0, 1, 2, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5, -1.0, lateness_s))

        yield work


def _inference() -> Callable[[], None]:
    """One inference of the shipped policy, from an observation of its size; warmed up."""
    policy = load_policy(data_folder() / "policies" / POLICY)
    observation = np.full(policy.network.inputs, 0.1, np.float32)

    def infer() -> None:
        policy.act(observation)

    for _ in range(WARM_UP):
        infer()
    return infer


def _row_s(folder: Path) -> Distribution:
    took = []
    loop = Loop(1.0 / RATES_HZ[-1], MonotonicClock())
    with TelemetryLog(folder / "bench.csv", load_robot("course")) as log:

        def write() -> None:
            log.write(Row(log.rows, 0.0, 1, 2, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5, -1.0, 1e-5))

        loop.start()
        for _ in range(ROWS):
            loop.wait()
            took.append(_seconds(write))
    return Distribution.of(np.array(took))


def _seconds(action: Callable[[], None]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


@contextmanager
def _neighbours(count: int) -> Iterator[None]:
    """Programs that compute without a pause, at the priority of this one."""
    busy = [sys.executable, "-c", "while True: pass"]
    started = [subprocess.Popen(busy) for _ in range(count)]
    try:
        yield
    finally:
        for program in started:
            program.kill()
            program.wait()
