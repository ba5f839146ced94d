"""Robots as data, and the seam: one body of tests over every robot that can be driven."""

import json
import math
import os

import numpy as np
import pytest

from furutalib.facts.errors import ActionError, ConfigurationError, SequenceError
from furutalib.facts.robot import RobotDescription, load_robot, robot_names
from furutalib.machine.connect import connect
from furutalib.machine.robot import Flag, Start
from furutalib.maths.plant_parameters import PAST_COMMANDS, pack


def test_the_three_robots_are_there():
    assert {"course", "course-original", "qube"} <= set(robot_names())


@pytest.mark.parametrize("name", ["course", "course-original", "qube"])
def test_every_value_of_a_robot_says_where_it_comes_from(name):
    robot = load_robot(name)
    values = robot.to_dict()
    keys = {f"{table}.{key}" for table, entry in values.items() if isinstance(entry, dict)
            for key in entry}  # fmt: skip
    assert keys | {"gravity_m_s2"} == set(robot.sources)
    assert robot.name == name


def test_the_course_robot_is_the_frozen_one():
    robot = load_robot("course")
    assert robot.motor.coulomb_nm == 0.005
    assert robot.motor.stiction_nm == 0.010
    assert robot.motor.backlash_rad == pytest.approx(math.radians(2), rel=1e-3)
    assert robot.drive.dead_zone == 0.08
    assert robot.control.latency_s == 1 / robot.control.rate_hz == 0.02
    assert (robot.limits.arm_angle_rad, robot.limits.arm_speed_rad_s) == (2.5, 60.0)
    original = load_robot("course-original")
    assert (original.motor.stiction_nm, original.drive.dead_zone) == (0.015, 0.20)
    assert (original.drive.mode, original.drive.pwm_frequency_hz) == ("coast", 500.0)
    assert original.sensors.pendulum_counts_per_turn == 2048


def test_a_description_survives_json():
    robot = load_robot("course")
    assert RobotDescription.from_dict(json.loads(json.dumps(robot.to_dict()))) == robot


def test_changing_a_value_gives_a_new_robot():
    robot = load_robot("course")
    other = robot.with_values({"motor.resistance_ohm": 7.0})
    assert other.motor.resistance_ohm == 7.0
    assert robot.motor.resistance_ohm == 6.67


def test_an_unknown_robot_is_refused_with_the_known_ones():
    with pytest.raises(ConfigurationError, match=r"'cuorse'.*course, course-original, qube"):
        load_robot("cuorse")
    with pytest.raises(ConfigurationError, match=r"no file 'mine.toml'; known robots: course"):
        load_robot("mine.toml")


BAD_EDITS = [
    ("value = 6.67", "value = nan", r"motor.resistance_ohm = nan.*finite number above 0"),
    ("value = 6.67", "value = inf", r"motor.resistance_ohm = inf.*finite number above 0"),
    ("value = 6.67", "value = -1", r"motor.resistance_ohm = -1.*above 0"),
    ("value = 6.67", 'value = "6.67"', r"motor.resistance_ohm = '6.67'.*finite number"),
    ("value = 6.67", "value = true", r"motor.resistance_ohm = True.*finite number"),
    ("resistance_ohm = { value = 6.67", "resistance = { value = 6.67", r"unknown key motor.resist"),
    ("[motor]", "[engine]", r"(unknown key engine|engine must be)"),
    ("value = 0.0323", "value = 32.3", r"pendulum.mass_kg = 32.3.*3 kilograms \(did you write gr"),
    ("value = 0.087,", "value = 87,", r"arm.mass_kg = 87.*3 kilograms \(did you write grams"),
    ("value = 0.0526", "value = 52.6", r"arm.center_of_mass_m = 52.6.*2 metres \(did you write mi"),
    ("value = 0.085,", "value = 85,", r"arm.length_m = 85.*2 metres \(did you write millimetres"),
    ("value = 0.0687", "value = 68.7", r"pendulum.center_of_mass_m = 68.7.*2 metres \(did you"),
    ("value = 0.0526", "value = -0.01", r"arm.center_of_mass_m = -0.01.*from 0 to 2 metres"),
    ("gravity_m_s2 = ", "# ", r"gravity_m_s2 is missing"),
    ('mode = { value = "brake"', 'mode = { value = "fly"', r"drive.mode = 'fly'.*brake, coast"),
    ("dead_zone = { value = 0.08", "dead_zone = { value = 1.0", r"dead_zone = 1.0.*below 1"),
    ('source = "datasheet", note = "Pololu', 'source = "a friend", note = "Pololu', r"a friend"),
    ("gear_ratio = { value = 4.4, ", "gear_ratio = { ", r"gear_ratio must be written"),
    ("[motor]", "[motor", r"not valid TOML"),
]


