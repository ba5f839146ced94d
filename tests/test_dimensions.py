"""Names of lengths and masses: those there are, and what is said of those there are not."""

from pathlib import Path

import pytest

from assembly.cad.dimensions import DimensionError, load
from furutalib.facts.paths import assembly_folder
from furutalib.facts.robot_file import load_robot

ASSEMBLY = assembly_folder()


def test_lengths_of_the_simulated_robot_are_read_from_its_description() -> None:
    robot = load_robot("course")
    assert load().arm_length == pytest.approx(1e3 * robot.arm.length_m)
    assert load().pendulum_length == pytest.approx(1e3 * robot.pendulum.length_m)


def test_a_name_that_is_not_there_lists_those_that_are() -> None:
    d = load()
    with pytest.raises(DimensionError, match=r"'bearing' is no part of bought.toml.*bearing-608"):
        d.mm("bearing", "width")
    with pytest.raises(DimensionError, match=r"'breadth_mm' is no entry of bearing-608.*width_mm"):
        d.mm("bearing-608", "breadth")
    with pytest.raises(DimensionError, match=r"tolerance of print.toml.*bearing_seat"):
        d.fit("seat")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("width_mm = 3.0", "must be { value, status, source }"),
        ('width_mm = { value = 3.0, status = "guessed", source = "" }', "has status 'guessed'"),
        ('width_mm = { value = 0.0, status = "unverified", source = "" }', "must be above 0"),
    ],
)
def test_an_entry_says_its_value_its_status_and_its_source(
    tmp_path: Path, line: str, message: str
) -> None:
    (tmp_path / "bought.toml").write_text(f"[thing]\n{line}\n", "utf-8")
    with pytest.raises(DimensionError, match=f"thing.width_mm {message}"):
        load(tmp_path)


def test_every_source_is_told() -> None:
    for part, entries in load().bought.items():
        for name, entry in entries.items():
            assert len(entry["source"]) > 5, f"{part}.{name}"
