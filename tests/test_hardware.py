"""Generated tables are those of their sources, and a stale one is found."""

import shutil
from pathlib import Path

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons import hardware

COURSE = Path(__file__).parents[1]


def test_the_tables_of_the_course_are_made_from_their_sources() -> None:
    assert hardware.out_of_date(COURSE) == [], "run `make tables`"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for name in ("bom", "assembly/wiring", "assembly/bought", "assembly/parts"):
        shutil.copytree(COURSE / name, tmp_path / name)
    for name in ("wiring.yml", "wiring.md", "wiring-checks.csv", "placement.json"):
        shutil.copy(COURSE / "assembly" / name, tmp_path / "assembly" / name)
    return tmp_path


def test_check_names_what_differs_and_writes_nothing(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, page = course / "bom" / "bom.csv", course / "bom" / "bom.md"
    motor = ",1,piece,1,all,electronics,turns the arm"
    source.write_text(source.read_text().replace(motor, motor.replace(",1,", ",2,", 1)))
    before = page.read_bytes()
    assert hardware.main(["--course", str(course), "--check"]) == 1
    assert capsys.readouterr().out == f"out of date: {page}\n"
    assert page.read_bytes() == before
    assert hardware.main(["--course", str(course)]) == 0
    assert page.read_bytes() != before
    assert hardware.main(["--course", str(course), "--check"]) == 0


def test_a_moved_wire_changes_wire_list_pins_and_page(course: Path) -> None:
    file = course / "assembly" / "wiring.yml"
    file.write_text(file.read_text().replace("BOARD: [26]", "BOARD: [24]"))
    changed = {path.name for path in hardware.out_of_date(course)}
    assert {"wires.csv", "pins.csv", "wiring.md"} <= changed


def test_a_broken_source_gives_one_clear_line(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = course / "bom" / "bom.csv"
    source.write_text(source.read_text().replace(",electronics,turns the arm", ",motors,turns"))
    assert hardware.main(["--course", str(course)]) == 1
    assert "group = 'motors'" in capsys.readouterr().err


def test_a_text_without_a_place_for_a_table_is_refused() -> None:
    text = "# A\n<!-- one -->\nold\n<!-- end -->\n"
    filled = hardware.with_tables(text, {"one": "| new |"})
    assert filled == "# A\n<!-- one -->\n| new |\n<!-- end -->\n"
    assert hardware.with_tables(filled, {"one": "| new |"}) == filled
    with pytest.raises(ConfigurationError, match="no place for the table 'two'"):
        hardware.with_tables(text, {"two": ""})