@pytest.mark.parametrize(("old", "new", "message"), BAD_EDITS)
def test_a_bad_description_is_refused_by_key_value_and_limit(tmp_path, old, new, message):
    from furutalib.facts.paths import data_folder

    text = (data_folder() / "robots" / "course.toml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "mine.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        load_robot(file)


def test_a_missing_key_is_named(tmp_path):
    values = load_robot("course").to_dict()
    del values["motor"]["inductance_h"]
    with pytest.raises(ConfigurationError, match=r"motor.inductance_h is missing"):
        RobotDescription.from_dict(values)


def test_a_latency_that_cannot_be_simulated_is_refused():
    robot = load_robot("course").with_values({"control.latency_s": 0.02 * (PAST_COMMANDS + 1)})
    with pytest.raises(ConfigurationError, match=r"latency_s = 0.1.*at most 4 periods"):
        pack(robot)


# ------------------------------------------------------------------------------------- the seam


KINDS = ["sim", "emulated"]
if os.environ.get("FURUTA_ROBOT") == "real":
    KINDS.append("real")  # the pendulum hangs, the arm is free to turn, somebody is at the switch


@pytest.fixture(params=KINDS)
def robot(request):
    with connect(request.param, "course") as connected:
        yield connected


def test_reset_reads_and_hangs(robot):
    reading = robot.reset()
    assert (reading.time_s, reading.command, reading.flags) == (0.0, 0.0, Flag.NONE)
    assert abs(reading.pendulum_angle_rad) < 0.05


def test_a_step_returns_what_was_measured_after_it_and_what_was_sent(robot):
    robot.reset()
    readings = [robot.step(0.5) for _ in range(10)]
    assert [round(reading.time_s / robot.dt) for reading in readings] == list(range(1, 11))
    assert all(reading.command == pytest.approx(0.5, abs=1e-4) for reading in readings)
    assert readings[-1].arm_angle_rad > readings[0].arm_angle_rad + 0.1


def test_positive_commands_turn_the_arm_positive_and_swing_the_pendulum_back(robot):
    robot.reset()
    readings = [robot.step(0.6) for _ in range(5)]
    assert readings[-1].arm_angle_rad > readings[0].arm_angle_rad
    assert min(reading.pendulum_angle_rad for reading in readings) < 0


def test_the_flag_says_when_the_arm_is_beyond_its_limit(robot):
    robot.reset()
    readings = [robot.step(1.0) for _ in range(60)]
    beyond = [Flag.ARM_ANGLE in reading.flags for reading in readings]
    assert beyond == [abs(reading.arm_angle_rad) > 2.5 for reading in readings]
    assert any(beyond)


@pytest.mark.parametrize("action", [1.0001, -2.0, math.nan, math.inf])
def test_a_command_that_is_no_command_is_refused(robot, action):
    robot.reset()
    with pytest.raises(ActionError, match=r"in \[-1, 1\]"):
        robot.step(action)


def test_a_step_needs_a_reset_first_and_none_after_close(robot):
    with pytest.raises(SequenceError, match="reset"):
        robot.step(0.0)
    robot.reset()
    robot.close()
    with pytest.raises(SequenceError, match="reset"):
        robot.step(0.0)


def test_a_simulated_robot_starts_where_it_is_told_and_repeats_itself():
    with connect("sim", "course") as robot:
        runs = []
        for _ in range(2):
            robot.reset(Start(0.3, 3.0, 1.0, -2.0))
            runs.append([robot.step(0.2).pendulum_angle_rad for _ in range(50)])
    assert runs[0] == runs[1]
    assert runs[0][0] == pytest.approx(2.96, abs=0.06)
    assert np.ptp(runs[0]) > 1.0


def test_an_unknown_kind_of_robot_is_refused():
    with pytest.raises(ConfigurationError, match="'rael'"):
        connect("rael")
