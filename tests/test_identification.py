"""Identification, end to end on emulated robots, and what it says to recordings it cannot use."""

import dataclasses
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from excitation_runs import run, run_part, without

from furutalib.facts.errors import ConfigurationError, IdentificationError
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.learning.excitation import HELD_OUT, Part, Plan, usual_plan
from furutalib.learning.identifiable import IDENTIFIABLE, seen_values
from furutalib.learning.identification import Identified, identify, read_recordings
from furutalib.machine.connect import emulated
from furutalib.machine.emulator.hidden import hidden_robot
from furutalib.machine.robot import SimulatedRobot
from furutalib.machine.telemetry import Telemetry

COURSE = load_robot("course")
HIDDEN = 101  # with a motor that is far weaker than described


def recordings(hidden: int, share: float) -> list[Telemetry]:
    with emulated("course", hidden) as robot:
        return run(robot, usual_plan(COURSE, share), COURSE)


@pytest.fixture(scope="module")
def short() -> list[Telemetry]:
    return recordings(HIDDEN, 0.35)


@pytest.fixture(scope="module")
def found(short: list[Telemetry]) -> Identified:
    return identify(short, COURSE)


def misses(found: Identified, hidden: int) -> np.ndarray:
    truth = seen_values(hidden_robot(COURSE, hidden), COURSE)
    return np.array([one.value for one in found.estimates.values()]) / truth - 1.0


def test_half_a_minute_says_most_of_a_hidden_robot(found: Identified) -> None:
    assert np.abs(misses(found, HIDDEN)).max() < 0.10
    widths = np.array([one.relative for one in found.estimates.values()])
    assert np.mean(np.abs(misses(found, HIDDEN)) < widths) > 0.8
    assert np.median(widths) < 0.06
    assert found.seconds < 40.0


def test_half_a_second_ahead_it_is_nearer_than_the_description(found: Identified) -> None:
    assert found.before and found.after
    assert found.held_out_deg < 3.0
    assert found.held_out_deg < 0.5 * found.before.rms_deg


def test_what_was_found_goes_into_a_new_file_and_the_old_one_stays(
    found: Identified, tmp_path: Path
) -> None:
    path = found.write(tmp_path / "mine.toml", "course", date(2030, 1, 2))
    mine = load_robot(path)
    assert mine.name == "mine"
    torque = found.estimates["torque per volt"]
    assert mine.motor.torque_constant_nm_a == pytest.approx(torque.value, rel=1e-4)
    kind, note = mine.sources["motor.torque_constant_nm_a"]
    assert kind == "identified"
    assert "2030-01-02, emulated robot" in note and "95 % within" in note
    assert mine.pendulum.mass_kg == COURSE.pendulum.mass_kg
    with pytest.raises(ConfigurationError, match="already there"):
        found.write(path, "course", date(2030, 1, 2))
    assert load_robot("course") == COURSE


def test_ranges_come_from_the_intervals(found: Identified) -> None:
    torque = found.estimates["torque per volt"]
    assert found.ranges()["motor.torque_constant_nm_a"] == pytest.approx(torque.relative, abs=1e-4)
    assert found.ranges()["arm.viscous_nm_s"] == 0.5


def test_the_table_has_every_quantity_and_both_errors(found: Identified) -> None:
    table = found.table()
    assert all(one.name in table for one in IDENTIFIABLE)
    assert "on held-out data" in table


@pytest.mark.full
def test_a_short_gap_is_left_out(short: list[Telemetry]) -> None:
    gappy = [without(one, range(30, 33)) for one in short]
    assert np.abs(misses(identify(gappy, COURSE), HIDDEN)).max() < 0.15


