"""A changed robot file: what was changed is changed, all else is the same text."""

import difflib
from pathlib import Path

import pytest

from furutalib.facts import robot_file
from furutalib.facts.errors import ConfigurationError
from furutalib.facts.machine import emulated_around, load_machine
from furutalib.facts.robot import load_robot
from furutalib.facts.robot import robot_file as file_of
from furutalib.facts.robot_file import Change, changed_text, write_robot_file

CHANGES = {
    "name": Change("mine"),
    "drive.dead_zone": Change(0.11, "2026-02-03, bring-up: 8 ramps"),
    "wiring.motor_sign": Change(-1, "2026-02-03, bring-up: it turned the other way"),
    "sensors.arm_counts_per_turn": Change(466.4, '2026-02-03: counted on a "9.7:1" gear # really'),
    "control.latency_s": Change(0.015, "2026-02-03, bring-up"),
}


def test_only_the_lines_that_were_to_change_have_changed(tmp_path: Path) -> None:
    new = write_robot_file("course", tmp_path / "mine.toml", CHANGES)
    before, after = file_of("course").read_text().splitlines(), new.read_text().splitlines()
    different = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    assert len(different) == 2 * len(CHANGES)
    comments = [line for line in before if line.startswith("#")]
    assert comments
    assert [line for line in after if line.startswith("#")] == comments


def test_the_new_file_is_read_with_its_values_and_sources(tmp_path: Path) -> None:
    new = write_robot_file("course", tmp_path / "mine.toml", CHANGES)
    robot, wiring = load_robot(new), load_machine(new).wiring
    assert (robot.name, robot.drive.dead_zone, robot.control.latency_s) == ("mine", 0.11, 0.015)
    assert (wiring.motor_sign, wiring.arm_sign) == (-1, 1)
    assert robot.sources["drive.dead_zone"] == ("identified", "2026-02-03, bring-up: 8 ramps")
    assert robot.sources["sensors.arm_counts_per_turn"][1].endswith('"9.7:1" gear # really')
    assert robot.sources["control.rate_hz"] == load_robot("course").sources["control.rate_hz"]


def test_a_changed_file_can_be_changed_again(tmp_path: Path) -> None:
    first = write_robot_file("course", tmp_path / "mine.toml", CHANGES)
    change = {"sensors.arm_counts_per_turn": Change(211.2, "the gear was a 4.4:1 after all")}
    second = write_robot_file(first, tmp_path / "again.toml", change)
    assert load_robot(second).sensors.arm_counts_per_turn == 211.2
    assert load_robot(second).drive.dead_zone == 0.11


def test_what_is_found_on_an_emulated_robot_does_not_change_that_robot(tmp_path: Path) -> None:
    first = write_robot_file("course", tmp_path / "mine.toml", CHANGES, emulated=True)
    change = {
        "drive.dead_zone": Change(0.09, "looked again"),
        "motor.resistance_ohm": Change(7.0, "measured"),
    }
    second = write_robot_file(first, tmp_path / "known.toml", change, emulated=True)
    for file in (first, second):
        assert emulated_around(file).with_values({"name": "course"}) == load_robot("course")
    assert load_robot(second).drive.dead_zone == 0.09
    assert second.read_text().count("[emulated]") == 1


def test_a_real_robot_is_not_drawn_around_what_an_emulated_one_was(tmp_path: Path) -> None:
    first = write_robot_file("course", tmp_path / "mine.toml", CHANGES, emulated=True)
    change = {"control.latency_s": Change(0.012, "measured on the real one")}
    second = write_robot_file(first, tmp_path / "real.toml", change)
    assert emulated_around(second) == load_robot(second)


def test_the_comment_behind_a_value_stays() -> None:
    text = '[drive]\n dead_zone = { value = 1, source = "a", note = "b # } c" }  # so it is\n'
    new = changed_text(text, {"drive.dead_zone": Change(0.5, "n")})
    line = 'dead_zone = { value = 0.5, source = "identified", note = "n" }'
    assert new == f"[drive]\n {line}  # so it is\n"


def test_a_key_counts_in_its_own_table_only() -> None:
    text = "[arm]\nmass_kg = { value = 1 }\n[pendulum]\nmass_kg = { value = 2 }\n"
    new = changed_text(text, {"pendulum.mass_kg": Change(3.0, "n")})
    assert new.splitlines()[1] == "mass_kg = { value = 1 }"
    assert "value = 3.0" in new.splitlines()[3]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"drive.deadzone": Change(0.1, "n")}, r"course\.toml has no drive\.deadzone"),
        ({"drive.dead_zone": Change(1.5, "n")}, r"mine\.toml: drive\.dead_zone = 1\.5; it must"),
        ({"wiring.arm_sign": Change(0, "n")}, r"mine\.toml: wiring\.arm_sign = 0; .* 1 or -1"),
        ({"drive.dead_zone": Change(0.1, "n", "guessed")}, r"source 'guessed'; use one of"),
        ({"drive.dead_zone": Change(0.1)}, r"drive\.dead_zone needs a note"),
    ],
)
def test_what_would_be_no_robot_is_not_written(
    tmp_path: Path, changes: dict[str, Change], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        write_robot_file("course", tmp_path / "mine.toml", changes)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    target = tmp_path / "mine.toml"
    target.write_text("dear to me")
    with pytest.raises(ConfigurationError, match=r"mine\.toml is already there"):
        write_robot_file("course", target, CHANGES)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["dear to me"]


def test_nor_does_one_that_comes_at_the_last_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "mine.toml"
    monkeypatch.setattr(robot_file, "_check", lambda path: target.write_text("first"))
    with pytest.raises(ConfigurationError, match="already there"):
        write_robot_file("course", target, CHANGES)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["first"]


@pytest.mark.parametrize(
    ("name", "message"), [("mine", r"must end in \.toml"), ("no/mine.toml", "there is no folder")]
)
def test_where_it_cannot_go(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        write_robot_file("course", tmp_path / name, CHANGES)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody can write to")
def test_a_folder_that_cannot_be_written() -> None:
    with pytest.raises(ConfigurationError, match=r"in the folder /proc; give a name in a folder"):
        robot_file.refuse_unless_new(Path("/proc/mine.toml"))


def test_a_robot_that_can_only_be_simulated_can_be_changed_too(tmp_path: Path) -> None:
    new = write_robot_file("qube", tmp_path / "q.toml", {"name": Change("q")})
    assert load_robot(new).name == "q"
