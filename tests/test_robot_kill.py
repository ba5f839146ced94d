"""A robot's training, killed in the middle: the motor goes off, and nothing that counts is lost.

Where the clock is on the wall, the robot and the guardian of its motor are other processes, as on
a real one: there the motor is looked at after the kill. Where the plant is the clock, they die
with the training, so there only what is stored can be looked at, at many more places.
"""

import json
import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Self

import pytest
from test_robot_session import CONFIG, check_memory

from furutalib.facts.robot import robot_file
from furutalib.learning import worker
from furutalib.learning.on_robot import OnRobot
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.run import Run
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import RunFiles
from furutalib.learning.training import prepare
from furutalib.machine.emulator.wall import WallBench

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix sockets and signals")
FAR_TOO_LONG_S = 120.0
OFF_WITHIN_S = 2.0  # the guardian's patience of 0.5 s, and a computer that is shared
ENDLESS = replace(CONFIG.settings, total_steps=1_000_000, gradient_steps=20)
SEED = 6
CHANGES = (  # patience for a shared computer, and a pendulum that is soon at rest
    ("heartbeat_s = { value = 0.1", "heartbeat_s = { value = 0.5"),
    ("late_periods = { value = 3", "late_periods = { value = 100"),
    ("viscous_nm_s = { value = 2.9e-05", "viscous_nm_s = { value = 2.9e-04"),
)


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's robot with those changes."""
    text = robot_file("course").read_text()
    for old, new in CHANGES:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = tmp_path_factory.mktemp("robot") / "patient.toml"
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def bench(patient: Path) -> Iterator[WallBench]:
    with WallBench(patient, hidden=100) as made:
        yield made


@pytest.fixture(scope="module")
def lives() -> Any:
    """Makes processes that need not import torch anew, each a training worker."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["furutalib.learning.robot_session", "furutalib.machine.emulator.wall", "torch._dynamo"]
    )
    return context


def live(folder: str) -> None:
    """What `python -m furutalib.learning.worker` does."""
    sys.exit(worker.main([folder]))


class Patient:
    """A run that is killed again and again; nothing of it is left after the test."""

    def __init__(self, folder: Path, config: RunConfig, lives: Any) -> None:
        self.files, self.config, self._lives = RunFiles(folder), config, lives
        self.worker: BaseProcess | None = None

    def begin(self) -> None:
        prepare(self.files, self.config, None)
        self.worker = self._lives.Process(target=live, args=(str(self.files.folder),), daemon=True)
        self.worker.start()

    def wait_until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + FAR_TOO_LONG_S
        while not done():
            assert self.worker is not None
            assert self.worker.is_alive(), self.files.last_log_lines()
            assert time.monotonic() < end
            time.sleep(0.002)

    def stored(self) -> int:
        """How many episodes are in the newest checkpoint."""
        counters = self.files.checkpoint / "counters.json"
        for _ in range(100):  # it may be being replaced at this instant
            if counters.is_file():
                return int(json.loads(counters.read_text())["recordings"])
            time.sleep(0.001)
        return -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.worker is not None and self.worker.is_alive():
            self.worker.kill()
            self.worker.join()

    def kill(self) -> None:
        """As a power cut does: without a word."""
        assert self.worker is not None
        self.worker.kill()
        self.worker.join()
        assert Run(self.files.folder).status.state == "interrupted"

    def left(self) -> int:
        """How many steps are stored; all of them fit the recordings."""
        return check_memory(self.files.folder) if self.stored() >= 0 else 0


def endless(place: RobotPlace) -> RunConfig:
    on_robot = OnRobot(place, episode_s=0.5)
    return replace(CONFIG, robot=place.description(), settings=ENDLESS, on_robot=on_robot)


def motor_is_off(bench: WallBench) -> None:
    begun = time.monotonic()
    while bench.motor_is_on() or bench.enabled():
        assert time.monotonic() - begun < OFF_WITHIN_S, "the motor is still on"


def kill_in_real_time(
    patient: Patient, bench: WallBench, chance: random.Random, kills: int
) -> None:
    """With the motor on: in resets and in episodes, as it happens."""
    steps = -1
    for number in range(kills):
        before = patient.stored()
        patient.begin()
        if number:  # the first time there is no checkpoint yet
            patient.wait_until(lambda before=before: patient.stored() > before)
        patient.wait_until(bench.motor_is_on)
        time.sleep(chance.uniform(0.0, 1.0))
        patient.kill()
        motor_is_off(bench)
        left = patient.left()
        assert left > steps, "what was stored got lost"
        steps = left


def test_killed_three_times_on_a_robot_that_goes_on_alone(
    tmp_path: Path, bench: WallBench, patient: Path, lives: Any
):
    place = RobotPlace(file=str(patient), hidden=100, clock="wall", bench=str(bench.folder))
    with Patient(tmp_path / "run", endless(place), lives) as run:
        kill_in_real_time(run, bench, random.Random(SEED), kills=3)


@pytest.mark.full
def test_killed_eight_times_on_a_robot_that_goes_on_alone(
    tmp_path: Path, bench: WallBench, patient: Path, lives: Any
):
    place = RobotPlace(file=str(patient), hidden=100, clock="wall", bench=str(bench.folder))
    with Patient(tmp_path / "run", endless(place), lives) as run:
        kill_in_real_time(run, bench, random.Random(SEED + 1), kills=8)


@pytest.mark.full
def test_killed_twenty_times_anywhere(tmp_path: Path, lives: Any):
    """The plant is the clock: many more episodes, and kills in updates and checkpoints, too."""
    chance, steps = random.Random(SEED), 0
    with Patient(tmp_path / "run", endless(RobotPlace(hidden=100)), lives) as run:
        for _ in range(20):
            before = run.stored()
            run.begin()
            run.wait_until(lambda before=before: run.stored() > before)
            time.sleep(chance.uniform(0.0, 1.0))
            run.kill()
            left = run.left()
            assert left > steps, "what was stored got lost"
            steps = left
