"""What is read from a run on a robot that was killed; the kill itself is in lesson 09."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from furutalib.facts.errors import RunError
from furutalib.facts.machine import load_machine
from furutalib.learning.run_files import RunFiles
from furutalib.lessons.killing import (
    Memory,
    memory,
    patient_robot,
    until_stored,
    wait_for_episodes,
)


def a_run(folder: Path, over: bool = False, rounds: int = 0) -> SimpleNamespace:
    return SimpleNamespace(
        folder=folder,
        files=RunFiles(folder),
        progress=lambda: {"steps": np.arange(rounds)},
        status=SimpleNamespace(over=over, state="failed"),
    )


def steps(n: int, seed: int = 0) -> Memory:
    rng = np.random.default_rng(seed)
    return Memory(rng.normal(size=(9, 1))[:n], rng.normal(size=(9, 4))[:n])


def test_the_memory_in_a_checkpoint_is_as_long_as_it_is_filled(tmp_path: Path):
    place = tmp_path / "checkpoint"
    place.mkdir()
    np.savez(place / "replay.npz", pos=3, actions=np.ones((3, 1, 1)), observations=np.ones((3, 4)))
    assert len(memory(a_run(tmp_path))) == 3


def test_without_a_checkpoint_it_says_what_to_do(tmp_path: Path):
    with pytest.raises(RunError, match="wait for the first episode"):
        memory(a_run(tmp_path))


def test_nothing_is_lost_if_one_memory_begins_with_the_other():
    assert steps(9).begins_with(steps(5))
    assert not steps(5).begins_with(steps(9))
    assert not steps(9).begins_with(steps(5, seed=1))
    changed = Memory(steps(9).actions, steps(9).observations + 1e-9)
    assert not changed.begins_with(steps(5))


def test_waiting_ends_with_the_episodes_with_the_run_and_with_patience(tmp_path: Path):
    wait_for_episodes(a_run(tmp_path, rounds=2), 2)
    with pytest.raises(RunError, match="has ended"):
        wait_for_episodes(a_run(tmp_path, over=True), 1)
    with pytest.raises(RunError, match="nothing happened for 0 s"):
        wait_for_episodes(a_run(tmp_path), 1, patience_s=0.0)


def test_a_run_that_ends_is_continued_but_not_for_ever(tmp_path: Path):
    lives = iter([a_run(tmp_path, over=True), a_run(tmp_path, rounds=3)])
    assert until_stored(lambda: next(lives), 3).progress()["steps"].size == 3
    begun = []

    def begin() -> SimpleNamespace:
        begun.append(1)
        return a_run(tmp_path, over=True)

    with pytest.raises(RunError, match="has ended"):
        until_stored(begin, 1)
    assert 1 < len(begun) < 10


def test_a_patient_robot_is_the_course_s_with_more_patience(tmp_path: Path):
    patient, usual = load_machine(patient_robot(tmp_path / "patient.toml")), load_machine("course")
    assert patient.safety.heartbeat_s == 0.5 > usual.safety.heartbeat_s
    assert patient.safety.late_periods == 100
    assert patient.wiring == usual.wiring