def test_many_gaps_are_refused(short: list[Telemetry]) -> None:
    n = len(short[2])
    with pytest.raises(IdentificationError, match=r"recording 3 \(steps\) lacks"):
        identify([*short[:2], without(short[2], range(20, n // 2))], COURSE)


def test_another_robots_recording_is_refused(short: list[Telemetry]) -> None:
    other = COURSE.with_values({"sensors.arm_counts_per_turn": 400.0})
    with pytest.raises(IdentificationError, match=r"sensors.arm_counts_per_turn = 211.2, not 400"):
        identify(short, other)
    with pytest.raises(IdentificationError, match="of the robot 'course', not of 'mine'"):
        identify(short, dataclasses.replace(COURSE, name="mine"))


def test_recordings_of_two_robots_are_refused(short: list[Telemetry]) -> None:
    other = dataclasses.replace(short[1], about={**short[1].about, "hidden": 4})
    with pytest.raises(IdentificationError, match="of different robots"):
        identify([short[0], other], COURSE)


def test_a_recording_that_does_not_say_whose_it_is_is_refused(short: list[Telemetry]) -> None:
    nameless = dataclasses.replace(short[0], about={})
    with pytest.raises(IdentificationError, match="JSON file beside it is missing"):
        identify([nameless], COURSE)


def simulated(robot: RobotDescription, *parts: Part) -> list[Telemetry]:
    with SimulatedRobot(robot) as plant:
        return [run_part(plant, part, COURSE) for part in parts]


def test_too_little_movement_says_what_cannot_be_told() -> None:
    gentle = np.tile(np.r_[np.full(10, 0.3), np.zeros(40), np.full(10, -0.3), np.zeros(40)], 3)
    with pytest.raises(IdentificationError) as raised:
        identify(simulated(COURSE, Part("gentle", gentle)), COURSE)
    assert "motor stiction (it shows in: when a slow ramp" in str(raised.value)
    assert "pendulum inertia" not in str(raised.value)


def test_no_movement_says_all_of_them() -> None:
    with pytest.raises(IdentificationError) as raised:
        identify(simulated(COURSE, Part("nothing", np.zeros(150))), COURSE)
    assert all(one.name in str(raised.value) for one in IDENTIFIABLE)


def test_a_search_that_does_not_converge_says_so(short: list[Telemetry]) -> None:
    turned = [
        dataclasses.replace(one, command_sent=-one.command_sent)
        for one in short[2:4]  # the motor's sign is wrong
    ]
    with pytest.raises(IdentificationError, match=r"did not converge.*furuta bring-up"):
        identify(turned, COURSE)


def test_only_held_out_recordings_are_nothing_to_fit(short: list[Telemetry]) -> None:
    kept = [one for one in short if one.about["excitation"] == HELD_OUT]
    with pytest.raises(IdentificationError, match="no recording to fit"):
        identify(kept, COURSE)


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IdentificationError, match="holds no recordings"):
        read_recordings(tmp_path)


def test_what_is_held_has_to_be_a_quantity(short: list[Telemetry]) -> None:
    with pytest.raises(ConfigurationError, match="unknown quantity 'mass'; known: arm length"):
        identify(short, COURSE, held=["mass"])


@pytest.mark.full
def test_what_is_held_stays_and_bends_the_others() -> None:
    short = recordings(HIDDEN, 0.35)
    late = identify(short, COURSE, held=["latency"])
    assert late.estimates["latency"].value == pytest.approx(0.02, rel=1e-3)
    assert np.abs(misses(late, HIDDEN)).max() > 0.10


@pytest.mark.full
@pytest.mark.parametrize("hidden", range(100, 106))
def test_the_usual_plan_finds_every_quantity_within_five_percent(hidden: int) -> None:
    found = identify(recordings(hidden, 1.0), COURSE)
    assert np.abs(misses(found, hidden)).max() < 0.05
    assert max(one.relative for one in found.estimates.values()) < 0.10
    assert found.held_out_deg < 3.0
    widths = np.array([one.relative for one in found.estimates.values()])
    assert np.mean(np.abs(misses(found, hidden)) < widths) > 0.8


def test_a_plan_knows_its_length() -> None:
    assert Plan((Part("x", np.zeros(100)),), 50.0).seconds == 2.0
