"""Wiring and safety limits of a built robot."""

from pathlib import Path

import pytest

from furutalib.facts.boards import load_board
from furutalib.facts.errors import ConfigurationError
from furutalib.facts.machine import emulated_around, load_machine
from furutalib.facts.robot import load_robot, robot_file


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = robot_file("course").read_text()
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new))
    return path


def test_safety_leaves_an_episode_room_to_end_by_itself() -> None:
    machine, limits = load_machine("course"), load_robot("course").limits
    assert limits.arm_angle_rad < machine.safety.arm_angle_rad < machine.safety.arm_stop_rad
    assert limits.arm_speed_rad_s < machine.safety.arm_speed_rad_s
    assert load_board(machine.wiring.board).role == "train"


def test_a_robot_without_the_tables_can_only_be_simulated() -> None:
    load_robot("qube")
    with pytest.raises(ConfigurationError, match=r"no table \[wiring\].*only be simulated"):
        load_machine("qube")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("arm_sign = { value = 1", "arm_sign = { value = 2", r"wiring\.arm_sign = 2; .* 1 or -1"),
        (
            "command = { value = 1.0",
            "command = { value = 1.5",
            r"safety\.command = 1\.5; .*up to 1",
        ),
        ("late_periods = { value = 3", "late_periods = { value = 0", r"late_periods = 0; .*1 or"),
        ("arm_stop_rad = { value = 3.1", "arm_stop_rad = { value = 2.5", r"must lie beyond"),
        ("heartbeat_s = {", "hartbeat_s = {", r"unknown key safety\.hartbeat_s"),
    ],
)
def test_bad_values_say_which_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load_machine(changed(tmp_path, old, new))


def test_the_plant_does_not_hang_on_the_wiring(tmp_path: Path) -> None:
    path = changed(tmp_path, "arm_sign = { value = 1", "arm_sign = { value = -1")
    assert load_machine(path).wiring.arm_sign == -1
    assert load_robot(path) == load_robot("course")


def test_an_emulated_robot_is_drawn_around_its_own_description_or_what_the_file_says(
    tmp_path: Path,
) -> None:
    assert emulated_around("course") == load_robot("course")
    path = tmp_path / "mine.toml"
    table = "[emulated]\ncontrol.latency_s = 0.013\ndrive.dead_zone = 0.07\n"
    path.write_text(robot_file("course").read_text() + table)
    around = emulated_around(path)
    assert (around.control.latency_s, around.drive.dead_zone) == (0.013, 0.07)
    assert load_robot(path) == load_robot("course")  # so that a policy for it still fits


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("[emulated]\nlatency_s = 0.02", r"emulated = \{'latency_s': 0.02\}; .*delete the table"),
        ("[emulated]\ncontrol.late_s = 0.02", r"unknown parameter 'control\.late_s'"),
        ("[emulated]\ncontrol.latency_s = -1", r"control\.latency_s = -1; .* 0 or above"),
    ],
)
def test_bad_tables_of_an_emulated_robot(tmp_path: Path, table: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(robot_file("course").read_text() + table)
    with pytest.raises(ConfigurationError, match=message):
        emulated_around(path)
